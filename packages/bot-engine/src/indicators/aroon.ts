import { Extreme } from './extreme.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'

/** The lines of an Aroon indicator. */
export interface AroonLines {
  /** 100 when the highest high is the newest, 0 when it is `period` bars old. */
  readonly up: number
  /** The same for the lowest low. */
  readonly down: number
  /** `up − down`, −100 to 100. */
  readonly oscillator: number
}

/**
 * Aroon: how long ago the highest high and the lowest low of the last period + 1 bars were; of equal ones the newest
 * counts. Ready after period + 1 bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see T. Chande, A Time Price Oscillator, TASC 1995
 */
export function aroon(period = 25): Indicator<PriceRange, AroonLines> {
  checkPeriod('aroon', period)
  const highest = new Extreme('highest', period + 1)
  const lowest = new Extreme('lowest', period + 1)
  return stepwise(bar => {
    checkRange('aroon', bar)
    highest.push(bar.high)
    lowest.push(bar.low)
    if (!highest.full) return undefined
    const up = (100 * (period - highest.age)) / period
    const down = (100 * (period - lowest.age)) / period
    return { up, down, oscillator: up - down }
  })
}
