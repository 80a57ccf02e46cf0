import { isOpen, type TradingHours, type UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { OpenHours } from './open-hours.ts'

const DAY_MS = 86_400_000
/** 2025-10-20: New York and London put their clocks back within the fortnight that follows. */
const FIRST_DAY = Date.UTC(2025, 9, 20) / DAY_MS

const zone = fc.constantFrom('UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Pacific/Kiritimati')

const sessions = fc
  .uniqueArray(fc.integer({ min: 0, max: 604_800 }), { minLength: 0, maxLength: 12 })
  .map(ends => {
    const sorted = ends.toSorted((a, b) => a - b)
    return sorted.flatMap((startSecond, index) => {
      const endSecond = sorted[index + 1]
      return index % 2 === 0 && endSecond !== undefined ? [{ startSecond, endSecond }] : []
    })
  })

const holiday = fc.record(
  {
    day: fc.integer({ min: FIRST_DAY - 2, max: FIRST_DAY + 16 }),
    yearsAgo: fc.integer({ min: 0, max: 60 }),
    timeZone: zone,
    startSecond: fc.integer({ min: 0, max: 86_399 }),
    endSecond: fc.integer({ min: 1, max: 86_400 }),
  },
  { requiredKeys: ['day', 'yearsAgo', 'timeZone'] },
)

const hours: fc.Arbitrary<TradingHours> = fc
  .record({ timeZone: zone, sessions, holidays: fc.array(holiday, { maxLength: 2 }) })
  .map(({ holidays, ...others }) => ({
    ...others,
    holidays: holidays.map(({ day, yearsAgo, ...part }) => {
      const date = new Date(day * DAY_MS)
      date.setUTCFullYear(date.getUTCFullYear() - yearsAgo)
      return { ...part, day: date.getTime() / DAY_MS, recurring: yearsAgo > 0 }
    }),
  }))

it('says of every instant what the hours say, in any order, through holidays and changes of the clocks', () => {
  const instant = fc.integer({ min: FIRST_DAY * DAY_MS, max: (FIRST_DAY + 15) * DAY_MS })
  const instants = fc.array(instant, { minLength: 100, maxLength: 100 })
  fc.assert(
    fc.property(hours, instants, fc.boolean(), (stated, asked, isSorted) => {
      const instrument = { hours: stated }
      const open = new OpenHours(instrument)
      const ordered = isSorted ? asked.toSorted((a, b) => a - b) : asked
      expect(ordered.map(at => open.isOpen(at))).toEqual(ordered.map(at => isOpen(instrument, at as UnixMs)))
    }),
    { numRuns: 300 },
  )
})

it('closes with the millisecond in which a session ends, and opens with that in which the next begins', () => {
  const ends = 86_400 + 61_200
  const week = [
    { startSecond: 0, endSecond: ends },
    { startSecond: ends + 3600, endSecond: 604_800 },
  ]
  const open = new OpenHours({ hours: { timeZone: 'America/New_York', sessions: week, holidays: [] } })
  // Monday, 17:00 in New York.
  const close = Date.UTC(2025, 0, 6, 22)
  const reopens = close + 3_600_000
  const asked = [close - 5000, close - 1, close, reopens - 1, reopens]
  expect(asked.map(at => open.isOpen(at))).toEqual([true, true, false, false, true])
})

it('closes by the new time on the day on which the clocks are put forward', () => {
  const sessions = [{ startSecond: 0, endSecond: 36_000 }]
  const open = new OpenHours({ hours: { timeZone: 'America/New_York', sessions, holidays: [] } })
  // Sunday, 1:00 in New York and 10:00 after the change.
  const asked = [Date.UTC(2025, 2, 9, 6), Date.UTC(2025, 2, 9, 14) - 1, Date.UTC(2025, 2, 9, 14)]
  expect(asked.map(at => open.isOpen(at))).toEqual([true, true, false])
})

it('closes with the week of its zone, though a session is stated to end behind it', () => {
  // From Saturday, 20:00 in New York.
  const sessions = [{ startSecond: 6 * 86_400 + 72_000, endSecond: 8 * 86_400 }]
  const open = new OpenHours({ hours: { timeZone: 'America/New_York', sessions, holidays: [] } })
  // Sunday, 00:00 in New York.
  const end = Date.UTC(2025, 0, 5, 5)
  expect([end - 3_600_000, end - 1, end].map(at => open.isOpen(at))).toEqual([true, true, false])
})

it('needs no zone for a market that is always open', () => {
  const open = new OpenHours({ hours: { timeZone: 'of the broker', sessions: [], holidays: [] } })
  expect(open.isOpen(Date.UTC(2025, 0, 6))).toBe(true)
})
