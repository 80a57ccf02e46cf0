import { EngineError } from '../errors.ts'
import type { Indicator } from './indicator.ts'
import { checkPeriod, Window } from './window.ts'

/** Bollinger bands of one instant. */
export interface Bands {
  readonly upper: number
  /** The simple moving average. */
  readonly middle: number
  readonly lower: number
}

/**
 * Bollinger bands: simple moving average ± `deviations` population standard deviations.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function bollinger(period: number, deviations = 2): Indicator<number, Bands> {
  checkPeriod('bollinger', period, 2)
  if (!(deviations > 0) || !Number.isFinite(deviations))
    throw new EngineError('invalid-options', `bollinger got ${deviations} deviations. Use a number above 0.`)
  return new BollingerBands(period, deviations)
}

class BollingerBands implements Indicator<number, Bands> {
  readonly #window: Window
  readonly #deviations: number
  value: Bands | undefined = undefined

  constructor(period: number, deviations: number) {
    this.#window = new Window(period)
    this.#deviations = deviations
  }

  get ready(): boolean {
    return this.#window.full
  }

  push(input: number): Bands | undefined {
    this.#window.push(input)
    if (!this.#window.full) return undefined
    const middle = this.#window.mean
    const width = this.#deviations * Math.sqrt(this.#window.variance)
    this.value = { upper: middle + width, middle, lower: middle - width }
    return this.value
  }
}
