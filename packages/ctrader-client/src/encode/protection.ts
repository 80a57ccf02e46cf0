import {
  type Distance,
  type Instrument,
  pipsToPoints,
  type PositionProtection,
  pointsToPrice,
  type Price,
  type Protection,
  priceToPoints,
  roundPoints,
  type StopTrigger,
} from '@openclaw-trading/trading-model'
import { ProtoOAOrderTriggerMethod } from '../protocol/generated/messages.js'
import { invalid } from './invalid.ts'

/** How the stop works besides its level. */
interface WireFlags {
  readonly trailingStopLoss?: boolean
  readonly guaranteedStopLoss?: boolean
}

/** Levels as prices. */
export interface AbsoluteLevels extends WireFlags {
  readonly stopLoss?: number
  readonly takeProfit?: number
}

/** Levels as distances from the fill price, in 1/100000. */
export interface RelativeLevels extends WireFlags {
  readonly relativeStopLoss?: number
  readonly relativeTakeProfit?: number
}

/** The ways to trigger a stop, as on the wire. */
const TRIGGERS: Readonly<Record<StopTrigger, number>> = {
  trade: ProtoOAOrderTriggerMethod.TRADE,
  opposite: ProtoOAOrderTriggerMethod.OPPOSITE,
  'double-trade': ProtoOAOrderTriggerMethod.DOUBLE_TRADE,
  'double-opposite': ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE,
}

/** Encodes the way to trigger a stop; `undefined` when none is stated. */
export function encodeTrigger(trigger: StopTrigger | undefined): number | undefined {
  return trigger === undefined ? undefined : TRIGGERS[trigger]
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

function flagsOf({ trailing, guaranteed, stopLoss }: Protection<unknown>): WireFlags {
  for (const [name, flag] of Object.entries({ trailing, guaranteed }))
    if (flag === true && stopLoss === undefined) throw invalid(name, true, 'a stopLoss with it')
  return {
    ...(trailing === true ? { trailingStopLoss: true } : {}),
    ...(guaranteed === true ? { guaranteedStopLoss: true } : {}),
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

/** Encodes the full protection of a position. @throws {@link CTraderError} `invalid-argument` */
export function encodePositionProtection(
  instrument: Rules,
  protection: PositionProtection,
): AbsoluteLevels & { readonly stopLossTriggerMethod?: number } {
  const stopLossTriggerMethod = encodeTrigger(protection.stopTrigger)
  return {
    ...encodeLevels(instrument, protection),
    ...(stopLossTriggerMethod === undefined ? {} : { stopLossTriggerMethod }),
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
