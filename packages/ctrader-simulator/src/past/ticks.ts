import type { VenueQuote } from '../venue-events.ts'

/** Quotes that share a beginning; one piece of memory. */
const CHUNK_TICKS = 16_384
/** Quotes kept of a symbol, 6 MB; the oldest 16,384 go at once. */
export const MAX_TICKS = 262_144
/** Ticks of one answer; more only where the page would end inside a millisecond. */
export const MAX_TICKS_PER_ANSWER = 5000

/** Which side of the quotes is asked for, both ends included. */
export interface TickQuery {
  readonly side: 'bid' | 'ask'
  readonly from: number
  readonly to: number
}

/** Ticks of an answer, newest first, and whether the question covered older ones that are held. */
export interface TickPage {
  readonly ticks: readonly { readonly at: number; readonly points: number }[]
  readonly hasMore: boolean
}

interface Chunk<Origin> {
  /** What its first quote was made from. */
  readonly origin: Origin
  readonly at: Float64Array
  readonly bid: Float64Array
  readonly ask: Float64Array
  length: number
}

/** The newest quotes of a symbol, exactly as they were streamed. */
export class TickHistory<Origin = unknown> {
  readonly #chunks: Chunk<Origin>[] = []
  #length = 0

  /** Quotes held. */
  get length(): number {
    return this.#length
  }

  /** What the oldest quote held was made from. */
  get origin(): Origin | undefined {
    return this.#chunks[0]?.origin
  }

  /** Appends a quote; times never fall. */
  append({ at, bid, ask }: VenueQuote, origin: Origin): void {
    let chunk = this.#chunks.at(-1)
    if (chunk === undefined || chunk.length === CHUNK_TICKS) chunk = this.#grow(origin)
    chunk.at[chunk.length] = at
    chunk.bid[chunk.length] = bid
    chunk.ask[chunk.length] = ask
    chunk.length += 1
    this.#length += 1
  }

  /** Answers a question; a page never ends inside a millisecond, so that one may go on a millisecond before its end. */
  query({ side, from, to }: TickQuery): TickPage {
    const ticks: { readonly at: number; readonly points: number }[] = []
    for (const chunk of this.#chunks.toReversed()) {
      if ((chunk.at[0] as number) > to) continue
      for (let i = chunk.length - 1; i >= 0; i--) {
        const at = chunk.at[i] as number
        if (at > to) continue
        if (at < from) return { ticks, hasMore: false }
        if (ticks.length >= MAX_TICKS_PER_ANSWER && at !== ticks.at(-1)?.at) return { ticks, hasMore: true }
        ticks.push({ at, points: chunk[side][i] as number })
      }
    }
    return { ticks, hasMore: false }
  }

  #grow(origin: Origin): Chunk<Origin> {
    if (this.#length >= MAX_TICKS) this.#length -= this.#chunks.shift()?.length ?? 0
    const column = (): Float64Array => new Float64Array(CHUNK_TICKS)
    const chunk = { origin, at: column(), bid: column(), ask: column(), length: 0 }
    this.#chunks.push(chunk)
    return chunk
  }
}
