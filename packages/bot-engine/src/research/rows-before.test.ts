import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticTicks } from '../data/synthetic.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { sma } from '../indicators/sma.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import { defineStrategy } from '../strategy/define.ts'
import { between } from './data-columns.ts'
import { foldsOf } from './folds.ts'
import { sweep, type SweepOptions } from './sweep.ts'
import { walkForward } from './walk-forward.ts'
import { warmUpBefore, warmUpFrom } from './warm-up-bars.ts'

const DAY = 86_400_000
const data = syntheticBars({
  seed: 5,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'h1',
  count: 2400,
  startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
})
const shared = {
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
}

/** Trades on the side of a long average, which a cold run knows only after two weeks. */
const slow = defineStrategy({
  name: 'slow',
  params: z.object({ period: z.int().min(2).default(200) }),
  feeds: ({ period }) => ({ main: { timeframe: 'h1', history: period } }),
  create({ params }) {
    const average = sma(params.period)
    return {
      onBar({ close }, ctx) {
        const value = average.push(close)
        if (value === undefined) return
        if (ctx.position !== undefined) return ctx.close()
        const entry = { volume: lots(0.1), stopLoss: { pips: pips(300) } }
        if (ctx.pendingEntries === 0) close > value ? ctx.buy(entry) : ctx.sell(entry)
      },
    }
  },
})

async function runsOf(options: SweepOptions<typeof slow>) {
  const runs = []
  for await (const run of sweep(slow, options)) runs.push(run)
  return runs
}

describe('the rows before a sweep', () => {
  const [fold] = foldsOf(
    { from: data.openedAt[0]!, to: data.openedAt[data.length - 1]! + 1 },
    { inSampleMs: 40 * DAY, outOfSampleMs: 10 * DAY },
  )
  const { from, to } = fold!.outOfSample
  const part = between(data, from, to)
  const before = between(data, Number.NEGATIVE_INFINITY, from)

  it('warm up each combination with as many bars as its own feeds ask for, as a backtest of it', async () => {
    const runs = await runsOf({
      ...shared,
      data: part,
      rowsBefore: { at: from, data: before },
      grid: { period: [50, 200] },
    })
    expect(runs).toHaveLength(2)
    for (const { params, report } of runs) {
      const warmUp = await warmUpBefore(slow, { ...shared, data, params }, from)
      expect(warmUp['main']?.closed).toHaveLength((params as { period: number }).period)
      const alone = await backtest(slow, { ...shared, data: part, params, warmUp })
      expect(report.metrics).toEqual(alone.metrics)
      const cold = await backtest(slow, { ...shared, data: part, params })
      expect(cold.metrics.tradeCount).toBeLessThan(report.metrics.tradeCount)
    }
  })

  it('make the same run of a span as a walk-forward does out of sample', async () => {
    const walked = await walkForward(slow, {
      ...shared,
      data,
      grid: { period: [200] },
      inSampleMs: 40 * DAY,
      outOfSampleMs: 10 * DAY,
      matrix: false,
    })
    const [run] = await runsOf({
      ...shared,
      data: part,
      rowsBefore: { at: from, data: before },
      grid: { period: [200] },
    })
    expect(walked.folds[0]?.report?.metrics).toEqual(run?.report.metrics)
    expect(run?.report.metrics.tradeCount).toBeGreaterThan(20)
  })

  it.each(['bars', 'quotes'] as const)(
    'make bars of each feed whose symbol has %s among them: one without any is cold, and no other with it',
    async kind => {
      const start = unixMs(Date.UTC(2025, 0, 7))
      const span = { startAt: start, until: unixMs(start + DAY) }
      const euro = {
        startAt: unixMs(start + DAY / 2),
        until: span.until,
        instrument: SYNTHETIC_EURUSD,
        seed: 2,
      }
      const gold = { ...span, instrument: SYNTHETIC_XAUUSD, seed: 1 }
      const m5 = { timeframe: 'm5', count: 200 } as const
      const data =
        kind === 'bars' ? syntheticBars({ ...gold, ...m5 }) : [syntheticTicks(gold), syntheticTicks(euro)]
      const run = {
        params: {},
        instrument: SYNTHETIC_XAUUSD,
        // Nothing but the euro's prices converts what gold makes.
        account: { ...shared.account, currency: 'EUR' },
        watched: [SYNTHETIC_EURUSD],
        ...(kind === 'bars' && { watchedBars: [syntheticBars({ ...euro, ...m5 })] }),
        data,
      }
      const strategy = defineStrategy({
        name: 'watcher',
        params: z.object({}),
        feeds: () => ({
          main: { timeframe: 'm15', history: 3 },
          euro: { timeframe: 'm15', symbol: 'EURUSD', history: 3 },
        }),
        create: () => ({}),
      })
      const counts = (warmUp: WarmUp) =>
        Object.values(warmUp).map(({ closed, forming }) => [closed.length, forming !== undefined])
      expect(counts(await warmUpBefore(strategy, run, start + DAY / 4 + 60_000))).toEqual([
        [3, true],
        [0, false],
      ])
      expect(counts(await warmUpBefore(strategy, run, start + (DAY * 5) / 8))).toEqual([
        [3, false],
        [3, false],
      ])
    },
  )

  it('may be quotes in any order: which of them are traded, their symbol says', async () => {
    const start = unixMs(Date.UTC(2025, 0, 7))
    const noon = unixMs(start + DAY / 2)
    const until = unixMs(start + DAY)
    const quotes = (instrument: typeof SYNTHETIC_XAUUSD, startAt: typeof start) =>
      syntheticTicks({ startAt, until, instrument, seed: 1 })
    const watching = defineStrategy({
      name: 'watcher',
      params: z.object({}),
      feeds: () => ({
        main: { timeframe: 'm15', history: 3 },
        euro: { timeframe: 'm15', symbol: 'EURUSD', history: 3 },
      }),
      create: () => ({}),
    })
    const counts = async (goldFrom: typeof start, euroFrom: typeof start) => {
      const gold = quotes(SYNTHETIC_XAUUSD, goldFrom)
      const euro = quotes(SYNTHETIC_EURUSD, euroFrom)
      const warmUps = [
        [gold, euro],
        [euro, gold],
      ].map(data =>
        warmUpBefore(
          watching,
          {
            params: {},
            instrument: SYNTHETIC_XAUUSD,
            watched: [SYNTHETIC_EURUSD],
            account: shared.account,
            data,
          },
          start + DAY / 4,
        ),
      )
      const made = await Promise.all(warmUps)
      return made.map(warmUp => Object.values(warmUp).map(({ closed }) => closed.length))
    }
    const euroLater = [3, 0]
    expect(await counts(start, noon)).toEqual([euroLater, euroLater])
    const goldLater: readonly number[] = []
    expect(await counts(noon, start)).toEqual([goldLater, goldLater])
  })

  it('are needed from an instant on, which is earlier for a longer history', () => {
    const [short, long] = [50, 200].map(period => warmUpFrom(slow, { period }, from))
    expect(from - short!).toBeGreaterThan(50 * 3_600_000)
    expect(long).toBeLessThan(short!)
  })
})
