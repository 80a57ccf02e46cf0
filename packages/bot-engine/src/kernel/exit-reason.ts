import { type Price, priceToPoints, type ProtectiveTerms, type Side } from '@openclaw-trading/trading-model'

/** Why a position was closed. */
export type ExitReason = 'stop-loss' | 'take-profit' | 'strategy' | 'stop-out' | 'external'

/**
 * Which level a protective order of a position filled at.
 *
 * cTrader does not tell: one order carries both. A target never fills at a worse price, so a fill that has not reached it
 * is the stop's, also one that slipped in favour; one beyond the target that the stop has not seen is the target's. Where
 * both have been reached – a trailing stop has passed the target, or a stop waits for the other side of the quote – the
 * nearer level counts, of two as near the stop.
 */
export function filledLevel(
  side: Side,
  price: Price,
  { stopLoss, takeProfit, filledBy }: ProtectiveTerms,
): 'stop-loss' | 'take-profit' {
  if (filledBy !== undefined) return filledBy
  if (takeProfit === undefined) return 'stop-loss'
  if (stopLoss === undefined) return 'take-profit'
  const sign = side === 'buy' ? 1 : -1
  const at = priceToPoints(price) * sign
  const beyondTarget = at - priceToPoints(takeProfit) * sign
  const beyondStop = priceToPoints(stopLoss) * sign - at
  if (beyondTarget < 0) return 'stop-loss'
  return beyondStop < 0 || beyondTarget < beyondStop ? 'take-profit' : 'stop-loss'
}

/**
 * Which level a protective order filled at that may tell none.
 *
 * A broker that leaves the levels out of its order has told them of the position.
 */
export function protectiveLevel(
  side: Side,
  price: Price,
  protective: ProtectiveTerms,
  stopLoss: Price | undefined,
  takeProfit: Price | undefined,
): 'stop-loss' | 'take-profit' {
  const isBare = protective.stopLoss === undefined && protective.takeProfit === undefined
  if (!isBare) return filledLevel(side, price, protective)
  return filledLevel(side, price, {
    ...protective,
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
  })
}

/** Which level a fill has reached of whose order nothing is known; `external` when it reached neither. */
export function reachedLevel(
  side: Side,
  price: Price,
  stopLoss: Price | undefined,
  takeProfit: Price | undefined,
): 'stop-loss' | 'take-profit' | 'external' {
  const sign = side === 'buy' ? 1 : -1
  const at = priceToPoints(price) * sign
  const hasStopped = stopLoss !== undefined && at <= priceToPoints(stopLoss) * sign
  const hasGained = takeProfit !== undefined && at >= priceToPoints(takeProfit) * sign
  if (hasStopped && hasGained) return filledLevel(side, price, { stopLoss, takeProfit })
  if (hasStopped) return 'stop-loss'
  return hasGained ? 'take-profit' : 'external'
}
