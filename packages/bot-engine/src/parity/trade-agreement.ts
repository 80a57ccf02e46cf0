import type { Instrument } from '@openclaw-trading/trading-model'
import type { Trade } from '../kernel/trade.ts'
import type { TradeAgreement } from '../statistics/parity-score.ts'
import { type ParityDifference, ticksBetween } from './trade-differences.ts'

/** What differences of price and of cost are measured by. */
export interface RiskScale {
  /** Distance from entry to first stop, in ticks; of a trade without one, what the others risk. */
  ticksOf(trade: Trade): number
  /** Money of the account, in minor units, that a tick of a lot is worth. */
  readonly minorPerTickLot: number
}

/**
 * What the trades of a run risk.
 *
 * A trade without a stop is measured by the mean of those that have one; where none has, by the mean way from entry to exit.
 */
export function riskScale(trades: readonly Trade[], instrument: Instrument): RiskScale {
  const own = (trade: Trade): number | undefined =>
    trade.initialStopLoss === undefined
      ? undefined
      : Math.abs(ticksBetween(trade.entryPrice, trade.initialStopLoss, instrument)) || undefined
  const moved = (trade: Trade): number =>
    Math.abs(ticksBetween(trade.exitPrice, trade.entryPrice, instrument))
  const risked = trades.flatMap(trade => own(trade) ?? [])
  const usual = Math.max(1, risked.length > 0 ? mean(risked) : mean(trades.map(moved)))
  const gross = sum(trades.map(trade => Math.abs(trade.gross.minor)))
  const way = sum(trades.map(trade => moved(trade) * trade.volume))
  const digits = trades[0]?.gross.digits ?? 2
  const quoted = instrument.lotSize * 10 ** (digits - instrument.digits)
  const rates = trades.flatMap(({ exit }) => exit.closing?.conversionRate ?? [])
  // Of records of before the rate was kept, the moves tell it, to the rounding of what they earned.
  const earned = gross > 0 && way > 0 ? gross / way : quoted
  return {
    ticksOf: trade => own(trade) ?? usual,
    minorPerTickLot: rates.length > 0 ? quoted * mean(rates) : earned,
  }
}

/** In how far the trades of a pair agree. */
export function agreementOf(
  session: Trade,
  replay: Trade,
  differences: readonly ParityDifference[],
  scale: RiskScale,
): TradeAgreement {
  const by = (cause: ParityDifference['cause']): number =>
    sum(differences.filter(one => one.cause === cause).map(one => Math.abs(one.by)))
  const riskTicks = scale.ticksOf(replay)
  return {
    price: remaining(by('price') / riskTicks),
    time: sharedTime(session, replay),
    size: Math.min(session.volume, replay.volume) / Math.max(session.volume, replay.volume),
    cost: remaining(by('cost') / (riskTicks * session.volume * scale.minorPerTickLot)),
  }
}

const remaining = (lost: number): number => Math.max(0, 1 - lost)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length)

function sharedTime(one: Trade, other: Trade): number {
  const either = Math.max(one.closedAt, other.closedAt) - Math.min(one.openedAt, other.openedAt)
  const both = Math.min(one.closedAt, other.closedAt) - Math.max(one.openedAt, other.openedAt)
  return either === 0 ? 1 : Math.max(0, both) / either
}
