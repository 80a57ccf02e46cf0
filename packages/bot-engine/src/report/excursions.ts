import { POINTS_PER_UNIT, priceToPoints } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { rowFrom } from '../data/first-row.ts'
import type { TradeNumbers } from '../backtest/each-trade.ts'
import { highestRow, lowestRow } from './row-span.ts'

/** How far a trade went for and against its holder while it was open. */
export interface Excursion {
  /** Furthest against the entry, in price; 0 or more. */
  readonly adverse: number
  /** Furthest for it, in price; 0 or more. */
  readonly favourable: number
  /** Of the data, in which it was opened. */
  readonly row: number
}

/**
 * The excursion of a trade over the data it was made on: on quotes the side that closes the position, on bars their bid
 * range, with the first and the last bar taken whole.
 *
 * @param near - Where to look for its first row: that of the trade before.
 */
export function excursionOf(
  trade: Readonly<TradeNumbers>,
  data: BarColumns | TickColumns,
  near: number,
): Excursion {
  const times = data.type === 'bars' ? data.openedAt : data.at
  const row = Math.max(0, rowFrom(times, data.length, trade.openedAt + 1, near) - 1)
  const end = rowFrom(times, data.length, trade.closedAt, row)
  const [highs, lows] = sidesOf(data, trade)
  const entry = priceToPoints(trade.entryPrice)
  const exit = priceToPoints(trade.exitPrice)
  let [highest, lowest] = [Math.max(entry, exit), Math.min(entry, exit)]
  if (end > row) {
    highest = Math.max(highest, highs[highestRow(highs, row, end)] as number)
    lowest = Math.min(lowest, lows[lowestRow(lows, row, end)] as number)
  }
  const [up, down] = [(highest - entry) / POINTS_PER_UNIT, (entry - lowest) / POINTS_PER_UNIT]
  return trade.side === 'buy'
    ? { adverse: down, favourable: up, row }
    : { adverse: up, favourable: down, row }
}

function sidesOf(
  data: BarColumns | TickColumns,
  { side }: Pick<TradeNumbers, 'side'>,
): readonly [highs: Float64Array, lows: Float64Array] {
  if (data.type === 'bars') return [data.high, data.low]
  return side === 'buy' ? [data.bid, data.bid] : [data.ask, data.ask]
}
