import { barSpan, type Instrument, type UnixMs } from '@openclaw-trading/trading-model'

/**
 * Where the days of a record end: at 17:00 New York, so that Sunday evening belongs to Monday, or at midnight UTC where a
 * symbol trades all week.
 */
export type DayEnd = 'new-york' | 'utc'

const DAY_MS = 86_400_000
const DAY_SECONDS = 86_400
const WEEKDAYS = 5
/** In any zone the week of a market that rests at weekends is over by then, and has not begun anew before midnight. */
const SATURDAY_NOON = 6.5 * DAY_SECONDS
/** Where the days of an instrument end. */
export function dayEndOf({ hours: { sessions } }: Pick<Instrument, 'hours'>): DayEnd {
  const trades = sessions.some(({ endSecond }) => endSecond > SATURDAY_NOON)
  return sessions.length === 0 || trades ? 'utc' : 'new-york'
}

/** Days since 1970-01-01, and the end of the day, which is still of it as the close of a bar is. */
export interface TradingDay {
  readonly day: number
  readonly endsAt: number
}

/** Tells the day that an instant belongs to; quick for instants in order of time. */
export function tradingDays(dayEnd: DayEnd): (at: number) => TradingDay {
  if (dayEnd === 'utc')
    return at => {
      const next = Math.ceil(at / DAY_MS)
      return { day: next - 1, endsAt: next * DAY_MS }
    }
  let week = { openedAt: Number.NaN, closesAt: Number.NaN }
  return at => {
    // A look at the time zone a week and not a day: it is most of the cost of a first run over years of bars.
    if (!(at > week.openedAt && at <= week.closesAt)) week = barSpan((at - 1) as UnixMs, 'w1')
    // New York changes its clocks on Sundays before noon: the five days of a week are of 24 hours.
    const days = Math.ceil((at - week.openedAt) / DAY_MS)
    const endsAt = days <= WEEKDAYS ? week.openedAt + days * DAY_MS : week.closesAt + DAY_MS
    return { day: Math.floor(endsAt / DAY_MS), endsAt }
  }
}
