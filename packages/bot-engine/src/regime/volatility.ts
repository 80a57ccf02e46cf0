import type { Indicator } from '../indicators/indicator.ts'
import { checkPeriod } from '../indicators/window.ts'

/** Share of yesterday's variance in today's, per bar (RiskMetrics 1996). */
const DECAY = 0.94

/**
 * Percentile, 0 to 100, of the volatility now among the last `window` bars, itself included: the share of them below it,
 * equal ones counted half. Volatility is the root of an exponentially weighted mean of squared log returns, decay 0.94.
 *
 * Takes closes above 0. Costs O(log window) comparisons and one move of memory per bar.
 */
export function volatilityPercentile(window: number): Indicator<number, number> {
  return new VolatilityPercentile(checkPeriod('volatilityPercentile', window, 2))
}

class VolatilityPercentile implements Indicator<number, number> {
  readonly #ring: Float64Array
  readonly #sorted: Float64Array
  #close: number | undefined
  #variance: number | undefined
  #count = 0
  value: number | undefined = undefined

  constructor(window: number) {
    this.#ring = new Float64Array(window)
    this.#sorted = new Float64Array(window)
  }

  get ready(): boolean {
    return this.value !== undefined
  }

  push(close: number): number | undefined {
    const last = this.#close
    this.#close = close
    if (last === undefined) return undefined
    const square = Math.log(close / last) ** 2
    this.#variance = this.#variance === undefined ? square : DECAY * this.#variance + (1 - DECAY) * square
    this.#insert(this.#variance)
    if (this.#count < this.#ring.length) return undefined
    const below = this.#rank(this.#variance, false)
    const upTo = this.#rank(this.#variance, true)
    this.value = (50 * (below + upTo)) / this.#ring.length
    return this.value
  }

  #insert(variance: number): void {
    const size = this.#ring.length
    const slot = this.#count % size
    let held = Math.min(this.#count, size)
    if (held === size) {
      const gone = this.#rank(this.#ring[slot] as number, false)
      this.#sorted.copyWithin(gone, gone + 1)
      held -= 1
    }
    this.#ring[slot] = variance
    this.#count += 1
    const place = this.#rank(variance, false, held)
    this.#sorted.copyWithin(place + 1, place, held)
    this.#sorted[place] = variance
  }

  /** How many of the first `held` sorted values lie below `variance`, or up to it. */
  #rank(variance: number, includesEqual: boolean, held = this.#sorted.length): number {
    let low = 0
    let high = held
    while (low < high) {
      const middle = (low + high) >> 1
      const value = this.#sorted[middle] as number
      if (value < variance || (includesEqual && value === variance)) low = middle + 1
      else high = middle
    }
    return low
  }
}
