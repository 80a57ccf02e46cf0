import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { EngineError } from './errors.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** What a clock on a wall shows. */
export interface LocalTime {
  /** Number of the date, one more each day; only for comparisons. */
  readonly day: number
  /** Minutes after midnight, 0 to 1439. */
  readonly minute: number
}

/**
 * What clocks in a zone show at an instant, summer time included: `localTime(bar.openedAt, 'Europe/London').minute >= 480`.
 *
 * @throws a `ModelError` `unknown-time-zone`
 */
export function localTime(at: UnixMs, timeZone: string): LocalTime {
  const local = at + zoneOffsetMs(timeZone, at)
  const day = Math.floor(local / DAY_MS)
  return { day, minute: Math.floor((local - day * DAY_MS) / MINUTE_MS) }
}

/** Minutes after midnight of `HH:MM`. @throws {@link EngineError} `invalid-options` */
export function minuteOfDay(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  if (hours !== undefined && minutes !== undefined) return Number(hours) * 60 + Number(minutes)
  throw new EngineError('invalid-options', `"${text}" is not a time of day. Write it as HH:MM, e.g. 16:30.`)
}

/** The first instant after `after` at which clocks in a zone show a minute of the day. */
export function nextLocalMinute(after: UnixMs, minute: number, timeZone: string): number {
  const local = after + zoneOffsetMs(timeZone, after)
  const today = Math.floor(local / DAY_MS) * DAY_MS + minute * MINUTE_MS
  for (let day = today; ; day += DAY_MS) {
    // The third day at the latest: a time that summer time leaves out may lie before `after` on two days running.
    const at = localToUtc(day, timeZone)
    if (at > after) return at
  }
}

/** The offset that holds at the local time itself: the day of a change has two. */
function localToUtc(local: number, timeZone: string): number {
  const guess = local - zoneOffsetMs(timeZone, local as UnixMs)
  return local - zoneOffsetMs(timeZone, guess as UnixMs)
}
