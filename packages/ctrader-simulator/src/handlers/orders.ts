import type { ExchangeTimeInForce, PendingLevels } from '@openclaw-trading/bot-engine/simulation'
import {
  type ProtoOAAmendOrderReq,
  type ProtoOANewOrderReq,
  ProtoOATimeInForce,
  ProtoOATradeSide,
} from '@openclaw-trading/ctrader-client/protocol'
import {
  type OrderId,
  type PositionId,
  priceToPoints,
  type StopTrigger,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { instrumentOf } from '../venue.ts'
import type { VenueRequest } from '../venue-events.ts'
import { type Handler, refuse } from './call.ts'
import { flagsOf, levelsProblem, orderProblem, orderTypeName, triggerOf } from './order-problem.ts'

/** NewOrderReq. */
export const newOrder: Handler<2106> = call => {
  const { connection, message, venue } = call
  const problem = orderProblem(message, instrumentOf(venue.facts, message.symbolId))
  if (problem !== undefined) return refuse(call, problem)
  const refusal = venue.submit(connection, placeRequest(message), call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

/** CancelOrderReq. */
export const cancelOrder: Handler<2108> = call => {
  const { connection, message, venue } = call
  const request: VenueRequest = { type: 'cancel', orderId: message.orderId as OrderId }
  const refusal = venue.submit(connection, request, call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

/** AmendOrderReq: expiry and levels are the full set, so one left out is removed. */
export const amendOrder: Handler<2109> = call => {
  const { connection, message, venue } = call
  const order = venue.exchange.pendingOrders.find(({ id }) => id === message.orderId)
  const instrument = order === undefined ? undefined : instrumentOf(venue.facts, order.symbolId)
  const problem = levelsProblem(message, instrument)
  if (problem !== undefined) return refuse(call, problem)
  const isStop = order?.type === 'stop' || order?.type === 'stop-limit'
  const refusal = venue.submit(connection, amendRequest(message, isStop), call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

function placeRequest(message: ProtoOANewOrderReq): VenueRequest {
  const { clientOrderId, comment, label, positionId, slippageInPoints: rangeTicks = 0 } = message
  const base = {
    symbolId: message.symbolId as SymbolId,
    side: message.tradeSide === ProtoOATradeSide.BUY ? ('buy' as const) : ('sell' as const),
    volumeCents: message.volume,
    ...levelsOf(message),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(label === undefined ? {} : { label }),
    ...(comment === undefined ? {} : { comment }),
    ...(positionId === undefined ? {} : { positionId: positionId as PositionId }),
  }
  switch (orderTypeName(message.orderType)) {
    case 'LIMIT':
      return { type: 'limit', ...base, pricePoints: points(message.limitPrice), ...timeOf(message) }
    case 'STOP':
      return {
        type: 'stop',
        ...base,
        pricePoints: points(message.stopPrice),
        ...stopTriggerOf(message),
        ...timeOf(message),
      }
    case 'STOP_LIMIT':
      return {
        type: 'stop-limit',
        ...base,
        pricePoints: points(message.stopPrice),
        rangeTicks,
        ...stopTriggerOf(message),
        ...timeOf(message),
      }
    case 'MARKET_RANGE':
      return {
        type: 'market-range',
        ...base,
        pricePoints: points(message.baseSlippagePrice),
        rangeTicks,
        timeInForce: 'ioc',
      }
    default:
      return message.timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN
        ? { type: 'market', ...base, timeInForce: 'market-on-open' }
        : { type: 'market', ...base }
  }
}

function amendRequest(message: ProtoOAAmendOrderReq, isStop: boolean): VenueRequest {
  const { orderId, volume, limitPrice, stopPrice, slippageInPoints, expirationTimestamp } = message
  return {
    type: 'amend-order',
    orderId: orderId as OrderId,
    ...(volume === undefined ? {} : { volumeCents: volume }),
    ...(limitPrice === undefined ? {} : { limitPoints: points(limitPrice) }),
    ...(stopPrice === undefined ? {} : { triggerPoints: points(stopPrice) }),
    ...(slippageInPoints === undefined ? {} : { rangeTicks: slippageInPoints }),
    ...(isStop ? { trigger: triggerOf(message.stopTriggerMethod) ?? 'trade' } : {}),
    ...(expirationTimestamp === undefined ? {} : { expiresAt: expirationTimestamp }),
    ...levelsOf(message),
  }
}

function points(price: number | undefined): number {
  return priceToPoints(price ?? 0)
}

function levelsOf(message: ProtoOANewOrderReq | ProtoOAAmendOrderReq): PendingLevels {
  const { stopLoss, takeProfit, relativeStopLoss, relativeTakeProfit } = message
  return {
    ...(stopLoss === undefined ? {} : { stopPoints: points(stopLoss) }),
    ...(takeProfit === undefined ? {} : { targetPoints: points(takeProfit) }),
    ...(relativeStopLoss === undefined ? {} : { stopDistancePoints: relativeStopLoss }),
    ...(relativeTakeProfit === undefined ? {} : { targetDistancePoints: relativeTakeProfit }),
    ...flagsOf(message),
  }
}

function stopTriggerOf({ stopTriggerMethod }: ProtoOANewOrderReq): { readonly trigger?: StopTrigger } {
  const trigger = triggerOf(stopTriggerMethod)
  return trigger === undefined || trigger === 'trade' ? {} : { trigger }
}

/** How long an order with a price works. */
type PricedTime = Exclude<ExchangeTimeInForce, 'market-on-open'>

const TIMES_IN_FORCE: Readonly<Record<number, PricedTime>> = {
  [ProtoOATimeInForce.GOOD_TILL_CANCEL]: 'gtc',
  [ProtoOATimeInForce.GOOD_TILL_DATE]: 'gtd',
  [ProtoOATimeInForce.IMMEDIATE_OR_CANCEL]: 'ioc',
  [ProtoOATimeInForce.FILL_OR_KILL]: 'fok',
}

function timeOf({ timeInForce, expirationTimestamp }: ProtoOANewOrderReq): {
  readonly timeInForce: PricedTime
  readonly expiresAt?: number
} {
  return {
    timeInForce: TIMES_IN_FORCE[timeInForce ?? ProtoOATimeInForce.GOOD_TILL_CANCEL] ?? 'gtc',
    ...(expirationTimestamp === undefined ? {} : { expiresAt: expirationTimestamp }),
  }
}
