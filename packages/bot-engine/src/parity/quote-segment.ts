import type { SymbolId } from '@openclaw-trading/trading-model'

// A segment is its count of quotes, the columns time, bid, ask and symbol as doubles, and a byte for each quote that
// tells whether it counted. Doubles, because times and prices of any symbol fit: 33 bytes a quote, 8 MB a busy day.

/** Quotes that lie in memory before they are written. */
export const MAX_SEGMENT_QUOTES = 2048
const COLUMNS = 4
const BYTES_PER_QUOTE = COLUMNS * 8 + 1

/** Quotes on their way to a recording. */
export class QuoteSegment {
  readonly #columns = new Float64Array(MAX_SEGMENT_QUOTES * COLUMNS)
  readonly #counted = new Uint8Array(MAX_SEGMENT_QUOTES)
  /** Quotes in it. */
  length = 0

  /** No more fit: it must be taken first. */
  get isFull(): boolean {
    return this.length === MAX_SEGMENT_QUOTES
  }

  /** Adds a quote; prices in 1/100000. */
  push(symbolId: SymbolId, at: number, bid: number, ask: number, counted: boolean): void {
    const row = this.length
    const columns = this.#columns
    columns[row] = at
    columns[row + MAX_SEGMENT_QUOTES] = bid
    columns[row + 2 * MAX_SEGMENT_QUOTES] = ask
    columns[row + 3 * MAX_SEGMENT_QUOTES] = symbolId
    this.#counted[row] = counted ? 1 : 0
    this.length = row + 1
  }

  /** The quotes as bytes; it is empty then. */
  take(): Uint8Array {
    const { length } = this
    const bytes = Buffer.allocUnsafe(4 + length * BYTES_PER_QUOTE)
    bytes.writeUInt32LE(length, 0)
    // As they lie in memory: every platform of Node is little-endian.
    for (let column = 0; column < COLUMNS; column++) {
      const values = new Uint8Array(this.#columns.buffer, column * MAX_SEGMENT_QUOTES * 8, length * 8)
      bytes.set(values, 4 + column * length * 8)
    }
    bytes.set(this.#counted.subarray(0, length), 4 + COLUMNS * length * 8)
    this.length = 0
    return bytes
  }
}

/** A quote of a segment; prices in 1/100000. */
export interface SegmentQuote {
  symbolId: SymbolId
  at: number
  bid: number
  ask: number
  counted: boolean
}

/** Tells one quote after the other; the object is filled anew. @returns false when the bytes are no segment */
export function readSegment(bytes: Buffer, take: (quote: Readonly<SegmentQuote>) => void): boolean {
  if (bytes.length < 4) return false
  const length = bytes.readUInt32LE(0)
  if (bytes.length !== 4 + length * BYTES_PER_QUOTE) return false
  // Doubles can be read where they begin at a multiple of eight alone.
  const columns = new Float64Array(COLUMNS * length)
  const columnBytes = new Uint8Array(columns.buffer)
  columnBytes.set(bytes.subarray(4, 4 + columnBytes.length))
  const quote: SegmentQuote = { symbolId: 0 as SymbolId, at: 0, bid: 0, ask: 0, counted: false }
  for (let row = 0; row < length; row++) {
    quote.at = columns[row] as number
    quote.bid = columns[row + length] as number
    quote.ask = columns[row + 2 * length] as number
    quote.symbolId = columns[row + 3 * length] as SymbolId
    quote.counted = bytes[4 + columnBytes.length + row] === 1
    take(quote)
  }
  return true
}
