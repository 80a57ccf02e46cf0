import { divideRounded, oppositeSide } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { DepthOffer } from '../matching/market-depth.ts'
import type { OpenPosition } from '../matching/open-position.ts'

/** A part of an order, with what it takes of the levels. */
export interface DepthPart {
  readonly pricePoints: number
  readonly volumeCents: number
  readonly offers: readonly DepthOffer[]
}

/** The price beyond which an order takes nothing: its limit, or the end of its range; `undefined`: it takes any. */
export function worstPointsOf(
  { type, side, pricePoints, rangeTicks }: ExchangeOrder,
  tick: number,
): number | undefined {
  if (type === 'limit' || pricePoints === undefined) return pricePoints
  if (rangeTicks === undefined) return undefined
  return side === 'buy' ? pricePoints + rangeTicks * tick : pricePoints - rangeTicks * tick
}

/**
 * The parts in which an order fills from the levels of a market: one for each level, at its price.
 *
 * A limit that the market has come to fills at its own price, in one part: all that stands at it or better.
 */
export function depthParts(
  market: Market,
  order: ExchangeOrder,
  volumeCents: number,
  { pricePoints, bestPoints }: { readonly pricePoints: number; readonly bestPoints?: number | undefined },
): readonly DepthPart[] {
  const { depth, tick } = market
  if (depth === undefined) return []
  const { side, type } = order
  const worst = worstPointsOf(order, tick)
  const isOwnPrice = type === 'limit' && pricePoints === order.pricePoints
  if (!isOwnPrice)
    return depth.offers(side, pricePoints, volumeCents, worst).map(offer => ({ ...offer, offers: [offer] }))
  const offers = depth.offers(side, bestPoints ?? market.fillPoints(side, 0), volumeCents, worst)
  const sum = offers.reduce((total, offer) => total + offer.volumeCents, 0)
  return sum === 0 ? [] : [{ pricePoints, volumeCents: sum, offers }]
}

/**
 * What the levels give to the protection order of a position, at a price that its stop or its target was reached with: a
 * stop takes any level, a target those that are no worse than it is.
 */
export function exitOffers(
  { depth }: Market,
  position: OpenPosition,
  pricePoints: number,
): readonly DepthOffer[] {
  const { side, volumeCents, targetPoints } = position
  const worst = leavesByStop(position, pricePoints) ? undefined : targetPoints
  return depth?.offers(oppositeSide(side), pricePoints, volumeCents, worst) ?? []
}

/** Whether a position leaves by a guaranteed stop: at its price, whatever the market has. */
export function isGuaranteedExit(position: OpenPosition, pricePoints: number): boolean {
  return position.guaranteed && leavesByStop(position, pricePoints)
}

/** The stop is looked at first, so a price that is beyond both levels is that of the stop. */
function leavesByStop({ side, stopPoints }: OpenPosition, pricePoints: number): boolean {
  if (stopPoints === undefined) return false
  return side === 'buy' ? pricePoints <= stopPoints : pricePoints >= stopPoints
}

/** The average price of parts, rounded to 1/100000. */
export function averagePoints(parts: readonly DepthPart[]): number | undefined {
  const volume = parts.reduce((sum, part) => sum + part.volumeCents, 0)
  if (volume === 0) return undefined
  return divideRounded(
    parts.reduce((sum, part) => sum + BigInt(part.pricePoints) * BigInt(part.volumeCents), 0n),
    BigInt(volume),
  )
}
