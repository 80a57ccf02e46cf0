import {
  type Distance,
  type Instrument,
  pipsToPoints,
  pointsToPrice,
  type Price,
  type Protection,
  priceToPoints,
  roundPoints,
} from '@openclaw-trading/trading-model'
import { invalid } from './invalid.ts'

/** Levels as prices. */
export interface AbsoluteLevels {
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly trailingStopLoss?: boolean
}

/** Levels as distances from the fill price, in 1/100000. */
export interface RelativeLevels {
  readonly relativeStopLoss?: number
  readonly relativeTakeProfit?: number
  readonly trailingStopLoss?: boolean
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

function trailingOf({ trailing, stopLoss }: Protection<unknown>): { readonly trailingStopLoss?: boolean } {
  if (trailing !== true) return {}
  if (stopLoss === undefined) throw invalid('trailing', true, 'a stopLoss with it')
  return { trailingStopLoss: true }
}

/** Encodes protection of a market order. @throws {@link CTraderError} `invalid-argument` */
export function encodeDistances(instrument: Rules, protection: Protection<Distance>): RelativeLevels {
  const { stopLoss, takeProfit } = protection
  return {
    ...(stopLoss === undefined ? {} : { relativeStopLoss: encodeDistance(instrument, stopLoss, 'stopLoss') }),
    ...(takeProfit === undefined
      ? {}
      : { relativeTakeProfit: encodeDistance(instrument, takeProfit, 'takeProfit') }),
    ...trailingOf(protection),
  }
}

/** Encodes protection of a position or a pending order, which is the full set. @throws {@link CTraderError} `invalid-argument` */
export function encodeLevels(instrument: Rules, protection: Protection<Price>): AbsoluteLevels {
  const { stopLoss, takeProfit } = protection
  return {
    ...(stopLoss === undefined ? {} : { stopLoss: encodePrice(instrument, stopLoss, 'stopLoss') }),
    ...(takeProfit === undefined ? {} : { takeProfit: encodePrice(instrument, takeProfit, 'takeProfit') }),
    ...trailingOf(protection),
  }
}

/** Encodes protection that gives each level as a price or as a distance. @throws {@link CTraderError} `invalid-argument` */
export function encodeProtection(instrument: Rules, protection: Protection): AbsoluteLevels & RelativeLevels {
  const { stopLoss, takeProfit, trailing } = protection
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
    ...trailingOf({
      ...(trailing === undefined ? {} : { trailing }),
      ...(stopLoss === undefined ? {} : { stopLoss }),
    }),
  }
}
