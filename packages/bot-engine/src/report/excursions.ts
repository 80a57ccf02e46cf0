import {
  type Instrument,
  type Lots,
  lotsToUnits,
  priceToPoints,
  POINTS_PER_UNIT,
} from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { TradeNumbers } from '../backtest/each-trade.ts'
import type { MoneyTerms } from '../backtest/fill-records.ts'
import { highestRow, lowestRow, rowFrom } from './row-span.ts'

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

/** Net result ÷ what the first stop would have lost, before costs; `undefined` without a stop. */
export function multipleOf(
  trade: Readonly<TradeNumbers>,
  instrument: Instrument,
  account: MoneyTerms,
): number | undefined {
  if (Number.isNaN(trade.initialStopLoss)) return undefined
  const points = Math.abs(priceToPoints(trade.entryPrice) - priceToPoints(trade.initialStopLoss))
  const units = lotsToUnits(instrument, trade.volume as Lots)
  const riskMoney = (points / POINTS_PER_UNIT) * units * rateOf(trade, units, instrument, account)
  return riskMoney > 0 ? trade.net / 10 ** account.digits / riskMoney : undefined
}

/** Deposit currency for one unit of quote currency, from what the trade's own move earned; 1 where it did not move. */
function rateOf(
  { gross, side, entryPrice, exitPrice }: Readonly<TradeNumbers>,
  units: number,
  { quote }: Instrument,
  { currency, digits }: MoneyTerms,
): number {
  if (quote === currency) return 1
  const move = (exitPrice - entryPrice) * (side === 'buy' ? 1 : -1) * units
  return move === 0 ? 1 : gross / 10 ** digits / move
}
