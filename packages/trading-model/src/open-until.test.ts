import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, type TradingHours } from './instrument.ts'
import { openUntil } from './open-until.ts'
import { unixMs } from './time.ts'

const DAY_SECONDS = 86_400
const DAY_MS = 86_400_000

/** Sunday 18:00 to Friday 17:00 New York, with a break of an hour each day. */
const GOLD: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [0, 1, 2, 3, 4].map(day => ({
    startSecond: day * DAY_SECONDS + 64_800,
    endSecond: (day + 1) * DAY_SECONDS + 61_200,
  })),
  holidays: [],
}

const until = (hours: TradingHours, at: number) => openUntil({ hours }, unixMs(at))

describe('the instant up to which an open market stays open', () => {
  it('is the end of its session, or of the day that comes first', () => {
    const noon = Date.UTC(2025, 0, 14, 12)
    expect(until(GOLD, noon)).toBe(Date.UTC(2025, 0, 14, 22))
    expect(until(GOLD, Date.UTC(2025, 0, 14, 23, 30))).toBe(Date.UTC(2025, 0, 15))
    expect(until({ ...GOLD, sessions: [] }, noon)).toBe(Date.UTC(2025, 0, 15))
  })

  it('is the instant itself where the market is closed, and where a holiday or a change of the clocks is near', () => {
    const [closed, noon] = [Date.UTC(2025, 0, 14, 22, 30), Date.UTC(2025, 0, 14, 12)]
    const holidays = [{ day: Math.floor(noon / DAY_MS) + 1, recurring: false, timeZone: 'UTC' }]
    expect(until(GOLD, closed)).toBe(closed)
    expect(until({ ...GOLD, holidays }, noon)).toBe(noon)
    const change = Date.UTC(2025, 2, 9, 23)
    expect(until(GOLD, change)).toBe(change)
  })

  it('has no closed instant before it', () => {
    const instant = fc.integer({ min: Date.UTC(2025, 2, 1), max: Date.UTC(2025, 2, 20) })
    fc.assert(
      fc.property(instant, fc.double({ min: 0, max: 1, noNaN: true }), (at, share) => {
        const end = until(GOLD, at)
        fc.pre(end > at)
        const within = Math.floor(at + (end - 1 - at) * share)
        expect(isOpen({ hours: GOLD }, unixMs(within))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
