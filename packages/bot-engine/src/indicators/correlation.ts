import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'
import { Window } from './window.ts'

/** Two values of one instant. */
export interface Pair {
  readonly x: number
  readonly y: number
}

/**
 * Pearson's correlation of the last `period` pairs, −1 to 1; 0 where one side does not move. Ready after `period` pairs;
 * the least period is 2. To correlate returns, push returns.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function correlation(period: number): Indicator<Pair, number> {
  checkPeriod('correlation', period, 2)
  const [xs, ys] = [new Window(period), new Window(period)]
  const products = new Products(period)
  return stepwise(({ x, y }) => {
    checkNumber('correlation', x)
    checkNumber('correlation', y)
    xs.push(x)
    ys.push(y)
    products.push(x, y)
    if (!xs.full) return undefined
    const scale = Math.sqrt(xs.variance * ys.variance)
    return scale === 0 ? 0 : Math.max(-1, Math.min(1, products.covariance / scale))
  })
}

/** Sums of deviations from anchors, recomputed once a turn of the ring, so that no error adds up. */
class Products {
  private readonly xs: Float64Array
  private readonly ys: Float64Array
  private next = 0
  private anchorX = 0
  private anchorY = 0
  private sumX = 0
  private sumY = 0
  private sum = 0
  private full = false

  constructor(period: number) {
    this.xs = new Float64Array(period)
    this.ys = new Float64Array(period)
  }

  /** Population covariance; to be read when full. */
  get covariance(): number {
    const size = this.xs.length
    return this.sum / size - (this.sumX / size) * (this.sumY / size)
  }

  push(x: number, y: number): void {
    const next = this.next
    if (this.full) {
      this.add((this.xs[next] as number) - this.anchorX, (this.ys[next] as number) - this.anchorY, -1)
      this.add(x - this.anchorX, y - this.anchorY, 1)
    }
    this.xs[next] = x
    this.ys[next] = y
    this.next = next + 1
    if (this.next === this.xs.length) this.turn(x, y)
  }

  private add(x: number, y: number, sign: number): void {
    this.sumX += sign * x
    this.sumY += sign * y
    this.sum += sign * x * y
  }

  private turn(anchorX: number, anchorY: number): void {
    this.next = 0
    this.full = true
    this.anchorX = anchorX
    this.anchorY = anchorY
    this.sumX = 0
    this.sumY = 0
    this.sum = 0
    for (let i = 0; i < this.xs.length; i++)
      this.add((this.xs[i] as number) - anchorX, (this.ys[i] as number) - anchorY, 1)
  }
}
