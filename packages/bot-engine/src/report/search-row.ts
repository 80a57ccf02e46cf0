import type { Figures } from './run-document.ts'

/** A run of a sweep, or the run of a fold out of sample. */
export interface SearchRow {
  /** Of a fold: its days out of sample. */
  readonly name?: string
  /** Absent: nothing was chosen. */
  readonly params?: Readonly<Record<string, unknown>>
  /** The objective; of a fold in its sample. Absent: it has no value. */
  readonly score?: number
  /** Absent: nothing was run. */
  readonly figures?: Figures
  /** Orders that the venue refused, of all, e.g. `12 of 24`. Absent: none. */
  readonly refused?: string
  /** What became of its account, e.g. `stopped out 2 times`. Absent: it kept its margin. */
  readonly account?: string
}
