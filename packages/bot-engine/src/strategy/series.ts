/** Values in time order, newest last; `at(-1)` is the last closed bar, `at(0)` the oldest that is kept. */
export interface Series<T> {
  /** Values kept: the newest 1,000, or as many as the feed's `history` when that is more. */
  readonly length: number
  /** The value at an index, counted from the end when negative. */
  at(index: number): T | undefined
}

/** A {@link Series} that keeps its newest values in a ring. */
export class RingSeries<T> implements Series<T> {
  readonly #slots: T[] = []
  readonly #capacity: number
  #next = 0

  /** Creates an empty series that keeps `capacity` values. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get length(): number {
    return this.#slots.length
  }

  at(index: number): T | undefined {
    const { length } = this.#slots
    const position = index < 0 ? length + index : index
    if (position < 0 || position >= length) return undefined
    return this.#slots[length < this.#capacity ? position : (this.#next + position) % length]
  }

  /** Appends a value; the oldest goes when the ring is full. */
  push(value: T): void {
    this.#slots[this.#next] = value
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1
  }
}
