import {
  type Instrument,
  type Pips,
  pipsToPoints,
  POINTS_PER_UNIT,
  roundPoints,
} from '@openclaw-trading/trading-model'

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
