import { type Instrument, lotsToUnits, priceToPoints, POINTS_PER_UNIT } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { Trade } from '../kernel/trade.ts'

/** How far a trade went for and against its holder while it was open, and what it risked; in multiples where known. */
export interface Excursion {
  /** Furthest against the entry, in price; 0 or more. */
  readonly adverse: number
  /** Furthest for it, in price; 0 or more. */
  readonly favourable: number
  /** From entry to the first stop, in price; absent without a stop. */
  readonly risk?: number
  /** Net result ÷ what the first stop would have lost, before costs; absent without a stop. */
  readonly r?: number
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
  return trades.map(trade => {
    const [highest, lowest] = rangeOf(trade, data)
    const entry = priceToPoints(trade.entryPrice)
    const [up, down] = [Math.max(0, highest - entry), Math.max(0, entry - lowest)]
    const [favourable, adverse] = trade.side === 'buy' ? [up, down] : [down, up]
    const risk =
      trade.initialStopLoss === undefined ? 0 : Math.abs(entry - priceToPoints(trade.initialStopLoss))
    const base = { adverse: adverse / POINTS_PER_UNIT, favourable: favourable / POINTS_PER_UNIT }
    if (risk === 0) return base
    const riskMoney =
      (risk / POINTS_PER_UNIT) * lotsToUnits(instrument, trade.volume) * rateOf(trade, instrument)
    const net = trade.net.minor / 10 ** trade.net.digits
    return { ...base, risk: risk / POINTS_PER_UNIT, ...(riskMoney > 0 ? { r: net / riskMoney } : {}) }
  })
}

/** Deposit currency for one unit of quote currency, from what the trade's own move earned; 1 where it did not move. */
function rateOf({ gross, side, entryPrice, exitPrice, volume }: Trade, instrument: Instrument): number {
  if (instrument.quote === gross.currency) return 1
  const move = (exitPrice - entryPrice) * (side === 'buy' ? 1 : -1) * lotsToUnits(instrument, volume)
  return move === 0 ? 1 : gross.minor / 10 ** gross.digits / move
}

function rangeOf(trade: Trade, data: BarColumns | TickColumns): readonly [number, number] {
  const exit = priceToPoints(trade.exitPrice)
  let [highest, lowest] = [exit, exit]
  const times = data.type === 'bars' ? data.openedAt : data.at
  const [highs, lows] =
    data.type === 'bars'
      ? [data.high, data.low]
      : trade.side === 'buy'
        ? [data.bid, data.bid]
        : [data.ask, data.ask]
  for (let row = rowAt(times, data.length, trade.openedAt); row < data.length; row++) {
    if ((times[row] as number) >= trade.closedAt) break
    highest = Math.max(highest, highs[row] as number)
    lowest = Math.min(lowest, lows[row] as number)
  }
  return [highest, lowest]
}

/** The last row at or before an instant; the first when there is none. */
export function rowAt(times: Float64Array, length: number, instant: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) <= instant) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
