import type { UnixMs } from '@openclaw-trading/trading-model'
import type { Clock } from '../clock.ts'
import { isCTraderError } from '../errors.ts'
import type { ReconnectOptions } from '../options.ts'

/**
 * First limit of a wait. On average the first attempt comes after 250 ms, soon enough for an open position; and since
 * the limit doubles, a thousand clients of a broker that restarts spread over 30 s from the seventh attempt on.
 */
const INITIAL_MS = 500
const MAX_MS = 30_000
/** A wrong end of maintenance must not keep us away for days. */
const LONGEST_ANNOUNCED_MS = 3_600_000

/** What a {@link Backoff} needs besides its limits. */
export interface BackoffSources {
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** How long to wait before the next attempt: full jitter, doubling; longer when the server has said so. */
export class Backoff {
  readonly #initialMs: number
  readonly #maxMs: number
  readonly #maxAttempts: number
  readonly #sources: BackoffSources
  #attempts = 0

  /** Creates it before the first attempt. */
  constructor(options: ReconnectOptions, sources: BackoffSources) {
    this.#initialMs = options.initialMs ?? INITIAL_MS
    this.#maxMs = options.maxMs ?? MAX_MS
    this.#maxAttempts = options.maxAttempts ?? Number.POSITIVE_INFINITY
    this.#sources = sources
  }

  /** Attempts since the last {@link Backoff.reset}. */
  get attempts(): number {
    return this.#attempts
  }

  /** No further attempt is allowed. */
  get exhausted(): boolean {
    return this.#attempts >= this.#maxAttempts
  }

  /** Counts an attempt and says when it may be made. */
  next(cause: unknown): number {
    const limitMs = Math.min(this.#maxMs, this.#initialMs * 2 ** this.#attempts)
    this.#attempts += 1
    return this.#announcedMs(cause) + this.#sources.random() * limitMs
  }

  /** Things went well. */
  reset(): void {
    this.#attempts = 0
  }

  #announcedMs(cause: unknown): number {
    let waitMs = 0
    if (isCTraderError(cause, 'rate-limited')) waitMs = cause.details.retryAfterMs
    if (isCTraderError(cause, 'under-maintenance')) waitMs = this.#until(cause.details.endsAt)
    return Math.min(Math.max(waitMs, 0), LONGEST_ANNOUNCED_MS)
  }

  #until(endsAt: UnixMs | undefined): number {
    return endsAt === undefined ? 0 : endsAt - this.#sources.clock.now()
  }
}
