import {
  type Holiday,
  isOpen,
  type TradingHours,
  type TradingSession,
  type UnixMs,
  zoneOffsetMs,
} from '@openclaw-trading/trading-model'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const WEEK_SECONDS = 604_800
const YEAR_DAYS = 365.2425
/** Zones lie up to a day apart, and a date of the year up to two days from the mean of the leap years. */
const NEAR_DAYS = 4
/** Seconds from Sunday 00:00 to the first day there is: 1970-01-01 was a Thursday. */
const FIRST_SECOND = 4 * 86_400

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
      if (this.#isOpen(hour * HOUR_MS) && this.#isOpen(end - 1000))
        this.openUntil = Math.max(end, staysOpenUntil(this.#instrument.hours, hour * HOUR_MS))
    }
    if (from < this.openUntil || this.#isOpenWithin(from, to)) return false
    if (!this.#isOpen(from - HOUR_MS) && !this.#isOpen(to - 1 + HOUR_MS)) return true
    this.outside += 1
    return false
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

/**
 * The end of the last hour up to which a market that is open at `from` stays open, within 24 hours; `from` where a holiday
 * or a change of the clocks is near. A look at the week for each session and not for each hour: a run reads years of
 * them before it begins.
 */
function staysOpenUntil({ timeZone, sessions, holidays }: TradingHours, from: number): number {
  if (holidays.some(holiday => fallsNear(holiday, Math.floor(from / DAY_MS)))) return from
  // Its zone decides nothing, and may be any text.
  if (sessions.length === 0) return from + DAY_MS
  const offsetMs = zoneOffsetMs(timeZone, from as UnixMs)
  const rest = restOfSession(sessions, (from + offsetMs) / 1000)
  const until = Math.floor(Math.min(from + DAY_MS, from + rest * 1000) / HOUR_MS) * HOUR_MS
  // No zone changes its clocks twice within a day.
  return offsetMs === zoneOffsetMs(timeZone, until as UnixMs) ? until : from
}

/** Seconds from a second of local time to the end of its session; 0 outside all. */
function restOfSession(sessions: readonly TradingSession[], localSecond: number): number {
  const weeks = (localSecond + FIRST_SECOND) / WEEK_SECONDS
  const second = localSecond + FIRST_SECOND - Math.floor(weeks) * WEEK_SECONDS
  for (const { startSecond, endSecond } of sessions)
    if (second >= startSecond && second < endSecond) return Math.min(endSecond, WEEK_SECONDS) - second
  return 0
}

/** Whether a holiday may begin or end within 24 hours of a UTC day, in whatever zone it is. */
function fallsNear({ day, recurring }: Holiday, of: number): boolean {
  const years = recurring ? Math.round((of - day) / YEAR_DAYS) : 0
  return Math.abs(of - day - years * YEAR_DAYS) <= NEAR_DAYS
}
