import {
  type Instrument,
  type Lots,
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
import { invalid } from './invalid.ts'
import { encodeDistances, encodePrice, encodeProtection, encodeTrigger } from './protection.ts'

/** Longest label that the server takes, in characters. */
export const MAX_LABEL_LENGTH = 100

/** What an order adds to the account and the symbol. */
type Terms = Omit<ProtoOANewOrderReq, 'ctidTraderAccountId' | 'symbolId' | 'tradeSide' | 'volume'>

/** Encodes a side. */
export function encodeSide(side: Side): number {
  return side === 'buy' ? ProtoOATradeSide.BUY : ProtoOATradeSide.SELL
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
  if (label !== undefined && label.length > MAX_LABEL_LENGTH)
    throw invalid('label', `${label.length} characters long`, `at most ${MAX_LABEL_LENGTH} characters`)
  return {
    ctidTraderAccountId,
    symbolId: request.symbolId,
    tradeSide: encodeSide(request.side),
    volume: encodeOrderVolume(instrument, request.volume),
    ...(label === undefined ? {} : { label }),
    ...(clientOrderId === undefined ? {} : { clientOrderId, comment: clientOrderId }),
    ...(positionId === undefined ? {} : { positionId }),
    ...encodeTerms(request, instrument),
  }
}

function encodeTerms(request: OrderRequest, instrument: Instrument): Terms {
  switch (request.type) {
    case 'market':
      return { orderType: ProtoOAOrderType.MARKET, ...encodeDistances(instrument, request) }
    case 'market-range':
      return {
        orderType: ProtoOAOrderType.MARKET_RANGE,
        baseSlippagePrice: encodePrice(instrument, request.basePrice, 'basePrice'),
        slippageInPoints: encodeSlippage(instrument, request.slippage),
        ...encodeDistances(instrument, request),
      }
    case 'limit':
      return {
        orderType: ProtoOAOrderType.LIMIT,
        limitPrice: encodePrice(instrument, request.limitPrice, 'limitPrice'),
        ...encodeTimeInForce(request.timeInForce),
        ...encodeProtection(instrument, request),
      }
    case 'stop':
      return {
        orderType: ProtoOAOrderType.STOP,
        stopPrice: encodePrice(instrument, request.stopPrice, 'stopPrice'),
        ...triggerOf(request.trigger),
        ...encodeTimeInForce(request.timeInForce),
        ...encodeProtection(instrument, request),
      }
    case 'stop-limit':
      return {
        orderType: ProtoOAOrderType.STOP_LIMIT,
        stopPrice: encodePrice(instrument, request.stopPrice, 'stopPrice'),
        slippageInPoints: encodeSlippage(instrument, request.slippage),
        ...triggerOf(request.trigger),
        ...encodeTimeInForce(request.timeInForce),
        ...encodeProtection(instrument, request),
      }
  }
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
  if (terms === undefined || terms.type === 'market-range')
    throw invalid('orderId', order.id, 'an order that waits for a price')
  const { expiresAt } = amendment
  const price = encodePrice(instrument, amendment.price ?? terms.price, 'price')
  const slippage = amendment.slippage ?? terms.slippage
  if (amendment.slippage !== undefined && terms.type !== 'stop-limit')
    throw invalid('slippage', `${slippage} pips`, `none: a ${terms.type} order has no range`)
  if (amendment.trigger !== undefined && terms.type === 'limit')
    throw invalid('trigger', amendment.trigger, 'none: a limit order has no trigger')
  return {
    volume: encodeOrderVolume(instrument, amendment.volume ?? order.volume),
    ...(terms.type === 'limit' ? { limitPrice: price } : { stopPrice: price }),
    ...(slippage === undefined ? {} : { slippageInPoints: encodeSlippage(instrument, slippage) }),
    ...(expiresAt === undefined ? {} : { expirationTimestamp: encodeExpiry(expiresAt) }),
    ...(terms.type === 'limit' ? {} : triggerOf(amendment.trigger ?? terms.trigger)),
    ...encodeProtection(instrument, amendment),
  }
}

function triggerOf(trigger: StopTrigger | undefined): { readonly stopTriggerMethod?: number } {
  const stopTriggerMethod = encodeTrigger(trigger)
  return stopTriggerMethod === undefined ? {} : { stopTriggerMethod }
}

/** In steps of the last digit, from 0. */
function encodeSlippage(instrument: Instrument, slippage: Pips): number {
  const points = pipsToPoints(instrument, slippage)
  if (points >= 0) return points / pointsPerTick(instrument)
  throw invalid('slippage', `${slippage} pips`, 'a distance from 0 up')
}

function encodeExpiry(expiresAt: UnixMs): number {
  if (Number.isSafeInteger(expiresAt) && expiresAt > 0) return expiresAt
  throw invalid('expiresAt', expiresAt, 'a time in whole milliseconds: unixMs(…)')
}

/** Always stated: the defaults of request and order differ on the wire. */
function encodeTimeInForce(timeInForce: TimeInForce = { type: 'gtc' }): {
  readonly timeInForce: number
  readonly expirationTimestamp?: number
} {
  switch (timeInForce.type) {
    case 'gtc':
      return { timeInForce: ProtoOATimeInForce.GOOD_TILL_CANCEL }
    case 'ioc':
      return { timeInForce: ProtoOATimeInForce.IMMEDIATE_OR_CANCEL }
    case 'fok':
      return { timeInForce: ProtoOATimeInForce.FILL_OR_KILL }
    case 'gtd':
      return {
        timeInForce: ProtoOATimeInForce.GOOD_TILL_DATE,
        expirationTimestamp: encodeExpiry(timeInForce.expiresAt),
      }
  }
}
