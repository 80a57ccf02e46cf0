import { POINTS_PER_UNIT, priceToPoints } from '@openclaw-trading/trading-model'
import type { TradeNumbers } from '../backtest/trade-numbers.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { rowFrom } from '../data/first-row.ts'

/** How far trades went for and against their holder while they were open, in price; 0 or more. */
export interface Excursions {
  /** Furthest against the entry. */
  readonly adverse: readonly number[]
  /** Furthest for it. */
  readonly favourable: readonly number[]
}

/**
 * The excursions of trades over the data they were made on: on quotes the side that closes the position, on bars their
 * bid range, with the first and the last bar taken whole.
 */
export function excursionsOf(trades: TradeNumbers, data: BarColumns | TickColumns): Excursions {
  const adverse = trades.entryPrice.slice()
  const favourable = trades.entryPrice.slice()
  const times = data.type === 'bars' ? data.openedAt : data.at
  const [bid, ask] = rangesOf(data)
  const bought = { ...bid, rising: favourable, falling: adverse }
  const sold = { ...ask, rising: adverse, falling: favourable }
  let row = 0
  for (let trade = 0; trade < trades.count; trade++) {
    // Trades are in order of their closing: one mostly begins some rows behind the one before.
    row = Math.max(0, rowFrom(times, data.length, (trades.openedAt[trade] as number) + 1, row) - 1)
    const end = rowFrom(times, data.length, trades.closedAt[trade] as number, row)
    const { highs, lows, rising, falling } = trades.side[trade] === 'buy' ? bought : sold
    const entry = priceToPoints(trades.entryPrice[trade] as number)
    const exit = priceToPoints(trades.exitPrice[trade] as number)
    let highest = Math.max(entry, exit)
    let lowest = Math.min(entry, exit)
    // Here and not in a function of its own: most trades are done before that one were compiled.
    for (let i = row; i < end; i++) {
      if ((highs[i] as number) > highest) highest = highs[i] as number
      if ((lows[i] as number) < lowest) lowest = lows[i] as number
    }
    rising[trade] = (highest - entry) / POINTS_PER_UNIT
    falling[trade] = (entry - lowest) / POINTS_PER_UNIT
  }
  return { adverse, favourable }
}

/** Where the highest and the lowest price stand at which a position could be closed. */
interface Range {
  readonly highs: Float64Array
  readonly lows: Float64Array
}

/** For what was bought, and for what was sold. */
function rangesOf(data: BarColumns | TickColumns): readonly [Range, Range] {
  if (data.type === 'ticks')
    return [
      { highs: data.bid, lows: data.bid },
      { highs: data.ask, lows: data.ask },
    ]
  const bid = { highs: data.high, lows: data.low }
  return [bid, bid]
}
