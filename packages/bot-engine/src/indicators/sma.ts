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

/** The mean of the newest inputs; once a turn of the ring their sum begins anew, so that no error adds up. */
export class SimpleAverage implements Indicator<number, number> {
  private readonly name: string
  private readonly values: Float64Array
  private next = 0
  private sum = 0
  /** Of the inputs of this turn alone: at its end the sum of all, without what earlier turns left of error. */
  private turnSum = 0
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
    const turnSum = this.turnSum + input
    const isTurn = next + 1 === values.length
    const sum = isTurn ? turnSum : this.sum + (input - (values[next] as number))
    values[next] = input
    this.next = isTurn ? 0 : next + 1
    this.turnSum = isTurn ? 0 : turnSum
    this.sum = sum
    if (!isTurn && Number.isNaN(this.newest)) return undefined
    const value = sum / values.length
    this.newest = value
    return value
  }
}
