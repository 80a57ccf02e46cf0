import type { SeriesRows } from './series.ts'

/** Rows of two sources as one, and what became of them. */
export interface MergedRows extends SeriesRows {
  /** New instants' rows. */
  readonly added: number
  /** Rows that both sources have alike. */
  readonly duplicates: number
  /** Rows that gave way to others of the same instant. */
  readonly replaced: number
}

/**
 * Merges rows by time.
 *
 * Several quotes may share a millisecond, so instants are compared as a whole: where one source has the rows of the
 * other and more behind them, it counts; where they differ, the later source counts. Merging the same rows twice
 * changes nothing.
 */
export function mergeRows(held: SeriesRows, later: SeriesRows): MergedRows {
  const merge = new Merge(held, later)
  while (merge.step());
  return merge.result()
}

class Merge {
  readonly #held: SeriesRows
  readonly #later: SeriesRows
  readonly #target: readonly Float64Array[]
  readonly #counts = { added: 0, duplicates: 0, replaced: 0 }
  #length = 0
  // Next row of either source.
  #a = 0
  #b = 0

  constructor(held: SeriesRows, later: SeriesRows) {
    this.#held = held
    this.#later = later
    this.#target = held.columns.map(() => new Float64Array(held.length + later.length))
  }

  /** Takes the next rows of one source, or one instant of both. @returns `false` when there is nothing left */
  step(): boolean {
    const heldAt = timeAt(this.#held, this.#a)
    const laterAt = timeAt(this.#later, this.#b)
    if (heldAt < laterAt) {
      const end = rowsBefore(this.#held, this.#a, laterAt)
      this.#take(this.#held, this.#a, end)
      this.#a = end
    } else if (laterAt < heldAt) {
      const end = rowsBefore(this.#later, this.#b, heldAt)
      this.#take(this.#later, this.#b, end)
      this.#counts.added += end - this.#b
      this.#b = end
    } else if (heldAt === Number.POSITIVE_INFINITY) return false
    else this.#takeInstant()
    return true
  }

  result(): MergedRows {
    const length = this.#length
    return { length, columns: this.#target.map(column => column.subarray(0, length)), ...this.#counts }
  }

  #takeInstant(): void {
    const aEnd = instantEnd(this.#held, this.#a)
    const bEnd = instantEnd(this.#later, this.#b)
    const [heldRows, laterRows] = [aEnd - this.#a, bEnd - this.#b]
    const common = this.#commonRows(Math.min(heldRows, laterRows))
    this.#counts.duplicates += common
    if (common === laterRows) this.#take(this.#held, this.#a, aEnd)
    else {
      this.#counts.replaced += heldRows - common
      this.#counts.added += Math.max(0, laterRows - heldRows)
      this.#take(this.#later, this.#b, bEnd)
    }
    this.#a = aEnd
    this.#b = bEnd
  }

  /** How many rows are alike from the next of both on. */
  #commonRows(most: number): number {
    const [a, b, later] = [this.#a, this.#b, this.#later.columns]
    const isAlike = (row: number): boolean =>
      this.#held.columns.every((column, place) => column[a + row] === (later[place] as Float64Array)[b + row])
    let same = 0
    while (same < most && isAlike(same)) same += 1
    return same
  }

  #take({ columns }: SeriesRows, from: number, to: number): void {
    for (const [place, column] of columns.entries())
      (this.#target[place] as Float64Array).set(column.subarray(from, to), this.#length)
    this.#length += to - from
  }
}

function timeAt({ length, columns }: SeriesRows, row: number): number {
  return row < length ? ((columns[0] as Float64Array)[row] as number) : Number.POSITIVE_INFINITY
}

function rowsBefore(rows: SeriesRows, from: number, at: number): number {
  let row = from
  while (timeAt(rows, row) < at) row += 1
  return row
}

function instantEnd(rows: SeriesRows, from: number): number {
  const at = timeAt(rows, from)
  let row = from + 1
  while (row < rows.length && timeAt(rows, row) === at) row += 1
  return row
}
