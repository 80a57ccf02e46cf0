import {
  ProtoOAExecutionType,
  type ProtoOAExecutionEvent,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOATimeInForce,
} from '../protocol/generated/messages.js'
import type { CommandName, Params } from '../protocol/methods.ts'

const {
  ORDER_ACCEPTED,
  ORDER_FILLED,
  ORDER_REPLACED,
  ORDER_CANCELLED,
  ORDER_EXPIRED,
  ORDER_REJECTED,
  ORDER_CANCEL_REJECTED,
} = ProtoOAExecutionType

const WORKING_TYPES: ReadonlySet<number> = new Set([
  ProtoOAOrderType.LIMIT,
  ProtoOAOrderType.STOP,
  ProtoOAOrderType.STOP_LIMIT,
])
const IMMEDIATE: ReadonlySet<number> = new Set([
  ProtoOATimeInForce.IMMEDIATE_OR_CANCEL,
  ProtoOATimeInForce.FILL_OR_KILL,
])

/** Whether an order of this request goes on working once it is accepted. */
function staysWorking(params: Params<'newOrder'>): boolean {
  if (params.orderType === ProtoOAOrderType.MARKET)
    return params.timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN
  return (
    WORKING_TYPES.has(params.orderType) &&
    !IMMEDIATE.has(params.timeInForce ?? ProtoOATimeInForce.GOOD_TILL_CANCEL)
  )
}

interface Ends {
  /** Types that end the request when they tell of its own order. */
  readonly own: ReadonlySet<number>
  /** Types that end it when they tell of the protective order. */
  readonly protective: ReadonlySet<number>
}

/** The type that the status of an order amounts to, for an execution of a type that only a later protocol knows. */
const TYPE_OF_STATUS: Readonly<Record<number, number>> = {
  [ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED]: ORDER_ACCEPTED,
  [ProtoOAOrderStatus.ORDER_STATUS_FILLED]: ORDER_FILLED,
  [ProtoOAOrderStatus.ORDER_STATUS_REJECTED]: ORDER_REJECTED,
  [ProtoOAOrderStatus.ORDER_STATUS_EXPIRED]: ORDER_EXPIRED,
  [ProtoOAOrderStatus.ORDER_STATUS_CANCELLED]: ORDER_CANCELLED,
}

const NONE: ReadonlySet<number> = new Set()
const ENDS: Readonly<Record<CommandName, Ends>> = {
  newOrder: { own: new Set([ORDER_FILLED, ORDER_CANCELLED, ORDER_EXPIRED]), protective: NONE },
  closePosition: { own: new Set([ORDER_FILLED, ORDER_CANCELLED]), protective: NONE },
  cancelOrder: { own: new Set([ORDER_CANCELLED]), protective: NONE },
  amendOrder: { own: new Set([ORDER_REPLACED]), protective: NONE },
  // REPLACED usually; ACCEPTED for a first protection, CANCELLED when the last level is removed.
  amendPositionSLTP: { own: NONE, protective: new Set([ORDER_REPLACED, ORDER_ACCEPTED, ORDER_CANCELLED]) },
}

/** What an execution event says of a request: refused, over, or more to come. */
export type CommandStage = 'refused' | 'done' | 'open'

/**
 * Reads the stage of a request from an execution event that carries its id.
 *
 * There is no answer message for trading requests: a market order is over when it is filled or cancelled, one that waits
 * for its price or for the open when it is accepted, an amendment when it is replaced. Later server events (the protective order of a filled
 * one) carry the id too and belong to nobody.
 */
export function stageOf<M extends CommandName>(
  method: M,
  params: Params<M>,
  event: ProtoOAExecutionEvent,
): CommandStage {
  const known = ProtoOAExecutionType[event.executionType] !== undefined
  const type = known ? event.executionType : TYPE_OF_STATUS[event.order?.orderStatus ?? -1]
  if (type === undefined) return 'open'
  if (type === ORDER_REJECTED || type === ORDER_CANCEL_REJECTED) return 'refused'
  const ends = ENDS[method]
  if (event.order?.orderType === ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT)
    return ends.protective.has(type) ? 'done' : 'open'
  if (ends.own.has(type)) return 'done'
  const rests = method === 'newOrder' && type === ORDER_ACCEPTED && staysWorking(params as Params<'newOrder'>)
  return rests ? 'done' : 'open'
}
