import { divideRounded } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { DepthOffer } from '../matching/market-depth.ts'

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

/** The average price of parts, rounded to 1/100000. */
export function averagePoints(parts: readonly DepthPart[]): number | undefined {
  const volume = parts.reduce((sum, part) => sum + part.volumeCents, 0)
  if (volume === 0) return undefined
  return divideRounded(
    parts.reduce((sum, part) => sum + BigInt(part.pricePoints) * BigInt(part.volumeCents), 0n),
    BigInt(volume),
  )
}
