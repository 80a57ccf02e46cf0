import { money, type PositionId, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { ProtectionState, TradeResult } from '../strategy/entry-protection.ts'
import { cooldown } from './trade-protections.ts'

const MINUTE_MS = 60_000

/** A closing of a position; more of it is left where `isOpen`. */
function part(minute: number, minor: number, changes: Partial<TradeResult> = {}): TradeResult {
  const closedAt = (minute * MINUTE_MS) as UnixMs
  const of = { positionId: 1 as PositionId, side: 'buy', exitReason: 'strategy' } as const
  return { ...of, closedAt, net: money(minor, 2, 'USD'), ...changes }
}

const OPEN = { isOpen: true }
const STOPPED = { exitReason: 'stop-loss' } as const
const problemOf = (state: ProtectionState, minute: number) =>
  state.problem({ now: minute * MINUTE_MS, side: 'buy', equityMinor: 0 })

/** What a cool-down of 30 minutes says after closings, at the time of the last. */
function saidAfter(after: 'stop' | 'loss' | 'trade', ...closings: readonly TradeResult[]) {
  const state = cooldown({ minutes: 30, after }).start()
  for (const closing of closings) state.onTrade?.(closing)
  return problemOf(state, (closings.at(-1)?.closedAt ?? 0) / MINUTE_MS)
}

describe('cooldown, for positions closed in parts', () => {
  it('begins once, with the last closing, and not while something of the position is left', () => {
    const state = cooldown({ minutes: 30, after: 'trade' }).start()
    state.onTrade?.(part(10, 5, OPEN))
    state.onTrade?.(part(15, 5, OPEN))
    expect(problemOf(state, 15)).toBeUndefined()
    state.onTrade?.(part(20, 5))
    expect(problemOf(state, 20)).toBe('30 min of 30 are left after a trade')
    expect(problemOf(state, 50)).toBeUndefined()
  })

  it('judges a loss by all closings together', () => {
    expect(saidAfter('loss', part(1, 50, OPEN), part(2, -20))).toBeUndefined()
    expect(saidAfter('loss', part(1, -50, OPEN), part(2, 20))).toMatch(/^30 min of 30/)
    expect(saidAfter('loss', part(1, 20, OPEN), part(2, -50))).toMatch(/^30 min of 30/)
  })

  it('takes a position for stopped when a stop that lost closed a part of it, and all of it lost', () => {
    expect(saidAfter('stop', part(1, 50, OPEN), part(2, -20, STOPPED))).toBeUndefined()
    expect(saidAfter('stop', part(1, 20, OPEN), part(2, -50, STOPPED))).toMatch(/after a stop$/)
    expect(saidAfter('stop', part(1, -50, { ...STOPPED, ...OPEN }), part(2, 20))).toMatch(/after a stop$/)
    expect(saidAfter('stop', part(1, 20, { ...STOPPED, ...OPEN }), part(2, -50))).toBeUndefined()
  })

  it('keeps positions apart, and closings of which no position is known', () => {
    const two = { positionId: 2 as PositionId }
    expect(saidAfter('loss', part(1, 50, OPEN), part(2, -20, two))).toMatch(/^30 min of 30/)
    const { positionId: _, ...unknown } = part(2, -20)
    expect(saidAfter('loss', part(1, 50), unknown)).toMatch(/^30 min of 30/)
  })

  it('makes one of parts of which nobody knew that more would follow', () => {
    expect(saidAfter('loss', part(1, -20), part(2, 50))).toBeUndefined()
    expect(saidAfter('loss', part(1, 50), part(2, -60))).toMatch(/^30 min of 30/)
  })

  it('ends for a position that turns out to be open still, as behind a restart', () => {
    const guard = cooldown({ minutes: 30 })
    const state = guard.start()
    state.onTrade?.(part(1, -50, STOPPED))
    state.onTrade?.(part(2, 20, OPEN))
    expect(problemOf(guard.start(JSON.parse(JSON.stringify(state.memory?.()))), 2)).toBeUndefined()
    expect(problemOf(state, 2)).toBeUndefined()
    state.onTrade?.(part(3, 20))
    expect(problemOf(state, 3)).toMatch(/^30 min of 30/)
  })

  it('goes on behind a restart with what was closed of a position, and with the pause', () => {
    const guard = cooldown({ minutes: 30 })
    const restarted = (state: ProtectionState) => guard.start(JSON.parse(JSON.stringify(state.memory?.())))
    const before = guard.start()
    expect(before.memory?.()).toBeUndefined()
    before.onTrade?.(part(1, -50, { ...STOPPED, ...OPEN }))
    const between = restarted(before)
    expect(problemOf(between, 1)).toBeUndefined()
    between.onTrade?.(part(2, 20))
    expect(problemOf(restarted(between), 3)).toMatch(/^29 min of 30/)
  })

  it('is judged by its new minutes behind a restart, also from a loss that the old ones had forgotten', () => {
    const state = cooldown({ minutes: 30 }).start()
    state.onTrade?.(part(1, -50, STOPPED))
    state.onTrade?.(part(60, 20, { positionId: 2 as PositionId }))
    const longer = cooldown({ minutes: 120 }).start(JSON.parse(JSON.stringify(state.memory?.())))
    expect(problemOf(longer, 61)).toMatch(/^60 min of 120/)
  })

  it('keeps a hundred positions, however many close within a long pause, and its pause', () => {
    const guard = cooldown({ minutes: 10_000 })
    const state = guard.start()
    state.onTrade?.(part(1, -50, STOPPED))
    for (let id = 2; id <= 2000; id++) state.onTrade?.(part(id, 5, { positionId: id as PositionId }))
    expect(state.memory?.()).toMatchObject({ closed: { length: 100 } })
    const restarted = guard.start(JSON.parse(JSON.stringify(state.memory?.())))
    expect(problemOf(restarted, 2000)).toMatch(/^8001 min of 10000/)
  })

  it('reads the memory of a version that counted closings, and keeps its pause through later trades', () => {
    const guard = cooldown({ minutes: 30 })
    const state = guard.start({ lastAt: 10 * MINUTE_MS })
    expect(problemOf(state, 10)).toMatch(/^30 min of 30/)
    state.onTrade?.(part(12, 5))
    const later = guard.start(JSON.parse(JSON.stringify(state.memory?.())))
    expect(problemOf(later, 12)).toMatch(/^28 min of 30/)
    expect(() => guard.start({})).toThrow()
  })
})
