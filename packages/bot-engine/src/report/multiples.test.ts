import { type Instrument, lots, pips, symbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BacktestOptions } from '../backtest/options.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { backtest } from '../backtest/run.ts'
import type { BarColumns } from '../data/columns.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { partialTargets } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import { defineStrategy } from '../strategy/define.ts'
import { roundTripColumns } from './round-trip-columns.ts'
import { createRunDocument } from './run-document.ts'

const QUARTER_MS = 900_000
const USDJPY: Instrument = {
  ...SYNTHETIC_EURUSD,
  id: symbolId(77),
  name: 'USDJPY',
  base: 'USD',
  quote: 'JPY',
  digits: 3,
  pipPosition: 2,
  costs: { commission: { type: 'usd-per-lot', rate: 2.5 } },
}

function barsOf(instrument: Instrument, rows: readonly (readonly number[])[]): BarColumns {
  const column = (index: number) => Float64Array.from(rows, row => Math.round((row[index] as number) * 1e5))
  return {
    type: 'bars',
    symbolId: instrument.id,
    timeframe: 'm15',
    length: rows.length,
    openedAt: Float64Array.from(rows, (_, row) => Date.UTC(2025, 2, 4, 10) + row * QUARTER_MS),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    tickVolume: Float64Array.from(rows, () => 10),
  }
}

/** Buys at 150 with a stop 0.5 below, and moves it to `lock` above the entry once the price is there. */
const locking = defineStrategy({
  name: 'locking',
  params: z.object({ volume: z.number(), lock: z.number(), ladder: z.boolean().default(false) }),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create: ({ params: { volume, lock, ladder } }) => {
    const handlers = {
      onBar(bar, ctx) {
        const { position } = ctx
        if (position === undefined && ctx.pendingEntries === 0)
          ctx.buy({ volume: lots(volume), stopLoss: { pips: pips(50) } })
        if (position?.stopLoss !== undefined && position.stopLoss < position.entryPrice)
          if (bar.close > position.entryPrice + 0.1)
            ctx.setProtection(position.id, { stopLoss: (position.entryPrice + lock) as never })
      },
    } satisfies Parameters<typeof managed>[1]
    return ladder ? managed([partialTargets([{ at: { r: 0.4 }, close: 0.5 }])], handlers) : handlers
  },
})

const ROWS = [
  [150, 150.05, 149.95, 150],
  [150, 150.3, 149.95, 150.25],
  [150.25, 150.3, 150.15, 150.2],
  [150.2, 150.3, 149.9, 149.95],
  [149.95, 150, 149.9, 149.95],
]
const options = (params: {
  readonly volume: number
  readonly lock: number
  readonly ladder?: boolean
}): BacktestOptions<typeof locking> => ({
  params,
  instrument: USDJPY,
  data: barsOf(USDJPY, ROWS),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  // Long trades alone: without a spread, bid and ask are one.
  venue: { latencyMs: 0, barSpreadTicks: 0 },
})

/** A report of before the rate was kept. */
function withoutRates(report: BacktestReport): BacktestReport {
  const bare = (trade: BacktestReport['trades'][number]) => {
    const { conversionRate: _, ...closing } = trade.exit.closing as NonNullable<typeof trade.exit.closing>
    return { ...trade, exit: { ...trade.exit, closing } }
  }
  const roundTrips = report.roundTrips.map(trip => ({ ...trip, closings: trip.closings.map(bare) }))
  return { ...report, trades: report.trades.map(bare), roundTrips }
}

describe('R of a symbol that is not quoted in the currency of the account', () => {
  it.each([
    [1, 0],
    [0.1, 0],
    [0.01, 0.001],
    [0.01, 0.002],
  ])(
    'of %d lots closed %d above the entry is net ÷ risk at the rate of the closing',
    async (volume, lock) => {
      const run = options({ volume, lock })
      const report = await backtest(locking, run)
      const [trade] = report.trades
      const { trades } = createRunDocument(report, run, { title: 'x' })
      // Of the last quote, the open of the bar that reached the stop.
      expect(trade?.exit.closing?.conversionRate).toBeCloseTo(1 / 150.2, 12)
      const risk = (0.5 * volume * 100_000) / 150.2
      expect(trades.r?.[0]).toBeCloseTo((trade?.net.minor as number) / 100 / risk, 12)
    },
  )

  it('is converted by another symbol too: gold in yen, closed at its entry', async () => {
    const rows = [
      [2000, 2000.5, 1999.5, 2000],
      [2000, 2003, 1999.5, 2002.5],
      [2002.5, 2003, 2002, 2002.5],
      [2002.5, 2003, 1999, 1999.5],
      [1999.5, 2000, 1999, 1999.5],
    ]
    const run: BacktestOptions<typeof locking> = {
      ...options({ volume: 0.1, lock: 0 }),
      instrument: SYNTHETIC_XAUUSD,
      watched: [USDJPY],
      data: barsOf(SYNTHETIC_XAUUSD, rows),
      watchedBars: [
        barsOf(
          USDJPY,
          rows.map(() => [150, 150, 150, 150]),
        ),
      ],
      account: { currency: 'JPY', digits: 0, balance: 1_000_000, leverage: 100 },
    }
    const watching = defineStrategy({
      ...locking,
      feeds: () => ({ rate: { timeframe: 'm15', symbol: 'USDJPY' }, main: { timeframe: 'm15' } }),
      create: setup => {
        const { onBar } = locking.create(setup)
        return {
          onBar: (bar, ctx) => (bar.feed === 'main' ? onBar?.(bar as never, ctx as never) : undefined),
        }
      },
    })
    const report = await backtest(watching, run)
    const [trade] = report.trades
    expect(trade?.gross.minor).toBe(0)
    const { trades } = createRunDocument(report, run, { title: 'x' })
    expect(trades.r?.[0]).toBeCloseTo((trade?.net.minor as number) / (5 * 10 * 150), 12)
  })

  it('of a position closed in parts is of the rate of each by its volume', async () => {
    const run = options({ volume: 0.1, lock: 0, ladder: true })
    const report = await backtest(locking, run)
    expect(report.trades.map(({ volume }) => volume)).toEqual([0.05, 0.05])
    const rates = report.trades.map(({ exit }) => exit.closing?.conversionRate as number)
    expect(rates.map(rate => 1 / rate)).toEqual([expect.closeTo(150.25, 9), expect.closeTo(150.2, 9)])
    const risk = (0.5 * 0.1 * 100_000 * (1 / 150.25 + 1 / 150.2)) / 2
    const net = report.trades.reduce((sum, trade) => sum + trade.net.minor, 0) / 100
    const { trades } = createRunDocument(report, run, { title: 'x' })
    expect(roundTripColumns(trades).r?.[0]).toBeCloseTo(net / risk, 6)
  })
})

describe('R of records without a rate', () => {
  it('takes that of a neighbour where nothing moved, and is unknown where there is none', async () => {
    const run = options({ volume: 1, lock: 0 })
    const report = withoutRates(await backtest(locking, run))
    const [even] = report.trades
    expect(even?.gross.minor).toBe(0)
    expect(createRunDocument(report, run, { title: 'x' }).trades).not.toHaveProperty('r')
    const moved = withoutRates(await backtest(locking, options({ volume: 1, lock: 0.1 })))
    const gross = moved.trades[0]?.gross.minor as number
    const both = {
      ...report,
      trades: [report.trades[0], moved.trades[0], report.trades[0]] as BacktestReport['trades'],
    }
    const rate = gross / 100 / (0.1 * 100_000)
    const { r } = createRunDocument(both, run, { title: 'x' }).trades
    const risk = 0.5 * 100_000 * rate
    const nets = both.trades.map(({ net }) => net.minor / 100 / risk)
    for (const [row, wanted] of nets.entries()) expect(r?.[row]).toBeCloseTo(wanted, 9)
  })

  it('needs none where the symbol is quoted in the currency of the account', async () => {
    const dollars = {
      ...options({ volume: 0.01, lock: 0 }),
      instrument: { ...USDJPY, base: 'JPY', quote: 'USD' },
    }
    const report = withoutRates(await backtest(locking, dollars))
    const { trades } = createRunDocument(report, dollars, { title: 'x' })
    expect(trades.r?.[0]).toBeCloseTo((report.trades[0]?.net.minor as number) / 100 / 500, 12)
  })
})
