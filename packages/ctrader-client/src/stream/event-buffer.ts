import { CTraderError } from '../errors.ts'
import { DONE, PendingReads } from './pending-reads.ts'

/**
 * Turns pushed events into an async iterable for one reader; nothing is dropped but what `replaces` says is out of date.
 *
 * A reader that falls `capacity` events behind gets what is held and then `buffer-overflow`.
 */
export class EventBuffer<T> implements AsyncIterableIterator<T, undefined> {
  readonly #stream: string
  readonly #capacity: number
  readonly #reads: PendingReads<T>
  readonly #replaces: (held: T, next: T) => boolean
  #held: T[] = []

  /**
   * Creates it; `onEnd` runs once, when no further event is wanted; `replaces` says whether the next event takes the place
   * of the newest one that is held.
   */
  constructor(
    stream: string,
    capacity: number,
    onEnd: () => void = () => {},
    replaces: (held: T, next: T) => boolean = () => false,
  ) {
    this.#replaces = replaces
    this.#stream = stream
    this.#capacity = capacity
    this.#reads = new PendingReads(onEnd)
  }

  /** Adds an event. Ignored after the end. */
  push(event: T): void {
    if (this.#reads.ended || this.#reads.offer(event)) return
    const newest = this.#held.length - 1
    if (newest >= 0 && this.#replaces(this.#held[newest] as T, event)) {
      this.#held[newest] = event
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
    this.#reads.end(error)
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const [event] = this.#held
    if (this.#held.length > 0) {
      this.#held.shift()
      return Promise.resolve({ done: false, value: event as T })
    }
    return this.#reads.wait()
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
}
