import type { UnixMs } from '@openclaw-trading/trading-model'
import { invalid } from '../encode/invalid.ts'

/** A span of time. */
export interface TimeRange {
  /** Inclusive. */
  readonly from: UnixMs
  /** Exclusive. */
  readonly to: UnixMs
}

/** Latest time that the server takes. */
export const LATEST_MS = 2_147_483_646_000
/** Longest span of one request for ticks, deals, orders and cash. */
export const WEEK_MS = 604_800_000

/** Refuses a range that the server does not know. @throws {@link CTraderError} `invalid-argument` */
export function checkRange({ from, to }: TimeRange): void {
  if (from >= 0 && to <= LATEST_MS && from <= to) return
  throw invalid('range', `${from} to ${to}`, `a range within 0 and ${LATEST_MS}`)
}

/** A range in pieces of at most so long, oldest first. */
export function* windowsOf({ from, to }: TimeRange, spanMs: number): Generator<TimeRange> {
  for (let start: number = from; start < to; start += spanMs)
    yield { from: start as UnixMs, to: Math.min(start + spanMs, to) as UnixMs }
}
