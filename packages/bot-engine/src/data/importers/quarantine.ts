/** Why a row is not in the result. */
export type RowDefect =
  | 'not-a-number'
  | 'absent'
  | 'zero'
  | 'negative'
  | 'crossed'
  /** High below open or close, or low above. */
  | 'impossible-bar'
  /** The same row again. */
  | 'duplicate'
  /** Another bar of the same time; the first in the file counts. */
  | 'conflict'
  /** A bar without a quote, in hours at which the market rests. */
  | 'resting'
  /** More than an hour outside the trading hours of the instrument. */
  | 'closed'
  /** A bar of an hour or less that opens where none of its timeframe does: no backtest takes it. */
  | 'off-grid'

/** A row that was left out. */
export interface QuarantinedRow {
  readonly file: string
  readonly line: number
  readonly defect: RowDefect
  readonly text: string
}

/** Rows that were left out, counted by kind. */
export interface QuarantineReport {
  readonly rows: number
  readonly byDefect: Readonly<Partial<Record<RowDefect, number>>>
  /** The first twenty. */
  readonly examples: readonly QuarantinedRow[]
}

const MOST_EXAMPLES = 20

/** Collects rows that are left out. */
export class Quarantine {
  readonly #byDefect: Partial<Record<RowDefect, number>> = {}
  readonly #examples: QuarantinedRow[] = []
  #rows = 0

  add(row: QuarantinedRow): void {
    this.#rows += 1
    this.#byDefect[row.defect] = (this.#byDefect[row.defect] ?? 0) + 1
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push({ ...row, text: row.text.slice(0, 80) })
  }

  get report(): QuarantineReport {
    return { rows: this.#rows, byDefect: { ...this.#byDefect }, examples: [...this.#examples] }
  }
}
