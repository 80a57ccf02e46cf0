import { pointsToPrice } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangeRequest } from '../exchange-types.ts'
import { isReached, type Market } from '../matching/matching.ts'
import { isOpposite } from '../matching/stop-trigger.ts'
import { distanceRefusal, volumeRefusal } from './order-checks.ts'
import type { Refusal } from './refusal.ts'

/** What is checked of a pending order: a request to place one, or an order as an amendment would make it. */
export type PendingTermsToCheck = Pick<
  Extract<ExchangeRequest, { pricePoints: number }>,
  'side' | 'volumeCents'
> &
  Pick<
    ExchangeOrder,
    | 'type'
    | 'pricePoints'
    | 'rangeTicks'
    | 'timeInForce'
    | 'trigger'
    | 'guaranteed'
    | 'expiresAt'
    | 'stopPoints'
    | 'targetPoints'
    | 'stopDistancePoints'
    | 'targetDistancePoints'
  >

/**
 * Why the venue refuses a pending order at the prevailing quote.
 *
 * The price suits the symbol's digits, and a stop is not reached yet; levels lie on their sides of the order's own
 * price, as far from it as the symbol demands; an expiry lies ahead. Margin is looked at when the order fills.
 */
export function pendingRefusal(market: Market, order: PendingTermsToCheck, at: number): Refusal | undefined {
  return (
    volumeRefusal(market, order.volumeCents) ??
    priceRefusal(market, order) ??
    expiryRefusal(order, at) ??
    levelRefusal(market, order)
  )
}

/** A market order that waits for the open. */
export type OnOpenRequest<Tag = unknown> = Extract<ExchangeRequest<Tag>, { type: 'market' }> & {
  readonly timeInForce: 'market-on-open'
}

/** Why the venue refuses a market order that is to wait for the open at `opensAt`; distances are checked at the prevailing quote. */
export function onOpenRefusal(
  market: Market,
  request: OnOpenRequest,
  opensAt: number | undefined,
): Refusal | undefined {
  const refusal =
    volumeRefusal(market, request.volumeCents) ??
    distanceRefusal(market, market.fillPoints(request.side, 0), request)
  if (refusal !== undefined || opensAt !== undefined) return refusal
  const description = `${market.instrument.name} has no open to wait for`
  return { code: 'TRADING_BAD_EXPIRATION_DATE', description }
}

function priceRefusal(market: Market, order: PendingTermsToCheck): Refusal | undefined {
  const { type, side, pricePoints = 0, rangeTicks } = order
  if (!(Number.isInteger(pricePoints) && pricePoints > 0 && pricePoints % market.tick === 0))
    return {
      code: 'TRADING_BAD_PRICES',
      description: `${pointsToPrice(pricePoints)} is not a price of the symbol`,
    }
  const hasRange = type === 'stop-limit' || type === 'market-range'
  if (
    hasRange !== (rangeTicks !== undefined) ||
    (hasRange && !(Number.isInteger(rangeTicks) && Number(rangeTicks) >= 0))
  )
    return {
      code: 'TRADING_BAD_PRICES',
      description: `A ${type} order with a range of ${rangeTicks} does not exist`,
    }
  const isStop = type === 'stop' || type === 'stop-limit'
  if (order.trigger !== undefined && !isStop)
    return { code: 'TRADING_BAD_PRICES', description: `A ${type} order has no trigger` }
  if (!isStop || !isReached(order as ExchangeOrder, market.bid, market.ask)) return undefined
  const name = `${side.toUpperCase()} ${type === 'stop' ? 'STOP' : 'STOP LIMIT'}`
  const relation = side === 'buy' ? '>' : '<'
  const [quoted, quote] =
    (side === 'buy') !== isOpposite(order.trigger) ? ['ASK', market.ask] : ['BID', market.bid]
  const description = `Price of a ${name} order should be ${relation} current ${quoted}. current: ${pointsToPrice(quote)}, price: ${pointsToPrice(pricePoints)}`
  return { code: 'TRADING_BAD_PRICES', description }
}

function expiryRefusal(
  { type, timeInForce, expiresAt }: PendingTermsToCheck,
  at: number,
): Refusal | undefined {
  const isImmediate = timeInForce === 'ioc' || timeInForce === 'fok'
  if (isImmediate && type !== 'limit' && type !== 'market-range')
    return {
      code: 'TRADING_BAD_EXPIRATION_DATE',
      description: `A ${type} order waits: it cannot be filled at once or cancelled`,
    }
  const code = 'TRADING_BAD_EXPIRATION_DATE'
  if (timeInForce !== 'gtd')
    return expiresAt === undefined
      ? undefined
      : { code, description: 'An order that is not good till a date has no expiry' }
  if (expiresAt === undefined)
    return { code, description: 'An order that is good till a date needs an expiry' }
  if (expiresAt > at) return undefined
  return { code, description: `The expiry lies ${(at - expiresAt) / 1000} s in the past` }
}

/** Levels are measured from the order's price, not from the quote: that is where the position would begin. */
function levelRefusal(market: Market, order: PendingTermsToCheck): Refusal | undefined {
  const { side, pricePoints = 0, stopPoints, targetPoints } = order
  const sign = side === 'buy' ? 1 : -1
  const stop = stopPoints === undefined ? order.stopDistancePoints : (pricePoints - stopPoints) * sign
  const target = targetPoints === undefined ? order.targetDistancePoints : (targetPoints - pricePoints) * sign
  const twice =
    (stopPoints !== undefined && order.stopDistancePoints !== undefined) ||
    (targetPoints !== undefined && order.targetDistancePoints !== undefined)
  if (twice)
    return { code: 'TRADING_BAD_STOPS', description: 'A level is given as a price and as a distance' }
  return distanceRefusal(market, pricePoints, {
    side,
    ...(stop !== undefined && { stopDistancePoints: stop }),
    ...(target !== undefined && { targetDistancePoints: target }),
    ...(order.guaranteed !== undefined && { guaranteed: order.guaranteed }),
  })
}
