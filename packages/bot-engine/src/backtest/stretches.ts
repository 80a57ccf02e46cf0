/** Rows of a stretch at most: about 10 ms of work of a strategy that does little. */
export const MOST_ROWS = 131_072
/** A Ctrl-C that takes longer is felt. */
const LOOK_AFTER_MS = 250
const STRETCH_MS = 50
/** A handler that computes for 10 ms is looked after as soon. */
const FIRST_ROWS = 16

/**
 * Cuts a run into stretches that are short in time, however long a strategy computes at each row. Which rows a stretch
 * ends at changes nothing of the result.
 */
export class Stretches {
  private rows = FIRST_ROWS
  private startedMs = performance.now()
  private lookedMs = this.startedMs

  /** The end of the stretch that begins at `row`, of `length` rows. */
  end(row: number, length: number): number {
    this.startedMs = performance.now()
    return Math.min(length, row + this.rows, row - (row % MOST_ROWS) + MOST_ROWS)
  }

  /** Whether it is time for a look, after the stretch that ended at `row`. */
  ended(row: number): boolean {
    const nowMs = performance.now()
    const tookMs = nowMs - this.startedMs
    if (tookMs < STRETCH_MS) this.rows = Math.min(MOST_ROWS, this.rows * 2)
    else if (tookMs > 2 * STRETCH_MS) this.rows = Math.max(1, this.rows >> 1)
    return row % MOST_ROWS === 0 || nowMs - this.lookedMs >= LOOK_AFTER_MS
  }

  /** Others have had their turn. */
  looked(): void {
    this.lookedMs = performance.now()
  }
}
