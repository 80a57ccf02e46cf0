import { unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { localTime, nextLocalMinute } from './local-time.ts'

const at = (text: string) => unixMs(Date.parse(text))

it('shows the clock of a zone, an hour on in summer', () => {
  expect(localTime(at('2025-01-15T08:30:00Z'), 'Europe/London').minute).toBe(8 * 60 + 30)
  expect(localTime(at('2025-07-15T08:30:00Z'), 'Europe/London').minute).toBe(9 * 60 + 30)
  expect(localTime(at('2025-01-15T14:30:59Z'), 'America/New_York').minute).toBe(9 * 60 + 30)
})

it('counts the days of the zone, not those of UTC', () => {
  const evening = localTime(at('2025-01-15T04:59:00Z'), 'America/New_York')
  const midnight = localTime(at('2025-01-15T05:00:00Z'), 'America/New_York')
  expect(evening.minute).toBe(23 * 60 + 59)
  expect(midnight).toEqual({ day: evening.day + 1, minute: 0 })
})

it('refuses a zone that does not exist', () => {
  expect(() => localTime(at('2025-01-15T05:00:00Z'), 'Europe/Lundon')).toThrow('unknown-time-zone')
})

const MINUTE_MS = 60_000

it.each([
  ['America/Santiago', 0, Date.UTC(2025, 8, 6)],
  ['Africa/Cairo', 30, Date.UTC(2025, 3, 23)],
  ['Europe/London', 90, Date.UTC(2025, 2, 28)],
  ['Australia/Lord_Howe', 120, Date.UTC(2025, 9, 3)],
  ['America/New_York', 1020, Date.UTC(2025, 9, 31)],
])(
  'the next time of day in %s lies behind, within two days, where summer time begins or ends',
  (zone, minute, start) => {
    for (let now = start; now < start + 3 * 1440 * MINUTE_MS; now += 13 * MINUTE_MS) {
      const next = nextLocalMinute(unixMs(now), minute, zone)
      expect(next).toBeGreaterThan(now)
      expect(next - now).toBeLessThanOrEqual(49 * 60 * MINUTE_MS)
    }
  },
)
