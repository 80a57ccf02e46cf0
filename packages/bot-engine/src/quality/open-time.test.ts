import { expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { createOpenTime } from './open-time.ts'

const HOUR_MS = 3_600_000
const at = (text: string) => Date.parse(`${text}Z`)
// 18:00 to 17:00 New York.
const openMs = createOpenTime(SYNTHETIC_XAUUSD.hours)

it.each([
  ['within a session', '2025-01-07T12:00', '2025-01-07T15:00', 3],
  ['across the break of a day', '2025-01-07T21:00', '2025-01-07T23:30', 1.5],
  ['across a weekend', '2025-01-10T21:30', '2025-01-12T23:15', 0.75],
  ['across a weekend in which the clocks change', '2025-03-07T21:30', '2025-03-09T22:15', 0.75],
  ['into the break', '2025-01-07T21:00', '2025-01-07T22:30', 1],
  ['within the break', '2025-01-07T22:10', '2025-01-07T22:50', 0],
  ['across a day', '2025-01-07T12:00', '2025-01-08T12:00', 23],
  ['across the first Sunday of all', '1970-01-03T12:00', '1970-01-05T12:00', 13],
])('counts the open hours %s', (_what, from, to, hours) => {
  expect(openMs(at(from), at(to)) / HOUR_MS).toBeCloseTo(hours, 6)
})

it('counts all time where no session is stated', () => {
  const always = { timeZone: 'UTC', sessions: [], holidays: [] }
  for (const open of [createOpenTime(), createOpenTime(always)])
    expect(open(0, 48 * HOUR_MS)).toBe(48 * HOUR_MS)
})

it('takes any number for a time', () => {
  expect(openMs(0, 9e15)).toBe(9e15)
  expect(openMs(-8e15, 1)).toBe(8e15 + 1)
})
