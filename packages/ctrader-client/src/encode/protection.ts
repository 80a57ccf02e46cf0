import {
  type Distance,
  type Instrument,
  pipsToPoints,
  pointsToPrice,
  type PositionProtection,
  type Price,
  type Protection,
  priceToPoints,
  roundPoints,
  type StopTrigger,
} from '@openclaw-trading/trading-model'
import { ProtoOAOrderTriggerMethod } from '../protocol/generated/messages.js'
import { invalid } from './invalid.ts'

interface StopFlags {
  readonly trailingStopLoss?: boolean
  readonly guaranteedStopLoss?: boolean
}

/** Levels as prices. */
export interface AbsoluteLevels extends StopFlags {
  readonly stopLoss?: number
  readonly takeProfit?: number
}

/** Levels as distances from the fill price, in 1/100000. */
export interface RelativeLevels extends StopFlags {
  readonly relativeStopLoss?: number
  readonly relativeTakeProfit?: number
}

type Rules = Pick<Instrument, 'digits' | 'pipPosition'>

function encodeDistance(instrument: Rules, { pips }: Distance, path: string): number {
  const points = pipsToPoints(instrument, pips)
  if (points > 0) return points
  throw invalid(path, `${pips} pips`, 'a distance of at least one step of the last digit')
}

/** Encodes a price, at most with the instrument's digits: the server refuses more. */
export function encodePrice(instrument: Pick<Instrument, 'digits'>, price: Price, path: string): number {
  if (!Number.isFinite(price) || price <= 0) throw invalid(path, price, 'a price above 0')
  return pointsToPrice(roundPoints(instrument, priceToPoints(price)))
}

function flagsOf({ trailing, guaranteed, stopLoss }: Protection<unknown>): StopFlags {
  if (trailing === true && stopLoss === undefined) throw invalid('trailing', true, 'a stopLoss with it')
  if (guaranteed === true && stopLoss === undefined) throw invalid('guaranteed', true, 'a stopLoss with it')
  return {
    ...(trailing === true ? { trailingStopLoss: true } : {}),
    ...(guaranteed === true ? { guaranteedStopLoss: true } : {}),
  }
}

/** The wire's number of a trigger. */
export function encodeTrigger(trigger: StopTrigger): number {
  switch (trigger) {
    case 'trade':
      return ProtoOAOrderTriggerMethod.TRADE
    case 'opposite':
      return ProtoOAOrderTriggerMethod.OPPOSITE
    case 'double-trade':
      return ProtoOAOrderTriggerMethod.DOUBLE_TRADE
    case 'double-opposite':
      return ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE
  }
}

/** Encodes protection of a market order. @throws {@link CTraderError} `invalid-argument` */
export function encodeDistances(instrument: Rules, protection: Protection<Distance>): RelativeLevels {
  const { stopLoss, takeProfit } = protection
  return {
    ...(stopLoss === undefined ? {} : { relativeStopLoss: encodeDistance(instrument, stopLoss, 'stopLoss') }),
    ...(takeProfit === undefined
      ? {}
      : { relativeTakeProfit: encodeDistance(instrument, takeProfit, 'takeProfit') }),
    ...flagsOf(protection),
  }
}

/** Encodes protection of a position or a pending order, which is the full set. @throws {@link CTraderError} `invalid-argument` */
export function encodeLevels(instrument: Rules, protection: Protection<Price>): AbsoluteLevels {
  const { stopLoss, takeProfit } = protection
  return {
    ...(stopLoss === undefined ? {} : { stopLoss: encodePrice(instrument, stopLoss, 'stopLoss') }),
    ...(takeProfit === undefined ? {} : { takeProfit: encodePrice(instrument, takeProfit, 'takeProfit') }),
    ...flagsOf(protection),
  }
}

/** Encodes protection that gives each level as a price or as a distance. @throws {@link CTraderError} `invalid-argument` */
export function encodeProtection(instrument: Rules, protection: Protection): AbsoluteLevels & RelativeLevels {
  const { stopLoss, takeProfit } = protection
  const isDistance = (level: Price | Distance | undefined): level is Distance => typeof level === 'object'
  return {
    ...encodeDistances(instrument, {
      ...(isDistance(stopLoss) ? { stopLoss } : {}),
      ...(isDistance(takeProfit) ? { takeProfit } : {}),
    }),
    ...encodeLevels(instrument, {
      ...(stopLoss !== undefined && !isDistance(stopLoss) ? { stopLoss } : {}),
      ...(takeProfit !== undefined && !isDistance(takeProfit) ? { takeProfit } : {}),
    }),
    ...flagsOf(protection),
  }
}

/** Encodes the full protection of an open position. @throws {@link CTraderError} `invalid-argument` */
export function encodePositionProtection(
  instrument: Rules,
  { stopTrigger, ...protection }: PositionProtection,
): AbsoluteLevels & { readonly stopLossTriggerMethod?: number } {
  if (stopTrigger !== undefined && protection.stopLoss === undefined)
    throw invalid('stopTrigger', stopTrigger, 'a stopLoss with it')
  return {
    ...encodeLevels(instrument, protection),
    ...(stopTrigger === undefined ? {} : { stopLossTriggerMethod: encodeTrigger(stopTrigger) }),
  }
}
