import {
  type ColumnFileFront,
  decodeColumns,
  decodeInPlace,
  isIntact,
  isLaidInOrder,
  placesOf,
  rowAt,
} from './column-file.ts'
import { Scratch, type SeriesFolder } from './folder.ts'
import { columnNamesOf, type SeriesRows } from './series.ts'

/** Files under way at once: the next is there when it is wanted, and half of Node's four threads stay free. */
const READS_AHEAD = 2

/**
 * Fewer values are read at once where they are wanted: to pass a file to another thread costs 60 µs, which it saves from
 * about 200 KiB on.
 */
const LEAST_VALUES_AHEAD = 2 ** 16

/** Milliseconds since 1970-01-01 UTC, [from, to). */
interface Span {
  readonly from: number
  readonly to: number
}

interface SpanFile {
  readonly name: string
  readonly front: ColumnFileFront
  /** Rows to make room for; 0 when its head cannot be true. */
  readonly room: number
  /** All its rows belong to the span as far as its head tells, and are enough. */
  readonly isAhead: boolean
}

/**
 * The read of a span that lies in several files.
 *
 * Large files that belong to it whole are read ahead, each straight to where its rows will lie. The others are read one
 * by one: small ones, those that the span cuts, and those found to be other than their heads said, damaged or written
 * anew meanwhile.
 * No row of a file counts before its checksum was looked at.
 */
export class SpanRead {
  readonly #folder: SeriesFolder
  readonly #span: Span
  readonly #files: readonly SpanFile[]
  readonly #scratch = new Scratch()
  #columns: readonly Float64Array[]
  #length = 0
  /** Of the next files, in their order: their bytes in their places, if they could be read. */
  #ahead: Promise<readonly Buffer[] | undefined>[] = []
  /** Number of the file to be read ahead next, and where its rows will begin. */
  #next = 0
  #at = 0

  constructor(
    folder: SeriesFolder,
    names: readonly string[],
    fronts: readonly ColumnFileFront[],
    span: Span,
  ) {
    this.#folder = folder
    this.#span = span
    this.#files = fronts.map((front, number) => {
      const { symbol, series, rows, columns, first, last } = front.head
      const isOwn = symbol === folder.symbol && series === folder.series && isLaidInOrder(front.head)
      const isAhead =
        isOwn && first >= span.from && last < span.to && rows * columns.length >= LEAST_VALUES_AHEAD
      return { name: names[number] as string, front, room: isOwn ? rows : 0, isAhead }
    })
    const room = this.#roomFrom(0)
    this.#columns = columnNamesOf(folder.series).map(() => new Float64Array(room))
  }

  /** @throws {@link EngineError} `data-invalid`, `data-missing` with the path */
  async rows(): Promise<SeriesRows> {
    for (const [number, { front }] of this.#files.entries()) {
      this.#readAhead()
      const places = await this.#ahead.shift()
      // The next are read while this one is checked and decoded.
      this.#readAhead()
      if (places === undefined || !isIntact(front, places)) await this.#readAlone(number)
      else {
        decodeInPlace(front, this.#columns, this.#length)
        this.#length += front.head.rows
      }
    }
    const length = this.#length
    return { length, columns: this.#columns.map(column => column.subarray(0, length)) }
  }

  #readAhead(): void {
    while (this.#ahead.length < READS_AHEAD) {
      const file = this.#files[this.#next]
      if (file === undefined || !file.isAhead) return
      const places = placesOf(file.front, this.#columns, this.#at)
      this.#ahead.push(this.#folder.fill(file.name, places).then(isRead => (isRead ? places : undefined)))
      this.#next += 1
      this.#at += file.room
    }
  }

  async #readAlone(number: number): Promise<void> {
    // They may lie where rows of this file shall, when it has become longer.
    await Promise.all(this.#ahead)
    this.#ahead = []
    const file = this.#folder.open((this.#files[number] as SpanFile).name, this.#scratch)
    const [first, end] = [rowAt(file, this.#span.from), rowAt(file, this.#span.to)]
    const rows = Math.max(0, end - first)
    this.#makeRoom(this.#length + rows + this.#roomFrom(number + 1))
    decodeColumns(file, first, end, this.#columns, this.#length)
    this.#length += rows
    this.#next = number + 1
    this.#at = this.#length
  }

  #roomFrom(number: number): number {
    return this.#files.slice(number).reduce((sum, { room }) => sum + room, 0)
  }

  #makeRoom(room: number): void {
    if (room <= (this.#columns[0] as Float64Array).length) return
    this.#columns = this.#columns.map(column => {
      const larger = new Float64Array(room)
      larger.set(column.subarray(0, this.#length))
      return larger
    })
  }
}
