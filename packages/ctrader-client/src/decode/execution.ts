import {
  type ExecutionEvent,
  orderId,
  type SymbolId,
  symbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { type ProtoOAExecutionEvent, ProtoOAExecutionType } from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { decodeDeal } from './deal.ts'
import { decodeOrder, isProtective, type OrderRules } from './order.ts'
import { decodePosition } from './position.ts'
import { required } from './presence.ts'

/** What decoding an execution needs besides the message. */
export interface ExecutionContext {
  readonly instrument: OrderRules
  /** Deposit currency. */
  readonly currency: string
  /** Time of the event, which need not be the one that it states: see {@link MarketClock}. */
  readonly at: UnixMs
}

const ORDER_EVENTS = {
  [ProtoOAExecutionType.ORDER_ACCEPTED]: 'order-accepted',
  [ProtoOAExecutionType.ORDER_REPLACED]: 'order-replaced',
  [ProtoOAExecutionType.ORDER_CANCELLED]: 'order-cancelled',
  [ProtoOAExecutionType.ORDER_EXPIRED]: 'order-expired',
} as const

/** The symbol of an execution; `undefined` for a cash movement. */
export function symbolOfExecution(event: ProtoOAExecutionEvent): SymbolId | undefined {
  const id = event.order?.tradeData?.symbolId ?? event.position?.tradeData?.symbolId ?? event.deal?.symbolId
  return id === undefined ? undefined : symbolId(id)
}

/** Whether an execution is of a type that only a later protocol knows: what it did is not known either. */
export function isUnknownExecution({ executionType }: ProtoOAExecutionEvent): boolean {
  return ProtoOAExecutionType[executionType] === undefined
}

/** The server's time of an execution; `undefined` when it carries none. */
export function timeOfExecution(event: ProtoOAExecutionEvent): number | undefined {
  return (
    event.order?.utcLastUpdateTimestamp ??
    event.deal?.executionTimestamp ??
    event.depositWithdraw?.changeBalanceTimestamp ??
    event.bonusDepositWithdraw?.changeBonusTimestamp ??
    event.position?.utcLastUpdateTimestamp
  )
}

/**
 * Says an execution event in the words of the model.
 *
 * | execution type | of a protective order | else |
 * |---|---|---|
 * | ORDER_ACCEPTED | `position-updated` (now with its levels) | `order-accepted` |
 * | ORDER_FILLED, ORDER_PARTIAL_FILL | `order-filled` (stop or target hit) | `order-filled` |
 * | ORDER_REPLACED | `position-updated` | `order-replaced` |
 * | ORDER_CANCELLED | `position-updated` (volume 0 after a full close) | `order-cancelled` |
 * | ORDER_EXPIRED | `position-updated` | `order-expired` |
 * | ORDER_REJECTED, ORDER_CANCEL_REJECTED | – | `order-rejected`, `cancel-rejected` |
 * | SWAP | – | `position-updated` |
 * | DEPOSIT_WITHDRAW | – | `balance-changed` |
 *
 * The matching core of the engine tells the same events in a backtest.
 *
 * @returns `undefined` for what the model has no word for: an unknown type, a bonus
 * @see ProtoOAExecutionEvent
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodeExecution(
  event: ProtoOAExecutionEvent,
  context: ExecutionContext,
): ExecutionEvent | undefined {
  const { instrument, currency, at } = context
  const position = (): ReturnType<typeof decodePosition> =>
    decodePosition(required(event.position, 'position'), instrument, currency)
  const order = (): ReturnType<typeof decodeOrder> =>
    decodeOrder(required(event.order, 'order'), instrument, event.executionType)
  switch (event.executionType) {
    case ProtoOAExecutionType.ORDER_ACCEPTED:
    case ProtoOAExecutionType.ORDER_REPLACED:
    case ProtoOAExecutionType.ORDER_CANCELLED:
    case ProtoOAExecutionType.ORDER_EXPIRED:
      if (isProtective(event.order)) return { type: 'position-updated', at, position: position() }
      return { type: ORDER_EVENTS[event.executionType as keyof typeof ORDER_EVENTS], at, order: order() }
    case ProtoOAExecutionType.ORDER_FILLED:
    case ProtoOAExecutionType.ORDER_PARTIAL_FILL:
      return {
        type: 'order-filled',
        at,
        order: order(),
        fill: decodeDeal(required(event.deal, 'deal'), instrument, currency),
        position: position(),
        partial: event.executionType === ProtoOAExecutionType.ORDER_PARTIAL_FILL,
      }
    default:
      return decodeRare(event, context)
  }
}

function decodeRare(
  event: ProtoOAExecutionEvent,
  { instrument, currency, at }: ExecutionContext,
): ExecutionEvent | undefined {
  switch (event.executionType) {
    case ProtoOAExecutionType.ORDER_REJECTED: {
      const order =
        event.order === undefined ? undefined : decodeOrder(event.order, instrument, event.executionType)
      const own = order?.clientOrderId
      return {
        type: 'order-rejected',
        at,
        ...(order === undefined ? {} : { orderId: order.id }),
        reason: event.errorCode ?? 'ORDER_REJECTED',
        ...(own === undefined ? {} : { clientOrderId: own }),
        ...(order?.closing === true && order.positionId !== undefined && !isProtective(event.order)
          ? { refused: { type: 'close', positionId: order.positionId, volume: order.volume } as const }
          : {}),
      }
    }
    case ProtoOAExecutionType.ORDER_CANCEL_REJECTED:
      return {
        type: 'cancel-rejected',
        at,
        orderId: orderId(required(event.order?.orderId, 'order.orderId')),
        reason: event.errorCode ?? 'ORDER_CANCEL_REJECTED',
      }
    case ProtoOAExecutionType.SWAP:
      return {
        type: 'position-updated',
        at,
        position: decodePosition(required(event.position, 'position'), instrument, currency),
      }
    case ProtoOAExecutionType.DEPOSIT_WITHDRAW: {
      const { balance, delta, moneyDigits } = required(event.depositWithdraw, 'depositWithdraw')
      return {
        type: 'balance-changed',
        at,
        balance: decodeMoney(required(balance, 'depositWithdraw.balance'), moneyDigits, currency),
        delta: decodeMoney(required(delta, 'depositWithdraw.delta'), moneyDigits, currency),
      }
    }
    default:
      return undefined
  }
}
