import { CTraderError } from '../errors.ts'
import { checkRange, type TimeRange, WEEK_MS } from './range.ts'

/** One answer of the server: whole records, in whatever order. */
export interface Page<T> {
  readonly records: readonly T[]
  /** The server says so; it has been wrong both ways. */
  readonly hasMore: boolean
}

/** How a kind of record is read in pages. */
export interface Paging<T> {
  /** What it is, for an error. */
  readonly name: string
  /** Asks for the newest records of a span, both ends inclusive; `undefined`: no end. */
  ask(from: number | undefined, to: number | undefined): Promise<Page<T>>
  /** Tells records apart. */
  idOf(record: T): number
  /** The time that the server pages by. */
  atOf(record: T): number
  /** Which of two records of one time was first: negative for `a`. */
  order(a: T, b: T): number
}

/** Records that are held at once; a span with more is read in shorter ones. */
export const MAX_HELD_RECORDS = 100_000

/**
 * Reads records of a range, oldest first, each once.
 *
 * The server answers with the newest records of a span, so a span is read backwards and then told forwards. No span is
 * longer than a week, which is all that the server takes, nor so long that it has more than
 * {@link MAX_HELD_RECORDS} records.
 */
export async function* readRange<T>(range: TimeRange, paging: Paging<T>): AsyncIterableIterator<T> {
  checkRange(range)
  let spanMs = WEEK_MS
  let told: ReadonlyMap<number, T> = new Map()
  for (let from: number = range.from; from < range.to; ) {
    const to = Math.min(from + spanMs, range.to) - 1
    const found = await readSpan(from, to, paging)
    if (found === undefined) {
      spanMs = Math.max(1, Math.floor((to + 1 - from) / 2))
      continue
    }
    // The server may date a record otherwise than we do, and then serve it in two spans.
    for (const record of sorted(found, paging)) if (!told.has(paging.idOf(record))) yield record
    if (found.size < MAX_HELD_RECORDS / 4) spanMs = Math.min(spanMs * 2, WEEK_MS)
    told = found
    from = to + 1
  }
}

/** Reads every record there is, oldest first. @throws {@link CTraderError} `buffer-overflow` beyond the limit */
export async function* readAll<T>(paging: Paging<T>): AsyncIterableIterator<T> {
  const found = await readSpan(undefined, undefined, paging)
  if (found === undefined)
    throw new CTraderError(
      'buffer-overflow',
      `There are more than ${MAX_HELD_RECORDS} ${paging.name}. Read them by a range of time.`,
      { stream: paging.name, capacity: MAX_HELD_RECORDS },
    )
  yield* sorted(found, paging)
}

/** Reads a span backwards; `undefined` when it has too many records. */
async function readSpan<T>(
  from: number | undefined,
  to: number | undefined,
  paging: Paging<T>,
): Promise<ReadonlyMap<number, T> | undefined> {
  const found = new Map<number, T>()
  for (let last = to; ; ) {
    const { records, hasMore } = await paging.ask(from, last)
    const before = found.size
    let oldest = Number.POSITIVE_INFINITY
    for (const record of records) {
      found.set(paging.idOf(record), record)
      oldest = Math.min(oldest, paging.atOf(record))
    }
    if (found.size > MAX_HELD_RECORDS && (from === undefined || to === undefined || to > from))
      return undefined
    // The edge is asked for again, because records of one time may lie on both sides of it.
    if (found.size > before && oldest !== last) last = oldest
    // A page full of one time: only going past it goes on.
    else if (hasMore && oldest === last) last = oldest - 1
    else return found
    if (from !== undefined && last < from) return found
  }
}

function sorted<T>(found: ReadonlyMap<number, T>, { atOf, order }: Paging<T>): readonly T[] {
  return [...found.values()].sort((a, b) => atOf(a) - atOf(b) || order(a, b))
}
