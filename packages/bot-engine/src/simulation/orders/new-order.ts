import { type OrderId, oppositeSide, type PositionId } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangeRequest } from '../exchange-types.ts'
import type { OpenPosition } from '../matching/open-position.ts'
import type { ScriptedOutcome } from './scripted-outcome.ts'

/** An order that its desk still changes; what is kept or told of it before it is done are copies. */
export type WorkingOrder = { -readonly [K in keyof ExchangeOrder]: ExchangeOrder[K] }

type MarketRequest = Extract<ExchangeRequest, { type: 'market' }>
type PricedRequest = Extract<ExchangeRequest, { pricePoints: number }>

// Market orders are most of what a backtest makes: of fields that they lack nothing is stored, and both literals have one
// shape. V8 stores a field that says `undefined` like any other.

/** Makes the accepted order of a request for at once; `onPosition` says that the position is there already. */
export function placedOrder(
  request: MarketRequest | PricedRequest,
  id: OrderId,
  positionId: PositionId,
  onPosition: true | undefined,
  at: number,
): WorkingOrder {
  const order: WorkingOrder = {
    id,
    positionId,
    symbolId: request.symbolId,
    type: request.type,
    side: request.side,
    volumeCents: request.volumeCents,
    closing: false,
    onPosition,
    onlyReduces: undefined,
    status: 'accepted',
    filledCents: 0,
    fillPoints: undefined,
    stopDistancePoints: request.stopDistancePoints,
    targetDistancePoints: request.targetDistancePoints,
    clientOrderId: request.clientOrderId,
    label: request.label,
    comment: request.comment,
    outcome: undefined,
    createdAt: at,
    updatedAt: at,
  }
  if (request.trailing === true) order.trailing = true
  if (request.guaranteed === true) order.guaranteed = true
  return order
}

/** Makes the accepted order that closes a position or a part of it. */
export function closingOrder(
  position: OpenPosition,
  volumeCents: number,
  id: OrderId,
  outcome: ScriptedOutcome | undefined,
  at: number,
): WorkingOrder {
  return {
    id,
    positionId: position.id,
    symbolId: position.symbolId,
    type: 'market',
    side: oppositeSide(position.side),
    volumeCents,
    closing: true,
    onPosition: true,
    onlyReduces: true,
    status: 'accepted',
    filledCents: 0,
    fillPoints: undefined,
    stopDistancePoints: undefined,
    targetDistancePoints: undefined,
    clientOrderId: undefined,
    label: position.label,
    comment: position.comment,
    outcome,
    createdAt: at,
    updatedAt: at,
  }
}

/** Makes the accepted order of a request that waits for a price, or until `opensAt`. */
export function pendingOrder(
  request: MarketRequest | PricedRequest,
  id: OrderId,
  positionId: PositionId,
  opensAt: number | undefined,
  at: number,
): WorkingOrder {
  const order = placedOrder(request, id, positionId, request.positionId === undefined ? undefined : true, at)
  order.timeInForce = request.timeInForce
  order.opensAt = opensAt
  order.trailing = request.trailing
  order.guaranteed = request.guaranteed
  if (request.type === 'market') return order
  order.pricePoints = request.pricePoints
  order.rangeTicks = request.rangeTicks
  order.trigger = request.trigger
  order.expiresAt = request.expiresAt
  order.stopPoints = request.stopPoints
  order.targetPoints = request.targetPoints
  return order
}
