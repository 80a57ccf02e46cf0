import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { mapColumns } from './data-columns.ts'
import { walkForward } from './walk-forward.ts'

const DAY = 86_400_000
const startAt = unixMs(Date.UTC(2025, 0, 5, 23))
const h1 = { seed: 5, timeframe: 'h1', count: 1300, startAt } as const
const gold = syntheticBars({ ...h1, instrument: SYNTHETIC_XAUUSD })
const euro = syntheticBars({ ...h1, instrument: SYNTHETIC_EURUSD })
const first = gold.openedAt[0] as number
const folds = { inSampleMs: 28 * DAY, outOfSampleMs: 14 * DAY }

/** The rows outside a span of days after the first one. */
function without(bars: BarColumns, fromDay: number, toDay: number): BarColumns {
  const keeps = (_: number, row: number): boolean => {
    const day = ((bars.openedAt[row] as number) - first) / DAY
    return day < fromDay || day >= toDay
  }
  return mapColumns(bars, bars.openedAt.filter(keeps).length, column => column.filter(keeps)) as BarColumns
}

/** The opens as quotes. */
function quotes({ symbolId, length, openedAt, open }: BarColumns): TickColumns {
  return { type: 'ticks', symbolId, length, at: openedAt, bid: open, ask: open.map(bid => bid + 10_000) }
}

/** Trades as soon as it has seen a bar of the euro. */
const asksTheEuro = defineStrategy({
  name: 'asks-the-euro',
  params: z.object({ hours: z.int().min(1).default(6) }),
  feeds: () => ({ main: { timeframe: 'h1' }, euro: { timeframe: 'h1', symbol: 'EURUSD' } }),
  create({ params }) {
    let held = 0
    return {
      onBar({ feed }, ctx) {
        if (feed !== 'main' || ctx.bars('euro').length === 0) return
        held += 1
        if (ctx.position !== undefined && held >= params.hours) ctx.close()
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        held = 0
        ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(2000) } })
      },
    }
  },
})

const run = {
  instrument: SYNTHETIC_XAUUSD,
  watched: [SYNTHETIC_EURUSD],
  account: { currency: 'USD', balance: 100_000, leverage: 100 },
  grid: { hours: [6, 12] },
  ...folds,
}
const over = {
  bars: (traded: BarColumns, watched: BarColumns) => ({ data: traded, watchedBars: [watched] }),
  quotes: (traded: BarColumns, watched: BarColumns) => ({ data: [quotes(traded), quotes(watched)] }),
}

describe.each(['bars', 'quotes'] as const)('a walk-forward over %s of two symbols', kind => {
  it('runs a fold in which the watched one has no row with cold feeds of it', async () => {
    // Without: both first spans out of sample, and the sample of the third fold.
    const found = await walkForward(asksTheEuro, { ...run, ...over[kind](gold, without(euro, 28, 56)) })
    const trades = found.folds.map(({ params, report }) => params && report?.metrics.tradeCount)
    expect(trades).toEqual([0, 0, undefined, expect.any(Number)])
    expect(trades[3]).toBeGreaterThan(5)
    expect(found.matrix?.keys.length).toBe(2)
  })

  it('makes no run over a fold in which the traded one has no row', async () => {
    const found = await walkForward(asksTheEuro, { ...run, ...over[kind](without(gold, 28, 56), euro) })
    const trades = found.folds.map(({ params, report }) => params && report?.metrics.tradeCount)
    expect(trades).toEqual([undefined, undefined, undefined, expect.any(Number)])
    expect(found.folds.map(({ params }) => params !== undefined)).toEqual([true, true, false, true])
  })

  it('is refused as a backtest is when the watched one has no row at all', async () => {
    await expect(
      walkForward(asksTheEuro, { ...run, ...over[kind](gold, without(euro, 0, 1000)) }),
    ).rejects.toThrow(/^\[data-invalid\] The data of EURUSD has no rows/)
  })
})
