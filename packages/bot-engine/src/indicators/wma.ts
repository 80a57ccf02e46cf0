import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'

/**
 * Linearly weighted moving average: the newest of `period` inputs weighs `period`, the oldest 1. Ready after `period`
 * inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function wma(period: number): Indicator<number, number> {
  return new WeightedAverage(checkPeriod('wma', period), 'wma')
}

/**
 * Hull moving average: `WMA(2·WMA(period ÷ 2) − WMA(period), √period)`, both divisions rounded down. Ready after
 * period + ⌊√period⌋ − 1 inputs; the least period is 2.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see A. Hull, https://alanhull.com/hull-moving-average
 */
export function hma(period: number): Indicator<number, number> {
  checkPeriod('hma', period, 2)
  const half = new WeightedAverage(Math.floor(period / 2), 'hma')
  const whole = new WeightedAverage(period, 'hma')
  const smooth = new WeightedAverage(Math.floor(Math.sqrt(period)), 'hma')
  return stepwise(input => {
    const fast = half.push(input)
    const slow = whole.push(input)
    return fast === undefined || slow === undefined ? undefined : smooth.push(2 * fast - slow)
  })
}

class WeightedAverage implements Indicator<number, number> {
  private readonly name: string
  private readonly values: Float64Array
  private readonly weights: number
  private next = 0
  private sum = 0
  private weighted = 0
  private newest = Number.NaN

  constructor(period: number, name: string) {
    this.name = name
    this.values = new Float64Array(period)
    this.weights = (period * (period + 1)) / 2
  }

  get ready(): boolean {
    return !Number.isNaN(this.newest)
  }

  get value(): number | undefined {
    return this.ready ? this.newest : undefined
  }

  push(input: number): number | undefined {
    checkNumber(this.name, input)
    const values = this.values
    const next = this.next
    // With each push every input held loses one weight; empty slots hold 0, which weighs nothing.
    this.weighted += values.length * input - this.sum
    this.sum += input - (values[next] as number)
    values[next] = input
    if (next + 1 === values.length) return this.turn()
    this.next = next + 1
    if (Number.isNaN(this.newest)) return undefined
    this.newest = this.weighted / this.weights
    return this.newest
  }

  /** Sums anew once a turn of the ring, so that no error adds up. */
  private turn(): number {
    const values = this.values
    let sum = 0
    let weighted = 0
    for (let i = 0; i < values.length; i++) {
      sum += values[i] as number
      weighted += (i + 1) * (values[i] as number)
    }
    this.next = 0
    this.sum = sum
    this.weighted = weighted
    this.newest = weighted / this.weights
    return this.newest
  }
}
