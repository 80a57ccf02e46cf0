import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { check } from './check/check.ts'
import { mapColumns } from './data-columns.ts'
import { walkForward } from './walk-forward.ts'

const DAY = 86_400_000
const startAt = unixMs(Date.UTC(2025, 0, 5, 23))
const h1 = { seed: 5, timeframe: 'h1', count: 1300, startAt } as const
const gold = syntheticBars({ ...h1, instrument: SYNTHETIC_XAUUSD })
const euro = syntheticBars({ ...h1, instrument: SYNTHETIC_EURUSD })
const first = gold.openedAt[0] as number

/** A column of two rows for each bar. */
const twice = (value: (bar: number, isSecond: boolean) => number): Float64Array =>
  Float64Array.from({ length: 2 * gold.length }, (_, row) => value(row >> 1, (row & 1) === 1))
const opens = twice((bar, isSecond) => (gold.openedAt[bar] as number) + (isSecond ? 900_000 : 0))
/** Up to the high first: a target is hit before the stop, which `worst` takes first. */
const bid = twice((bar, isSecond) => (isSecond ? gold.low : gold.high)[bar] as number)
const finer = {
  quotes: { type: 'ticks', symbolId: gold.symbolId, length: bid.length, at: opens, bid, ask: bid },
  'shorter bars': {
    type: 'bars',
    symbolId: gold.symbolId,
    timeframe: 'm15',
    length: bid.length,
    openedAt: opens,
    open: bid,
    high: bid,
    low: bid,
    close: bid,
    tickVolume: bid.map(() => 1),
  },
} as const satisfies Record<string, TickColumns | BarColumns>

/** The rows outside a span of days after the first one. */
function without<C extends BarColumns | TickColumns>(columns: C, fromDay: number, toDay: number): C {
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  const keeps = (_: number, row: number): boolean => {
    const day = ((times[row] as number) - first) / DAY
    return day < fromDay || day >= toDay
  }
  return mapColumns(columns, times.filter(keeps).length, column => column.filter(keeps)) as C
}

/** Buys again and again, with a stop and a target within reach of many a bar. */
const buys = defineStrategy({
  name: 'buys',
  params: z.object({ pips: z.int().min(1).default(30) }),
  feeds: () => ({ main: { timeframe: 'h1' } }),
  create: ({ params }) => ({
    onBar(_bar, ctx) {
      const away = { pips: pips(params.pips) }
      if (ctx.position === undefined && ctx.pendingEntries === 0)
        ctx.buy({ volume: lots(0.01), stopLoss: away, takeProfit: away })
    },
  }),
})

const run = {
  instrument: SYNTHETIC_XAUUSD,
  data: gold,
  account: { currency: 'USD', balance: 100_000, leverage: 100 },
}
const replay = (data: TickColumns | BarColumns) => ({ intrabar: { policy: 'replay', data } as const })
const folds = (options: Partial<ReturnType<typeof replay>>) =>
  walkForward(buys, {
    ...run,
    ...options,
    grid: { pips: [30] },
    inSampleMs: 28 * DAY,
    outOfSampleMs: 14 * DAY,
  })

describe.each(['quotes', 'shorter bars'] as const)('a walk-forward with %s to replay within bars', kind => {
  it('runs a fold in which they have no row by the worst, as a backtest does such bars', async () => {
    const whole = await folds(replay(finer[kind]))
    const worst = await folds({})
    // Without: both first spans out of sample, and the sample of the third fold.
    const found = await folds(replay(without(finer[kind], 28, 56)))
    expect(found.folds.map(({ inSampleReport }) => inSampleReport?.metrics)).toEqual([
      whole.folds[0]?.inSampleReport?.metrics,
      expect.anything(),
      worst.folds[2]?.inSampleReport?.metrics,
      expect.anything(),
    ])
    expect(found.folds.slice(0, 2).map(({ report }) => report?.metrics)).toEqual(
      worst.folds.slice(0, 2).map(({ report }) => report?.metrics),
    )
    expect(found.folds[0]?.report?.metrics.tradeCount).toBeGreaterThan(10)
    expect(found.folds[0]?.report?.metrics.netProfit).not.toEqual(whole.folds[0]?.report?.metrics.netProfit)
  })

  it('is refused as a backtest is when they have no row at all', async () => {
    const none = replay(without(finer[kind], 0, 1000))
    const message =
      /^\[data-invalid\] intrabar\.data of XAUUSD has no rows\. Pass at least one, or leave intrabar out/
    await expect(backtest(buys, { ...run, ...none, params: {} })).rejects.toThrow(message)
    await expect(folds(none)).rejects.toThrow(message)
  })

  it('is checked before their first row as a backtest without them', async () => {
    const late = replay(without(finer[kind], 0, 40))
    const report = await check(buys, { ...run, ...late, params: {}, cuts: 6 })
    expect(report.findings).toEqual([])
    expect(report.runs).toBeGreaterThan(6)
  })
})

it.each([
  ['later', 40],
  ['behind the part that is checked', 1000],
])('a check runs before the rows of a watched symbol that begin %s, its feeds cold', async (_, fromDay) => {
  const watching = {
    ...buys,
    feeds: () => ({ ...buys.feeds({ pips: 30 }), euro: { timeframe: 'h1', symbol: 'EURUSD' } as const }),
  }
  const watchedBars = [without(euro, 0, fromDay)]
  const report = await check(watching, {
    ...run,
    watched: [SYNTHETIC_EURUSD],
    watchedBars,
    params: {},
    cuts: 6,
  })
  expect(report.findings).toEqual([])
  expect(report.decisions).toBeGreaterThan(20)
})
