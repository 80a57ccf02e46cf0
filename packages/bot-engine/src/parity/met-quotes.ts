import type { SymbolId } from '@openclaw-trading/trading-model'
import type { MergedTicks } from '../data/merged-ticks.ts'
import type { SegmentQuote } from './quote-segment.ts'

const FIRST_CAPACITY = 4096

/**
 * Quotes as a kernel met them, made fit for a replay, where time never steps back.
 *
 * One that counted behind its time cannot be; one that did not count and was dated ahead of those that did – a bad
 * quote that the filter kept back – goes out, and not they.
 */
export class MetQuotes {
  readonly #symbolIds: readonly SymbolId[]
  #at = new Float64Array(FIRST_CAPACITY)
  #bid = new Float64Array(FIRST_CAPACITY)
  #ask = new Float64Array(FIRST_CAPACITY)
  #symbols = new Uint8Array(FIRST_CAPACITY)
  #counted = new Uint8Array(FIRST_CAPACITY)
  /** Quotes that are kept. */
  length = 0
  /** Left out: behind the time, or ahead of it and not counted. */
  late = 0
  /** Left out: no price, no time, or of a symbol that the session does not know. */
  unusable = 0

  /** Creates an empty list of quotes of these symbols. */
  constructor(symbolIds: readonly SymbolId[]) {
    this.#symbolIds = [...symbolIds].sort((a, b) => a - b)
  }

  /** Adds a quote. */
  push({ symbolId, at, bid, ask, counted }: Readonly<SegmentQuote>): void {
    const symbol = this.#symbolIds.indexOf(symbolId)
    const isQuote = [at, bid, ask].every(value => Number.isSafeInteger(value) && value > 0)
    if (symbol < 0 || !isQuote) {
      this.unusable += 1
      return
    }
    if (counted) this.#dropAhead(at)
    if (at < this.lastAt) {
      this.late += 1
      return
    }
    if (this.length === this.#at.length) this.#grow()
    const row = this.length
    this.#at[row] = at
    this.#bid[row] = bid
    this.#ask[row] = ask
    this.#symbols[row] = symbol
    this.#counted[row] = counted ? 1 : 0
    this.length = row + 1
  }

  /** Time of the last one; 0 before the first. */
  get lastAt(): number {
    return this.length === 0 ? 0 : (this.#at[this.length - 1] as number)
  }

  /** Time of the first one; 0 when there is none. */
  get firstAt(): number {
    return this.length === 0 ? 0 : (this.#at[0] as number)
  }

  /** All of them. */
  columns(): MergedTicks {
    const { length } = this
    return {
      length,
      at: this.#at.slice(0, length),
      bid: this.#bid.slice(0, length),
      ask: this.#ask.slice(0, length),
      symbolIds: this.#symbolIds,
      ...(this.#symbolIds.length > 1 && { symbols: this.#symbols.slice(0, length) }),
    }
  }

  #dropAhead(at: number): void {
    while (this.length > 0 && this.lastAt > at && this.#counted[this.length - 1] === 0) {
      this.length -= 1
      this.late += 1
    }
  }

  #grow(): void {
    this.#at = doubled(this.#at)
    this.#bid = doubled(this.#bid)
    this.#ask = doubled(this.#ask)
    const [symbols, counted] = [this.#symbols, this.#counted]
    this.#symbols = new Uint8Array(symbols.length * 2)
    this.#symbols.set(symbols)
    this.#counted = new Uint8Array(counted.length * 2)
    this.#counted.set(counted)
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}
