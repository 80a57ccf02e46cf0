import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'
import { Delay, RingSum } from './window.ts'

/**
 * Efficiency ratio after Kaufman: `|C_t − C_{t−n}| ÷ Σ |C_i − C_{i−1}|` over n steps, 0 to 1; 0 if no price moved. About
 * 1/√n in a random walk, so thresholds depend on the period. Ready after period + 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see P. J. Kaufman, Smarter Trading, 1995
 */
export function efficiencyRatio(period: number): Indicator<number, number> {
  return efficiencyOf('efficiencyRatio', checkPeriod('efficiencyRatio', period))
}

/** The efficiency ratio as a part of the indicator `name`. */
export function efficiencyOf(name: string, period: number): Indicator<number, number> {
  const old = new Delay(period)
  const last = new Delay(1)
  const path = new RingSum(period)
  return stepwise(close => {
    checkNumber(name, close)
    const step = Math.abs(close - last.push(close))
    const way = Math.abs(close - old.push(close))
    // NaN after the first input.
    if (step >= 0) path.push(step)
    if (!path.full) return undefined
    return way === 0 ? 0 : Math.min(1, way / path.sum)
  })
}
