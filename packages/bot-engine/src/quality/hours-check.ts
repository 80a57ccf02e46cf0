import {
  isOpen,
  openUntil,
  type TradingHours,
  type TradingSession,
  type UnixMs,
  zoneOffsetMs,
} from '@openclaw-trading/trading-model'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** 1970 began on a Thursday, and the trading week begins on Sunday. */
const THURSDAY_MS = 4 * DAY_MS

/** Finds rows outside the trading hours; they come in order of time. */
export class HoursCheck {
  readonly #instrument: { readonly hours: TradingHours }
  /** Rows before it need no look: from the hour of the last one on, all hours are open throughout. */
  openUntil = Number.NEGATIVE_INFINITY
  #hour = Number.NaN
  /** Rows outside the hours, but within an hour of them. */
  outside = 0

  /** Creates a check that has seen no row. */
  constructor(instrument: { readonly hours: TradingHours }) {
    this.#instrument = instrument
  }

  /**
   * Looks at a row that covers [from, to); exact only in hours that begin or end outside, because a look takes a
   * microsecond.
   *
   * @returns whether it lies more than an hour outside
   */
  isFarOutside(from: number, to: number): boolean {
    const hour = Math.floor(from / HOUR_MS)
    if (hour !== this.#hour) {
      this.#hour = hour
      const end = (hour + 1) * HOUR_MS
      const sessionEnd = this.#sessionEnd(hour * HOUR_MS)
      if (sessionEnd >= end) this.openUntil = Math.floor(sessionEnd / HOUR_MS) * HOUR_MS
      else if (this.#isOpen(hour * HOUR_MS) && this.#isOpen(end - 1000)) this.openUntil = end
    }
    if (from < this.openUntil || this.#isOpenWithin(from, to)) return false
    if (!this.#isOpen(from - HOUR_MS) && !this.#isOpen(to - 1 + HOUR_MS)) return true
    this.outside += 1
    return false
  }

  /** The end of the session that is open at `from`, or an instant before it. */
  #sessionEnd(from: number): number {
    const { timeZone, sessions, holidays } = this.#instrument.hours
    if (holidays.length > 0 || sessions.length === 0) return openUntil(this.#instrument, from as UnixMs)
    const offset = zoneOffsetMs(timeZone, from as UnixMs)
    const local = from + offset + THURSDAY_MS
    const ofWeek = local - Math.floor(local / WEEK_MS) * WEEK_MS
    const until = from + endOfSession(sessions, ofWeek) - ofWeek
    // Of a day on which the clocks change each hour is looked at, as `openUntil` has it.
    let day = Math.floor(from / DAY_MS) * DAY_MS
    if (offset !== zoneOffsetMs(timeZone, day as UnixMs)) return from
    for (; day < until; day += DAY_MS)
      if (offset !== zoneOffsetMs(timeZone, (day + DAY_MS) as UnixMs)) return Math.max(from, day)
    return until
  }

  /** In steps of half an hour: no session is shorter. */
  #isOpenWithin(from: number, to: number): boolean {
    for (let at = from; at < to; at += HOUR_MS / 2) if (this.#isOpen(at)) return true
    return this.#isOpen(to - 1)
  }

  #isOpen(at: number): boolean {
    return isOpen(this.#instrument, at as UnixMs)
  }
}

/** When the session that is open at an instant of the week ends, in milliseconds of the week; that instant where none is. */
function endOfSession(sessions: readonly TradingSession[], ofWeekMs: number): number {
  for (let i = 0; i < sessions.length; i++) {
    const { startSecond, endSecond } = sessions[i] as TradingSession
    // No session goes on into the next week, whatever its end.
    if (ofWeekMs >= startSecond * 1000 && ofWeekMs < endSecond * 1000)
      return Math.min(endSecond * 1000, WEEK_MS)
  }
  return ofWeekMs
}
