import {
  type Holiday,
  type Instrument,
  isOpen,
  type UnixMs,
  zoneOffsetMs,
} from '@openclaw-trading/trading-model'

const DAY_MS = 86_400_000
/** Of the Gregorian calendar, on average. */
const DAYS_A_YEAR = 365.2425
const WEEK_SECONDS = 604_800
/** Day number 0 (1970-01-01) was a Thursday, and the trading week begins on Sunday. */
const THURSDAY_SECONDS = 345_600

/**
 * The trading hours of a market, asked by one order after the other: while it is open the answer holds for the rest of
 * the session, or of the day (UTC).
 */
export class OpenHours {
  readonly #instrument: Pick<Instrument, 'hours'>
  // Open throughout: from the first instant until before the second.
  #from = 0
  #until = 0

  /** Creates it without an answer. */
  constructor(instrument: Pick<Instrument, 'hours'>) {
    this.#instrument = instrument
  }

  /** Tells what {@link isOpen} does. */
  isOpen(at: number): boolean {
    return (at >= this.#from && at < this.#until) || this.#ask(at)
  }

  #ask(at: number): boolean {
    if (!isOpen(this.#instrument, at as UnixMs)) return false
    this.#from = at
    this.#until = openUntil(this.#instrument, at)
    return true
  }
}

/** An instant before which a market that is open at `at` does not close; `at` itself on days that are not like others. */
function openUntil({ hours }: Pick<Instrument, 'hours'>, at: number): number {
  const { timeZone, sessions, holidays } = hours
  const day = Math.floor(at / DAY_MS)
  const until = (day + 1) * DAY_MS
  if (holidays.some(holiday => isNear(holiday, day))) return at
  // Its zone decides nothing, and may be any text.
  if (sessions.length === 0) return until
  const offset = zoneOffsetMs(timeZone, (day * DAY_MS) as UnixMs)
  if (offset !== zoneOffsetMs(timeZone, until as UnixMs)) return at
  const second = Math.floor((at + offset) / 1000)
  const ofWeek = (second + THURSDAY_SECONDS) % WEEK_SECONDS
  const session = sessions.find(({ startSecond, endSecond }) => ofWeek >= startSecond && ofWeek < endSecond)
  if (session === undefined) return at
  // No session goes on into the next week, whatever its end.
  const endSecond = Math.min(session.endSecond, WEEK_SECONDS)
  return Math.min(until, (second - ofWeek + endSecond) * 1000 - offset)
}

/** Whether a part of a holiday may fall on a day: its own zone is at most a day away. */
function isNear({ day: of, recurring }: Holiday, day: number): boolean {
  if (!recurring) return Math.abs(of - day) <= 1
  const years = Math.round((day - of) / DAYS_A_YEAR)
  // The same date of another year is at most three days from whole mean years.
  return Math.abs(day - of - years * DAYS_A_YEAR) <= 4
}
