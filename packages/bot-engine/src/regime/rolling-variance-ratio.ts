import { type Indicator, stepwise } from '../indicators/indicator.ts'
import { checkPeriod, checkPrice } from '../indicators/input.ts'
import { Window } from '../indicators/window.ts'
import { spans } from '../statistics/variance-ratio.ts'

/**
 * Variance ratio of the last `period` log returns, as `varianceRatio` of the statistics gives it: above 1 the market
 * trends over `q` bars, below 1 it reverts. 1 where nothing has moved.
 *
 * Takes closes above 0; O(1) a bar. Ready after `period` + 1 closes. `period` is at least 2 × `q`, `q` at least 2.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function rollingVarianceRatio(q: number, period: number): Indicator<number, number> {
  checkPeriod('rollingVarianceRatio', q, 2)
  checkPeriod('rollingVarianceRatio', period, 2 * q)
  const returns = new Window(period)
  const sums = new Window(period - q + 1)
  const recent = new Window(q)
  let last = Number.NaN
  return stepwise(close => {
    checkPrice('rollingVarianceRatio', close)
    const moved = Math.log(close / last)
    last = close
    // The first close has no return.
    if (Number.isNaN(moved)) return undefined
    returns.push(moved)
    recent.push(moved)
    if (recent.full) sums.push(recent.mean * q)
    if (!returns.full) return undefined
    const squares = returns.variance * period
    if (squares === 0) return 1
    // Squares of the sums are taken around q times the mean of the returns, not around their own mean.
    const distance = sums.mean - q * returns.mean
    const longSquares = (sums.variance + distance * distance) * (period - q + 1)
    return (longSquares / spans(period, q)) * ((period - 1) / squares)
  })
}
