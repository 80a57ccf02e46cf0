import { type Instrument, lotsToUnits, priceToPoints, POINTS_PER_UNIT } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { Trade } from '../kernel/trade.ts'
import { highestRow, lowestRow, rowFrom } from './row-span.ts'

/** How far a trade went for and against its holder while it was open, and what it made of its risk. */
export interface Excursion {
  /** Furthest against the entry, in price; 0 or more. */
  readonly adverse: number
  /** Furthest for it, in price; 0 or more. */
  readonly favourable: number
  /** Net result ÷ what the first stop would have lost, before costs; `undefined` without a stop. */
  readonly r: number | undefined
}

/**
 * Excursions of trades over the data they were made on: on quotes the side that closes the position, on bars their bid
 * range, with the first and the last bar taken whole.
 */
export function excursionsOf(
  trades: readonly Trade[],
  data: BarColumns | TickColumns,
  instrument: Instrument,
): readonly Excursion[] {
  const times = data.type === 'bars' ? data.openedAt : data.at
  let row = 0
  return trades.map(trade => {
    row = Math.max(0, rowFrom(times, data.length, trade.openedAt + 1, row) - 1)
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
    const r = multipleOf(trade, entry, instrument)
    return trade.side === 'buy' ? { adverse: down, favourable: up, r } : { adverse: up, favourable: down, r }
  })
}

function sidesOf(
  data: BarColumns | TickColumns,
  { side }: Trade,
): readonly [highs: Float64Array, lows: Float64Array] {
  if (data.type === 'bars') return [data.high, data.low]
  return side === 'buy' ? [data.bid, data.bid] : [data.ask, data.ask]
}

function multipleOf(trade: Trade, entry: number, instrument: Instrument): number | undefined {
  if (trade.initialStopLoss === undefined) return undefined
  const risk = Math.abs(entry - priceToPoints(trade.initialStopLoss)) / POINTS_PER_UNIT
  const riskMoney = risk * lotsToUnits(instrument, trade.volume) * rateOf(trade, instrument)
  return riskMoney > 0 ? trade.net.minor / 10 ** trade.net.digits / riskMoney : undefined
}

/** Deposit currency for one unit of quote currency, from what the trade's own move earned; 1 where it did not move. */
function rateOf({ gross, side, entryPrice, exitPrice, volume }: Trade, instrument: Instrument): number {
  if (instrument.quote === gross.currency) return 1
  const move = (exitPrice - entryPrice) * (side === 'buy' ? 1 : -1) * lotsToUnits(instrument, volume)
  return move === 0 ? 1 : gross.minor / 10 ** gross.digits / move
}
