import { formatMoney, lots, money, pips, type PositionId, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { partialTargets } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { ProtectionState, TradeResult } from '../strategy/entry-protection.ts'
import { lowProfitLock } from './low-profit-lock.ts'
import { ProfitWindow } from './profit-window.ts'

const MINUTE_MS = 60_000

function trade(minute: number, minor: number, changes: Partial<TradeResult>): TradeResult {
  const closedAt = (minute * MINUTE_MS) as UnixMs
  return { side: 'buy', exitReason: 'strategy', closedAt, net: money(minor, 2, 'USD'), ...changes }
}

describe('lowProfitLock, for positions closed in parts', () => {
  const lock = lowProfitLock({ withinMinutes: 60, minTrades: 2, pauseMinutes: 10 })
  const part = (minute: number, minor: number, id: number, isOpen = false) =>
    trade(minute, minor, { positionId: id as PositionId, isOpen })
  const problemOf = (state: ProtectionState, minute: number) =>
    state.problem({ now: minute * MINUTE_MS, side: 'buy', equityMinor: 0 })

  it('counts a position once, when its last closing is told, with all that its closings made', () => {
    const state = lock.start()
    state.onTrade?.(part(0, 200, 1, true))
    state.onTrade?.(part(5, -500, 1))
    expect(problemOf(state, 5)).toBeUndefined()
    state.onTrade?.(part(6, 250, 2))
    expect(problemOf(state, 6)).toBe('2 trades made −0.50 USD within 60 min; 10 min are left')
  })

  it('has what was taken before the window in the result of a position that ends in it', () => {
    const state = lock.start()
    state.onTrade?.(part(0, 800, 1, true))
    state.onTrade?.(part(100, -500, 1))
    state.onTrade?.(part(101, -100, 2))
    expect(problemOf(state, 101)).toBeUndefined()
  })

  it('goes on behind a restart, and makes one of parts of which nobody knew that more would follow', () => {
    const before = lock.start()
    before.onTrade?.(part(0, 500, 1, true))
    before.onTrade?.(part(1, -300, 2))
    before.onTrade?.(part(2, -50, 2))
    expect(problemOf(before, 2)).toBeUndefined()
    const after = lock.start(JSON.parse(JSON.stringify(before.memory?.())))
    after.onTrade?.(part(3, -100, 1))
    expect(problemOf(after, 3)).toBeUndefined()
    after.onTrade?.(part(4, -1, 2))
    after.onTrade?.(part(5, -100, 3))
    expect(problemOf(after, 5)).toBe('3 trades made −0.51 USD within 60 min; 10 min are left')
  })

  it('reads the memory of a version that knew no positions', () => {
    const state = lock.start({ trades: [[0, -100]] })
    state.onTrade?.(part(1, -100, 1))
    expect(problemOf(state, 1)).toMatch(/^2 trades made −2.00 USD/)
  })

  it('keeps the parts of a thousand open positions, and forgets the oldest of more', () => {
    const state = lock.start()
    for (let id = 1; id <= 1001; id++) state.onTrade?.(part(0, -1000, id, true))
    expect(state.memory?.()).toMatchObject({ open: { length: 1000, 0: [2, -1000] } })
  })
})

describe('what lowProfitLock remembers of many trades', () => {
  const WITHIN_MINUTES = 10_000
  const lock = lowProfitLock({ withinMinutes: WITHIN_MINUTES, minTrades: 50, pauseMinutes: 10 })
  const single = (minute: number, minor: number) =>
    trade(minute, minor, { positionId: (minute + 1) as PositionId })
  const problemOf = (state: ProtectionState, minute: number) =>
    state.problem({ now: minute * MINUTE_MS, side: 'buy', equityMinor: 0 })
  /** Gains and losses of some cents to some hundreds, whose sum goes to and fro. */
  const results = (count: number) =>
    Array.from({ length: count }, (_, minute) => Math.round(20_000 * Math.sin(minute / 900) + (minute % 7)))

  it('is all of its window in a run: it judges as the sum over the list of all trades does', () => {
    const state = lock.start()
    const all = results(25_000)
    let judged: string | undefined
    for (const [minute, minor] of all.entries()) {
      state.onTrade?.(single(minute, minor))
      const inside = all.slice(Math.max(0, minute + 1 - WITHIN_MINUTES), minute + 1)
      const net = inside.reduce((sum, one) => sum + one, 0)
      const isLocked = inside.length >= 50 && net < 0
      if (isLocked) judged = `${inside.length} trades made ${formatMoney(money(net, 2, 'USD'))} within`
      const problem = problemOf(state, minute)
      if (isLocked) expect(problem?.startsWith(judged ?? '')).toBe(true)
      else if (judged === undefined) expect(problem).toBeUndefined()
    }
    expect(judged).toBeDefined()
  })

  it('is left to the next process in 25,000 characters at most, with the same number and the same sum', () => {
    const before = lock.start()
    for (const [minute, minor] of results(9000).entries()) before.onTrade?.(single(minute, minor))
    const text = JSON.stringify(before.memory?.())
    expect(text.length).toBeLessThan(25_000)
    const after = lock.start(JSON.parse(text))
    for (const state of [before, after]) state.onTrade?.(single(9000, -1_000_000_000))
    expect(problemOf(after, 9000)).toBe(problemOf(before, 9000))
    expect(problemOf(after, 9000)).toMatch(/^9001 trades made/)
  })

  it('leaves to the next process the newest 250 one by one, and of fewer than 501 each', () => {
    const state = lock.start()
    for (let minute = 0; minute < 500; minute++) state.onTrade?.(single(minute, minute))
    expect(state.memory?.()).toMatchObject({ trades: { length: 500 } })
    expect(state.memory?.()).not.toHaveProperty('counts')
    state.onTrade?.(single(500, 500))
    // 251 older ones in pairs, the last of which has no other.
    expect(state.memory?.()).toMatchObject({
      trades: { length: 376, 0: [MINUTE_MS, 1], 1: [3 * MINUTE_MS, 5], 126: [251 * MINUTE_MS, 251] },
      of: { 0: 0, 126: 252 },
      counts: { 0: 2, 125: 1, 126: 1 },
    })
  })

  it('is a hundred thousand results at most, of which the older half is kept in pairs', () => {
    const window = new ProfitWindow()
    for (let minute = 0; minute <= 100_000; minute++) window.take(single(minute, 1))
    expect([window.positions, window.netMinor, window.resultCount]).toEqual([100_001, 100_001, 75_001])
    window.forgetUpTo(2 * MINUTE_MS)
    expect([window.positions, window.netMinor, window.resultCount]).toEqual([99_999, 99_999, 75_000])
  })

  it('makes one of a trade that is told again behind others', () => {
    const window = new ProfitWindow()
    for (const minute of [0, 5, 3]) window.take(single(minute, 100))
    window.take({ ...single(4, -300), positionId: 4 as PositionId })
    expect([window.positions, window.netMinor]).toEqual([3, 0])
    window.forgetUpTo(3 * MINUTE_MS)
    expect([window.positions, window.netMinor]).toEqual([2, -100])
  })
})

it('lets a backtest trade on while its one position was closed in two parts', async () => {
  const told: unknown[] = []
  const onTrade = ({ isOpen }: TradeResult) => void told.push(isOpen)
  const minutes = [1290, 1291, 1292, 1293, 1293, 1285, 1285, 1285]
  const strategy = defineStrategy({
    name: 'ladder',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () =>
      managed([partialTargets([{ at: { pips: pips(100) }, close: 0.5 }])], {
        onBar(_bar, ctx) {
          if (ctx.position === undefined && ctx.pendingEntries === 0)
            ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(250) } })
        },
      }),
  })
  const bids = Float64Array.from(minutes, price => Math.round(price * 100_000))
  const report = await backtest(strategy, {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    data: {
      type: 'ticks',
      symbolId: REPLAY_XAUUSD.id,
      length: bids.length,
      at: Float64Array.from(bids, (_, row) => Date.UTC(2014, 4, 1, 12) + row * MINUTE_MS + 30_000),
      bid: bids,
      ask: bids,
    },
    venue: { latencyMs: 0 },
    protections: [
      { name: 'watcher', settings: {}, start: () => ({ onTrade, problem: () => undefined }) },
      lowProfitLock({
        withinMinutes: 600,
        minTrades: 2,
        minNet: money(1_000_000, 2, REPLAY_ACCOUNT.currency),
        pauseMinutes: 6000,
      }),
    ],
  })
  expect(report.trades.map(({ positionId }) => positionId)).toEqual([1, 1])
  expect(told).toEqual([true, undefined])
  expect(report.blocked).toEqual([])
})
