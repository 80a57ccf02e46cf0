import { timeframeOf } from '../encode/trendbar.ts'
import { type AccountHandler, answer, invalid, refuse, unsupported } from './call.ts'
import { symbolNotFound } from './symbols.ts'
import { instrumentOf } from '../venue.ts'

/** SubscribeLiveTrendbarReq: the bar in progress comes with each spot that moves the bid, from the next one on. */
export const subscribeLiveTrendbar: AccountHandler<2135> = call => {
  const { message, session, venue } = call
  const { period, symbolId } = message
  const timeframe = timeframeOf(period)
  if (timeframe === undefined) return refuse(call, invalid(`Trendbar period ${period} does not exist`))
  if (instrumentOf(venue.facts, symbolId) === undefined) return refuse(call, symbolNotFound(symbolId))
  const market = venue.marketOf(symbolId)
  if (market === undefined) return refuse(call, unsupported('Live trendbars of a replay'))
  if (!session.spots.has(symbolId))
    return refuse(call, invalid(`Not subscribed to spots of symbol ${symbolId}`))
  const periods = session.liveBars.get(symbolId) ?? new Set()
  if (periods.has(period))
    return refuse(call, {
      errorCode: 'ALREADY_SUBSCRIBED',
      description: `Already subscribed to trendbars ${period} of symbol ${symbolId}`,
    })
  periods.add(period)
  session.liveBars.set(symbolId, periods)
  // From here on it is kept up, however late the next quote comes.
  market.liveBars.current(timeframe)
  answer(call, 2165, { ctidTraderAccountId: venue.facts.ctidTraderAccountId })
}

/** UnsubscribeLiveTrendbarReq. */
export const unsubscribeLiveTrendbar: AccountHandler<2136> = call => {
  const { message, session, venue } = call
  const { period, symbolId } = message
  if (session.liveBars.get(symbolId)?.delete(period) !== true)
    return refuse(call, invalid(`Not subscribed to trendbars ${period} of symbol ${symbolId}`))
  answer(call, 2166, { ctidTraderAccountId: venue.facts.ctidTraderAccountId })
}
