import { DONE, PendingReads } from './pending-reads.ts'

/**
 * Turns pushed values into an async iterable for one reader that only wants the latest of each key.
 *
 * A slow reader misses values, never the newest one; it holds one value a key.
 */
export class LatestBuffer<T> implements AsyncIterableIterator<T, undefined> {
  readonly #merge: (held: T, next: T) => T
  readonly #reads: PendingReads<T>
  readonly #held = new Map<number, T>()

  /** Creates it; `onEnd` runs once, when no further value is wanted; `merge` says what a value that was not read leaves in the next. */
  constructor(onEnd: () => void = () => {}, merge: (held: T, next: T) => T = (_, next) => next) {
    this.#reads = new PendingReads(onEnd)
    this.#merge = merge
  }

  /** Replaces what is held of a key, in its place. Ignored after the end. */
  push(key: number, value: T): void {
    if (this.#reads.ended || this.#reads.offer(value)) return
    const held = this.#held.get(key)
    this.#held.set(key, held === undefined ? value : this.#merge(held, value))
  }

  /** Ends it after what is held; with an error that the reader then gets once. */
  end(error?: unknown): void {
    this.#reads.end(error)
  }

  next(): Promise<IteratorResult<T, undefined>> {
    for (const [key, value] of this.#held) {
      this.#held.delete(key)
      return Promise.resolve({ done: false, value })
    }
    return this.#reads.wait()
  }

  /** The reader leaves its loop. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#held.clear()
    this.end()
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
