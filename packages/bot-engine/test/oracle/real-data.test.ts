import { existsSync, readFileSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { differenceToPips, type Instrument, lots } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../../src/data/instruments.ts'
import { type AnyStrategy, backtest, bollinger, defineStrategy, sma } from '../../src/index.ts'
import { type Decide, driveBars } from './drive.ts'
import type { Entry, Request, Rules } from './model.ts'
import type { PlainBar } from './within-bar.ts'
import { barColumns, comparable, outcomeOf } from './world.ts'

// Real one-minute bars of gold; the data is not part of the project.
const FILE = fileURLToPath(
  new URL('../../../../../shared/data/bars/xauusd_m1_2025-12-19_2026-03-25.csv.gz', import.meta.url),
)
const IS_FULL = env['CLAW_TEST_FULL'] === '1'
/** The oracle walks each path in steps of a cent: a part of the file is enough every day. */
const PATH_BARS = IS_FULL ? Number.POSITIVE_INFINITY : 6000
/** A step of two digits, in points. */
const TICK = 1000
const SPREAD = 25 * TICK

const INSTRUMENT: Instrument = {
  ...SYNTHETIC_XAUUSD,
  costs: {
    commission: { type: 'usd-per-million', rate: 30 },
    swap: {
      unit: 'points',
      long: -45.5,
      short: 12.25,
      tripleDay: 3,
      firstChargeMinute: 1320,
      periodHours: 24,
      skippedPeriods: 0,
      chargedAtWeekends: false,
    },
  },
}

const RULES: Rules = {
  tick: TICK,
  lotCents: 10_000,
  stepCents: 100,
  commission: { per: 'million', rate: 30 },
  minCommission: 0,
  swap: {
    unit: 'points',
    long: -45.5,
    short: 12.25,
    minute: 1320,
    skipped: 0,
    weekends: false,
    tripleDay: 3,
    pip: 10_000,
  },
  balance: 1_000_000,
  leverage: 100,
  marginMethod: 'sum',
  hedged: true,
  stopOut: undefined,
  latency: 0,
  slippageTicks: 2,
  breaks: undefined,
  parts: undefined,
  faults: new Set(),
}

function readBars(limit: number): PlainBar[] {
  const lines = gunzipSync(readFileSync(FILE)).toString().trim().split('\n').slice(1)
  return lines.slice(0, Math.min(limit, lines.length)).map(line => {
    const [openedAt = 0, ...prices] = line.split(',').map(Number)
    const [open = 0, high = 0, low = 0, close = 0] = prices.map(price => Math.round(price * 100) * TICK)
    return { openedAt, closedAt: openedAt + 60_000, open, high, low, close, spread: SPREAD }
  })
}

const MARKET: Entry = {
  kind: 'market',
  side: 'buy',
  cents: 1000,
  price: 0,
  range: 0,
  tif: 'ioc',
  expiresAt: undefined,
  trigger: 'trade',
  stop: { distance: 2000 * TICK },
  target: { distance: 3000 * TICK },
  trailing: false,
  guaranteed: false,
}

/** SMA(10/30) cross, always in the market until its stop or target. */
const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ instrument }) {
    const fast = sma(10)
    const slow = sma(30)
    let above: boolean | undefined
    return {
      onBar(bar, ctx) {
        const f = fast.push(bar.close)
        const s = slow.push(bar.close)
        if (f === undefined || s === undefined) return
        const crossed = above !== undefined && above !== f > s
        above = f > s
        if (!crossed) return
        ctx.close()
        ctx[above ? 'buy' : 'sell']({
          volume: lots(0.1),
          stopLoss: { pips: differenceToPips(instrument, 20) },
          takeProfit: { pips: differenceToPips(instrument, 30) },
        })
      },
    }
  },
})

function plainCross(bars: readonly PlainBar[]): Decide {
  let above: boolean | undefined
  let number = 0
  const sum = (index: number, length: number) =>
    bars.slice(index - length + 1, index + 1).reduce((total, { close }) => total + close, 0)
  return ({ index, venue }) => {
    if (index < 29) return []
    // Whole numbers: 10 closes × 3 against 30 closes.
    const isAbove = sum(index, 10) * 3 > sum(index, 30)
    const crossed = above !== undefined && above !== isAbove
    above = isAbove
    if (!crossed) return []
    const closes = venue.positions.map(
      (position): Request => ({
        type: 'close',
        position: position.id,
        cents: position.cents,
      }),
    )
    number++
    return [...closes, { type: 'enter', number, entry: { ...MARKET, side: isAbove ? 'buy' : 'sell' } }]
  }
}

/** Closes outside the band that come back inside are faded to the middle; 0.5 % at risk, the stop beyond the extreme. */
const bounce = defineStrategy({
  name: 'bounce',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ instrument }) {
    const bands = bollinger(20, 2)
    let outside: 'above' | 'below' | undefined
    let tip = 0
    return {
      onBar({ close, high, low }, ctx) {
        const band = bands.push(close)
        if (band === undefined) return
        const now = close > band.upper ? 'above' : close < band.lower ? 'below' : undefined
        const was = outside
        outside = now
        if (now !== undefined) {
          const own = now === 'above' ? high : low
          tip = now !== was ? own : now === 'above' ? Math.max(tip, own) : Math.min(tip, own)
        }
        if (was === undefined || now !== undefined || ctx.position !== undefined) return
        if (was === 'below' ? band.middle <= close : band.middle >= close) return
        ctx[was === 'below' ? 'buy' : 'sell']({
          riskPercent: 0.5,
          stopLoss: { pips: differenceToPips(instrument, Math.abs(tip - close) + 1.5) },
          // Twenty closes of two digits have a mean with ties, and a double lies beside them.
          takeProfit: { pips: differenceToPips(instrument, withoutDust(Math.abs(band.middle - close))) },
        })
      },
    }
  },
})

const withoutDust = (value: number) => Math.round(value * 1e7) / 1e7

function plainBounce(bars: readonly PlainBar[]): Decide {
  let outside: 'above' | 'below' | undefined
  let tip = 0
  let number = 0
  return ({ index, venue }) => {
    if (index < 19) return []
    const closes = bars.slice(index - 19, index + 1).map(bar => bar.close / 100_000)
    const mean = closes.reduce((sum, close) => sum + close, 0) / 20
    const width = 2 * Math.sqrt(closes.reduce((sum, close) => sum + (close - mean) ** 2, 0) / 20)
    const bar = bars[index] as PlainBar
    const close = bar.close / 100_000
    const now = close > mean + width ? 'above' : close < mean - width ? 'below' : undefined
    const was = outside
    outside = now
    if (now === 'above') tip = was === now ? Math.max(tip, bar.high) : bar.high
    if (now === 'below') tip = was === now ? Math.min(tip, bar.low) : bar.low
    if (was === undefined || now !== undefined || venue.positions.length > 0) return []
    const side = was === 'below' ? 'buy' : 'sell'
    if (side === 'buy' ? mean <= close : mean >= close) return []
    const stop = Math.abs(tip - bar.close) + 150 * TICK
    // Twenty times the distance, in whole points: half a step is half a step, and rounds away from zero.
    const twenty = Math.abs(
      bars.slice(index - 19, index + 1).reduce((sum, { close: c }) => sum + c - bar.close, 0),
    )
    const target = Math.floor((2 * twenty + 20 * TICK) / (40 * TICK)) * TICK
    // 0.5 % of the balance over the loss of an ounce, in steps of an ounce.
    const steps = Math.floor((venue.balance * 5) / stop)
    if (steps < 1 || target === 0) return []
    number++
    const entry = {
      ...MARKET,
      side,
      cents: steps * 100,
      stop: { distance: stop },
      target: { distance: target },
    } as const
    return [{ type: 'enter', number, entry }]
  }
}

// With CLAW_TEST_REQUIRE=all nothing may be skipped: it then fails on the missing file.
const isSkipped = !existsSync(FILE) && process.env['CLAW_TEST_REQUIRE'] !== 'all'

describe.skipIf(isSkipped)('over the real one-minute bars of gold', () => {
  it.each([
    ['SMA(10/30) cross', 'worst', smaCross, plainCross, Number.POSITIVE_INFINITY, 1000],
    ['Bollinger bounce', 'worst', bounce, plainBounce, Number.POSITIVE_INFINITY, 2000],
    ['SMA(10/30) cross', 'path', smaCross, plainCross, PATH_BARS, 100],
    ['Bollinger bounce', 'path', bounce, plainBounce, PATH_BARS, 100],
  ] as const)(
    '%s under `%s` trades as the oracle does',
    { timeout: 600_000 },
    async (_name, policy, strategy: AnyStrategy, decideOver, limit, least) => {
      const bars = readBars(limit)
      const report = await backtest(strategy, {
        params: {},
        instrument: INSTRUMENT,
        account: { currency: 'USD', balance: 10_000, leverage: 100 },
        venue: { latencyMs: 50, slippageTicks: 2, barSpreadTicks: 25 },
        data: barColumns(bars, 'm1'),
        intrabar: { policy },
      })
      const expected = driveBars(RULES, bars, decideOver(bars), { policy })
      expect(comparable(outcomeOf(report))).toEqual(comparable(expected))
      expect(report.trades.length).toBeGreaterThan(least)
    },
  )
})
