import { expect, it } from 'vitest'
import { isControlPlaneError } from '../errors.ts'
import { backoffMs, decideRestart, RESTART_POLICY } from './backoff.ts'

const NOW = 10_000_000
const WINDOW = RESTART_POLICY.windowMs
const highest = () => 1 - Number.EPSILON
const lowest = () => 0

it('doubles from 1 s to 60 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(restart => backoffMs(restart, highest))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ])
  expect(backoffMs(100_000, highest)).toBe(60_000)
})

it('leaves at least half of the wait whatever the dice say', () => {
  expect([1, 2, 7].map(restart => backoffMs(restart, lowest))).toEqual([500, 1_000, 30_000])
})

it.each([0, -1, 1.5, Number.NaN])('refuses restart %s', restart => {
  let thrown: unknown
  try {
    backoffMs(restart, lowest)
  } catch (error) {
    thrown = error
  }
  expect(isControlPlaneError(thrown, 'invalid-options')).toBe(true)
})

it('allows 5 restarts within the window, and gives up at the crash after them', () => {
  let crashTimes: readonly number[] = []
  for (let crash = 1; crash <= 5; crash += 1) {
    const decision = decideRestart(crashTimes, NOW + crash, highest)
    expect(decision).toEqual({
      type: 'retry',
      retryAt: NOW + crash + backoffMs(crash, highest),
      restartCount: crash,
      crashTimes: [...crashTimes, NOW + crash],
    })
    crashTimes = decision.crashTimes
  }
  const last = decideRestart(crashTimes, NOW + 6, highest)
  expect(last).toEqual({ type: 'give-up', restartCount: 5, crashTimes: [...crashTimes, NOW + 6] })
})

it('forgets a crash once the window has passed it', () => {
  const old = [NOW - WINDOW, NOW - WINDOW + 1]
  expect(decideRestart(old, NOW, lowest)).toMatchObject({
    type: 'retry',
    crashTimes: [NOW - WINDOW + 1, NOW],
  })
})

it('keeps no more crashes than it needs, however many the row holds', () => {
  const many = Array.from({ length: 32 }, (_, index) => NOW - 32 + index)
  expect(decideRestart(many, NOW, lowest).crashTimes).toHaveLength(6)
})

it('gives up at once when no restart is allowed', () => {
  const policy = { ...RESTART_POLICY, maxRestarts: 0 }
  expect(decideRestart([], NOW, lowest, policy)).toEqual({
    type: 'give-up',
    restartCount: 0,
    crashTimes: [NOW],
  })
})
