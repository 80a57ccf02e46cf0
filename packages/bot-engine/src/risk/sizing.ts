import { type Instrument, type Lots, POINTS_PER_UNIT, roundVolume } from '@openclaw-trading/trading-model'

/** What the volume of an entry depends on. */
export interface RiskSizing {
  readonly instrument: Instrument
  /** Equity in minor units of an account in the instrument's quote currency. */
  readonly equityMinor: number
  /** Decimal digits of the account's money. */
  readonly digits: number
  /** Share of equity lost if the stop is hit at its price; 1 = 1 %. */
  readonly riskPercent: number
  /** Distance of the stop in 1/100000, above 0. */
  readonly stopPoints: number
}

/** A volume, or why there is none. */
export type SizedVolume =
  | { readonly type: 'sized'; readonly volume: Lots }
  | { readonly type: 'none'; readonly reason: string }

/**
 * Volume by risk: risk money ÷ loss per lot at the stop, floored to the step and capped at the maximum.
 *
 * Costs and slippage are not part of the risk. Below the minimum there is no volume: a smaller risk is never rounded
 * up to it.
 */
export function riskVolume(sizing: RiskSizing): SizedVolume {
  const { instrument, equityMinor, digits, riskPercent, stopPoints } = sizing
  if (!(riskPercent > 0) || riskPercent > 100)
    return { type: 'none', reason: `riskPercent is ${riskPercent}; it must lie above 0 and be at most 100` }
  if (equityMinor <= 0) return { type: 'none', reason: 'there is no equity to risk' }
  const risk = (equityMinor * riskPercent) / 100
  const lossPerLot = (stopPoints * instrument.lotSize * 10 ** digits) / POINTS_PER_UNIT
  const volume = roundVolume(instrument, risk / lossPerLot)
  if (volume < instrument.minVolume) {
    const needed = (lossPerLot * instrument.minVolume * 100) / equityMinor
    return {
      type: 'none',
      reason:
        `${riskPercent} % of equity buys ${volume} lots at this stop, below the minimum of ${instrument.minVolume}; ` +
        `the minimum would risk ${needed.toFixed(2)} %`,
    }
  }
  return { type: 'sized', volume: volume > instrument.maxVolume ? instrument.maxVolume : volume }
}
