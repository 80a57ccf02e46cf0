/** Rows of a chunk: large enough to be few, small enough that a short run wastes little. */
const CHUNK_BITS = 10
const ROWS = 2 ** CHUNK_BITS

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

  /** Copies a number of every row, or of each of the `rows`, into a list that has their length already. */
  copy(column: number, into: number[], rows?: Int32Array): number[] {
    for (let i = 0; i < into.length; i++)
      into[i] = this.at(rows === undefined ? i : (rows[i] as number), column)
    return into
  }
}
