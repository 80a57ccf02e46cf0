import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod, checkPrice } from './input.ts'
import { Delay } from './window.ts'

/**
 * Rate of change in percent: `100 · (x_t ÷ x_{t−period} − 1)`. Takes inputs above 0. Ready after period + 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function rateOfChange(period: number): Indicator<number, number> {
  const old = new Delay(checkPeriod('rateOfChange', period))
  return stepwise(input => {
    checkPrice('rateOfChange', input)
    const before = old.push(input)
    return Number.isNaN(before) ? undefined : 100 * ((input - before) / before)
  })
}

/**
 * Momentum: `x_t − x_{t−period}`, in the unit of the input. Ready after period + 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function momentum(period: number): Indicator<number, number> {
  const old = new Delay(checkPeriod('momentum', period))
  return stepwise(input => {
    checkNumber('momentum', input)
    const before = old.push(input)
    return Number.isNaN(before) ? undefined : input - before
  })
}
