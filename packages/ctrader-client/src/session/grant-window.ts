import type { Clock } from '../clock.ts'
import type { RateClass } from '../options.ts'

/** What a class of requests is counted in: the broker counts requests of history apart. */
export type RatePool = 'requests' | 'history'

/** The pool of a class. */
export function poolOf(kind: RateClass): RatePool {
  return kind === 'historical' ? 'history' : 'requests'
}

/** So many requests in any span of so many milliseconds. */
export interface WindowSize {
  readonly requests: number
  readonly spanMs: number
}

/**
 * The broker allows 50 requests in a second, 5 of history.
 *
 * Ten in any 204 ms make 50 in any 1020 ms: 98 % of what is allowed, and 20 ms for the network and for timers. The short
 * span also bounds the wait of an exit, which takes the next place, at 204 ms. A start-up takes 9 at once.
 */
export const WINDOWS: Readonly<Record<RatePool, WindowSize>> = {
  requests: { requests: 10, spanMs: 204 },
  history: { requests: 5, spanMs: 1020 },
}

/** How late a timer may be without loss: the schedule stays where it was, and half of the 20 ms stays for the network. */
export const CREDIT_MS = 10

/** Who asks, for windows that several processes share. */
export interface Demand {
  /** Requests that wait here, the one asked for among them. */
  readonly waiting: number
  /** Exits among them. */
  readonly exits: number
}

/** Counts requests in a sliding span. */
export interface GrantWindow {
  /** Grants a request now and returns 0, or returns after how many milliseconds to ask again. @throws where it cannot count */
  grant(kind: RateClass, demand: Demand): number
  /** Granting takes so long that each request is to leave before the next is granted. */
  readonly slow?: boolean
  /** Nothing waits here any more. */
  idle?(pool: RatePool): void
}

/**
 * When a request granted now counts as sent; `undefined`: not yet.
 *
 * A request that comes a little later than it could have keeps its place in the schedule, or the lateness of every
 * timer would add up.
 *
 * @param gateMs - When the one before counts whose span has to be over: the tenth of ten in a span.
 */
export function slotAt(
  gateMs: number | undefined,
  spanMs: number,
  nowMs: number,
  creditMs = CREDIT_MS,
): number | undefined {
  if (gateMs === undefined) return nowMs
  const opensMs = gateMs + spanMs
  if (nowMs < opensMs) return undefined
  const latestMs = nowMs - creditMs
  return latestMs > opensMs ? latestMs : opensMs
}

/** The last requests of a pool, as many as its span holds: a ring, because every order asks. */
interface Ring {
  readonly spanMs: number
  /** When they count as sent. */
  readonly times: (number | undefined)[]
  /** Place of the oldest, which the next one takes. */
  oldest: number
}

function ringOf({ requests, spanMs }: WindowSize): Ring {
  return { spanMs, times: Array.from({ length: requests }, () => undefined), oldest: 0 }
}

/** A window of this process alone. */
export function memoryWindow(clock: Clock): GrantWindow {
  const requests = ringOf(WINDOWS.requests)
  const history = ringOf(WINDOWS.history)
  return {
    grant(kind) {
      const ring = kind === 'historical' ? history : requests
      const nowMs = clock.elapsedMs()
      const gateMs = ring.times[ring.oldest]
      const slot = slotAt(gateMs, ring.spanMs, nowMs)
      if (slot === undefined) return (gateMs ?? nowMs) + ring.spanMs - nowMs
      ring.times[ring.oldest] = slot
      ring.oldest = ring.oldest + 1 === ring.times.length ? 0 : ring.oldest + 1
      return 0
    },
  }
}
