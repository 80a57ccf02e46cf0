import { type Holiday, isOpen, type TradingHours, type UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HoursCheck } from './hours-check.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DAY_SECONDS = 86_400
const FIRST_DAY = Date.UTC(2024, 11, 20) / DAY_MS
const DAYS = 400

const zone = fc.constantFrom('UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Adelaide')

const holiday: fc.Arbitrary<Holiday> = fc.record({
  // A recurring one is stated in any year.
  day: fc.tuple(fc.integer({ min: 0, max: DAYS }), fc.integer({ min: -30, max: 1 })).map(([day, years]) => {
    const date = new Date((FIRST_DAY + day) * DAY_MS)
    return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / DAY_MS
  }),
  recurring: fc.boolean(),
  timeZone: zone,
  startSecond: fc.constantFrom(0, 9 * 3600),
  endSecond: fc.constantFrom(13 * 3600 + 1800, DAY_SECONDS),
})

const hours: fc.Arbitrary<TradingHours> = fc.record({
  timeZone: zone,
  sessions: fc.oneof(
    fc.constant([]),
    fc
      .tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 46 })), fc.integer({ min: 1, max: 48 }))
      .map(([from, lasts]) =>
        [0, 1, 2, 3, 4].map(day => ({
          startSecond: day * DAY_SECONDS + from * 1800,
          endSecond: day * DAY_SECONDS + Math.min(from + lasts, 48) * 1800,
        })),
      ),
    fc.constant([{ startSecond: 18 * 3600, endSecond: 5 * DAY_SECONDS + 17 * 3600 }]),
  ),
  holidays: fc.array(holiday, { maxLength: 4 }),
})

/** Days on which one of the zones changes its clocks. */
const CHANGES = ['2025-03-09', '2025-03-30', '2025-04-06', '2025-10-05', '2025-10-26', '2025-11-02']

const rows = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.integer({ min: 0, max: DAYS }).map(day => FIRST_DAY + day),
        fc.constantFrom(...CHANGES).map(text => Date.parse(text) / DAY_MS),
      ),
      fc.integer({ min: 0, max: 1439 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map(places =>
    places.map(([day, minute]) => day * DAY_MS + minute * 60_000).sort((one, other) => one - other),
  )

it('finds the rows that a look at each hour finds', () => {
  fc.assert(
    fc.property(hours, rows, (traded, times) => {
      const opens = (at: number) => isOpen({ hours: traded }, at as UnixMs)
      const isOpenHour = (hour: number) => opens(hour) && opens(hour + HOUR_MS - 1000)
      const check = new HoursCheck({ hours: traded })
      let outside = 0
      /** The first that was not looked at. */
      let hour = 0
      for (const at of times) {
        const end = at + 60_000
        const isNear = opens(at - HOUR_MS) || opens(end - 1 + HOUR_MS)
        const isWithin = isOpenHour(Math.floor(at / HOUR_MS) * HOUR_MS) || opens(at) || opens(end - 1)
        const isFar = at >= check.openUntil && check.isFarOutside(at, end)
        expect(isFar).toBe(!isWithin && !isNear)
        if (!isWithin && isNear) outside += 1
        for (
          hour = Math.max(hour, Math.floor(at / HOUR_MS) * HOUR_MS);
          hour < check.openUntil;
          hour += HOUR_MS
        )
          if (!isOpenHour(hour)) expect.fail(`closed at ${new Date(hour).toISOString()}`)
      }
      expect(check.outside).toBe(outside)
    }),
    { numRuns: 1000 },
  )
})

it('needs one look for the hours of a week that no holiday is near', () => {
  const day = Date.UTC(2025, 2, 4)
  const check = new HoursCheck({ hours: { timeZone: 'UTC', sessions: [], holidays: [] } })
  check.isFarOutside(day, day + 1)
  expect(check.openUntil).toBe(day + 7 * DAY_MS)
})

it('needs one look for a session of hours with holidays, up to the day before the next', () => {
  const sessions = [{ startSecond: 18 * 3600, endSecond: 5 * DAY_SECONDS + 17 * 3600 }]
  const [from, friday] = [Date.UTC(2025, 2, 3, 3), Date.UTC(2025, 2, 7)]
  for (const day of [friday, friday + 30 * DAY_MS]) {
    const holidays = [{ day: day / DAY_MS, recurring: false, timeZone: 'UTC' }]
    const check = new HoursCheck({ hours: { timeZone: 'America/New_York', sessions, holidays } })
    check.isFarOutside(from, from + 1)
    expect(check.openUntil).toBe(day === friday ? friday - DAY_MS : friday + 22 * HOUR_MS)
  }
})

it('needs one look for a session that goes on over midnight, up to the day on which the clocks change', () => {
  const sessions = [{ startSecond: 18 * 3600, endSecond: 5 * DAY_SECONDS + 17 * 3600 }]
  const of = (timeZone: string) => new HoursCheck({ hours: { timeZone, sessions, holidays: [] } })
  const from = Date.UTC(2025, 2, 4, 3)
  const york = of('America/New_York')
  york.isFarOutside(from, from + 1)
  expect(york.openUntil).toBe(Date.UTC(2025, 2, 7, 22))
  // Cairo's change at 22:00 UTC of the 24th.
  const day = Date.UTC(2025, 3, 23, 3)
  const cairo = of('Africa/Cairo')
  cairo.isFarOutside(day, day + 1)
  expect(cairo.openUntil).toBe(Date.UTC(2025, 3, 24))
})

it('looks at each hour of a day on which the clocks change', () => {
  // New York leaves out an hour at 07:00 UTC.
  const day = Date.UTC(2025, 2, 9)
  const sessions = [{ startSecond: 0, endSecond: 8 * 3600 }]
  const check = new HoursCheck({ hours: { timeZone: 'America/New_York', sessions, holidays: [] } })
  check.isFarOutside(day + 5 * HOUR_MS, day + 5 * HOUR_MS + 1)
  expect(check.openUntil).toBe(day + 6 * HOUR_MS)
  check.isFarOutside(day + 7 * HOUR_MS, day + 7 * HOUR_MS + 1)
  expect(check.openUntil).toBe(day + 8 * HOUR_MS)
})

it('needs no zone where no sessions are stated', () => {
  const day = Date.UTC(2025, 2, 4)
  const check = new HoursCheck({ hours: { timeZone: 'of the broker', sessions: [], holidays: [] } })
  expect(check.isFarOutside(day, day + 1)).toBe(false)
})
