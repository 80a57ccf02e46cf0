import { type LimitClass, methods } from '@openclaw-trading/ctrader-client/protocol'

/** How many requests a connection may make, and what follows more. */
export interface RateLimits {
  /** Requests a second. Default 50. */
  readonly standard: number
  /** Requests of history a second: bars, ticks, deals, cash flow. Default 5. */
  readonly historical: number
  /** Whole seconds for which a payload type is blocked after one request too many. Default 1. */
  readonly blockSeconds: number
}

/** What the broker's documentation states; how long it blocks is a guess. */
export const BROKER_LIMITS: RateLimits = { standard: 50, historical: 5, blockSeconds: 1 }

const SECOND_MS = 1000
const CLASSES: ReadonlyMap<number, LimitClass> = new Map(
  Object.values(methods).map(({ request, limit }) => [request, limit]),
)

interface Bucket {
  tokens: number
  filledAtMs: number
}

/**
 * The two buckets of one connection: each holds a second's worth of requests and fills evenly.
 *
 * So requests that a busy line delivers late and together are not held against a client that sent them in time.
 */
export class RequestLimits {
  readonly #limits: RateLimits
  readonly #buckets: Readonly<Record<LimitClass, Bucket>>
  readonly #blockedUntil = new Map<number, number>()

  /** Creates full buckets. @param nowMs wall time, also of each call of {@link take} */
  constructor(limits: RateLimits, nowMs: number) {
    this.#limits = limits
    this.#buckets = {
      standard: { tokens: limits.standard, filledAtMs: nowMs },
      historical: { tokens: limits.historical, filledAtMs: nowMs },
    }
  }

  /** Takes a request. @returns whole seconds to wait when its payload type is blocked, which counts for nothing */
  take(payloadType: number, nowMs: number): number | undefined {
    const kind = CLASSES.get(payloadType)
    if (kind === undefined) return undefined
    const until = this.#blockedUntil.get(payloadType)
    if (until !== undefined && nowMs < until) return Math.ceil((until - nowMs) / SECOND_MS)
    const bucket = this.#buckets[kind]
    const perSecond = this.#limits[kind]
    const filled = bucket.tokens + ((nowMs - bucket.filledAtMs) * perSecond) / SECOND_MS
    bucket.tokens = Math.min(perSecond, filled)
    bucket.filledAtMs = nowMs
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return undefined
    }
    this.#blockedUntil.set(payloadType, nowMs + this.#limits.blockSeconds * SECOND_MS)
    return this.#limits.blockSeconds
  }
}
