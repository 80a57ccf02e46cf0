import type { StopFlags } from '@openclaw-trading/bot-engine/simulation'
import {
  type ProtoOAAmendOrderReq,
  type ProtoOANewOrderReq,
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOATradeSide,
} from '@openclaw-trading/ctrader-client/protocol'
import {
  type Instrument,
  pointsPerTick,
  priceToPoints,
  type StopTrigger,
} from '@openclaw-trading/trading-model'
import type { Refusal } from '../venue.ts'
import { invalid, unsupported } from './call.ts'

const MAX_LABEL = 100
const MAX_COMMENT = 512
const MAX_CLIENT_ORDER_ID = 50

/** What a request to place an order and one to amend it have in common. */
type LevelFields = Pick<
  ProtoOANewOrderReq & ProtoOAAmendOrderReq,
  | 'limitPrice'
  | 'stopPrice'
  | 'slippageInPoints'
  | 'expirationTimestamp'
  | 'stopLoss'
  | 'takeProfit'
  | 'relativeStopLoss'
  | 'relativeTakeProfit'
  | 'trailingStopLoss'
  | 'guaranteedStopLoss'
  | 'stopTriggerMethod'
>

type OrderTypeName = 'MARKET' | 'LIMIT' | 'STOP' | 'STOP_LIMIT' | 'MARKET_RANGE'

/** Fields that a type of order needs besides symbol, side and volume. */
const REQUIRED: Readonly<Record<OrderTypeName, readonly (keyof ProtoOANewOrderReq)[]>> = {
  MARKET: [],
  LIMIT: ['limitPrice'],
  STOP: ['stopPrice'],
  STOP_LIMIT: ['stopPrice', 'slippageInPoints'],
  MARKET_RANGE: ['baseSlippagePrice', 'slippageInPoints'],
}

/** Times in force of a type; a market order is immediate whatever is sent, unless it is to wait for the open. */
const ALLOWED_TIMES: Readonly<Record<OrderTypeName, readonly number[] | undefined>> = {
  MARKET: undefined,
  MARKET_RANGE: undefined,
  LIMIT: [
    ProtoOATimeInForce.GOOD_TILL_CANCEL,
    ProtoOATimeInForce.GOOD_TILL_DATE,
    ProtoOATimeInForce.IMMEDIATE_OR_CANCEL,
    ProtoOATimeInForce.FILL_OR_KILL,
  ],
  STOP: [ProtoOATimeInForce.GOOD_TILL_CANCEL, ProtoOATimeInForce.GOOD_TILL_DATE],
  STOP_LIMIT: [ProtoOATimeInForce.GOOD_TILL_CANCEL, ProtoOATimeInForce.GOOD_TILL_DATE],
}

/** Why a NewOrderReq is refused before it is looked at as an order; `undefined` when it is well-formed. */
export function orderProblem(
  message: ProtoOANewOrderReq,
  instrument: Instrument | undefined,
): Refusal | undefined {
  const type = orderTypeName(message.orderType)
  if (type === undefined)
    return unsupported(`Orders of type ${ProtoOAOrderType[message.orderType] ?? message.orderType}`)
  if (message.tradeSide !== ProtoOATradeSide.BUY && message.tradeSide !== ProtoOATradeSide.SELL)
    return invalid(`Trade side ${message.tradeSide} does not exist`)
  const missing = REQUIRED[type].filter(field => message[field] === undefined)
  if (missing.length > 0) return invalid(`Message missing required fields: ${missing.join(', ')}`)
  const isMarket = type === 'MARKET' || type === 'MARKET_RANGE'
  if (isMarket && (message.stopLoss !== undefined || message.takeProfit !== undefined))
    return invalid('SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]')
  return (
    timeProblem(type, message) ??
    priceProblem('Order price', message.baseSlippagePrice, instrument) ??
    levelsProblem(message, instrument) ??
    textProblem('Label', message.label, MAX_LABEL) ??
    textProblem('Comment', message.comment, MAX_COMMENT) ??
    textProblem('Client order id', message.clientOrderId, MAX_CLIENT_ORDER_ID)
  )
}

/** Why prices, levels or flags of a request are refused; `undefined` when they are well-formed. */
export function levelsProblem(message: LevelFields, instrument: Instrument | undefined): Refusal | undefined {
  const { stopTriggerMethod, slippageInPoints = 0 } = message
  if (triggerOf(stopTriggerMethod) === undefined)
    return invalid(`Stop trigger method ${stopTriggerMethod} does not exist`)
  if (!Number.isSafeInteger(slippageInPoints) || slippageInPoints < 0)
    return invalid(`Slippage in points = ${slippageInPoints} is below 0`)
  const tick = instrument === undefined ? 1 : pointsPerTick(instrument)
  if (!isDistance(message.relativeStopLoss, tick)) return invalid('Relative stop loss has invalid precision')
  if (!isDistance(message.relativeTakeProfit, tick))
    return invalid('Relative take profit has invalid precision')
  return (
    priceProblem('Order price', message.limitPrice, instrument) ??
    priceProblem('Order price', message.stopPrice, instrument) ??
    priceProblem('Order protection', message.stopLoss, instrument) ??
    priceProblem('Order protection', message.takeProfit, instrument)
  )
}

/** Half a step of 1/100000 in doubles is far above float dust and far below a digit too many. */
const DUST = 0.01

/** Why a price is refused: it is none, or has more digits than the symbol; without an instrument 5 are allowed. */
export function priceProblem(
  name: 'Order price' | 'Order protection',
  price: number | undefined,
  instrument: Instrument | undefined,
): Refusal | undefined {
  if (price === undefined) return undefined
  const points = priceToPoints(price)
  if (!(points > 0) || !Number.isSafeInteger(points)) return invalid(`${name} = ${price} is not a price`)
  const digits = instrument?.digits ?? 5
  const isCoarse = points % pointsPerTick({ digits }) === 0 && Math.abs(price * 100_000 - points) < DUST
  if (isCoarse) return undefined
  return invalid(`${name} = ${price} has more digits than symbol allows. Allowed ${digits} digits`)
}

const TRIGGERS: Readonly<Record<number, StopTrigger>> = {
  [ProtoOAOrderTriggerMethod.TRADE]: 'trade',
  [ProtoOAOrderTriggerMethod.OPPOSITE]: 'opposite',
  [ProtoOAOrderTriggerMethod.DOUBLE_TRADE]: 'double-trade',
  [ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE]: 'double-opposite',
}

/** The way to trigger a stop, `trade` when none is stated; `undefined` when there is no such way. */
export function triggerOf(method: number | undefined): StopTrigger | undefined {
  return method === undefined ? 'trade' : TRIGGERS[method]
}

/** How the stop of a request works besides its level. */
export function flagsOf(
  message: Pick<ProtoOANewOrderReq, 'trailingStopLoss' | 'guaranteedStopLoss'>,
): StopFlags {
  return {
    ...(message.trailingStopLoss === true ? { trailing: true } : {}),
    ...(message.guaranteedStopLoss === true ? { guaranteed: true } : {}),
  }
}

/** The name of a type of order that is simulated. */
export function orderTypeName(orderType: number): OrderTypeName | undefined {
  const name = ProtoOAOrderType[orderType]
  return name !== undefined && Object.hasOwn(REQUIRED, name) ? (name as OrderTypeName) : undefined
}

function timeProblem(type: OrderTypeName, message: ProtoOANewOrderReq): Refusal | undefined {
  const { timeInForce = ProtoOATimeInForce.GOOD_TILL_CANCEL, expirationTimestamp } = message
  const allowed = ALLOWED_TIMES[type]
  const isOnOpen = timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN
  if (allowed === undefined && !isOnOpen) return undefined
  if (isOnOpen ? type !== 'MARKET' : allowed?.includes(timeInForce) === false)
    return invalid(
      `Time in force ${ProtoOATimeInForce[timeInForce] ?? timeInForce} is not allowed for order type ${type}`,
    )
  const isDated = timeInForce === ProtoOATimeInForce.GOOD_TILL_DATE
  if (isDated && expirationTimestamp === undefined)
    return invalid('Message missing required fields: expirationTimestamp')
  if (!isDated && expirationTimestamp !== undefined)
    return invalid('An expiration is allowed only with time in force GOOD_TILL_DATE')
  return undefined
}

function isDistance(distance: number | undefined, tick: number): boolean {
  return distance === undefined || (distance > 0 && distance % tick === 0)
}

function textProblem(name: string, text: string | undefined, most: number): Refusal | undefined {
  return text !== undefined && text.length > most
    ? invalid(`${name} is longer than ${most} characters`)
    : undefined
}
