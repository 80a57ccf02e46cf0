import {
  type Instrument,
  type Pips,
  pipsToPoints,
  POINTS_PER_UNIT,
  roundPoints,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'

/** A value in price units that is read when it is needed; every {@link Indicator} of a range or a distance is one. */
export interface PriceDistance {
  readonly value: number | undefined
}

/** A distance that is known at once or follows the market: `{ pips: pips(20) }`, `{ atr: atr(14), times: 2 }`. */
export type MarketMeasure =
  | { readonly pips: Pips }
  /** Times the value of an indicator as it stands; the strategy pushes it. */
  | { readonly atr: PriceDistance; readonly times: number }

/** A {@link MarketMeasure}, or a multiple of the risk: `{ r: 1 }` is the distance from the entry to its first stop. */
export type Measure = MarketMeasure | { readonly r: number }

/**
 * A measure in 1/100000, rounded to the instrument's digits; `undefined` while the indicator is not ready or the risk
 * is not known.
 */
export function measurePoints(
  instrument: Instrument,
  measure: Measure,
  riskPoints?: number,
): number | undefined {
  if ('pips' in measure) return pipsToPoints(instrument, measure.pips)
  if ('r' in measure)
    return riskPoints === undefined ? undefined : roundPoints(instrument, measure.r * riskPoints)
  const { value } = measure.atr
  return value === undefined ? undefined : roundPoints(instrument, value * measure.times * POINTS_PER_UNIT)
}

/** The smallest value that an option may have; `above 0` leaves 0 itself out, `any` leaves out what is no number alone. */
export type LeastValue = 'above 0' | '0 or above' | 'any'

const PASS = { 'above 0': 'a number above 0', '0 or above': 'a number, 0 or above', any: 'a number' } as const

/** Checks a number that a policy was given. @throws {@link EngineError} `invalid-options` */
export function checkNumber(policy: string, option: string, value: number, least: LeastValue): number {
  const isEnough = least === 'any' || (least === 'above 0' ? value > 0 : value >= 0)
  if (Number.isFinite(value) && isEnough) return value
  throw new EngineError('invalid-options', `${policy} was given ${option} = ${value}. Pass ${PASS[least]}.`)
}

/** Checks a number of bars that a policy was given. @throws {@link EngineError} `invalid-options` */
export function checkBars(policy: string, option: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return
  throw new EngineError(
    'invalid-options',
    `${policy} was given ${option} = ${value}. Pass a whole number from 1.`,
  )
}

/**
 * Checks a measure that a policy was given when it is made: with a distance of 0 it would do nothing at
 * each bar, and nobody would be told.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function checkMeasure(
  policy: string,
  option: string,
  measure: Measure,
  least: LeastValue = 'above 0',
): void {
  if ('pips' in measure) checkNumber(policy, `${option}.pips`, measure.pips, least)
  else if ('r' in measure) checkNumber(policy, `${option}.r`, measure.r, least)
  else checkNumber(policy, `${option}.times`, measure.times, least)
}
