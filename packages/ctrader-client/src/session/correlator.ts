import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { CTraderError } from '../errors.ts'
import type { ProtoOAExecutionEvent } from '../protocol/generated/messages.js'
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
   * @param execution - The message itself, where it is an execution that listeners have been told.
   * @returns true when the request is over; `in-doubt` when it is, and a refusal may still follow
   */
  onAnswer(payloadType: number, payload: Uint8Array, execution?: ProtoOAExecutionEvent): boolean | 'in-doubt'
  /** The request is over without an answer. */
  onFail(error: unknown): void
}

/** Requests that may await an answer at once; a healthy connection has fewer than ten. */
export const MAX_PENDING_REQUESTS = 4096

/** Trading requests given up that may still be refused; of more the oldest are forgotten. */
export const MAX_OVERDUE_COMMANDS = 1024

/** A platform's timer ends at once when it is longer; after this one the rest is waited for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

interface Entry {
  readonly pending: PendingRequest
  timeoutMs: number
  /** By the clock; `Infinity` before {@link Correlator.limit}, and for ever where it never ends. */
  endsMs: number
  /** Takes the signal away. */
  endAbort: (() => void) | undefined
}

/**
 * Matches answers to requests by client message id.
 *
 * Only ids that are awaited match: events may carry ids of other connections, and an unexpected type is no answer.
 */
export class Correlator {
  readonly #entries = new Map<string, Entry>()
  /** Trading requests that were given up, or answered without a word on what became of them: the server may still refuse them. */
  readonly #overdue = new Map<string, PendingRequest>()
  readonly #clock: Clock
  /**
   * One timer for all: at the latest when the first of them ends. One for each would be made and taken away with every
   * order. It stays when its request is answered, and finds nothing to do then.
   */
  #cancelTimer: (() => void) | undefined
  #wakesMs = Number.POSITIVE_INFINITY
  #onDrained: (() => void) | undefined

  /** Creates it empty. */
  constructor(clock: Clock = SYSTEM_CLOCK) {
    this.#clock = clock
  }

  /** Requests that await an answer. */
  get size(): number {
    return this.#entries.size
  }

  /** Whether a trading request awaits an answer. */
  get awaitsCommand(): boolean {
    for (const { pending } of this.#entries.values()) if (pending.kind === 'command') return true
    return false
  }

  /** Whether an id is awaited, and by what. */
  find(clientMsgId: string): PendingRequest | undefined {
    return this.#entries.get(clientMsgId)?.pending
  }

  /** A trading request that was given up, of which an answer comes only now. */
  overdue(clientMsgId: string): PendingRequest | undefined {
    return this.#overdue.get(clientMsgId)
  }

  /** Forgets a trading request that was given up: its refusal has come. */
  settleOverdue(clientMsgId: string): void {
    this.#overdue.delete(clientMsgId)
  }

  /**
   * Awaits an answer.
   *
   * @throws {@link CTraderError} `rate-limited` when too many requests await one, `invalid-argument` for an id in use
   */
  add(clientMsgId: string, pending: PendingRequest): void {
    this.#checkRoom(clientMsgId)
    this.#entries.set(clientMsgId, {
      pending,
      timeoutMs: 0,
      endsMs: Number.POSITIVE_INFINITY,
      endAbort: undefined,
    })
  }

  /**
   * Ends a request after `timeoutMs` (`Infinity`: never) or when `signal` aborts.
   *
   * Apart from {@link Correlator.add}, so that a request is on the wire before a timer is made for it.
   */
  limit(clientMsgId: string, timeoutMs: number, signal: AbortSignal | undefined): void {
    const entry = this.#entries.get(clientMsgId)
    if (entry === undefined) return
    if (timeoutMs !== Number.POSITIVE_INFINITY) {
      entry.timeoutMs = timeoutMs
      entry.endsMs = this.#clock.elapsedMs() + timeoutMs
      if (entry.endsMs < this.#wakesMs) this.#wakeAt(entry.endsMs, timeoutMs)
    }
    if (signal !== undefined)
      entry.endAbort = whenAborted(signal, () => this.#giveUp(clientMsgId, signal.reason))
  }

  /** Offers a message to the request that awaits its id. */
  answer(
    clientMsgId: string,
    payloadType: number,
    payload: Uint8Array,
    execution?: ProtoOAExecutionEvent,
  ): void {
    const entry = this.#entries.get(clientMsgId)
    const end = entry?.pending.onAnswer(payloadType, payload, execution)
    if (entry === undefined || end === false) return
    this.#remove(clientMsgId, entry)
    if (end === 'in-doubt') this.#keepOverdue(clientMsgId, entry.pending)
  }

  /** Ends every request. */
  failAll(errorOf: (pending: PendingRequest) => unknown): void {
    for (const [id, { pending }] of [...this.#entries]) this.#fail(id, errorOf(pending))
    // By a link that is closed no answer comes.
    this.#overdue.clear()
    this.#cancelTimer?.()
    this.#wakesMs = Number.POSITIVE_INFINITY
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

  #giveUp(clientMsgId: string, error: unknown): void {
    const pending = this.find(clientMsgId)
    if (pending?.kind === 'command') this.#keepOverdue(clientMsgId, pending)
    this.#fail(clientMsgId, error)
  }

  #keepOverdue(clientMsgId: string, pending: PendingRequest): void {
    const [oldest] = this.#overdue.keys()
    if (this.#overdue.size >= MAX_OVERDUE_COMMANDS && oldest !== undefined) this.#overdue.delete(oldest)
    this.#overdue.set(clientMsgId, pending)
  }

  #fail(clientMsgId: string, error: unknown): void {
    const entry = this.#entries.get(clientMsgId)
    if (entry === undefined) return
    this.#remove(clientMsgId, entry)
    entry.pending.onFail(error)
  }

  #wakeAt(wakesMs: number, delayMs: number): void {
    this.#cancelTimer?.()
    this.#wakesMs = wakesMs
    this.#cancelTimer = this.#clock.schedule(Math.min(delayMs, LONGEST_TIMER_MS), this.#onTime)
  }

  readonly #onTime = (): void => {
    const nowMs = this.#clock.elapsedMs()
    this.#wakesMs = Number.POSITIVE_INFINITY
    for (const [id, { pending, timeoutMs, endsMs }] of [...this.#entries])
      if (endsMs <= nowMs) this.#giveUp(id, timedOut(pending, timeoutMs))
    let nextMs = Number.POSITIVE_INFINITY
    for (const { endsMs } of this.#entries.values()) if (endsMs < nextMs) nextMs = endsMs
    if (nextMs < this.#wakesMs) this.#wakeAt(nextMs, Math.max(1, Math.ceil(nextMs - nowMs)))
  }

  #remove(clientMsgId: string, { endAbort }: Entry): void {
    endAbort?.()
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
