import type { Indicator } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'

/**
 * Simple moving average: the mean of the last `period` inputs. Ready after `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function sma(period: number): Indicator<number, number> {
  return new SimpleAverage(checkPeriod('sma', period), 'sma')
}

/** The mean of the newest inputs; its sum is recomputed once a turn of the ring, so that no error adds up. */
export class SimpleAverage implements Indicator<number, number> {
  private readonly name: string
  private readonly values: Float64Array
  private next = 0
  private sum = 0
  // Always a double, so that V8 keeps it unboxed; NaN until it is ready.
  private newest = Number.NaN

  /** Creates an average over `period` inputs for the indicator `name`. */
  constructor(period: number, name: string) {
    this.name = name
    this.values = new Float64Array(period)
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
    const sum = this.sum + (input - (values[next] as number))
    values[next] = input
    if (next + 1 === values.length) return this.turn()
    this.next = next + 1
    this.sum = sum
    if (Number.isNaN(this.newest)) return undefined
    const value = sum / values.length
    this.newest = value
    return value
  }

  private turn(): number {
    const values = this.values
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[i] as number
    this.next = 0
    this.sum = sum
    this.newest = sum / values.length
    return this.newest
  }
}
