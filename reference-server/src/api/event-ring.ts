import type { StreamMessage } from './schemas/dashboard.ts'

/** One message of the stream with its id. */
export interface StreamEvent {
  readonly id: number
  readonly message: StreamMessage
}

/** What a reader gets: what came since its last id, or that some of it is gone. */
export type Since =
  | { readonly type: 'events'; readonly events: readonly StreamEvent[] }
  | { readonly type: 'gap' }

/** Messages kept for readers that come back: five minutes at 13 messages a second. */
export const RING_CAPACITY = 4096

/**
 * The newest messages of the stream, bounded; each reader keeps only the id it has seen.
 *
 * So a slow reader costs nothing: it falls out of the ring and is told to fetch everything again.
 */
export class EventRing {
  readonly #capacity: number
  readonly #events: StreamEvent[] = []
  readonly #waiting = new Set<() => void>()
  #lastId: number

  /**
   * Creates an empty ring.
   *
   * `firstId` grows from one start of the server to the next (wall time in microseconds), so an id of an earlier
   * start is recognised as too old.
   */
  constructor(firstId: number, capacity: number = RING_CAPACITY) {
    this.#lastId = firstId
    this.#capacity = capacity
  }

  /** Id of the newest message. */
  get lastId(): number {
    return this.#lastId
  }

  /** Appends a message and wakes the readers. */
  publish(message: StreamMessage): void {
    this.#lastId++
    this.#events.push({ id: this.#lastId, message })
    if (this.#events.length > this.#capacity) this.#events.shift()
    this.wake()
  }

  /** What came after an id. */
  since(id: number): Since {
    if (id === this.#lastId) return { type: 'events', events: [] }
    const oldest = this.#events[0]?.id ?? this.#lastId + 1
    if (id > this.#lastId || id < oldest - 1) return { type: 'gap' }
    return { type: 'events', events: this.#events.slice(id + 1 - oldest) }
  }

  /** Resolves at the next message, after `timeoutMs`, or when `signal` aborts; never rejects. */
  next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (signal.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      this.#waiting.add(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  /** Lets every waiting reader look again. */
  wake(): void {
    for (const done of [...this.#waiting]) done()
  }
}
