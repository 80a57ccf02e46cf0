import { CTraderError } from '../errors.ts'

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void
  readonly reject: (error: unknown) => void
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined }

/**
 * Turns pushed events into an async iterable for one reader; nothing is dropped.
 *
 * A reader that falls `capacity` events behind gets what is held and then `buffer-overflow`.
 */
export class EventBuffer<T> implements AsyncIterableIterator<T, undefined> {
  readonly #stream: string
  readonly #capacity: number
  readonly #onEnd: () => void
  readonly #readers: Reader<T>[] = []
  #held: T[] = []
  #ended = false
  #error: unknown

  /** Creates it; `onEnd` runs once, when no further event is wanted. */
  constructor(stream: string, capacity: number, onEnd: () => void = () => {}) {
    this.#stream = stream
    this.#capacity = capacity
    this.#onEnd = onEnd
  }

  /** Adds an event. Ignored after the end. */
  push(event: T): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      reader.resolve({ done: false, value: event })
      return
    }
    if (this.#held.length < this.#capacity) {
      this.#held.push(event)
      return
    }
    this.end(
      new CTraderError(
        'buffer-overflow',
        `The reader of ${this.#stream} is ${this.#capacity} events behind. Read faster, or set a larger bufferSize.`,
        { stream: this.#stream, capacity: this.#capacity },
      ),
    )
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
    const [event] = this.#held
    if (this.#held.length > 0) {
      this.#held.shift()
      return Promise.resolve({ done: false, value: event as T })
    }
    if (this.#error !== undefined) return Promise.reject(this.#takeError())
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
  }

  /** The reader leaves its loop. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#held = []
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
