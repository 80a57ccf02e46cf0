import { type TradingHours, type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'

/** What lies further apart is told as it is: no market is closed for longer, and a time may be any number. */
const MOST_MS = 15 * 86_400_000
const WEEK_MS = 7 * 86_400_000
/** 1970-01-01 was a Thursday: what lies between the Sunday before and it. */
const FIRST_SUNDAY_MS = 4 * 86_400_000

/**
 * Makes a function that tells how much of the time between two instants an instrument is open, in milliseconds.
 *
 * It goes by the sessions of the week alone: a holiday counts as open, and so do all hours when no session is stated.
 */
export function createOpenTime(hours?: TradingHours): (from: number, to: number) => number {
  if (hours === undefined || hours.sessions.length === 0) return (from, to) => to - from
  const { timeZone, sessions } = hours
  const openAWeekMs =
    sessions.reduce((sum, { startSecond, endSecond }) => sum + endSecond - startSecond, 0) * 1000
  /** Open time since the Sunday before 1970. */
  const openUntil = (at: number): number => {
    const local = at + zoneOffsetMs(timeZone, at as UnixMs) + FIRST_SUNDAY_MS
    const weeks = Math.floor(local / WEEK_MS)
    const ofWeekMs = local - weeks * WEEK_MS
    let open = weeks * openAWeekMs
    for (const { startSecond, endSecond } of sessions)
      open += Math.max(0, Math.min(ofWeekMs, endSecond * 1000) - startSecond * 1000)
    return open
  }
  return (from, to) => (to - from > MOST_MS ? to - from : openUntil(to) - openUntil(from))
}
