import { encodeTrendbar, timeframeOf } from '../encode/trendbar.ts'
import { MAX_TIMESTAMP } from '../past/time-range.ts'
import { instrumentOf } from '../venue.ts'
import { type AccountHandler, answer, invalid, refuse } from './call.ts'
import { symbolNotFound } from './symbols.ts'

/** SubscribeSpotsReq; a batch with one bad id fails as a whole. */
export const subscribeSpots: AccountHandler<2127> = call => {
  const { connection, message, session, venue } = call
  const symbolIds = message.symbolId ?? []
  if (symbolIds.length === 0) return refuse(call, invalid('Message missing required fields: symbolId'))
  for (const symbolId of symbolIds) {
    if (instrumentOf(venue.facts, symbolId) === undefined) return refuse(call, symbolNotFound(symbolId))
    if (session.spots.has(symbolId))
      return refuse(call, {
        errorCode: 'ALREADY_SUBSCRIBED',
        description: `Already subscribed to spots of symbol ${symbolId}`,
      })
  }
  answer(call, 2128, { ctidTraderAccountId: venue.facts.ctidTraderAccountId })
  for (const symbolId of symbolIds) session.spots.set(symbolId, message.subscribeToSpotTimestamp ?? false)
  venue.subscribed(connection, symbolIds)
}

/** UnsubscribeSpotsReq; live bars and depth end with the spots they need. */
export const unsubscribeSpots: AccountHandler<2129> = call => {
  const { message, session, venue } = call
  const symbolIds = message.symbolId ?? []
  for (const symbolId of symbolIds)
    if (!session.spots.has(symbolId))
      return refuse(call, {
        errorCode: 'NOT_SUBSCRIBED_TO_SPOTS',
        description: `Not subscribed to spots of symbol ${symbolId}`,
      })
  for (const symbolId of symbolIds) {
    session.spots.delete(symbolId)
    session.liveBars.delete(symbolId)
    session.depth.delete(symbolId)
  }
  answer(call, 2130, { ctidTraderAccountId: venue.facts.ctidTraderAccountId })
}

/** GetTrendbarsReq: `count` counts back from `to` and overrules `from`; the bar in progress comes last. */
export const trendbars: AccountHandler<2137> = call => {
  const { message, venue } = call
  const { symbolId, period, fromTimestamp: from, toTimestamp: to = MAX_TIMESTAMP, count } = message
  const timeframe = timeframeOf(period)
  if (timeframe === undefined) return refuse(call, invalid(`Trendbar period ${period} does not exist`))
  if (instrumentOf(venue.facts, symbolId) === undefined) return refuse(call, symbolNotFound(symbolId))
  if (from === undefined && count === undefined)
    return refuse(call, invalid('Message missing required fields: fromTimestamp or count'))
  const isOutside =
    to < 0 || to > MAX_TIMESTAMP || (count === undefined && from !== undefined && (from < 0 || from > to))
  if (isOutside || count === 0)
    return refuse(call, {
      errorCode: 'INCORRECT_BOUNDARIES',
      description: `Incorrect boundaries: from ${from}, to ${to}, count ${count}`,
    })
  const query = {
    timeframe,
    to,
    ...(from === undefined ? {} : { from }),
    ...(count === undefined ? {} : { count }),
  }
  const { bars, hasMore } = venue.bars(symbolId, query)
  answer(call, 2138, {
    ctidTraderAccountId: venue.facts.ctidTraderAccountId,
    period,
    trendbar: bars.map(encodeTrendbar),
    symbolId,
    hasMore,
    // Deprecated, but clients built from protocol definitions before 2024 cannot read an answer without it.
    timestamp: to,
  })
}
