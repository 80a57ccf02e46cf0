import { barSpan, type Instrument, type UnixMs } from '@openclaw-trading/trading-model'

/**
 * Where the days of a record end: at 17:00 New York, so that Sunday evening belongs to Monday, or at midnight UTC where a
 * symbol trades all week.
 */
export type DayEnd = 'new-york' | 'utc'

const DAY_MS = 86_400_000
const DAY_SECONDS = 86_400
/** In any zone the week of a market that rests at weekends is over by then, and has not begun anew before midnight. */
const SATURDAY_NOON = 6.5 * DAY_SECONDS
/** 1970-01-01, day 0, was a Thursday. */
const FIRST_WEEKDAY = 4
const [SUNDAY, SATURDAY] = [0, 6]

/** Where the days of an instrument end. */
export function dayEndOf({ hours: { sessions } }: Pick<Instrument, 'hours'>): DayEnd {
  const trades = sessions.some(({ endSecond }) => endSecond > SATURDAY_NOON)
  return sessions.length === 0 || trades ? 'utc' : 'new-york'
}

/** The day that an instant belongs to: days since 1970-01-01, and its end, which is still of it as the close of a bar is. */
export function dayAt(at: number, dayEnd: DayEnd): { readonly day: number; readonly endsAt: number } {
  if (dayEnd === 'utc') {
    const next = Math.ceil(at / DAY_MS)
    return { day: next - 1, endsAt: next * DAY_MS }
  }
  const { closesAt } = barSpan((at - 1) as UnixMs, 'd1')
  const day = Math.floor(closesAt / DAY_MS)
  const weekday = (((day + FIRST_WEEKDAY) % 7) + 7) % 7
  // Quotes that trail behind the week's close are no day of their own.
  const daysToMonday = weekday === SATURDAY ? 2 : weekday === SUNDAY ? 1 : 0
  if (daysToMonday === 0) return { day, endsAt: closesAt }
  const inMonday = closesAt + (daysToMonday - 0.5) * DAY_MS
  return { day: day + daysToMonday, endsAt: barSpan(inMonday as UnixMs, 'd1').closesAt }
}
