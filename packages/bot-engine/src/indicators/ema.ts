import type { Indicator } from './indicator.ts'
import { checkPeriod } from './window.ts'

/**
 * Exponential moving average with α = 2 ÷ (period + 1), started with the mean of the first `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function ema(period: number): Indicator<number, number> {
  checkPeriod('ema', period)
  return new SmoothedAverage(period, 2 / (period + 1))
}

/** An average that moves by a fixed share of the difference; starts with the mean of its first inputs. */
export class SmoothedAverage implements Indicator<number, number> {
  readonly #period: number
  readonly #share: number
  #count = 0
  #sum = 0
  value: number | undefined = undefined

  /** Creates an average of share `share`, 0 to 1, started over `period` inputs. */
  constructor(period: number, share: number) {
    this.#period = period
    this.#share = share
  }

  get ready(): boolean {
    return this.value !== undefined
  }

  push(input: number): number | undefined {
    if (this.value !== undefined) {
      this.value += (input - this.value) * this.#share
      return this.value
    }
    this.#sum += input
    this.#count += 1
    if (this.#count === this.#period) this.value = this.#sum / this.#period
    return this.value
  }
}
