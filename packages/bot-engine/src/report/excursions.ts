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
  const { length } = data
  let row = 0
  let end = 0
  for (let trade = 0; trade < trades.count; trade++) {
    row = openRow(times, length, trades.openedAt[trade] as number, row, end)
    const closedAt = trades.closedAt[trade] as number
    const { highs, lows, rising, falling } = trades.side[trade] === 'buy' ? bought : sold
    const entry = priceToPoints(trades.entryPrice[trade] as number)
    const exit = priceToPoints(trades.exitPrice[trade] as number)
    let highest = Math.max(entry, exit)
    let lowest = Math.min(entry, exit)
    // Here and not in a function of its own: most trades are done before that one were compiled.
    for (end = row; end < length && (times[end] as number) < closedAt; end++) {
      if ((highs[end] as number) > highest) highest = highs[end] as number
      if ((lows[end] as number) < lowest) lowest = lows[end] as number
    }
    rising[trade] = (highest - entry) / POINTS_PER_UNIT
    falling[trade] = (entry - lowest) / POINTS_PER_UNIT
  }
  return { adverse, favourable }
}

/**
 * The last row at or before an instant. Trades are in order of their closing: one mostly begins where the one before it
 * ended, else some rows behind where that one began.
 */
function openRow(
  times: Float64Array,
  length: number,
  openedAt: number,
  begun: number,
  ended: number,
): number {
  const near = ended > 0 && (times[ended - 1] as number) <= openedAt ? ended : begun
  return Math.max(0, rowFrom(times, length, openedAt + 1, near) - 1)
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
