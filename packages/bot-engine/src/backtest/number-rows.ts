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
  readonly #width: number
  readonly #chunks: Float64Array[] = []
  #chunk = new Float64Array(0)
  #offset = 0
  #count = 0

  /** Creates an empty table of `width` numbers a row. */
  constructor(width: number) {
    this.#width = width
  }

  /** Number of rows. */
  get count(): number {
    return this.#count
  }

  /** Begins the next row; {@link NumberRows.put} fills it. */
  begin(): void {
    const room = this.#width * ROWS
    if (this.#offset === this.#chunk.length) {
      this.#chunk = new Float64Array(room)
      this.#chunks.push(this.#chunk)
      this.#offset = 0
    }
    this.#count += 1
  }

  /** Writes the next number of the row. */
  put(value: number): void {
    this.#chunk[this.#offset] = value
    this.#offset += 1
  }

  /** A number of a row. */
  at(row: number, column: number): number {
    // By bits and not by divisions: for a report half a million numbers are read.
    const chunk = this.#chunks[row >>> CHUNK_BITS] as Float64Array
    return chunk[(row & (ROWS - 1)) * this.#width + column] as number
  }
}
