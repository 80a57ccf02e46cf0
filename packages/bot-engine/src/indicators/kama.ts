import { efficiencyOf } from './efficiency-ratio.ts'
import { type Indicator, stepwise } from './indicator.ts'
import { checkPeriod } from './input.ts'

/**
 * Kaufman's adaptive moving average: moves by `(ER·(2/(fast+1) − 2/(slow+1)) + 2/(slow+1))²` of the difference, where ER
 * is the efficiency ratio over `period`. Starts from the input before; ready after period + 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see P. J. Kaufman, Smarter Trading, 1995
 */
export function kama(period: number, fast = 2, slow = 30): Indicator<number, number> {
  checkPeriod('kama', period)
  const most = 2 / (checkPeriod('kama', fast) + 1)
  const least = 2 / (checkPeriod('kama', slow) + 1)
  const efficiency = efficiencyOf('kama', period)
  const state = { from: Number.NaN }
  return stepwise(input => {
    const ratio = efficiency.push(input)
    const { from } = state
    state.from = ratio === undefined ? input : from + (ratio * (most - least) + least) ** 2 * (input - from)
    return ratio === undefined ? undefined : state.from
  })
}
