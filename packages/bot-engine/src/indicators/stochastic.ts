import { Extreme } from './extreme.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod, checkRange } from './input.ts'
import { RelativeStrength } from './rsi.ts'
import { SimpleAverage } from './sma.ts'

/** The two lines of a stochastic oscillator, 0 to 100. */
export interface StochasticLines {
  readonly k: number
  /** Simple moving average of `k`. */
  readonly d: number
}

/**
 * Stochastic oscillator, 0 to 100: where the close lies between the lowest low and the highest high of `period` bars,
 * smoothed by a simple average of `smoothing` (1: the fast form), and the simple average of that over `signal`. 50 where
 * the range is none. Ready after period + smoothing + signal − 2 bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see G. C. Lane, Lane's Stochastics, TASC 1984
 */
export function stochastic(period = 14, smoothing = 3, signal = 3): Indicator<PriceRange, StochasticLines> {
  const place = new PlaceInRange('stochastic', period)
  const lines = smoothed('stochastic', smoothing, signal)
  return stepwise(bar => {
    checkRange('stochastic', bar)
    return lines(place.push(bar.high, bar.low, bar.close))
  })
}

/**
 * Stochastic oscillator of the RSI, 0 to 100: where the RSI lies in its range over `period` values, smoothed as in
 * {@link stochastic}. Ready after rsiPeriod + period + smoothing + signal − 2 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see T. Chande, S. Kroll, The New Technical Trader, 1994
 */
export function stochasticRsi(
  rsiPeriod = 14,
  period = 14,
  smoothing = 3,
  signal = 3,
): Indicator<number, StochasticLines> {
  const strength = new RelativeStrength(checkPeriod('stochasticRsi', rsiPeriod), 'stochasticRsi')
  // A still market leaves the RSI with nothing but rounding to move by.
  const place = new PlaceInRange('stochasticRsi', period, 1e-9)
  const lines = smoothed('stochasticRsi', smoothing, signal)
  return stepwise(input => {
    checkNumber('stochasticRsi', input)
    const value = strength.push(input)
    return value === undefined ? undefined : lines(place.push(value, value, value))
  })
}

/**
 * Williams %R, −100 to 0: how far the close lies below the highest high of `period` bars, in percent of their range. −50
 * where the range is none. Ready after `period` bars.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function williamsR(period = 14): Indicator<PriceRange, number> {
  const place = new PlaceInRange('williamsR', period)
  return stepwise(bar => {
    checkRange('williamsR', bar)
    const percent = place.push(bar.high, bar.low, bar.close)
    return percent === undefined ? undefined : percent - 100
  })
}

/** Where a value lies between the lowest and the highest of the newest ones, in percent. */
class PlaceInRange {
  private readonly highest: Extreme
  private readonly lowest: Extreme
  private readonly least: number

  constructor(name: string, period: number, least = 0) {
    checkPeriod(name, period)
    this.least = least
    this.highest = new Extreme('highest', period)
    this.lowest = new Extreme('lowest', period)
  }

  push(high: number, low: number, value: number): number | undefined {
    const highest = this.highest.push(high)
    const lowest = this.lowest.push(low)
    if (!this.highest.full) return undefined
    return highest - lowest <= this.least ? 50 : (100 * (value - lowest)) / (highest - lowest)
  }
}

function smoothed(name: string, smoothing: number, signal: number) {
  const first = new SimpleAverage(checkPeriod(name, smoothing), name)
  const second = new SimpleAverage(checkPeriod(name, signal), name)
  return (percent: number | undefined): StochasticLines | undefined => {
    const k = percent === undefined ? undefined : first.push(percent)
    const d = k === undefined ? undefined : second.push(k)
    return k === undefined || d === undefined ? undefined : { k, d }
  }
}
