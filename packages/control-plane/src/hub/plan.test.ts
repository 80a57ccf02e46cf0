import { describe, expect, it } from 'vitest'
import type { ActualStatus, ControlStatus } from '../client/contracts.ts'
import { plan, type PlanInput } from './plan.ts'

const NOW = 1_000_000
const state = (desired: ControlStatus, actual: ActualStatus, more: Partial<PlanInput> = {}): PlanInput => ({
  desired,
  actual,
  generation: 3,
  actualGeneration: 3,
  nextRetryAt: null,
  ...more,
})

describe.each(['running', 'paused'] as const)('an instance that should be %s', desired => {
  it.each([
    ['stopped', { type: 'start' }],
    ['starting', { type: 'none', converged: false }],
    ['running', { type: 'none', converged: true }],
    ['stopping', { type: 'none', converged: false }],
    ['crashed', { type: 'start' }],
    ['failed', { type: 'none', converged: false }],
    ['unknown', { type: 'stop' }],
  ] as const)('and is %s', (actual, step) => {
    expect(plan(state(desired, actual), NOW)).toEqual(step)
  })

  it('is not restarted before its back-off has passed, and is at that instant', () => {
    const crashed = (nextRetryAt: number) => state(desired, 'crashed', { nextRetryAt })
    expect(plan(crashed(NOW + 1), NOW)).toEqual({ type: 'wait', until: NOW + 1 })
    expect(plan(crashed(NOW), NOW)).toEqual({ type: 'start' })
  })

  it('does not wait for its back-off once its desire has changed', () => {
    const changed = state(desired, 'crashed', { nextRetryAt: NOW + 9, actualGeneration: 2 })
    expect(plan(changed, NOW)).toEqual({ type: 'start' })
  })

  it('gets another chance after a failure by a new generation only', () => {
    expect(plan(state(desired, 'failed', { actualGeneration: 2 }), NOW)).toEqual({ type: 'start' })
  })
})

describe('an instance that should be stopped', () => {
  it.each([
    ['stopped', { type: 'none', converged: true }],
    ['starting', { type: 'stop' }],
    ['running', { type: 'stop' }],
    ['stopping', { type: 'none', converged: false }],
    ['crashed', { type: 'stop' }],
    ['failed', { type: 'stop' }],
    ['unknown', { type: 'stop' }],
  ] as const)('and is %s', (actual, step) => {
    expect(plan(state('stopped', actual, { nextRetryAt: NOW + 9 }), NOW)).toEqual(step)
  })
})
