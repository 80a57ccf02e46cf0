import type { Indicator } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'

/**
 * Relative strength index after Wilder, 0 to 100: `100 · gain ÷ (gain + loss)` of the rises and falls smoothed with
 * α = 1 ÷ period, started with the means of the first `period` changes. 50 where nothing has moved. Ready after
 * period + 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function rsi(period: number): Indicator<number, number> {
  return new RelativeStrength(checkPeriod('rsi', period), 'rsi')
}

/** The relative strength index as a part of the indicator `name`. */
export class RelativeStrength implements Indicator<number, number> {
  private readonly name: string
  private readonly period: number
  private readonly share: number
  private last = Number.NaN
  private gain = 0
  private loss = 0
  private count = 0
  private newest = Number.NaN

  /** Creates an index over `period` changes. */
  constructor(period: number, name: string) {
    this.name = name
    this.period = period
    this.share = 1 / period
  }

  get ready(): boolean {
    return !Number.isNaN(this.newest)
  }

  get value(): number | undefined {
    return this.ready ? this.newest : undefined
  }

  push(input: number): number | undefined {
    checkNumber(this.name, input)
    const change = input - this.last
    this.last = input
    if (Number.isNaN(this.newest)) return this.start(change)
    const share = this.share
    const gain = this.gain + ((change > 0 ? change : 0) - this.gain) * share
    const loss = this.loss + ((change < 0 ? -change : 0) - this.loss) * share
    return this.set(gain, loss)
  }

  private start(change: number): number | undefined {
    // The first input has no change.
    if (Number.isNaN(change)) return undefined
    this.gain += (change > 0 ? change : 0) / this.period
    this.loss += (change < 0 ? -change : 0) / this.period
    this.count += 1
    return this.count < this.period ? undefined : this.set(this.gain, this.loss)
  }

  private set(gain: number, loss: number): number {
    this.gain = gain
    this.loss = loss
    const moved = gain + loss
    const value = moved === 0 ? 50 : (100 * gain) / moved
    this.newest = value
    return value
  }
}
