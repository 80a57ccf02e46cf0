interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void
  readonly reject: (error: unknown) => void
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined }

/**
 * Turns pushed values into an async iterable for one reader that only wants the latest of each key.
 *
 * A slow reader misses values, never the newest one; it holds one value a key.
 */
export class LatestBuffer<T> implements AsyncIterableIterator<T, undefined> {
  readonly #onEnd: () => void
  readonly #merge: (held: T, next: T) => T
  readonly #readers: Reader<T>[] = []
  readonly #held = new Map<number, T>()
  #ended = false
  #error: unknown

  /** Creates it; `onEnd` runs once, when no further value is wanted; `merge` says what a value that was not read leaves in the next. */
  constructor(onEnd: () => void = () => {}, merge: (held: T, next: T) => T = (_, next) => next) {
    this.#onEnd = onEnd
    this.#merge = merge
  }

  /** Replaces what is held of a key, in its place. Ignored after the end. */
  push(key: number, value: T): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      reader.resolve({ done: false, value })
      return
    }
    const held = this.#held.get(key)
    this.#held.set(key, held === undefined ? value : this.#merge(held, value))
  }

  /** Ends it after what is held; with an error that the reader then gets once. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#onEnd()
    for (const reader of this.#readers.splice(0)) {
      if (this.#error === undefined) reader.resolve(DONE)
      else reader.reject(this.#takeError())
    }
  }

  next(): Promise<IteratorResult<T, undefined>> {
    for (const [key, value] of this.#held) {
      this.#held.delete(key)
      return Promise.resolve({ done: false, value })
    }
    if (this.#error !== undefined) return Promise.reject(this.#takeError())
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
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

  #takeError(): unknown {
    const error = this.#error
    this.#error = undefined
    return error
  }
}
