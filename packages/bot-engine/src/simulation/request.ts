import {
  type ClientOrderId,
  type Distance,
  type Instrument,
  type Lots,
  lotsToCents,
  type OrderAmendment,
  type OrderRequest,
  type Pips,
  pipsToPoints,
  pointsPerTick,
  type Price,
  type PricedTimeInForce,
  priceToPoints,
  roundPoints,
  type Side,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Command } from '../ports/broker.ts'
import type { ExchangeRequest, PendingLevels, StopFlags } from './exchange-types.ts'

/**
 * Says a command in the words of the exchange, exactly as it arrives over the wire: prices and distances rounded to the
 * digits of the instrument; `id` names the request in the event of its refusal.
 *
 * @throws {@link EngineError} `invalid-options` for a close without a volume
 */
export function toExchangeRequest(
  command: Command,
  instrument: Instrument,
  id?: ClientOrderId,
): ExchangeRequest {
  switch (command.type) {
    case 'place':
      return command.request.type === 'market'
        ? toMarketRequest(command.request, instrument)
        : toPendingRequest(command.request, instrument)
    case 'cancel':
      return { type: 'cancel', orderId: command.orderId }
    case 'amend-order':
      return { type: 'amend-order', orderId: command.orderId, ...toAmendment(command, instrument) }
    case 'close':
      return toCloseRequest(command, instrument, id)
    case 'set-protection':
      return toProtectionRequest(command, instrument, id)
  }
}

function toProtectionRequest(
  { positionId, protection }: Extract<Command, { type: 'set-protection' }>,
  instrument: Instrument,
  requestId: ClientOrderId | undefined,
): ExchangeRequest {
  const { stopLoss, takeProfit, stopTrigger } = protection
  return {
    type: 'amend-protection',
    positionId,
    ...(stopLoss !== undefined && { stopPoints: toPoints(instrument, stopLoss) }),
    ...(takeProfit !== undefined && { targetPoints: toPoints(instrument, takeProfit) }),
    ...(stopTrigger !== undefined && { stopTrigger }),
    ...toFlags(protection),
    ...(requestId !== undefined && { requestId }),
  }
}

function toCloseRequest(
  { positionId, volume }: Extract<Command, { type: 'close' }>,
  instrument: Instrument,
  requestId: ClientOrderId | undefined,
): ExchangeRequest {
  if (volume === undefined)
    throw new EngineError(
      'invalid-options',
      'The simulated venue takes no closes without a volume. State it.',
    )
  const volumeCents = lotsToCents(instrument, volume)
  // Two literals and no spread, as in execution-event.ts.
  return requestId === undefined
    ? { type: 'close', positionId, volumeCents }
    : { type: 'close', positionId, volumeCents, requestId }
}

type MarketRequest = Extract<ExchangeRequest, { type: 'market' }>

/** A market order as numbers; distances in 1/100000 from its fill. */
export interface MarketTerms {
  readonly symbolId: SymbolId
  readonly side: Side
  readonly volume: Lots
  readonly stopPoints: number | undefined
  readonly targetPoints: number | undefined
}

/** The request of a market order. One literal, so that those of most entries have one shape. */
export function marketRequest(
  { symbolId, side, volume, stopPoints, targetPoints }: MarketTerms,
  instrument: Instrument,
  texts: { readonly clientOrderId: string | undefined; readonly label: string | undefined },
): { -readonly [K in keyof MarketRequest]: MarketRequest[K] } {
  return {
    type: 'market',
    symbolId,
    side,
    volumeCents: lotsToCents(instrument, volume),
    stopDistancePoints: stopPoints,
    targetDistancePoints: targetPoints,
    clientOrderId: texts.clientOrderId,
    label: texts.label,
    comment: texts.clientOrderId,
  }
}

/** What few state is assigned, not spread. */
function toMarketRequest(
  request: Extract<OrderRequest, { type: 'market' }>,
  instrument: Instrument,
): MarketRequest {
  const { clientOrderId, stopLoss, takeProfit, positionId, timeInForce, label } = request
  const result = marketRequest(
    {
      symbolId: request.symbolId,
      side: request.side,
      volume: request.volume,
      stopPoints: stopLoss && pipsToPoints(instrument, stopLoss.pips),
      targetPoints: takeProfit && pipsToPoints(instrument, takeProfit.pips),
    },
    instrument,
    { clientOrderId, label },
  )
  if (positionId !== undefined) result.positionId = positionId
  if (timeInForce !== undefined) result.timeInForce = timeInForce.type
  if (request.trailing === true) result.trailing = true
  if (request.guaranteed === true) result.guaranteed = true
  return result
}

function toPendingRequest(
  request: Exclude<OrderRequest, { type: 'market' }>,
  instrument: Instrument,
): ExchangeRequest {
  const { clientOrderId, label, symbolId, side, positionId } = request
  const base = {
    symbolId,
    side,
    volumeCents: lotsToCents(instrument, request.volume),
    ...toLevels(request, instrument),
    ...(clientOrderId !== undefined && { clientOrderId, comment: clientOrderId }),
    ...(label !== undefined && { label }),
    ...(positionId !== undefined && { positionId }),
  }
  switch (request.type) {
    case 'market-range':
      return {
        type: 'market-range',
        ...base,
        pricePoints: toPoints(instrument, request.basePrice),
        rangeTicks: toTicks(instrument, request.slippage),
        timeInForce: 'ioc',
      }
    case 'limit':
      return {
        type: 'limit',
        ...base,
        pricePoints: toPoints(instrument, request.limitPrice),
        ...toTimeInForce(request.timeInForce),
      }
    case 'stop':
    case 'stop-limit':
      return {
        type: request.type,
        ...base,
        pricePoints: toPoints(instrument, request.stopPrice),
        ...(request.type === 'stop-limit' && { rangeTicks: toTicks(instrument, request.slippage) }),
        ...(request.trigger !== undefined && { trigger: request.trigger }),
        ...toTimeInForce(request.timeInForce),
      }
  }
}

type Amend = Extract<Command, { type: 'amend-order' }>

function toAmendment({ orderType, amendment }: Amend, instrument: Instrument) {
  const { volume, price, slippage, expiresAt, trigger }: OrderAmendment = amendment
  const pricePoints = price === undefined ? undefined : toPoints(instrument, price)
  return {
    ...(volume !== undefined && { volumeCents: lotsToCents(instrument, volume) }),
    ...(pricePoints !== undefined &&
      (orderType === 'limit' ? { limitPoints: pricePoints } : { triggerPoints: pricePoints })),
    ...(slippage !== undefined && { rangeTicks: toTicks(instrument, slippage) }),
    ...(trigger !== undefined && { trigger }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...toLevels(amendment, instrument),
  }
}

/** Each level as a price or as a distance from the fill. */
function toLevels(
  {
    stopLoss,
    takeProfit,
    ...flags
  }: Pick<OrderAmendment, 'stopLoss' | 'takeProfit' | 'trailing' | 'guaranteed'>,
  instrument: Instrument,
): PendingLevels {
  return {
    ...toFlags(flags),
    ...(isDistance(stopLoss) && { stopDistancePoints: pipsToPoints(instrument, stopLoss.pips) }),
    ...(isDistance(takeProfit) && { targetDistancePoints: pipsToPoints(instrument, takeProfit.pips) }),
    ...(typeof stopLoss === 'number' && { stopPoints: toPoints(instrument, stopLoss) }),
    ...(typeof takeProfit === 'number' && { targetPoints: toPoints(instrument, takeProfit) }),
  }
}

function toFlags({ trailing, guaranteed }: StopFlags): StopFlags {
  return {
    ...(trailing === true && { trailing }),
    ...(guaranteed === true && { guaranteed }),
  }
}

function isDistance(level: Price | Distance | undefined): level is Distance {
  return typeof level === 'object'
}

function toPoints(instrument: Instrument, price: Price): number {
  return roundPoints(instrument, priceToPoints(price))
}

function toTicks(instrument: Instrument, distance: Pips): number {
  return pipsToPoints(instrument, distance) / pointsPerTick(instrument)
}

function toTimeInForce(timeInForce: PricedTimeInForce = { type: 'gtc' }): {
  readonly timeInForce: PricedTimeInForce['type']
  readonly expiresAt?: number
} {
  return timeInForce.type === 'gtd'
    ? { timeInForce: 'gtd', expiresAt: timeInForce.expiresAt }
    : { timeInForce: timeInForce.type }
}
