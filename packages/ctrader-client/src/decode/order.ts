import {
  clientOrderId,
  type Instrument,
  MAX_CLIENT_ORDER_ID_LENGTH,
  type Order,
  orderId,
  positionId,
  symbolId,
} from '@openclaw-trading/trading-model'
import { CTraderError } from '../errors.ts'
import { type ProtoOAOrder, ProtoOAOrderStatus, ProtoOAOrderType } from '../protocol/generated/messages.js'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import { required } from './presence.ts'
import { decodeSide } from './side.ts'

/** The part of an instrument that volumes need. */
export type LotSize = Pick<Instrument, 'lotSize'>

const STATUS: Readonly<Record<number, Order['status']>> = {
  [ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED]: 'accepted',
  [ProtoOAOrderStatus.ORDER_STATUS_FILLED]: 'filled',
  [ProtoOAOrderStatus.ORDER_STATUS_REJECTED]: 'rejected',
  [ProtoOAOrderStatus.ORDER_STATUS_EXPIRED]: 'expired',
  [ProtoOAOrderStatus.ORDER_STATUS_CANCELLED]: 'cancelled',
}

/** Whether it is the server's own order that carries the stop and the target of a position. */
export function isProtective(order: ProtoOAOrder | undefined): boolean {
  return order?.orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT
}

/** Decodes an order. @see ProtoOAOrder @throws {@link CTraderError} `protocol-violation` */
export function decodeOrder(order: ProtoOAOrder, instrument: LotSize): Order {
  const trade = required(order.tradeData, 'order.tradeData')
  const status = STATUS[order.orderStatus]
  if (status === undefined)
    throw new CTraderError(
      'protocol-violation',
      `The server sent the order status ${order.orderStatus}. The message was dropped.`,
      {},
    )
  const own = order.clientOrderId
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
  }
}
