import type { ProtoOADealOffset } from '@openclaw-trading/ctrader-client/protocol'
import { pointsToPrice } from '@openclaw-trading/trading-model'
import { dealOffsets, type DealOffset } from '../past/deal-offsets.ts'
import type { RecordedDeal } from '../past/deals.ts'
import { encodeDeal, encodeOrder } from '../encode/execution.ts'
import { incorrectBoundaries, openRangeOf, weekOf } from '../past/time-range.ts'
import { accountFrame, type Venue } from '../venue.ts'
import { type AccountHandler, answer, refuse } from './call.ts'

/** Most deals or orders of one answer. */
export const MAX_ROWS = 1000

/** DealListReq: newest first. */
export const dealList: AccountHandler<2133> = call => {
  const { message, venue } = call
  const { maxRows = MAX_ROWS } = message
  const range = weekOf(message, venue.deals.all.at(-1)?.deal.executedAt ?? 0)
  if ('errorCode' in range) return refuse(call, range)
  const { from, to } = range
  if (maxRows < 1) return refuse(call, incorrectBoundaries(from, to))
  const { deals, hasMore } = venue.deals.between(from, to, Math.min(maxRows, MAX_ROWS))
  answer(call, 2134, { ...accountOf(venue), deal: deals.map(encoder(venue)), hasMore })
}

/** OrderListReq: orders of every kind and state that changed last in a week, newest first. */
export const orderList: AccountHandler<2175> = call => {
  const { message, venue } = call
  const range = weekOf(message, venue.orders.all.at(-1)?.updatedAt ?? 0)
  if ('errorCode' in range) return refuse(call, range)
  const { orders, hasMore } = venue.orders.between(range.from, range.to, MAX_ROWS)
  answer(call, 2176, { ...accountOf(venue), order: orders.map(encodeOrder), hasMore })
}

/** DealListByPositionIdReq: newest first; a position that never was has none. */
export const dealListByPosition: AccountHandler<2179> = call => {
  const { message, venue } = call
  const range = openRangeOf(message)
  if ('errorCode' in range) return refuse(call, range)
  const { deals, hasMore } = venue.deals.between(range.from, range.to, MAX_ROWS, message.positionId)
  answer(call, 2180, { ...accountOf(venue), deal: deals.map(encoder(venue)), hasMore })
}

/** OrderListByPositionIdReq: newest first by last change; a position that never was has none. */
export const orderListByPosition: AccountHandler<2183> = call => {
  const { message, venue } = call
  const range = openRangeOf(message)
  if ('errorCode' in range) return refuse(call, range)
  const { orders, hasMore } = venue.orders.between(range.from, range.to, MAX_ROWS, message.positionId)
  answer(call, 2184, { ...accountOf(venue), order: orders.map(encodeOrder), hasMore })
}

/** OrderDetailsReq: an order with every deal that filled it. */
export const orderDetails: AccountHandler<2181> = call => {
  const { message, venue } = call
  const order = venue.orders.find(message.orderId)
  if (order === undefined)
    return refuse(call, {
      errorCode: 'ORDER_NOT_FOUND',
      description: `Order not found with id ${message.orderId}`,
    })
  const deals = venue.deals.all.filter(({ deal }) => deal.orderId === order.id)
  answer(call, 2182, { ...accountOf(venue), order: encodeOrder(order), deal: deals.map(encoder(venue)) })
}

/** DealOffsetListReq: which deals closed a deal, and which it closed. */
export const dealOffsetList: AccountHandler<2185> = call => {
  const { message, venue } = call
  const { all } = venue.deals
  const asked = all.find(({ deal }) => deal.id === message.dealId)?.deal
  if (asked === undefined)
    return refuse(call, {
      errorCode: 'ENTITY_NOT_FOUND',
      description: `Deal not found with id ${message.dealId}`,
    })
  const deals = all.map(({ deal }) => deal).filter(({ positionId }) => positionId === asked.positionId)
  const { offsetBy, offsetting } = dealOffsets(asked.id, deals)
  answer(call, 2186, {
    ...accountOf(venue),
    offsetBy: offsetBy.map(encodeOffset),
    offsetting: offsetting.map(encodeOffset),
  })
}

function accountOf({ facts }: Venue): { readonly ctidTraderAccountId: number } {
  return { ctidTraderAccountId: facts.ctidTraderAccountId }
}

function encoder({ facts }: Venue) {
  const frame = accountFrame(facts)
  return ({ deal, balanceVersion }: RecordedDeal) => encodeDeal(deal, frame, balanceVersion)
}

function encodeOffset({ deal, volumeCents }: DealOffset): ProtoOADealOffset {
  return {
    dealId: deal.id,
    volume: volumeCents,
    executionTimestamp: deal.executedAt,
    executionPrice: pointsToPrice(deal.pricePoints),
  }
}
