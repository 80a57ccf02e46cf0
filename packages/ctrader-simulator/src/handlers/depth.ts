import { instrumentOf } from '../venue.ts'
import { type AccountHandler, answer, invalid, refuse, unsupported } from './call.ts'
import { symbolNotFound } from './symbols.ts'

/** SubscribeDepthQuotesReq: the whole book follows the answer; a batch with one bad id fails as a whole. */
export const subscribeDepth: AccountHandler<2156> = call => {
  const { connection, message, session, venue } = call
  const { ctidTraderAccountId } = venue.facts
  const symbolIds = new Set(message.symbolId ?? [])
  if (symbolIds.size === 0) return refuse(call, invalid('Message missing required fields: symbolId'))
  for (const symbolId of symbolIds) {
    if (instrumentOf(venue.facts, symbolId) === undefined) return refuse(call, symbolNotFound(symbolId))
    if (venue.marketOf(symbolId) === undefined) return refuse(call, unsupported('Depth quotes of a replay'))
    if (!session.spots.has(symbolId))
      return refuse(call, {
        errorCode: 'NOT_SUBSCRIBED_TO_SPOTS',
        description: `Not subscribed to spots of symbol ${symbolId}`,
      })
    if (session.depth.has(symbolId))
      return refuse(call, {
        errorCode: 'ALREADY_SUBSCRIBED',
        description: `Already subscribed to depth quotes of symbol ${symbolId}`,
      })
  }
  answer(call, 2157, { ctidTraderAccountId })
  for (const symbolId of symbolIds) {
    session.depth.add(symbolId)
    const quote = venue.quoteOf(symbolId)
    const depth = venue.marketOf(symbolId)?.depth
    if (quote === undefined || depth === undefined) continue
    depth.move(quote.bid, quote.ask)
    connection.send(2155, { ctidTraderAccountId, symbolId, newQuotes: [...depth.all], deletedQuotes: [] })
  }
}

/** UnsubscribeDepthQuotesReq. */
export const unsubscribeDepth: AccountHandler<2158> = call => {
  const { message, session, venue } = call
  const symbolIds = message.symbolId ?? []
  for (const symbolId of symbolIds)
    if (!session.depth.has(symbolId))
      return refuse(call, invalid(`Not subscribed to depth quotes of symbol ${symbolId}`))
  for (const symbolId of symbolIds) session.depth.delete(symbolId)
  answer(call, 2159, { ctidTraderAccountId: venue.facts.ctidTraderAccountId })
}
