import { pointsToPrice } from '@openclaw-trading/trading-model'
import type { ExchangeRequest, PendingLevels } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { OpenPosition } from '../matching/open-position.ts'
import { distanceRefusal, levelRefusal } from './order-checks.ts'
import type { Refusal } from './refusal.ts'
import type { VenueState } from '../venue-state.ts'

/** Refuses flags that do not fit: trailing without a stop, a guarantee that is not offered, or not given where it must be. */
export function flagRefusal(
  { account }: VenueState,
  { instrument }: Market,
  levels: { readonly [K in keyof PendingLevels]?: PendingLevels[K] | undefined },
  openingCents: number,
): Refusal | undefined {
  const hasStop = levels.stopPoints !== undefined || levels.stopDistancePoints !== undefined
  if ((levels.trailing === true || levels.guaranteed === true) && !hasStop)
    return { code: 'TRADING_BAD_STOPS', description: 'A trailing or guaranteed stop needs a stop loss' }
  if (levels.guaranteed === true && levels.trailing === true)
    return { code: 'TRADING_BAD_STOPS', description: 'A guaranteed stop does not move' }
  if (levels.guaranteed === true && instrument.guaranteedStops !== true)
    return { code: 'TRADING_BAD_STOPS', description: `${instrument.name} has no guaranteed stops` }
  if (account.limitedRisk === true && openingCents > 0 && levels.guaranteed !== true)
    return { code: 'TRADING_BAD_STOPS', description: 'The account needs a guaranteed stop on every position' }
  return undefined
}

/** Why an order for at once is refused for what it states of protection; most state nothing. */
export function orderedRefusal(
  state: VenueState,
  market: Market,
  pricePoints: number,
  order: Extract<ExchangeRequest, { type: 'market' }>,
  openingCents: number,
): Refusal | undefined {
  const { stopDistancePoints, targetDistancePoints, trailing, guaranteed } = order
  if (trailing === true || guaranteed === true || state.account.limitedRisk === true) {
    const refusal = flagRefusal(state, market, order, openingCents)
    if (refusal !== undefined) return refusal
  }
  if (stopDistancePoints === undefined && targetDistancePoints === undefined) return undefined
  return distanceRefusal(market, pricePoints, order)
}

/** Why the protection of a position cannot become what a request states. */
export function amendmentRefusal(
  state: VenueState,
  market: Market,
  position: OpenPosition,
  request: Extract<ExchangeRequest, { type: 'amend-protection' }>,
): Refusal | undefined {
  const { stopPoints, targetPoints, guaranteed } = request
  if (market.at < 0) return { code: 'NO_QUOTES', description: 'There is no quote yet' }
  if (stopPoints === undefined && targetPoints === undefined && position.protection === undefined)
    return { code: 'TRADING_BAD_STOPS', description: 'Nothing to amend.' }
  return (
    worseRefusal(state, position, request) ??
    flagRefusal(state, market, request, guaranteed === true ? position.volumeCents : 0) ??
    levelRefusal(market, position.side, request)
  )
}

/** On an account of limited risk a guaranteed stop may only come nearer. */
function worseRefusal(
  { account }: VenueState,
  { guaranteed, side, stopPoints = 0 }: OpenPosition,
  request: Extract<ExchangeRequest, { type: 'amend-protection' }>,
): Refusal | undefined {
  if (account.limitedRisk !== true || !guaranteed) return undefined
  const { stopPoints: next } = request
  const isKept = next !== undefined && request.guaranteed === true
  if (isKept && (side === 'buy' ? next >= stopPoints : next <= stopPoints)) return undefined
  return {
    code: 'WORSE_GSL_NOT_ALLOWED',
    description: `The guaranteed stop ${pointsToPrice(stopPoints)} may not become worse`,
  }
}
