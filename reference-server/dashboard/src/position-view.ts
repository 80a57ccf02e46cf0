import type { PositionRow, QuoteRow } from './contract.ts'

/** How a position stands against the quote; all distances are in price units, positive when in its favour. */
export interface PositionStanding {
  /** Price at which it could be closed now: bid for a long, ask for a short. */
  readonly closePrice: number
  /** From entry to there. */
  readonly result: number
  /** Result in units of the distance from entry to the present stop; null without a stop on the losing side. */
  readonly multiple: number | null
  readonly toStop: number | null
  readonly toTarget: number | null
  /** Where entry and now lie between stop (0) and target (1); null unless both are set. */
  readonly track: { readonly entry: number; readonly now: number } | null
}

/** Measures a position against a quote. */
export function positionStanding(position: PositionRow, quote: QuoteRow): PositionStanding {
  const long = position.side === 'buy'
  const direction = long ? 1 : -1
  const closePrice = long ? quote.bid : quote.ask
  const result = (closePrice - position.entryPrice) * direction
  const { stopLoss, takeProfit, entryPrice } = position
  const risk = stopLoss === null ? 0 : (entryPrice - stopLoss) * direction
  const span = stopLoss === null || takeProfit === null ? 0 : takeProfit - stopLoss
  const share = (price: number) => Math.min(1, Math.max(0, (price - (stopLoss ?? 0)) / span))
  return {
    closePrice,
    result,
    multiple: risk > 0 ? result / risk : null,
    toStop: stopLoss === null ? null : (closePrice - stopLoss) * direction,
    toTarget: takeProfit === null ? null : (takeProfit - closePrice) * direction,
    track: span === 0 ? null : { entry: share(entryPrice), now: share(closePrice) },
  }
}
