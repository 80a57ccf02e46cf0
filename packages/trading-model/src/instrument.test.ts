import { describe, expect, it } from 'vitest'
import { type Holiday, isOpen, nextClose, nextOpen, nextSession, type TradingHours } from './instrument.ts'
import { unixMs } from './time.ts'

const at = (iso: string) => unixMs(Date.parse(iso))
const HOUR = 3600
const DAY = 24 * HOUR
/** Gold: Sunday 18:00 to Friday 17:00 New York, closed each day from 17:00 to 18:00. */
const hours: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [0, 1, 2, 3, 4].map(day => ({
    startSecond: day * DAY + 18 * HOUR,
    endSecond: (day + 1) * DAY + 17 * HOUR,
  })),
  holidays: [],
}
const gold = { hours }
const withHoliday = (holiday: Partial<Holiday> & { readonly day: number }) => ({
  hours: { ...hours, holidays: [{ recurring: false, timeZone: 'America/New_York', ...holiday }] },
})
const dayOf = (date: string) => Date.parse(`${date}T00:00Z`) / 86_400_000

describe('isOpen', () => {
  it('[row 10] opens and closes at the local hour, in winter and in summer', () => {
    expect(isOpen(gold, at('2026-01-11T22:59:59.999Z'))).toBe(false)
    expect(isOpen(gold, at('2026-01-11T23:00Z'))).toBe(true)
    expect(isOpen(gold, at('2026-07-12T22:00Z'))).toBe(true)
    expect(isOpen(gold, at('2026-07-12T21:59:59.999Z'))).toBe(false)
  })

  it('is closed in the daily break and at the weekend', () => {
    expect(isOpen(gold, at('2026-01-13T21:59:59Z'))).toBe(true)
    expect(isOpen(gold, at('2026-01-13T22:00Z'))).toBe(false)
    expect(isOpen(gold, at('2026-01-17T12:00Z'))).toBe(false)
    expect(isOpen(gold, at('2026-01-18T22:30Z'))).toBe(false)
  })

  it('is always open when the broker states no session', () => {
    expect(isOpen({ hours: { ...hours, sessions: [] } }, at('2026-01-17T12:00Z'))).toBe(true)
  })

  it('is closed on a holiday in the zone of the holiday', () => {
    const closed = withHoliday({ day: dayOf('2026-01-19') })
    expect(isOpen(closed, at('2026-01-19T12:00Z'))).toBe(false)
    // 04:00 UTC is still the 18th in New York.
    expect(isOpen(closed, at('2026-01-19T04:00Z'))).toBe(true)
    expect(isOpen(closed, at('2026-01-20T05:00Z'))).toBe(true)
  })

  it('is closed for a part of a holiday', () => {
    const early = withHoliday({ day: dayOf('2026-11-27'), startSecond: 13 * HOUR, endSecond: 17 * HOUR })
    expect(isOpen(early, at('2026-11-27T17:59:59Z'))).toBe(true)
    expect(isOpen(early, at('2026-11-27T18:00Z'))).toBe(false)
  })

  it('repeats a recurring holiday each year on its date', () => {
    const christmas = withHoliday({ day: dayOf('2020-12-25'), recurring: true })
    expect(isOpen(christmas, at('2025-12-25T15:00Z'))).toBe(false)
    expect(isOpen(christmas, at('2025-12-24T15:00Z'))).toBe(true)
    expect(isOpen(withHoliday({ day: dayOf('2020-12-25') }), at('2025-12-25T15:00Z'))).toBe(true)
  })
})

describe('nextOpen', () => {
  it('is the instant itself while the market is open', () => {
    expect(nextOpen(gold, at('2026-01-13T10:00:00.123Z'))).toBe(at('2026-01-13T10:00:00.123Z'))
  })

  it('is Sunday evening from Friday night on, an hour earlier in UTC in summer', () => {
    expect(nextOpen(gold, at('2026-01-16T22:00:00.001Z'))).toBe(at('2026-01-18T23:00Z'))
    expect(nextOpen(gold, at('2026-07-18T12:00Z'))).toBe(at('2026-07-19T22:00Z'))
  })

  it('finds the open across the weekend of a clock change', () => {
    expect(nextOpen(gold, at('2026-03-07T12:00Z'))).toBe(at('2026-03-08T22:00Z'))
  })

  it('gives up when the market stays closed for 15 days', () => {
    const sessions = [{ startSecond: 0, endSecond: 0 }]
    expect(nextOpen({ hours: { ...hours, sessions } }, at('2026-01-13T10:00Z'))).toBeUndefined()
  })
})

describe('nextClose', () => {
  it('is the instant itself while the market is closed', () => {
    expect(nextClose(gold, at('2026-01-17T10:00:00.123Z'))).toBe(at('2026-01-17T10:00:00.123Z'))
  })

  it('is the start of the daily break, and the end of Friday', () => {
    expect(nextClose(gold, at('2026-01-13T10:00:00.123Z'))).toBe(at('2026-01-13T22:00Z'))
    expect(nextClose(gold, at('2026-07-17T12:00Z'))).toBe(at('2026-07-17T21:00Z'))
  })

  it('finds a close within a minute, to the second', () => {
    const sessions = [{ startSecond: 0, endSecond: 2 * DAY + 86_395 }]
    const early = { hours: { ...hours, timeZone: 'UTC', sessions } }
    expect(nextClose(early, at('2026-01-13T10:00Z'))).toBe(at('2026-01-13T23:59:55Z'))
  })

  it('is nothing when the market never closes', () => {
    expect(nextClose({ hours: { ...hours, sessions: [] } }, at('2026-01-13T10:00Z'))).toBeUndefined()
  })
})

describe('nextSession', () => {
  it('is the end of the break or weekend of a market that is closed', () => {
    expect(nextSession(gold, at('2026-01-13T22:30Z'))).toBe(at('2026-01-13T23:00Z'))
    expect(nextSession(gold, at('2026-01-17T10:00:00.123Z'))).toBe(at('2026-01-18T23:00Z'))
  })

  it('is the open after the next close of a market that is open, also at the very open', () => {
    expect(nextSession(gold, at('2026-01-13T10:00Z'))).toBe(at('2026-01-13T23:00Z'))
    expect(nextSession(gold, at('2026-01-16T21:59:59.999Z'))).toBe(at('2026-01-18T23:00Z'))
    expect(nextSession(gold, at('2026-01-13T23:00Z'))).toBe(at('2026-01-14T23:00Z'))
  })

  it('follows daylight saving and holidays', () => {
    expect(nextSession(gold, at('2026-03-06T23:00Z'))).toBe(at('2026-03-08T22:00Z'))
    const holiday = withHoliday({ day: dayOf('2026-01-14') })
    expect(nextSession(holiday, at('2026-01-14T12:00Z'))).toBe(at('2026-01-15T05:00Z'))
  })

  it('is nothing when the market never closes, or opens no more', () => {
    expect(nextSession({ hours: { ...hours, sessions: [] } }, at('2026-01-13T10:00Z'))).toBeUndefined()
    const last = [{ startSecond: 0, endSecond: 1 }]
    const years = Array.from({ length: 40 }, (_, day) => ({
      day: dayOf('2026-01-13') + day,
      recurring: false,
    }))
    const holidays = years.map(day => ({ ...day, timeZone: 'UTC' }))
    const ended = { hours: { timeZone: 'UTC', sessions: last, holidays } }
    expect(nextSession(ended, at('2026-01-13T10:00Z'))).toBeUndefined()
  })
})
