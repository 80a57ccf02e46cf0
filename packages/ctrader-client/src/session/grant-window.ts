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
 * When a request granted now counts as sent, given the times of those before it, oldest first; `undefined`: not yet.
 *
 * A request that comes a little later than it could have keeps its place in the schedule, or the lateness of every
 * timer would add up.
 */
export function slotAt(
  times: readonly number[],
  { requests, spanMs }: WindowSize,
  nowMs: number,
  creditMs = CREDIT_MS,
): number | undefined {
  const gate = times[times.length - requests]
  if (gate === undefined) return nowMs
  const opensMs = gate + spanMs
  if (nowMs < opensMs) return undefined
  return Math.max(opensMs, nowMs - creditMs)
}

/** A window of this process alone. */
export function memoryWindow(clock: Clock): GrantWindow {
  const sent: Record<RatePool, number[]> = { requests: [], history: [] }
  return {
    grant(kind) {
      const pool = poolOf(kind)
      const times = sent[pool]
      const size = WINDOWS[pool]
      const nowMs = clock.elapsedMs()
      const slot = slotAt(times, size, nowMs)
      if (slot === undefined) return (times[times.length - size.requests] ?? nowMs) + size.spanMs - nowMs
      if (times.length >= size.requests) times.shift()
      times.push(slot)
      return 0
    },
  }
}
