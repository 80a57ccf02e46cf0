import { readFileSync } from 'node:fs'
import {
  type AnyStrategy,
  backtest,
  type BacktestReport,
  localTime,
  WIDE_QUOTE_LIMITS,
} from '@openclaw-trading/bot-engine'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { check } from '@openclaw-trading/bot-engine/research'
import type { UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { referenceQuotes } from './golden/reference-market.ts'
import { bollingerBounce } from './xauusd-bollinger-bounce.ts'
import { donchianBreakout } from './xauusd-donchian-breakout.ts'
import { emaTrend } from './xauusd-ema-trend.ts'
import { londonBreakout } from './xauusd-london-breakout.ts'
import { macdMomentum } from './xauusd-macd-momentum.ts'
import { newYorkRange } from './xauusd-new-york-range.ts'
import { pullback } from './xauusd-pullback.ts'
import { rsiReversal } from './xauusd-rsi-reversal.ts'
import { vwapFade } from './xauusd-vwap-fade.ts'

const STRATEGIES: readonly AnyStrategy[] = [
  emaTrend,
  rsiReversal,
  bollingerBounce,
  londonBreakout,
  donchianBreakout,
  macdMomentum,
  vwapFade,
  newYorkRange,
  pullback,
]
const DAYS = 26
const data = referenceQuotes(DAYS)
const options = {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  account: REPLAY_ACCOUNT,
  data,
  venue: { latencyMs: 50 },
  risk: { stopLossRequired: true },
} as const

const reports = new Map<AnyStrategy, Promise<BacktestReport>>()
function run(strategy: AnyStrategy): Promise<BacktestReport> {
  const known = reports.get(strategy)
  if (known !== undefined) return known
  const report = backtest(strategy, options)
  reports.set(strategy, report)
  return report
}

const clock = (at: UnixMs, zone: string) => localTime(at, zone).minute
const dayOf = (at: UnixMs, zone: string) => localTime(at, zone).day

// S03 has golden trades of its own, on a denser market.
describe.each(STRATEGIES.filter(strategy => strategy !== bollingerBounce))('$name', strategy => {
  it('gives the golden trades', async () => {
    const { metrics, trades, rows } = await run(strategy)
    const lines = trades.map(({ side, volume, openedAt, entryPrice, stopLoss, takeProfit, ...trade }) => ({
      ...{ side, volume, openedAt: new Date(openedAt).toISOString(), entryPrice, stopLoss, takeProfit },
      ...{ closedAt: new Date(trade.closedAt).toISOString(), exitPrice: trade.exitPrice },
      ...{ exitReason: trade.exitReason, net: trade.net.minor, balance: trade.balance.minor },
    }))
    expect(trades.length).toBeGreaterThanOrEqual(10)
    const text = `${JSON.stringify({ rows, metrics, trades: lines }, undefined, 2)}\n`
    await expect(text).toMatchFileSnapshot(`golden/${strategy.name}.json`)
  })
})

describe.each(STRATEGIES)('$name', strategy => {
  it('enters with a stop, one position at a time, and is refused nothing', async () => {
    const { trades, blocked } = await run(strategy)
    expect(blocked).toEqual([])
    expect(trades.every(trade => trade.stopLoss !== undefined)).toBe(true)
    const openings = [...new Set(trades.map(trade => trade.openedAt))]
    for (const openedAt of openings) {
      const others = trades.filter(other => other.openedAt < openedAt && other.closedAt > openedAt + 50)
      expect(others).toEqual([])
    }
  })

  it('trades the same behind the filter of quotes that it has on the server, which keeps back none of these', async () => {
    const filtered = await backtest(strategy, { ...options, quoteFilter: WIDE_QUOTE_LIMITS })
    expect(filtered.quarantine).toMatchObject({ passed: data.length - 1, quarantined: 0 })
    expect(filtered.trades).toEqual((await run(strategy)).trades)
  })

  it('knows nothing of the future and does the same twice', async () => {
    const { passed, findings } = await check(strategy, { ...options, cuts: 2 })
    expect(findings).toEqual([])
    expect(passed).toBe(true)
  })

  it('is warmed up with ten times the 14 bars of its smoothed range, and more', () => {
    const feeds = strategy.feeds(strategy.params.parse({}))
    expect(feeds['main']?.history).toBeGreaterThanOrEqual(140)
  })

  it('states its hypothesis, its failures and the range of each parameter, in less than 80 lines', () => {
    const text = readFileSync(new URL(`./${strategy.name}.ts`, import.meta.url), 'utf8')
    expect(text.split('\n').length).toBeLessThanOrEqual(80)
    expect(text).toMatch(/Hypothesis: [\s\S]*Fails? /)
    const { properties } = z.toJSONSchema(strategy.params, { io: 'input' }) as {
      properties: Record<string, Record<string, unknown>>
    }
    for (const [name, property] of Object.entries(properties)) {
      expect(property['description'], name).toBeTruthy()
      expect(property, name).toHaveProperty('default')
      const isBounded = 'enum' in property || 'maximum' in property || 'exclusiveMaximum' in property
      expect(isBounded, name).toBe(true)
    }
  })
})

describe('the rules by the clock', () => {
  it('S04 enters once a side and day between the London open and 13:00, and is out after 17:00', async () => {
    const { trades } = await run(londonBreakout)
    const keys = trades.map(({ side, openedAt }) => `${side} ${dayOf(openedAt, 'Europe/London')}`)
    expect(new Set(keys).size).toBe(keys.length)
    for (const { openedAt, closedAt } of trades) {
      expect(clock(openedAt, 'Europe/London')).toBeGreaterThanOrEqual(8 * 60)
      expect(clock(openedAt, 'Europe/London')).toBeLessThanOrEqual(13 * 60)
      expect(clock(closedAt, 'Europe/London')).toBeLessThanOrEqual(17 * 60 + 15)
      expect(dayOf(closedAt, 'Europe/London')).toBe(dayOf(openedAt, 'Europe/London'))
    }
    expect(trades.some(trade => trade.exitReason === 'strategy')).toBe(true)
  })

  it('S07 and S08 are flat before the daily break', async () => {
    const zone = 'America/New_York'
    for (const [strategy, until] of [
      [vwapFade, 16 * 60 + 46],
      [newYorkRange, 15 * 60 + 51],
    ] as const)
      for (const { openedAt, closedAt } of (await run(strategy)).trades) {
        // An evening entry of S07 belongs to the session that ends on the next day.
        const endsOn = dayOf(openedAt, zone) + (clock(openedAt, zone) >= 17 * 60 ? 1 : 0)
        const isBefore = dayOf(closedAt, zone) < endsOn
        expect(isBefore || clock(closedAt, zone) <= until).toBe(true)
        expect(dayOf(closedAt, zone)).toBeLessThanOrEqual(endsOn)
      }
  })

  it('S08 waits at the edge: never filled at a worse price than its limit, once a day, in parts', async () => {
    const { trades, decisions } = await backtest(newYorkRange, { ...options, recordDecisions: true })
    const zone = 'America/New_York'
    const openings = [...new Set(trades.map(trade => trade.openedAt))]
    const parts = openings.map(at => trades.filter(trade => trade.openedAt === at).length)
    expect(Math.max(...parts)).toBe(2)
    const days = openings.map(at => dayOf(at, zone))
    expect(new Set(days).size).toBe(days.length)
    for (const at of openings) {
      expect(clock(at, zone)).toBeGreaterThanOrEqual(10 * 60)
      expect(clock(at, zone)).toBeLessThanOrEqual(14 * 60 + 5)
    }
    const limits = new Map<number, number>()
    for (const { at, command } of decisions)
      if (command.type === 'place' && command.request.type === 'limit')
        limits.set(dayOf(at, zone), command.request.limitPrice)
    expect(limits.size).toBeGreaterThan(days.length)
    for (const { side, openedAt, entryPrice } of trades) {
      const limit = limits.get(dayOf(openedAt, zone)) ?? Number.NaN
      expect(side === 'buy' ? entryPrice <= limit : entryPrice >= limit).toBe(true)
    }
  })
})
