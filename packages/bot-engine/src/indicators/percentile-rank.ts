import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'
import { OrderedWindow } from './ordered-window.ts'

/**
 * Percentile rank of the last input among the last `period`, itself included, 0 to 100: the share of them below it, equal
 * ones counted half. O(log period) an input. Ready after `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function percentileRank(period: number): Indicator<number, number> {
  return rankOf('percentileRank', checkPeriod('percentileRank', period))
}

/** The percentile rank as a part of the indicator `name`. */
export function rankOf(name: string, period: number): Indicator<number, number> {
  const window = new OrderedWindow(period)
  return stepwise(input => {
    checkNumber(name, input)
    window.push(input)
    if (!window.full) return undefined
    return (50 * (window.count(input, false) + window.count(input, true))) / period
  })
}
