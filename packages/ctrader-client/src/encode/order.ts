import {
  type Instrument,
  type Lots,
  type MarketOnOpen,
  type Order,
  type OrderAmendment,
  type OrderRequest,
  type Pips,
  pointsPerTick,
  pipsToPoints,
  type Side,
  type StopTrigger,
  type TimeInForce,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import {
  type ProtoOAAmendOrderReq,
  type ProtoOANewOrderReq,
  ProtoOAOrderType,
  ProtoOATimeInForce,
  ProtoOATradeSide,
} from '../protocol/generated/messages.js'
import { encodeVolume } from '../protocol/units/volume-cents.ts'
import { invalid, requireObject } from './invalid.ts'
import { encodePrice, encodeTrigger, putDistances, putProtection } from './protection.ts'

/** Longest label that the server takes, in characters. */
export const MAX_LABEL_LENGTH = 100

type Draft<T> = { -readonly [Field in keyof T]: T[Field] }

const ORDER_TYPES: Readonly<Record<OrderRequest['type'], number>> = {
  market: ProtoOAOrderType.MARKET,
  'market-range': ProtoOAOrderType.MARKET_RANGE,
  limit: ProtoOAOrderType.LIMIT,
  stop: ProtoOAOrderType.STOP,
  'stop-limit': ProtoOAOrderType.STOP_LIMIT,
}

const TIMES_IN_FORCE: Readonly<Record<TimeInForce['type'], number>> = {
  gtc: ProtoOATimeInForce.GOOD_TILL_CANCEL,
  ioc: ProtoOATimeInForce.IMMEDIATE_OR_CANCEL,
  fok: ProtoOATimeInForce.FILL_OR_KILL,
  gtd: ProtoOATimeInForce.GOOD_TILL_DATE,
  'market-on-open': ProtoOATimeInForce.MARKET_ON_OPEN,
}

/** Encodes a side; another word is not a sale. */
function encodeSide(side: Side): number {
  if (side === 'buy') return ProtoOATradeSide.BUY
  if (side === 'sell') return ProtoOATradeSide.SELL
  throw invalid('side', side, 'buy or sell')
}

/** Encodes a volume that keeps to the instrument's rules. @throws {@link CTraderError} `invalid-argument` */
export function encodeOrderVolume(instrument: Instrument, volume: Lots): number {
  const cents = stepsOf(instrument, volume)
  const min = encodeVolume(instrument, instrument.minVolume)
  const max = encodeVolume(instrument, instrument.maxVolume)
  if (cents !== undefined && cents >= min && cents <= max) return cents
  throw invalid(
    'volume',
    `${volume} lots of ${instrument.name}`,
    `${instrument.minVolume} to ${instrument.maxVolume} lots in steps of ${instrument.volumeStep}: roundVolume(instrument, …)`,
  )
}

/**
 * Encodes the volume of a partial close: whole steps. Minimum and maximum are rules of entries; whether they hold for
 * an exit is the broker's to say.
 *
 * @throws {@link CTraderError} `invalid-argument`
 */
export function encodePartVolume(instrument: Instrument, volume: Lots): number {
  const cents = stepsOf(instrument, volume)
  if (cents !== undefined) return cents
  throw invalid(
    'volume',
    `${volume} lots of ${instrument.name}`,
    `steps of ${instrument.volumeStep} lots: roundVolume(instrument, …)`,
  )
}

/** A volume in 1/100 of a unit if it is a whole number of steps above 0. */
function stepsOf(instrument: Instrument, volume: Lots): number | undefined {
  const cents = encodeVolume(instrument, volume)
  const step = encodeVolume(instrument, instrument.volumeStep)
  const exact = Math.abs(volume * instrument.lotSize * 100 - cents) < 1e-6
  return exact && cents > 0 && cents % step === 0 ? cents : undefined
}

/**
 * Encodes an order.
 *
 * Our order id goes into `clientOrderId`, which only the order keeps, and into `comment`, which the position keeps
 * too: an order whose fate is unknown can be found on either. `label` stays as it is, so that a run finds its own.
 *
 * @throws {@link CTraderError} `invalid-argument`
 */
export function encodeOrder(
  request: OrderRequest,
  instrument: Instrument,
  ctidTraderAccountId: number,
): ProtoOANewOrderReq {
  const { label, clientOrderId, positionId } = request
  // The codec leaves null out: an order that nobody finds again, or that opens a position of its own.
  if (label === null) throw invalid('label', label, 'a text, or leave it out')
  if (clientOrderId === null) throw invalid('clientOrderId', clientOrderId, 'an id, or leave it out')
  if (positionId === null) throw invalid('positionId', positionId, 'an id, or leave it out')
  if (label !== undefined && label.length > MAX_LABEL_LENGTH)
    throw invalid('label', `${label.length} characters long`, `at most ${MAX_LABEL_LENGTH} characters`)
  const order: Draft<ProtoOANewOrderReq> = {
    ctidTraderAccountId,
    symbolId: request.symbolId,
    orderType: ORDER_TYPES[request.type],
    tradeSide: encodeSide(request.side),
    volume: encodeOrderVolume(instrument, request.volume),
  }
  if (label !== undefined) order.label = label
  if (clientOrderId !== undefined) {
    order.clientOrderId = clientOrderId
    order.comment = clientOrderId
  }
  if (positionId !== undefined) order.positionId = positionId
  putTerms(order, request, instrument)
  return order
}

function putTerms(order: Draft<ProtoOANewOrderReq>, request: OrderRequest, instrument: Instrument): void {
  switch (request.type) {
    case 'market':
      putOnOpen(order, request.timeInForce)
      putDistances(order, instrument, request)
      return
    case 'market-range':
      order.baseSlippagePrice = encodePrice(instrument, request.basePrice, 'basePrice')
      order.slippageInPoints = encodeSlippage(instrument, request.slippage)
      putDistances(order, instrument, request)
      return
    case 'limit':
      order.limitPrice = encodePrice(instrument, request.limitPrice, 'limitPrice')
      break
    case 'stop':
      order.stopPrice = encodePrice(instrument, request.stopPrice, 'stopPrice')
      putTrigger(order, request.trigger)
      break
    case 'stop-limit':
      order.stopPrice = encodePrice(instrument, request.stopPrice, 'stopPrice')
      order.slippageInPoints = encodeSlippage(instrument, request.slippage)
      putTrigger(order, request.trigger)
      break
  }
  putTimeInForce(order, request.timeInForce)
  putProtection(order, instrument, request)
}

/**
 * Encodes an amendment of an order that works.
 *
 * Volume, price, slippage and trigger are always stated, as they are when they stay; what else is left out the server removes.
 *
 * @throws {@link CTraderError} `invalid-argument`
 */
export function encodeAmendment(
  amendment: OrderAmendment,
  order: Order,
  instrument: Instrument,
): Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId' | 'orderId'> {
  const { terms } = order
  if (terms === undefined || terms.type === 'market-range' || terms.type === 'market')
    throw invalid('orderId', order.id, 'an order that waits for a price')
  const { expiresAt } = amendment
  const price = encodePrice(instrument, amendment.price ?? terms.price, 'price')
  const slippage = amendment.slippage ?? terms.slippage
  if (amendment.slippage !== undefined && terms.type !== 'stop-limit')
    throw invalid('slippage', `${slippage} pips`, `none: a ${terms.type} order has no range`)
  if (amendment.trigger !== undefined && terms.type === 'limit')
    throw invalid('trigger', amendment.trigger, 'none: a limit order has no trigger')
  const changed: Draft<Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId' | 'orderId'>> = {
    volume: encodeOrderVolume(instrument, amendment.volume ?? order.volume),
  }
  if (terms.type === 'limit') changed.limitPrice = price
  else changed.stopPrice = price
  if (slippage !== undefined) changed.slippageInPoints = encodeSlippage(instrument, slippage)
  if (expiresAt !== undefined) changed.expirationTimestamp = encodeExpiry(expiresAt)
  if (terms.type !== 'limit') putTrigger(changed, amendment.trigger ?? terms.trigger)
  putProtection(changed, instrument, amendment)
  return changed
}

function putTrigger(draft: { stopTriggerMethod?: number }, trigger: StopTrigger | undefined): void {
  const method = encodeTrigger(trigger)
  if (method !== undefined) draft.stopTriggerMethod = method
}

/** In steps of the last digit, from 0. */
function encodeSlippage(instrument: Instrument, slippage: Pips): number {
  const points = pipsToPoints(instrument, slippage)
  if (slippage !== null && points >= 0) return points / pointsPerTick(instrument)
  throw invalid('slippage', `${slippage} pips`, 'a distance from 0 up')
}

function encodeExpiry(expiresAt: UnixMs): number {
  if (Number.isSafeInteger(expiresAt) && expiresAt > 0) return expiresAt
  throw invalid('expiresAt', expiresAt, 'a time in whole milliseconds: unixMs(…)')
}

/** Absent, the server fills it at once, whatever it reads as a default. */
function putOnOpen(order: Draft<ProtoOANewOrderReq>, timeInForce: MarketOnOpen | undefined): void {
  if (timeInForce === undefined) return
  requireObject(timeInForce, 'timeInForce')
  // Another word would be dropped by the server: the order would not be what was asked for.
  if (timeInForce.type !== 'market-on-open')
    throw invalid('timeInForce', timeInForce.type, 'market-on-open, or leave it out of a market order')
  order.timeInForce = TIMES_IN_FORCE[timeInForce.type]
}

/** Always stated: the defaults of request and order differ on the wire. */
function putTimeInForce(order: Draft<ProtoOANewOrderReq>, timeInForce: TimeInForce = { type: 'gtc' }): void {
  requireObject(timeInForce, 'timeInForce')
  if (timeInForce.type === 'market-on-open')
    throw invalid('timeInForce', timeInForce.type, 'another: only a market order waits for the open')
  order.timeInForce = TIMES_IN_FORCE[timeInForce.type]
  if (timeInForce.type === 'gtd') order.expirationTimestamp = encodeExpiry(timeInForce.expiresAt)
}
