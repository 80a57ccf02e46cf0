import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import type { SeriesRows } from './series.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** 17:00 New York, at which the trading day ends, becomes midnight. */
const TO_TRADING_DAY_MS = 7 * HOUR_MS

/** How often each slot of the week has rows. */
export interface WeeklyPattern {
  /** Weeks with rows. */
  readonly weeks: number
  /** Weeks of those in which a slot lies between the first and the last row: a part of a week has not all slots. */
  weeksOf(slot: number): number
  /** Weeks in which a slot of {@link weekSlotOf} has a row. */
  readonly counts: ReadonlyMap<number, number>
}

/** New York's time as if it were UTC: these markets keep its hours, also over changes of summer time. */
export function localOf(at: number): number {
  return at + zoneOffsetMs('America/New_York', at as UnixMs)
}

/** Place in the trading week of New York, by bar length; of bars longer than an hour by hour or day. */
export function weekSlotOf(at: number, lengthMs: number): number {
  // Day 0 was a Thursday: three days before it a week of Monday begins.
  const inWeek = (localOf(at) + TO_TRADING_DAY_MS + 3 * DAY_MS) % WEEK_MS
  if (lengthMs >= WEEK_MS) return 0
  return Math.floor(inWeek / (lengthMs >= DAY_MS ? DAY_MS : Math.min(lengthMs, HOUR_MS)))
}

/** Counts the rows of each slot of the week. */
export function weeklyPattern({ length, columns }: SeriesRows, lengthMs: number): WeeklyPattern {
  const [times] = columns as [Float64Array]
  const counts = new Map<number, number>()
  const weeks = new Set<number>()
  let lastSpan = -1
  for (let row = 0; row < length; row++) {
    const at = times[row] as number
    const span = Math.floor(at / lengthMs)
    if (span === lastSpan) continue
    lastSpan = span
    const slot = weekSlotOf(at, lengthMs)
    counts.set(slot, (counts.get(slot) ?? 0) + 1)
    weeks.add(Math.floor((localOf(at) + TO_TRADING_DAY_MS + 3 * DAY_MS) / WEEK_MS))
  }
  const firstSlot = length === 0 ? 0 : weekSlotOf(times[0] as number, lengthMs)
  const lastSlot = length === 0 ? 0 : weekSlotOf(times[length - 1] as number, lengthMs)
  return {
    weeks: weeks.size,
    counts,
    weeksOf: slot => weeks.size - (slot < firstSlot ? 1 : 0) - (slot > lastSlot ? 1 : 0),
  }
}
