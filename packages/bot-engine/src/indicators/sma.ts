import type { Indicator } from './indicator.ts'
import { checkPeriod, Window } from './window.ts'

/**
 * Simple moving average: the mean of the last `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function sma(period: number): Indicator<number, number> {
  return new SimpleAverage(checkPeriod('sma', period))
}

class SimpleAverage implements Indicator<number, number> {
  readonly #window: Window
  value: number | undefined = undefined

  constructor(period: number) {
    this.#window = new Window(period)
  }

  get ready(): boolean {
    return this.#window.full
  }

  push(input: number): number | undefined {
    this.#window.push(input)
    if (this.#window.full) this.value = this.#window.mean
    return this.value
  }
}
