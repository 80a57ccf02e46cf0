import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { CTraderError } from '../errors.ts'
import type { MethodName } from '../protocol/methods.ts'
import { whenAborted } from '../when-aborted.ts'

/** A request that awaits its answer. */
export interface PendingRequest {
  readonly method: MethodName
  readonly kind: 'query' | 'command'
  /** Of a command. */
  readonly accountId?: number
  /**
   * Takes a message that carries the request's id.
   *
   * @returns true when the request is over
   */
  onAnswer(payloadType: number, payload: Uint8Array): boolean
  /** The request is over without an answer. */
  onFail(error: unknown): void
}

/** Requests that may await an answer at once; a healthy connection has fewer than ten. */
export const MAX_PENDING_REQUESTS = 4096

interface Entry {
  readonly pending: PendingRequest
  /** Takes timer and signal away; absent before {@link Correlator.limit}. */
  release: (() => void) | undefined
}

/**
 * Matches answers to requests by client message id.
 *
 * Only ids that are awaited match: events may carry ids of other connections, and an unexpected type is no answer.
 */
export class Correlator {
  readonly #entries = new Map<string, Entry>()
  readonly #clock: Clock
  #onDrained: (() => void) | undefined

  /** Creates it empty. */
  constructor(clock: Clock = SYSTEM_CLOCK) {
    this.#clock = clock
  }

  /** Requests that await an answer. */
  get size(): number {
    return this.#entries.size
  }

  /** Whether an id is awaited, and by what. */
  find(clientMsgId: string): PendingRequest | undefined {
    return this.#entries.get(clientMsgId)?.pending
  }

  /**
   * Awaits an answer.
   *
   * @throws {@link CTraderError} `rate-limited` when too many requests await one, `invalid-argument` for an id in use
   */
  add(clientMsgId: string, pending: PendingRequest): void {
    this.#checkRoom(clientMsgId)
    this.#entries.set(clientMsgId, { pending, release: undefined })
  }

  /**
   * Ends a request after `timeoutMs` (`Infinity`: never) or when `signal` aborts.
   *
   * Apart from {@link Correlator.add}, so that a request is on the wire before a timer is made for it.
   */
  limit(clientMsgId: string, timeoutMs: number, signal: AbortSignal | undefined): void {
    const entry = this.#entries.get(clientMsgId)
    if (entry === undefined) return
    const cancelTimer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : this.#clock.schedule(timeoutMs, () => this.#fail(clientMsgId, timedOut(entry.pending, timeoutMs)))
    if (signal === undefined) {
      entry.release = cancelTimer
      return
    }
    const endAbort = whenAborted(signal, () => this.#fail(clientMsgId, signal.reason))
    entry.release = () => {
      cancelTimer?.()
      endAbort()
    }
  }

  /** Offers a message to the request that awaits its id. */
  answer(clientMsgId: string, payloadType: number, payload: Uint8Array): void {
    const entry = this.#entries.get(clientMsgId)
    if (entry?.pending.onAnswer(payloadType, payload) === true) this.#remove(clientMsgId, entry)
  }

  /** Ends every request. */
  failAll(errorOf: (pending: PendingRequest) => unknown): void {
    for (const [id, { pending }] of [...this.#entries]) this.#fail(id, errorOf(pending))
  }

  /** Resolves when nothing awaits an answer any more, at the latest after `timeoutMs`. */
  drained(timeoutMs: number): Promise<void> {
    if (this.#entries.size === 0) return Promise.resolve()
    return new Promise(resolve => {
      const cancelTimer = this.#clock.schedule(timeoutMs, resolve)
      this.#onDrained = () => {
        cancelTimer()
        resolve()
      }
    })
  }

  #checkRoom(clientMsgId: string): void {
    if (this.#entries.has(clientMsgId))
      throw new CTraderError(
        'invalid-argument',
        `A request with the id ${clientMsgId} awaits its answer. Use another id.`,
        {
          path: 'clientMsgId',
          expected: 'an id that is not in use',
        },
      )
    if (this.#entries.size < MAX_PENDING_REQUESTS) return
    throw new CTraderError(
      'rate-limited',
      `${MAX_PENDING_REQUESTS} requests already await an answer. Wait for some of them, or check the connection.`,
      { retryAfterMs: 1000 },
    )
  }

  #fail(clientMsgId: string, error: unknown): void {
    const entry = this.#entries.get(clientMsgId)
    if (entry === undefined) return
    this.#remove(clientMsgId, entry)
    entry.pending.onFail(error)
  }

  #remove(clientMsgId: string, { release }: Entry): void {
    release?.()
    this.#entries.delete(clientMsgId)
    if (this.#entries.size === 0) this.#onDrained?.()
  }
}

function timedOut({ method, kind }: PendingRequest, timeoutMs: number): CTraderError<'request-timeout'> {
  const advice =
    kind === 'command'
      ? 'It may have taken effect: take a snapshot before sending another.'
      : 'Ask again; if it repeats, check the connection.'
  return new CTraderError(
    'request-timeout',
    `${method} got no answer within ${timeoutMs} ms. ${advice}`,
    { method, timeoutMs, delivery: 'unknown' },
    { retryable: kind === 'query' },
  )
}
