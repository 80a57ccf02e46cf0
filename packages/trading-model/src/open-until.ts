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
/** As many as a session can last. */
const MOST_DAYS = 7

/**
 * An instant up to which an instrument that is open at `at` stays open: the end of its session, or the begin of a day
 * (UTC) near a holiday or with a change of the clocks, which {@link isOpen} alone decides, if that comes first. `at` itself
 * where it is closed, and on such days. It looks a week ahead: a session ends with the week at the latest, and of an
 * instrument without sessions it tells the end of the seventh day, that of `at` being the first.
 *
 * Whoever asks {@link isOpen} in order of time need not ask again before it.
 *
 * @throws {@link ModelError} `unknown-time-zone`
 */
export function openUntil(instrument: Pick<Instrument, 'hours'>, at: UnixMs): UnixMs {
  const { timeZone, sessions, holidays } = instrument.hours
  const first = Math.floor(at / DAY_MS)
  // Of holidays that are far away only their zones can be wrong, which is to be told on any day.
  if (holidays.length > 0 && (isAnyNear(holidays, first) || !isOpen(instrument, at))) return at
  // Without sessions its zone decides nothing, and may be any text.
  const isAlways = sessions.length === 0
  const offset = isAlways ? 0 : zoneOffsetMs(timeZone, (first * DAY_MS) as UnixMs)
  const end = isAlways ? (first + MOST_DAYS) * DAY_MS : endOfSession(sessions, at + offset) - offset
  for (let day = first; day * DAY_MS < end; day++) {
    const hasChange = !isAlways && zoneOffsetMs(timeZone, ((day + 1) * DAY_MS) as UnixMs) !== offset
    if (hasChange || isAnyNear(holidays, day)) return Math.max(at, day * DAY_MS) as UnixMs
  }
  return end as UnixMs
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

function isAnyNear(holidays: readonly Holiday[], day: number): boolean {
  for (const holiday of holidays) if (isNear(holiday, day)) return true
  return false
}

/** Whether a part of a holiday may fall on a day: its own zone is at most a day away. */
function isNear({ day: of, recurring }: Holiday, day: number): boolean {
  if (!recurring) return Math.abs(of - day) <= 1
  const years = Math.round((day - of) / DAYS_A_YEAR)
  // The same date of another year is at most three days from whole mean years.
  return Math.abs(day - of - years * DAYS_A_YEAR) <= 4
}
