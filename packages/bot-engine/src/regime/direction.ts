import type { Indicator, PriceRange } from '../indicators/indicator.ts'
import { checkPeriod } from '../indicators/window.ts'

/**
 * Efficiency ratio after Kaufman: `|C_t − C_{t−n}| ÷ Σ |C_i − C_{i−1}|` over n steps, 0 to 1; 0 if no price moved. About
 * 1/√n in a random walk, so thresholds depend on the period.
 *
 * @see P. J. Kaufman, Smarter Trading, 1995
 */
export function efficiencyRatio(period: number): Indicator<number, number> {
  return new EfficiencyRatio(checkPeriod('efficiencyRatio', period))
}

class EfficiencyRatio implements Indicator<number, number> {
  readonly #closes: Float64Array
  #count = 0
  value: number | undefined = undefined

  constructor(period: number) {
    this.#closes = new Float64Array(period + 1)
  }

  get ready(): boolean {
    return this.value !== undefined
  }

  push(close: number): number | undefined {
    const size = this.#closes.length
    this.#closes[this.#count % size] = close
    this.#count += 1
    if (this.#count < size) return undefined
    // Summed anew: a running sum of a million bars would drift.
    let path = 0
    for (let i = this.#count - size + 1; i < this.#count; i++)
      path += Math.abs((this.#closes[i % size] as number) - (this.#closes[(i - 1) % size] as number))
    const way = Math.abs(close - (this.#closes[this.#count % size] as number))
    this.value = path === 0 ? 0 : way / path
    return this.value
  }
}

/**
 * Average directional index after Wilder, 0 to 100: `DX = 100·|+DI − −DI| ÷ (+DI + −DI)` of directional movements
 * smoothed over `period` bars, smoothed again. Ready after 2 × period bars.
 *
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function directionalIndex(period: number): Indicator<PriceRange, number> {
  return new DirectionalIndex(checkPeriod('directionalIndex', period))
}

class DirectionalIndex implements Indicator<PriceRange, number> {
  readonly #period: number
  #last: PriceRange | undefined
  #up = 0
  #down = 0
  #count = 0
  #index = 0

  constructor(period: number) {
    this.#period = period
  }

  get ready(): boolean {
    return this.#count >= 2 * this.#period
  }

  get value(): number | undefined {
    return this.ready ? this.#index : undefined
  }

  push(bar: PriceRange): number | undefined {
    const last = this.#last
    this.#last = bar
    if (last === undefined) return undefined
    const rise = bar.high - last.high
    const fall = last.low - bar.low
    this.#count += 1
    this.#up += (rise > fall && rise > 0 ? rise : 0) - this.#up / this.#period
    this.#down += (fall > rise && fall > 0 ? fall : 0) - this.#down / this.#period
    // Both are divided by the same true range, which falls out of the quotient.
    const sum = this.#up + this.#down
    const directional = sum === 0 ? 0 : (100 * Math.abs(this.#up - this.#down)) / sum
    const steps = this.#count - this.#period
    // The mean of the first `period` values, then Wilder's smoothing.
    if (steps > 0) this.#index += (directional - this.#index) / Math.min(steps, this.#period)
    return this.value
  }
}
