interface Read<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void
  readonly reject: (error: unknown) => void
}

/** What every read after the end gets. */
export const DONE: IteratorResult<never, undefined> = { done: true, value: undefined }

/** The reader's side of a buffer: reads that wait for a value, and the end, whose error is told once. */
export class PendingReads<T> {
  readonly #onEnd: () => void
  readonly #reads: Read<T>[] = []
  #ended = false
  #error: unknown

  /** Creates it; `onEnd` runs once, when no further value is wanted. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Gives a value to the read that waits longest. @returns `false` when none waits: the buffer holds it */
  offer(value: T): boolean {
    const read = this.#reads.shift()
    read?.resolve({ done: false, value })
    return read !== undefined
  }

  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#onEnd()
    for (const read of this.#reads.splice(0)) {
      if (this.#error === undefined) read.resolve(DONE)
      else read.reject(this.#takeError())
    }
  }

  /** A read of a buffer that holds nothing. */
  wait(): Promise<IteratorResult<T, undefined>> {
    if (this.#error !== undefined) return Promise.reject(this.#takeError())
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => this.#reads.push({ resolve, reject }))
  }

  #takeError(): unknown {
    const error = this.#error
    this.#error = undefined
    return error
  }
}
