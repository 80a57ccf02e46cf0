import type { SymbolId } from '@openclaw-trading/trading-model'
import type { TickColumns } from './columns.ts'

/** Tick columns while they grow; the capacity doubles, so a push costs O(1) on average. */
export class TickBuffer {
  #at: Float64Array
  #bid: Float64Array
  #ask: Float64Array
  #length = 0

  /** Creates an empty buffer with room for `capacity` ticks. */
  constructor(capacity = 65_536) {
    this.#at = new Float64Array(capacity)
    this.#bid = new Float64Array(capacity)
    this.#ask = new Float64Array(capacity)
  }

  /** Ticks held. */
  get length(): number {
    return this.#length
  }

  /** Appends a tick; times in milliseconds, prices × 100000. */
  push(at: number, bid: number, ask: number): void {
    const index = this.#length
    if (index === this.#at.length) this.#grow()
    this.#at[index] = at
    this.#bid[index] = bid
    this.#ask[index] = ask
    this.#length = index + 1
  }

  /** The ticks as columns cut to their number; the buffer must not be used afterwards. */
  columns(symbolId: SymbolId): TickColumns {
    return {
      type: 'ticks',
      symbolId,
      length: this.#length,
      at: this.#at.subarray(0, this.#length),
      bid: this.#bid.subarray(0, this.#length),
      ask: this.#ask.subarray(0, this.#length),
    }
  }

  #grow(): void {
    this.#at = doubled(this.#at)
    this.#bid = doubled(this.#bid)
    this.#ask = doubled(this.#ask)
  }
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(1024, column.length * 2))
  larger.set(column)
  return larger
}
