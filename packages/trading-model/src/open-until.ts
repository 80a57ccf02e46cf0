import {
  type Holiday,
  type Instrument,
  isOpen,
  secondOfWeek,
  type TradingSession,
  WEEK_SECONDS,
} from './instrument.ts'
import { type UnixMs, zoneOffsetMs } from './time.ts'

const DAY_MS = 86_400_000
/** Of the Gregorian calendar, on average. */
const DAYS_A_YEAR = 365.2425

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
  const { timeZone, sessions, holidays } = instrument.hours
  const day = Math.floor(at / DAY_MS) * DAY_MS
  const until = (day + DAY_MS) as UnixMs
  if (holidays.length > 0 && !isOpenFarFromHolidays(instrument, at, day / DAY_MS)) return at
  // Its zone decides nothing, and may be any text.
  if (sessions.length === 0) return until
  const offset = zoneOffsetMs(timeZone, day as UnixMs)
  if (offset !== zoneOffsetMs(timeZone, until)) return at
  return Math.min(until, endOfSession(sessions, at + offset) - offset) as UnixMs
}

/** When the session of a local time ends, in local time; that time itself where there is none. */
function endOfSession(sessions: readonly TradingSession[], localMs: number): number {
  const second = Math.floor(localMs / 1000)
  const ofWeek = secondOfWeek(second)
  let index = 0
  while (index < sessions.length && (sessions[index] as TradingSession).endSecond <= ofWeek) index += 1
  const session = sessions[index]
  if (session === undefined || session.startSecond > ofWeek) return localMs
  // No session goes on into the next week, whatever its end.
  return (second - ofWeek + Math.min(session.endSecond, WEEK_SECONDS)) * 1000
}

/** Whether an instrument is open at an instant of a day near which there is no holiday. */
function isOpenFarFromHolidays(instrument: Pick<Instrument, 'hours'>, at: UnixMs, day: number): boolean {
  return isOpen(instrument, at) && !instrument.hours.holidays.some(holiday => isNear(holiday, day))
}

/** Whether a part of a holiday may fall on a day: its own zone is at most a day away. */
function isNear({ day: of, recurring }: Holiday, day: number): boolean {
  if (!recurring) return Math.abs(of - day) <= 1
  const years = Math.round((day - of) / DAYS_A_YEAR)
  // The same date of another year is at most three days from whole mean years.
  return Math.abs(day - of - years * DAYS_A_YEAR) <= 4
}
