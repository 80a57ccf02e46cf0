import type { RunState } from '../kernel/run-state.ts'
import type { DayEnd } from './trading-days.ts'

/** Equity over time as columns: at the start, at each closed bar of the first feed, at each trade and at the end. */
export interface EquityColumns {
  readonly length: number
  /** Market time in milliseconds since 1970-01-01 UTC, never falling. */
  readonly at: Float64Array
  /** Equity in minor units of the account. */
  readonly equityMinor: Float64Array
  /** Where its days end. */
  readonly dayEnd: DayEnd
}

/** Equity columns while they grow; the capacity doubles. */
export class EquityCurve {
  #at: Float64Array<ArrayBuffer>
  #equity: Float64Array<ArrayBuffer>
  #length = 0

  /** Creates a curve with room for `capacity` samples. */
  constructor(capacity = 4096) {
    this.#at = new Float64Array(capacity)
    this.#equity = new Float64Array(capacity)
  }

  /** Appends a sample of a state. */
  push(state: Pick<RunState, 'now' | 'equityMinor'>): void {
    const row = this.#length
    if (row === this.#at.length) {
      this.#at = grown(this.#at)
      this.#equity = grown(this.#equity)
    }
    this.#at[row] = state.now
    this.#equity[row] = state.equityMinor
    this.#length = row + 1
  }

  /** Forgets the samples and keeps the room: the columns that were given out are of the next run then. */
  clear(): void {
    this.#length = 0
  }

  /** The samples, cut to their number; push no more afterwards. */
  columns(dayEnd: DayEnd): EquityColumns {
    const length = this.#length
    return {
      length,
      at: this.#at.subarray(0, length),
      equityMinor: this.#equity.subarray(0, length),
      dayEnd,
    }
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}
