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

/**
 * What a request says of protection, filled in place: an object for each part and a copy into the next were half of the
 * work of an order.
 */
export interface ProtectionDraft {
  stopLoss?: number
  takeProfit?: number
  /** From the fill price, in 1/100000. */
  relativeStopLoss?: number
  /** From the fill price, in 1/100000. */
  relativeTakeProfit?: number
  trailingStopLoss?: boolean
  guaranteedStopLoss?: boolean
}

/** Levels as prices. */
export type AbsoluteLevels = Readonly<Omit<ProtectionDraft, 'relativeStopLoss' | 'relativeTakeProfit'>>

/** The ways to trigger a stop, as on the wire. */
const TRIGGERS: Readonly<Record<StopTrigger, number>> = {
  trade: ProtoOAOrderTriggerMethod.TRADE,
  opposite: ProtoOAOrderTriggerMethod.OPPOSITE,
  'double-trade': ProtoOAOrderTriggerMethod.DOUBLE_TRADE,
  'double-opposite': ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE,
}

/** Encodes the way to trigger a stop; `undefined` when none is stated. @throws {@link CTraderError} `invalid-argument` */
export function encodeTrigger(trigger: StopTrigger | undefined): number | undefined {
  if (trigger === undefined) return undefined
  if (Object.hasOwn(TRIGGERS, trigger)) return TRIGGERS[trigger]
  throw invalid('trigger', trigger, `one of ${Object.keys(TRIGGERS).join(', ')}`)
}

type Rules = Pick<Instrument, 'digits' | 'pipPosition'>

function encodeDistance(instrument: Rules, distance: Distance | null, path: string): number {
  if (distance === null) throw invalid(path, distance, 'a level, or leave it out')
  const { pips } = distance
  const points = pipsToPoints(instrument, pips)
  if (points > 0) return points
  throw invalid(path, `${pips} pips`, 'a distance of at least one step of the last digit')
}

/** Encodes a price, at most with the instrument's digits: the server refuses more. */
export function encodePrice(instrument: Pick<Instrument, 'digits'>, price: Price, path: string): number {
  if (typeof price === 'object' && price !== null) throw invalid(path, 'an object', 'a price above 0')
  if (!Number.isFinite(price) || price <= 0) throw invalid(path, price, 'a price above 0')
  return pointsToPrice(roundPoints(instrument, priceToPoints(price)))
}

function putFlags(draft: ProtectionDraft, { trailing, guaranteed, stopLoss }: Protection<unknown>): void {
  if (trailing === true) {
    if (stopLoss === undefined) throw invalid('trailing', true, 'a stopLoss with it')
    draft.trailingStopLoss = true
  }
  if (guaranteed === true) {
    if (stopLoss === undefined) throw invalid('guaranteed', true, 'a stopLoss with it')
    draft.guaranteedStopLoss = true
  }
}

/** States protection of a market order. @throws {@link CTraderError} `invalid-argument` */
export function putDistances(
  draft: ProtectionDraft,
  instrument: Rules,
  protection: Protection<Distance>,
): void {
  const { stopLoss, takeProfit } = protection
  if (stopLoss !== undefined) draft.relativeStopLoss = encodeDistance(instrument, stopLoss, 'stopLoss')
  if (takeProfit !== undefined)
    draft.relativeTakeProfit = encodeDistance(instrument, takeProfit, 'takeProfit')
  putFlags(draft, protection)
}

/** States protection that gives each level as a price or as a distance. @throws {@link CTraderError} `invalid-argument` */
export function putProtection(draft: ProtectionDraft, instrument: Rules, protection: Protection): void {
  const { stopLoss, takeProfit } = protection
  if (typeof stopLoss === 'object') draft.relativeStopLoss = encodeDistance(instrument, stopLoss, 'stopLoss')
  else if (stopLoss !== undefined) draft.stopLoss = encodePrice(instrument, stopLoss, 'stopLoss')
  if (typeof takeProfit === 'object')
    draft.relativeTakeProfit = encodeDistance(instrument, takeProfit, 'takeProfit')
  else if (takeProfit !== undefined) draft.takeProfit = encodePrice(instrument, takeProfit, 'takeProfit')
  putFlags(draft, protection)
}

/**
 * Encodes protection of a position, which is the full set.
 *
 * A distance is refused: the message has no field for one, and without any level it removes stop and target.
 *
 * @throws {@link CTraderError} `invalid-argument`
 */
export function encodeLevels(instrument: Rules, protection: Protection<Price>): AbsoluteLevels {
  const { stopLoss, takeProfit } = protection
  const levels: ProtectionDraft = {}
  if (stopLoss !== undefined) levels.stopLoss = encodePrice(instrument, stopLoss, 'stopLoss')
  if (takeProfit !== undefined) levels.takeProfit = encodePrice(instrument, takeProfit, 'takeProfit')
  putFlags(levels, protection)
  return levels
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
