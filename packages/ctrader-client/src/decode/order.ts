import {
  clientOrderId,
  type Distance,
  type Instrument,
  MAX_CLIENT_ORDER_ID_LENGTH,
  type Order,
  orderId,
  type PendingTerms,
  pointsPerTick,
  pointsToPips,
  positionId,
  type Price,
  type PricedTerms,
  type ProtectiveTerms,
  symbolId,
  unixMs,
} from '@openclaw-trading/trading-model'
import {
  ProtoOAExecutionType,
  type ProtoOAOrder,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOATimeInForce,
} from '../protocol/generated/messages.js'
import { decodePriceDouble } from '../protocol/units/price-e5.ts'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import { required } from './presence.ts'
import { decodeSide } from './side.ts'
import { decodeTrigger } from './trigger.ts'

/** The part of an instrument that volumes need. */
export type LotSize = Pick<Instrument, 'lotSize'>

const STATUS: Readonly<Record<number, Order['status']>> = {
  [ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED]: 'accepted',
  [ProtoOAOrderStatus.ORDER_STATUS_FILLED]: 'filled',
  [ProtoOAOrderStatus.ORDER_STATUS_REJECTED]: 'rejected',
  [ProtoOAOrderStatus.ORDER_STATUS_EXPIRED]: 'expired',
  [ProtoOAOrderStatus.ORDER_STATUS_CANCELLED]: 'cancelled',
}

/** What an execution says of its order, should the order's own status be a word of a later protocol. */
const TOLD: Readonly<Record<number, Order['status']>> = {
  [ProtoOAExecutionType.ORDER_ACCEPTED]: 'accepted',
  [ProtoOAExecutionType.ORDER_REPLACED]: 'accepted',
  [ProtoOAExecutionType.ORDER_PARTIAL_FILL]: 'accepted',
  [ProtoOAExecutionType.ORDER_CANCEL_REJECTED]: 'accepted',
  [ProtoOAExecutionType.ORDER_FILLED]: 'filled',
  [ProtoOAExecutionType.ORDER_CANCELLED]: 'cancelled',
  [ProtoOAExecutionType.ORDER_EXPIRED]: 'expired',
  [ProtoOAExecutionType.ORDER_REJECTED]: 'rejected',
}

/** The part of an instrument that an order needs: lots, and pips. */
export type OrderRules = Pick<Instrument, 'lotSize' | 'digits' | 'pipPosition'>

const TERMS: Readonly<Record<number, PricedTerms['type']>> = {
  [ProtoOAOrderType.LIMIT]: 'limit',
  [ProtoOAOrderType.STOP]: 'stop',
  [ProtoOAOrderType.STOP_LIMIT]: 'stop-limit',
  [ProtoOAOrderType.MARKET_RANGE]: 'market-range',
}

/** Whether it is a market order that waits for the open, or did. */
function isOnOpen({ orderType, timeInForce }: ProtoOAOrder): boolean {
  return orderType === ProtoOAOrderType.MARKET && timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN
}

/** Whether it is the server's own order that carries the stop and the target of a position. */
export function isProtective(order: ProtoOAOrder | undefined): boolean {
  return order?.orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT
}

/**
 * Decodes an order. `executionType` is that of the execution that tells it: it stands in for a status nobody knows yet.
 *
 * @see ProtoOAOrder
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodeOrder(order: ProtoOAOrder, instrument: OrderRules, executionType?: number): Order {
  const trade = required(order.tradeData, 'order.tradeData')
  const told = executionType === undefined ? undefined : TOLD[executionType]
  const status = STATUS[order.orderStatus] ?? told ?? 'unknown'
  const own = order.clientOrderId
  const terms = decodeTerms(order, instrument)
  const { label } = trade
  return {
    id: orderId(required(order.orderId, 'order.orderId')),
    // Another client may have used a longer one; it cannot be ours then.
    ...(own !== undefined && own !== '' && own.length <= MAX_CLIENT_ORDER_ID_LENGTH
      ? { clientOrderId: clientOrderId(own) }
      : {}),
    ...(order.positionId ? { positionId: positionId(order.positionId) } : {}),
    symbolId: symbolId(required(trade.symbolId, 'order.tradeData.symbolId')),
    status,
    side: decodeSide(trade.tradeSide),
    volume: decodeVolume(instrument, required(trade.volume, 'order.tradeData.volume')),
    filledVolume: decodeVolume(instrument, order.executedVolume ?? 0),
    closing: order.closingOrder ?? false,
    ...(order.isStopOut === true ? { stopOut: true } : {}),
    ...(label === undefined || label === '' ? {} : { label }),
    ...(terms === undefined ? {} : { terms }),
    ...(isProtective(order) ? { protective: decodeProtective(order) } : {}),
  }
}

/** It has its levels as stop and limit, also once it has filled at one of them. A value of 0 is none. */
function decodeProtective({ stopPrice, limitPrice }: ProtoOAOrder): ProtectiveTerms {
  return {
    ...(stopPrice ? { stopLoss: decodePriceDouble(stopPrice) } : {}),
    ...(limitPrice ? { takeProfit: decodePriceDouble(limitPrice) } : {}),
  }
}

function decodeTerms(order: ProtoOAOrder, instrument: OrderRules): PendingTerms | undefined {
  const type = TERMS[order.orderType]
  if (type !== undefined) return decodePricedTerms(type, order, instrument)
  if (!isOnOpen(order)) return undefined
  return { type: 'market', timeInForce: { type: 'market-on-open' }, ...decodeLevels(order, instrument) }
}

function decodePricedTerms(
  type: PricedTerms['type'],
  order: ProtoOAOrder,
  instrument: OrderRules,
): PricedTerms {
  const { slippageInPoints } = order
  const trigger = decodeTrigger(order.stopTriggerMethod)
  const [price, path] =
    type === 'limit'
      ? [order.limitPrice, 'limitPrice']
      : type === 'market-range'
        ? [order.baseSlippagePrice, 'baseSlippagePrice']
        : [order.stopPrice, 'stopPrice']
  return {
    type,
    price: decodePriceDouble(required(price, `order.${path}`)),
    ...(slippageInPoints === undefined || (type !== 'stop-limit' && type !== 'market-range')
      ? {}
      : { slippage: pointsToPips(instrument, slippageInPoints * pointsPerTick(instrument)) }),
    timeInForce: decodeTimeInForce(order),
    ...(trigger === undefined || (type !== 'stop' && type !== 'stop-limit') ? {} : { trigger }),
    ...decodeLevels(order, instrument),
  }
}

/** The protection of the position that it would open. */
function decodeLevels(
  order: ProtoOAOrder,
  instrument: OrderRules,
): Pick<PendingTerms, 'stopLoss' | 'takeProfit' | 'trailing' | 'guaranteed'> {
  const stopLoss = decodeLevel(order.stopLoss, order.relativeStopLoss, instrument)
  const takeProfit = decodeLevel(order.takeProfit, order.relativeTakeProfit, instrument)
  return {
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(order.trailingStopLoss === true ? { trailing: true } : {}),
    ...(order.tradeData.guaranteedStopLoss === true ? { guaranteed: true } : {}),
  }
}

/** A value of 0 is none. */
function decodeLevel(
  price: number | undefined,
  distance: number | undefined,
  instrument: OrderRules,
): Price | Distance | undefined {
  if (price !== undefined && price !== 0) return decodePriceDouble(price)
  return distance === undefined || distance === 0 ? undefined : { pips: pointsToPips(instrument, distance) }
}

/** An order without the field is immediate: the default of orders differs from that of requests. */
function decodeTimeInForce({ timeInForce, expirationTimestamp }: ProtoOAOrder): PricedTerms['timeInForce'] {
  switch (timeInForce) {
    case ProtoOATimeInForce.GOOD_TILL_CANCEL:
      return { type: 'gtc' }
    case ProtoOATimeInForce.GOOD_TILL_DATE:
      return { type: 'gtd', expiresAt: unixMs(required(expirationTimestamp, 'order.expirationTimestamp')) }
    case ProtoOATimeInForce.FILL_OR_KILL:
      return { type: 'fok' }
    // We ask it of market orders alone; what others asked is told as it is.
    case ProtoOATimeInForce.MARKET_ON_OPEN:
      return { type: 'market-on-open' }
    case ProtoOATimeInForce.IMMEDIATE_OR_CANCEL:
    case undefined:
      return { type: 'ioc' }
    default:
      return { type: 'unknown' }
  }
}
