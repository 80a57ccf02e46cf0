import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'
import { Window } from './window.ts'

/**
 * Population standard deviation of the last `period` inputs, in their unit. Ready after `period` inputs; the least period
 * is 2.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function standardDeviation(period: number): Indicator<number, number> {
  const window = new Window(checkPeriod('standardDeviation', period, 2))
  return stepwise(input => {
    checkNumber('standardDeviation', input)
    window.push(input)
    return window.full ? Math.sqrt(window.variance) : undefined
  })
}

/**
 * Distance of the last input from the mean of the last `period`, itself included, in population standard deviations. 0
 * where all are equal. Ready after `period` inputs; the least period is 2.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function zScore(period: number): Indicator<number, number> {
  const window = new Window(checkPeriod('zScore', period, 2))
  return stepwise(input => {
    checkNumber('zScore', input)
    window.push(input)
    if (!window.full) return undefined
    const { variance } = window
    return variance === 0 ? 0 : (input - window.mean) / Math.sqrt(variance)
  })
}
