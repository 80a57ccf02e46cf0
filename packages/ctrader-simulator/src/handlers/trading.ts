import {
  ProtoOAOrderType,
  ProtoOATradeSide,
  type ProtoOANewOrderReq,
} from '@openclaw-trading/ctrader-client/protocol'
import {
  type Instrument,
  type PositionId,
  pointsPerTick,
  priceToPoints,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { instrumentOf, type Refusal, type Venue, type VenueRequest } from '../venue.ts'
import { type Handler, invalid, refuse } from './call.ts'

const MAX_LABEL = 100
const MAX_COMMENT = 512
const MAX_CLIENT_ORDER_ID = 50

/** NewOrderReq; market orders only: pending orders are later work. */
export const newOrder: Handler<2106> = call => {
  const { connection, message, venue } = call
  const problem = orderProblem(message, instrumentOf(venue.facts, message.symbolId))
  if (problem !== undefined) return refuse(call, problem)
  const refusal = venue.submit(connection, marketRequest(message), call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

/** ClosePositionReq. */
export const closePosition: Handler<2111> = call => {
  const { connection, message, venue } = call
  const request: VenueRequest = {
    type: 'close',
    positionId: message.positionId as PositionId,
    volumeCents: message.volume,
  }
  const refusal = venue.submit(connection, request, call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

/** AmendPositionSLTPReq: states the full set, so a level left out is removed. */
export const amendProtection: Handler<2110> = call => {
  const { connection, message, venue } = call
  if (message.trailingStopLoss === true || message.guaranteedStopLoss === true)
    return refuse(call, unsupported('Trailing and guaranteed stop losses'))
  const instrument = instrumentOfPosition(venue, message.positionId)
  for (const level of [message.stopLoss, message.takeProfit]) {
    const problem = level === undefined ? undefined : levelProblem(level, instrument)
    if (problem !== undefined) return refuse(call, problem)
  }
  const request: VenueRequest = {
    type: 'amend-protection',
    positionId: message.positionId as PositionId,
    ...(message.stopLoss === undefined ? {} : { stopPoints: priceToPoints(message.stopLoss) }),
    ...(message.takeProfit === undefined ? {} : { targetPoints: priceToPoints(message.takeProfit) }),
  }
  const refusal = venue.submit(connection, request, call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

function orderProblem(message: ProtoOANewOrderReq, instrument: Instrument | undefined): Refusal | undefined {
  if (message.orderType !== ProtoOAOrderType.MARKET)
    return unsupported(`Orders of type ${ProtoOAOrderType[message.orderType] ?? message.orderType}`)
  if (message.positionId !== undefined) return unsupported('Orders that act on a position (positionId)')
  if (message.trailingStopLoss === true || message.guaranteedStopLoss === true)
    return unsupported('Trailing and guaranteed stop losses')
  if (message.tradeSide !== ProtoOATradeSide.BUY && message.tradeSide !== ProtoOATradeSide.SELL)
    return invalid(`Trade side ${message.tradeSide} does not exist`)
  if (message.stopLoss !== undefined || message.takeProfit !== undefined)
    return invalid('SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]')
  const tick = instrument === undefined ? 1 : pointsPerTick(instrument)
  if (!isDistance(message.relativeStopLoss, tick)) return invalid('Relative stop loss has invalid precision')
  if (!isDistance(message.relativeTakeProfit, tick))
    return invalid('Relative take profit has invalid precision')
  return (
    textProblem('Label', message.label, MAX_LABEL) ??
    textProblem('Comment', message.comment, MAX_COMMENT) ??
    textProblem('Client order id', message.clientOrderId, MAX_CLIENT_ORDER_ID)
  )
}

function marketRequest(message: ProtoOANewOrderReq): VenueRequest {
  const { clientOrderId, comment, label, relativeStopLoss, relativeTakeProfit } = message
  return {
    type: 'market',
    symbolId: message.symbolId as SymbolId,
    side: message.tradeSide === ProtoOATradeSide.BUY ? 'buy' : 'sell',
    volumeCents: message.volume,
    ...(relativeStopLoss === undefined ? {} : { stopDistancePoints: relativeStopLoss }),
    ...(relativeTakeProfit === undefined ? {} : { targetDistancePoints: relativeTakeProfit }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(label === undefined ? {} : { label }),
    ...(comment === undefined ? {} : { comment }),
  }
}

function isDistance(distance: number | undefined, tick: number): boolean {
  return distance === undefined || (distance > 0 && distance % tick === 0)
}

function textProblem(name: string, text: string | undefined, most: number): Refusal | undefined {
  return text !== undefined && text.length > most
    ? invalid(`${name} is longer than ${most} characters`)
    : undefined
}

/** Half a step of 1/100000 in doubles is far above float dust and far below a digit too many. */
const DUST = 0.01

function levelProblem(level: number, instrument: Instrument | undefined): Refusal | undefined {
  const points = priceToPoints(level)
  if (!(points > 0) || !Number.isSafeInteger(points))
    return invalid(`Order protection = ${level} is not a price`)
  const digits = instrument?.digits ?? 5
  const isCoarse = points % pointsPerTick({ digits }) === 0 && Math.abs(level * 100_000 - points) < DUST
  if (isCoarse) return undefined
  return invalid(`Order protection = ${level} has more digits than symbol allows. Allowed ${digits} digits`)
}

function instrumentOfPosition(venue: Venue, positionId: number): Instrument | undefined {
  const position = venue.exchange.positions.find(candidate => candidate.id === positionId)
  return position === undefined ? undefined : instrumentOf(venue.facts, position.symbolId)
}

function unsupported(what: string): Refusal {
  return { errorCode: 'UNSUPPORTED_MESSAGE', description: `${what} are not simulated` }
}
