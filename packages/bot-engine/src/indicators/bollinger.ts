import type { Indicator } from './indicator.ts'
import { checkNumber, checkPeriod, checkPositive } from './input.ts'
import { Window } from './window.ts'

/** Bands of one instant. */
export interface Bands {
  readonly upper: number
  readonly middle: number
  readonly lower: number
}

/**
 * Bollinger bands: simple moving average ± `deviations` population standard deviations. Ready after `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Bollinger, Bollinger on Bollinger Bands, 2001
 */
export function bollinger(period: number, deviations = 2): Indicator<number, Bands> {
  checkPeriod('bollinger', period, 2)
  return new BollingerBands(period, checkPositive('bollinger', 'deviations', deviations))
}

class BollingerBands implements Indicator<number, Bands> {
  private readonly window: Window
  private readonly deviations: number
  // As numbers: V8 then makes no object of bands that a handler only compares.
  private middle = Number.NaN
  private width = Number.NaN

  constructor(period: number, deviations: number) {
    this.window = new Window(period)
    this.deviations = deviations
  }

  get ready(): boolean {
    return this.window.full
  }

  get value(): Bands | undefined {
    const middle = this.middle
    const width = this.width
    return this.ready ? { upper: middle + width, middle, lower: middle - width } : undefined
  }

  push(input: number): Bands | undefined {
    checkNumber('bollinger', input)
    const window = this.window
    window.push(input)
    if (!window.full) return undefined
    const { mean: middle } = window
    const width = this.deviations * Math.sqrt(window.variance)
    this.middle = middle
    this.width = width
    return { upper: middle + width, middle, lower: middle - width }
  }
}
