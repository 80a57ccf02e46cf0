import { lots, money, pips, type PositionId, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { partialTargets } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { ProtectionState, TradeResult } from '../strategy/entry-protection.ts'
import { lowProfitLock } from './low-profit-lock.ts'

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
