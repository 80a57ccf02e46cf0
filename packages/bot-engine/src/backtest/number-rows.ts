/** Rows of a chunk: large enough to be few, small enough that a short run wastes little. */
const CHUNK_BITS = 10
const ROWS = 2 ** CHUNK_BITS
/** Of a search: a day of a curve has dozens of them. */
const FIRST_STEP = 32

/**
 * Rows of numbers that only grow.
 *
 * A run makes tens of thousands of fills and trades. Kept as objects they are most of what the garbage collector moves;
 * as numbers they cost it nothing, and the objects are made when somebody reads them.
 */
export class NumberRows {
  private readonly width: number
  private readonly chunks: Float64Array<ArrayBuffer>[] = []
  /** Holds the row that was begun last. */
  chunk: Float64Array<ArrayBuffer> = new Float64Array(0)
  /** Chunks that hold rows. */
  private used = 0
  private next = 0
  /** Number of rows. */
  count = 0

  /** Creates an empty table of `width` numbers a row. */
  constructor(width: number) {
    this.width = width
  }

  /** Begins the next row, of zeros. @returns where it lies in {@link NumberRows.chunk}, which the caller fills */
  begin(): number {
    const offset = this.next === this.chunk.length ? this.grow() : this.next
    this.next = offset + this.width
    this.count += 1
    return offset
  }

  /** Forgets the rows and keeps the room. */
  clear(): void {
    this.chunk = new Float64Array(0)
    this.used = 0
    this.next = 0
    this.count = 0
  }

  private grow(): number {
    const kept = this.chunks[this.used]
    this.chunk = kept === undefined ? new Float64Array(this.width * ROWS) : kept.fill(0)
    this.chunks[this.used] = this.chunk
    this.used += 1
    return 0
  }

  /** A number of a row. */
  at(row: number, column: number): number {
    // By bits and not by divisions: for a report half a million numbers are read.
    const chunk = this.chunks[row >>> CHUNK_BITS] as Float64Array
    return chunk[(row & (ROWS - 1)) * this.width + column] as number
  }

  /**
   * The first row whose number in a column, which never falls, is above a value.
   *
   * @param near - A row to begin at: what is looked for is mostly some rows behind what was found last.
   */
  firstAbove(column: number, value: number, near: number): number {
    // Not by `at`: of thousands of calls V8 would compile it, which takes longer than they do.
    const { chunks, width, count } = this
    let low = near
    let step = FIRST_STEP
    if (near > 0 && this.at(near - 1, column) > value) low = 0
    let high = low + step
    while (high <= count) {
      const row = high - 1
      const chunk = chunks[row >>> CHUNK_BITS] as Float64Array
      if ((chunk[(row & (ROWS - 1)) * width + column] as number) > value) break
      low = high
      step *= 2
      high += step
    }
    high = Math.min(count, high - 1)
    while (low < high) {
      const row = (low + high) >>> 1
      const chunk = chunks[row >>> CHUNK_BITS] as Float64Array
      if ((chunk[(row & (ROWS - 1)) * width + column] as number) > value) high = row
      else low = row + 1
    }
    return low
  }

  /** Copies a number of every row, or of each of the `rows`, into a list that has their length already. */
  copy(column: number, into: number[], rows?: Int32Array): number[] {
    const { chunks, width } = this
    for (let i = 0; i < into.length; i++) {
      const row = rows === undefined ? i : (rows[i] as number)
      const chunk = chunks[row >>> CHUNK_BITS] as Float64Array
      into[i] = chunk[(row & (ROWS - 1)) * width + column] as number
    }
    return into
  }
}
