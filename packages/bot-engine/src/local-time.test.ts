import { unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { localTime } from './local-time.ts'

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
