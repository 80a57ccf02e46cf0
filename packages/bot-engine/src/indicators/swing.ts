import { Extreme } from './extreme.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'

/** The newest confirmed swings. */
export interface Swings {
  /** Price of the newest swing high; `undefined` until there was one. */
  readonly high: number | undefined
  /** Price of the newest swing low; `undefined` until there was one. */
  readonly low: number | undefined
  /** The last bar confirmed a swing high. */
  readonly isNewHigh: boolean
  /** The last bar confirmed a swing low. */
  readonly isNewLow: boolean
}

/**
 * Swing highs and lows: a bar whose high is not below those of the `before` bars before it and above those of the `after`
 * bars after it, and the mirror for lows. A swing is told when its last bar after has closed, never earlier. Ready after
 * before + after + 1 bars, with or without a swing.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function swings(before = 2, after = 2): Indicator<PriceRange, Swings> {
  const size = checkPeriod('swings', before) + checkPeriod('swings', after) + 1
  const highest = new Extreme('highest', size)
  const lowest = new Extreme('lowest', size)
  const state = { high: Number.NaN, low: Number.NaN }
  return stepwise(bar => {
    checkRange('swings', bar)
    highest.push(bar.high)
    lowest.push(bar.low)
    if (!highest.full) return undefined
    const isNewHigh = highest.age === after
    const isNewLow = lowest.age === after
    if (isNewHigh) state.high = highest.value
    if (isNewLow) state.low = lowest.value
    const { high, low } = state
    return {
      high: Number.isNaN(high) ? undefined : high,
      low: Number.isNaN(low) ? undefined : low,
      isNewHigh,
      isNewLow,
    }
  })
}
