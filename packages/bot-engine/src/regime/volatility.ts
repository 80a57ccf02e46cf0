import { type Indicator, stepwise } from '../indicators/indicator.ts'
import { checkPeriod, checkPrice } from '../indicators/input.ts'
import { rankOf } from '../indicators/percentile-rank.ts'

/** Share of yesterday's variance in today's, per bar (RiskMetrics 1996). */
const DECAY = 0.94

/**
 * Percentile, 0 to 100, of the volatility now among the last `window` bars, itself included: the share of them below it,
 * equal ones counted half. Volatility is the root of an exponentially weighted mean of squared log returns, decay 0.94.
 *
 * Takes closes above 0; O(log window) a bar.
 */
export function volatilityPercentile(window: number): Indicator<number, number> {
  const rank = rankOf('volatilityPercentile', checkPeriod('volatilityPercentile', window, 2))
  const state = { close: Number.NaN, variance: Number.NaN }
  return stepwise(close => {
    checkPrice('volatilityPercentile', close)
    const square = Math.log(close / state.close) ** 2
    state.close = close
    // The first close has no return.
    if (Number.isNaN(square)) return undefined
    const { variance } = state
    state.variance = Number.isNaN(variance) ? square : DECAY * variance + (1 - DECAY) * square
    return rank.push(state.variance)
  })
}
