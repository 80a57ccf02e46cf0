import { describe, expect, it } from 'vitest'
import { instance, RECEIVED_AT } from './fixtures.ts'
import { sessionText, venueTime } from './venue-clock.ts'

const MARKET = Date.UTC(2026, 0, 5, 10)

describe('venueTime', () => {
  it('runs on from the last report at the speed of the venue', () => {
    expect(venueTime([instance()], 60, RECEIVED_AT + 2000)).toEqual({ at: MARKET + 120_000, held: false })
  })

  it('stands still when the last report is older than 5 s', () => {
    expect(venueTime([instance()], 60, RECEIVED_AT + 50_000)).toEqual({ at: MARKET + 300_000, held: true })
  })

  it('does not run on for a process that is not there', () => {
    const row = instance({ lamps: { db: 'stopped', process: 'off', broker: 'off' } })
    expect(venueTime([row], 60, RECEIVED_AT + 2000)).toEqual({ at: MARKET, held: true })
    expect(venueTime([instance({ marketAt: null })], 60, RECEIVED_AT)).toBeNull()
  })
})

describe('sessionText', () => {
  it('names open centres and the next opening', () => {
    expect(sessionText(Date.UTC(2026, 0, 5, 10))).toBe('London open · New York in 3 h 00 m')
    expect(sessionText(Date.UTC(2026, 0, 5, 14))).toBe('London + New York open · Tokyo in 10 h 00 m')
  })

  it('follows summer time: London opens an hour earlier in UTC', () => {
    expect(sessionText(Date.UTC(2026, 6, 6, 7, 30))).toContain('London open')
    expect(sessionText(Date.UTC(2026, 0, 5, 7, 30))).not.toContain('London open')
  })

  it('knows the weekend from Friday 17:00 to Sunday 17:00 New York', () => {
    expect(sessionText(Date.UTC(2026, 0, 9, 21, 59))).not.toContain('Weekend')
    expect(sessionText(Date.UTC(2026, 0, 9, 22, 1))).toContain('Weekend')
    expect(sessionText(Date.UTC(2026, 0, 11, 21, 59))).toContain('Weekend')
    expect(sessionText(Date.UTC(2026, 0, 11, 22, 1))).not.toContain('Weekend')
  })
})
