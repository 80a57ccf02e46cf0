import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'

/** The least-squares line through the newest inputs. */
export interface RegressionLine {
  /** The line at the newest input. */
  readonly value: number
  /** Rise per input. */
  readonly slope: number
  /** The line at the oldest input. */
  readonly intercept: number
  /** Coefficient of determination, 0 to 1; 0 where all inputs are equal. */
  readonly rSquared: number
}

/**
 * Linear regression of the last `period` inputs on their place 0 … period − 1. Ready after `period` inputs; the least
 * period is 2.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function linearRegression(period: number): Indicator<number, RegressionLine> {
  const line = new LeastSquares(checkPeriod('linearRegression', period, 2))
  return stepwise(input => {
    checkNumber('linearRegression', input)
    return line.push(input)
  })
}

/** Sums of deviations from an anchor, recomputed once a turn of the ring, so that no error adds up. */
class LeastSquares {
  private readonly values: Float64Array
  private next = 0
  private full = false
  private anchor = 0
  private sum = 0
  private squares = 0
  /** Σ place × deviation. */
  private moment = 0
  private last = Number.NaN
  private equal = 0

  constructor(period: number) {
    this.values = new Float64Array(period)
  }

  push(input: number): RegressionLine | undefined {
    const values = this.values
    const size = values.length
    const next = this.next
    this.equal = input === this.last ? this.equal + 1 : 1
    this.last = input
    if (this.full) {
      const added = input - this.anchor
      const gone = (values[next] as number) - this.anchor
      // Every input that stays moves one place down.
      this.moment += (size - 1) * added - (this.sum - gone)
      this.sum += added - gone
      this.squares += added * added - gone * gone
    }
    values[next] = input
    this.next = next + 1
    if (this.next === size) this.turn(input)
    return this.full ? this.line(size) : undefined
  }

  private turn(anchor: number): void {
    const values = this.values
    this.next = 0
    this.full = true
    this.anchor = anchor
    this.sum = 0
    this.squares = 0
    this.moment = 0
    for (let i = 0; i < values.length; i++) {
      const deviation = (values[i] as number) - anchor
      this.sum += deviation
      this.squares += deviation * deviation
      this.moment += i * deviation
    }
  }

  private line(size: number): RegressionLine {
    if (this.equal >= size) return { value: this.last, slope: 0, intercept: this.last, rSquared: 0 }
    const center = (size - 1) / 2
    const mean = this.sum / size
    const covariance = this.moment - center * this.sum
    const slope = covariance / ((size * (size * size - 1)) / 12)
    const middle = this.anchor + mean
    const total = this.squares - this.sum * mean
    const rSquared = total > 0 ? Math.min(1, (slope * covariance) / total) : 0
    return { value: middle + slope * center, slope, intercept: middle - slope * center, rSquared }
  }
}
