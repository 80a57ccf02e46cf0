import { encodeDeal } from '../encode/execution.ts'
import { accountFrame } from '../venue.ts'
import { answer, type Handler, refuse } from './call.ts'

/** Widest span of one deal list: a week. */
export const MAX_DEAL_SPAN_MS = 604_800_000
/** Most deals of one answer. */
export const MAX_DEAL_ROWS = 1000

/** DealListReq: newest first. */
export const dealList: Handler<2133> = call => {
  const { message, venue } = call
  const {
    fromTimestamp: from = 0,
    toTimestamp: to = from + MAX_DEAL_SPAN_MS,
    maxRows = MAX_DEAL_ROWS,
  } = message
  if (from < 0 || to < from || to - from > MAX_DEAL_SPAN_MS || maxRows < 1)
    return refuse(call, {
      errorCode: 'INCORRECT_BOUNDARIES',
      description: `Incorrect boundaries: from ${from}, to ${to}`,
    })
  const frame = accountFrame(venue.facts)
  const { deals, hasMore } = venue.deals.between(from, to, Math.min(maxRows, MAX_DEAL_ROWS))
  answer(call, 2134, {
    ctidTraderAccountId: venue.facts.ctidTraderAccountId,
    deal: deals.map(({ deal, balanceVersion }) => encodeDeal(deal, frame, balanceVersion)),
    hasMore,
  })
}
