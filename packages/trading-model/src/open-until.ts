import { type Holiday, type Instrument, isOpen } from './instrument.ts'
import { type UnixMs, zoneOffsetMs } from './time.ts'

const DAY_MS = 86_400_000
/** Of the Gregorian calendar, on average. */
const DAYS_A_YEAR = 365.2425
const WEEK_SECONDS = 604_800
/** Day number 0 (1970-01-01) was a Thursday, and the trading week begins on Sunday. */
const THURSDAY_SECONDS = 345_600

/**
 * An instant up to which an instrument that is open at `at` stays open: the end of its session, or of the day (UTC) if
 * that comes first. `at` itself where it is closed, and on days near a holiday or with a change of the clocks, which
 * {@link isOpen} alone decides.
 *
 * Whoever asks {@link isOpen} in order of time need not ask again before it.
 *
 * @throws {@link ModelError} `unknown-time-zone`
 */
export function openUntil(instrument: Pick<Instrument, 'hours'>, at: UnixMs): UnixMs {
  if (!isOpen(instrument, at)) return at
  const { timeZone, sessions, holidays } = instrument.hours
  const day = Math.floor(at / DAY_MS)
  const until = ((day + 1) * DAY_MS) as UnixMs
  if (holidays.some(holiday => isNear(holiday, day))) return at
  // Its zone decides nothing, and may be any text.
  if (sessions.length === 0) return until
  const offset = zoneOffsetMs(timeZone, (day * DAY_MS) as UnixMs)
  if (offset !== zoneOffsetMs(timeZone, until)) return at
  const second = Math.floor((at + offset) / 1000)
  const ofWeek = (second + THURSDAY_SECONDS) % WEEK_SECONDS
  const session = sessions.find(({ startSecond, endSecond }) => ofWeek >= startSecond && ofWeek < endSecond)
  if (session === undefined) return at
  // No session goes on into the next week, whatever its end.
  const endSecond = Math.min(session.endSecond, WEEK_SECONDS)
  return Math.min(until, (second - ofWeek + endSecond) * 1000 - offset) as UnixMs
}

/** Whether a part of a holiday may fall on a day: its own zone is at most a day away. */
function isNear({ day: of, recurring }: Holiday, day: number): boolean {
  if (!recurring) return Math.abs(of - day) <= 1
  const years = Math.round((day - of) / DAYS_A_YEAR)
  // The same date of another year is at most three days from whole mean years.
  return Math.abs(day - of - years * DAYS_A_YEAR) <= 4
}
