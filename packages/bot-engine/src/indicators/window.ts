import { EngineError } from '../errors.ts'

/** Checks the period of an indicator. @throws {@link EngineError} `invalid-options` */
export function checkPeriod(indicator: string, period: number, least = 1): number {
  if (!Number.isInteger(period) || period < least || period > 100_000)
    throw new EngineError(
      'invalid-options',
      `${indicator} got the period ${period}. Use a whole number from ${least} to 100000.`,
      { details: { indicator, period } },
    )
  return period
}

/**
 * The newest inputs with their running sums.
 *
 * Sums of deviations from an anchor lose little precision; the anchor and the sums are recomputed once a turn of the
 * ring, so that their error never grows beyond one turn (measured: below 1e-9 after 10^6 pushes around 1300).
 */
export class Window {
  readonly #values: Float64Array
  #next = 0
  #anchor = 0
  #sum = 0
  #squares = 0
  full = false

  /** Creates an empty window of `period` inputs. */
  constructor(period: number) {
    this.#values = new Float64Array(period)
  }

  /** Adds an input; the oldest falls out when the window is full. */
  push(input: number): void {
    const period = this.#values.length
    if (this.#next === 0 && !this.full) this.#anchor = input
    const added = input - this.#anchor
    if (this.full) {
      const gone = (this.#values[this.#next] as number) - this.#anchor
      this.#sum += added - gone
      this.#squares += added * added - gone * gone
    } else {
      this.#sum += added
      this.#squares += added * added
    }
    this.#values[this.#next] = input
    this.#next += 1
    if (this.#next < period) return
    this.#next = 0
    this.full = true
    this.#recompute(input)
  }

  /** Mean of the inputs held; to be read when full. */
  get mean(): number {
    return this.#anchor + this.#sum / this.#values.length
  }

  /** Population variance of the inputs held; to be read when full. */
  get variance(): number {
    const mean = this.#sum / this.#values.length
    return Math.max(0, this.#squares / this.#values.length - mean * mean)
  }

  #recompute(anchor: number): void {
    this.#anchor = anchor
    let sum = 0
    let squares = 0
    for (const value of this.#values) {
      const deviation = value - anchor
      sum += deviation
      squares += deviation * deviation
    }
    this.#sum = sum
    this.#squares = squares
  }
}
