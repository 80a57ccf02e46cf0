import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { CTraderError } from '../errors.ts'
import type { RateBudget, RateClass } from '../options.ts'

interface Bucket {
  readonly perSecond: number
  readonly burst: number
}

// The broker allows 50 requests in a second, 5 of history. A bucket sends up to burst + perSecond in one second, so
// entries (10 + 30) and exits (2 + 8) together stay at 50, and history (1 + 4) at 5. A start-up takes 9 at once.
const BUCKETS: Readonly<Record<RateClass, Bucket>> = {
  standard: { perSecond: 30, burst: 10 },
  exit: { perSecond: 8, burst: 2 },
  historical: { perSecond: 4, burst: 1 },
}

/** Requests that may wait in one lane: 8 s of entries. */
export const MAX_WAITING_REQUESTS = 256

interface Waiter {
  readonly grant: () => void
}

class Lane {
  readonly #kind: RateClass
  readonly #bucket: Bucket
  readonly #clock: Clock
  readonly #waiting: Waiter[] = []
  #tokens: number
  #filledAtMs: number
  #cancelTimer: (() => void) | undefined

  constructor(kind: RateClass, clock: Clock) {
    this.#kind = kind
    this.#bucket = BUCKETS[kind]
    this.#clock = clock
    this.#tokens = this.#bucket.burst
    this.#filledAtMs = clock.elapsedMs()
  }

  take(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    this.#fill()
    if (this.#waiting.length === 0 && this.#tokens >= 1) {
      this.#tokens -= 1
      return Promise.resolve()
    }
    if (this.#waiting.length >= MAX_WAITING_REQUESTS) return Promise.reject(this.#full())
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(waiter)
        if (at >= 0) this.#waiting.splice(at, 1)
        if (this.#waiting.length === 0) this.#stopTimer()
        reject(signal?.reason)
      }
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(waiter)
      this.#schedule()
    })
  }

  #full(): CTraderError<'rate-limited'> {
    const retryAfterMs = Math.ceil((MAX_WAITING_REQUESTS / this.#bucket.perSecond) * 1000)
    return new CTraderError(
      'rate-limited',
      `${MAX_WAITING_REQUESTS} ${this.#kind} requests already wait for the broker's limit. Send fewer, or again in ${retryAfterMs} ms.`,
      { retryAfterMs },
    )
  }

  #fill(): void {
    const now = this.#clock.elapsedMs()
    const gained = ((now - this.#filledAtMs) / 1000) * this.#bucket.perSecond
    this.#tokens = Math.min(this.#bucket.burst, this.#tokens + gained)
    this.#filledAtMs = now
  }

  #schedule(): void {
    if (this.#cancelTimer !== undefined || this.#waiting.length === 0) return
    const waitMs = Math.max(1, Math.ceil(((1 - this.#tokens) / this.#bucket.perSecond) * 1000))
    this.#cancelTimer = this.#clock.schedule(waitMs, () => {
      this.#cancelTimer = undefined
      this.#fill()
      while (this.#tokens >= 1 && this.#waiting.length > 0) {
        this.#tokens -= 1
        this.#waiting.shift()?.grant()
      }
      this.#schedule()
    })
  }

  #stopTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }
}

/**
 * Creates the request budget of one connection: a token bucket per lane, first come first served inside it.
 *
 * Blocks that the server announces (`retryAfter`) are waited out by the session that met them.
 */
export function createRateBudget(clock: Clock = SYSTEM_CLOCK): RateBudget {
  const lanes: Readonly<Record<RateClass, Lane>> = {
    standard: new Lane('standard', clock),
    exit: new Lane('exit', clock),
    historical: new Lane('historical', clock),
  }
  return { take: (kind, signal) => lanes[kind].take(signal) }
}
