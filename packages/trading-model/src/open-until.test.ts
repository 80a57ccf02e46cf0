import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Holiday, isOpen, type TradingHours } from './instrument.ts'
import { openUntil } from './open-until.ts'
import { unixMs, zoneOffsetMs } from './time.ts'

const DAY_SECONDS = 86_400
const WEEK_SECONDS = 7 * DAY_SECONDS
const DAY_MS = 86_400_000
const HALF_HOUR_MS = 1_800_000

/** Sunday 18:00 to Friday 17:00 New York, with a break of an hour each day. */
const GOLD: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [0, 1, 2, 3, 4].map(day => ({
    startSecond: day * DAY_SECONDS + 64_800,
    endSecond: (day + 1) * DAY_SECONDS + 61_200,
  })),
  holidays: [],
}
/** Sunday 17:00 to Friday 17:00 New York. */
const CURRENCY: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [{ startSecond: 61_200, endSecond: 5 * DAY_SECONDS + 61_200 }],
  holidays: [],
}
const ALWAYS: TradingHours = { timeZone: 'of the broker', sessions: [], holidays: [] }

const until = (hours: TradingHours, at: number) => openUntil({ hours }, unixMs(at))
const opens = (hours: TradingHours, at: number) => isOpen({ hours }, unixMs(at))
const dayOf = (at: number) => Math.floor(at / DAY_MS)
const holiday = (at: number, more: Partial<Holiday> = {}): Holiday => ({
  day: dayOf(at),
  recurring: false,
  timeZone: 'UTC',
  ...more,
})

describe('the instant up to which an open market stays open', () => {
  it('is the end of its session, also of one that goes on over midnight', () => {
    expect(until(GOLD, Date.UTC(2025, 0, 14, 12))).toBe(Date.UTC(2025, 0, 14, 22))
    expect(until(GOLD, Date.UTC(2025, 0, 14, 23, 30))).toBe(Date.UTC(2025, 0, 15, 22))
    expect(until(CURRENCY, Date.UTC(2025, 0, 12, 22))).toBe(Date.UTC(2025, 0, 17, 22))
  })

  it('is the end of the seventh day of a market that is always open', () => {
    expect(until(ALWAYS, Date.UTC(2025, 0, 14))).toBe(Date.UTC(2025, 0, 21))
    expect(until(ALWAYS, Date.UTC(2025, 0, 15) - 1)).toBe(Date.UTC(2025, 0, 21))
  })

  it('is the instant itself where the market is closed, and where a holiday or a change of the clocks is near', () => {
    const [closed, noon] = [Date.UTC(2025, 0, 14, 22, 30), Date.UTC(2025, 0, 14, 12)]
    const holidays = [holiday(noon + DAY_MS)]
    expect(until(GOLD, closed)).toBe(closed)
    expect(until({ ...GOLD, holidays }, noon)).toBe(noon)
    const change = Date.UTC(2025, 2, 9, 23)
    expect(until(GOLD, change)).toBe(change)
  })

  it('is the begin of the day before a holiday on the third day of a session', () => {
    const [monday, wednesday] = [Date.UTC(2025, 0, 13, 12), Date.UTC(2025, 0, 15)]
    const holidays = [holiday(wednesday)]
    for (const hours of [CURRENCY, ALWAYS])
      expect(until({ ...hours, holidays }, monday)).toBe(wednesday - DAY_MS)
  })

  it('is the begin of the day on which the clocks change within a session', () => {
    // Cairo put its clocks forward at 22:00 UTC of Thursday, 24 April 2025.
    const cairo = { ...CURRENCY, timeZone: 'Africa/Cairo' }
    expect(until(cairo, Date.UTC(2025, 3, 22, 12))).toBe(Date.UTC(2025, 3, 24))
  })

  it('is the end of the week of its zone, though a session is stated to end behind it', () => {
    for (const endSecond of [WEEK_SECONDS, WEEK_SECONDS + 3600]) {
      const hours = { ...CURRENCY, sessions: [{ startSecond: 0, endSecond }] }
      expect(until(hours, Date.UTC(2025, 0, 12, 5))).toBe(Date.UTC(2025, 0, 19, 5))
    }
  })

  it('comes before a holiday that begins a day early by its own zone', () => {
    // The 15th begins on the 14th at 10:00 UTC in Kiritimati, and ends on the 16th at 11:00 UTC in Pago Pago.
    const at = Date.UTC(2025, 0, 13, 9)
    const holidays = [holiday(Date.UTC(2025, 0, 15), { timeZone: 'Pacific/Kiritimati' })]
    expect(until({ ...CURRENCY, holidays }, at)).toBe(Date.UTC(2025, 0, 14))
    const behind = Date.UTC(2025, 0, 16, 11)
    const late = [holiday(Date.UTC(2025, 0, 15), { timeZone: 'Pacific/Pago_Pago' })]
    expect(until({ ...CURRENCY, holidays: late }, behind)).toBe(behind)
  })

  it('comes before a holiday that recurs with the next year', () => {
    const holidays = [holiday(Date.UTC(1980, 0, 1), { recurring: true })]
    const hours = { ...ALWAYS, holidays }
    for (let year = 2020; year <= 2030; year++) {
      const end = until(hours, Date.UTC(year, 11, 26, 12))
      expect(end).toBeLessThanOrEqual(Date.UTC(year, 11, 31))
      expect(end).toBeGreaterThanOrEqual(Date.UTC(year, 11, 27))
    }
  })

  it('tells that a zone is unknown, also that of a holiday which is far away', () => {
    const at = Date.UTC(2025, 0, 14, 12)
    const holidays = [holiday(at + 90 * DAY_MS, { timeZone: 'Nowhere' })]
    for (const hours of [
      { ...GOLD, timeZone: 'Nowhere' },
      { ...GOLD, holidays },
    ])
      expect(() => until(hours, at)).toThrow(expect.objectContaining({ code: 'unknown-time-zone' }))
  })
})

const FIRST_DAY = dayOf(Date.UTC(2024, 11, 20))
const DAYS = 400

const ZONES = [
  ...['UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Adelaide', 'Africa/Cairo'],
  ...['America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Kiritimati'],
]
const zone = fc.constantFrom(...ZONES)

/** Days of a zone on which its clocks change or a year turns. */
const turnsOf = (timeZone: string) =>
  Array.from({ length: DAYS }, (_, index) => FIRST_DAY + index).filter(
    of =>
      changesClocks(timeZone, of) ||
      new Date(of * DAY_MS).getUTCFullYear() !== new Date((of + 1) * DAY_MS).getUTCFullYear(),
  )
const TURNS = new Map(ZONES.map(timeZone => [timeZone, turnsOf(timeZone)]))

const anyDay = fc.integer({ min: FIRST_DAY, max: FIRST_DAY + DAYS })
const dayIn = (timeZone: string) =>
  fc.oneof(
    anyDay,
    fc
      .tuple(fc.constantFrom(...(TURNS.get(timeZone) ?? [])), fc.integer({ min: -8, max: 2 }))
      .map(([turn, days]) => turn + days),
  )

/** Any number of sessions with breaks before and between them; some are stated to end with the week or behind it. */
const sessions = fc.oneof(
  fc.constantFrom(GOLD.sessions, CURRENCY.sessions, ALWAYS.sessions),
  fc.constantFrom(WEEK_SECONDS, WEEK_SECONDS + 7200).map(endSecond => [{ startSecond: 60, endSecond }]),
  fc.uniqueArray(fc.integer({ min: 1, max: 10_080 }), { minLength: 2, maxLength: 6 }).map(minutes => {
    const ends = minutes.toSorted((a, b) => a - b).map(minute => minute * 60)
    return ends.flatMap((startSecond, index) => {
      const endSecond = ends[index + 1]
      return index % 2 === 0 && endSecond !== undefined ? [{ startSecond, endSecond }] : []
    })
  }),
)

/** About the week that begins with a day, or far from it; one that recurs is stated in any year. */
const holidayNear = (first: number): fc.Arbitrary<Holiday> =>
  fc
    .record({
      days: fc.oneof(fc.integer({ min: -2, max: 9 }), fc.integer({ min: -300, max: 300 })),
      years: fc.integer({ min: -60, max: 2 }),
      recurring: fc.boolean(),
      timeZone: zone,
      startSecond: fc.constantFrom(0, 9 * 3600),
      endSecond: fc.constantFrom(13 * 3600 + 1800, DAY_SECONDS),
    })
    .map(({ days, years, ...part }) => {
      const date = new Date((first + days) * DAY_MS)
      if (part.recurring) date.setUTCFullYear(date.getUTCFullYear() + years)
      return { ...part, day: date.getTime() / DAY_MS }
    })

const asked = zone
  .chain(timeZone => fc.tuple(fc.constant(timeZone), dayIn(timeZone)))
  .chain(([timeZone, of]) =>
    fc.record({
      at: fc.integer({ min: of * DAY_MS, max: (of + 1) * DAY_MS - 1 }),
      hours: fc.record({
        timeZone: fc.constant(timeZone),
        sessions,
        holidays: fc.oneof(
          fc.constant<Holiday[]>([]),
          fc.array(holidayNear(of), { minLength: 1, maxLength: 3 }),
        ),
      }),
    }),
  )

/** The first closed instant of those that lie a quarter of an hour apart, and of the last one. */
function firstClosed(hours: TradingHours, from: number, to: number): number | undefined {
  for (let at = from; at < to; at += HALF_HOUR_MS / 2) if (!opens(hours, at)) return at
  return to > from && !opens(hours, to - 1) ? to - 1 : undefined
}

function changesClocks(timeZone: string, of: number): boolean {
  const offsetAt = (at: number) => zoneOffsetMs(timeZone, unixMs(at))
  const begin = offsetAt(of * DAY_MS)
  for (let at = of * DAY_MS; at <= (of + 1) * DAY_MS; at += HALF_HOUR_MS)
    if (offsetAt(at) !== begin) return true
  return false
}

/** Whether the date of a holiday is at most a day from a day, or a week if it recurs. */
function hasHolidayNear({ holidays }: TradingHours, of: number): boolean {
  const dates = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) =>
      new Date((of + from + index) * DAY_MS).toISOString().slice(5, 10),
    )
  const nearDates = holidays.some(({ recurring }) => recurring) ? dates(-7, 7) : []
  return holidays.some(({ recurring, day: on }) =>
    recurring ? nearDates.includes(new Date(on * DAY_MS).toISOString().slice(5, 10)) : Math.abs(on - of) <= 1,
  )
}

describe('the instant up to which any market stays open', () => {
  it('has no closed instant before it', () => {
    fc.assert(
      fc.property(asked, ({ at, hours }) => {
        const end = until(hours, at)
        expect(end).toBeGreaterThanOrEqual(at)
        expect(firstClosed(hours, at, end)).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  it('is closed, unless a day begins there near a holiday or with a change of the clocks, or a week has passed', () => {
    fc.assert(
      fc.property(asked, ({ at, hours }) => {
        const end = until(hours, at)
        expect(end).toBeLessThanOrEqual(at + 7 * DAY_MS)
        if (!opens(hours, end)) return
        const [first, last] = [dayOf(at), dayOf(end)]
        if (end === (first + 7) * DAY_MS && hours.sessions.length === 0) return
        expect(end).toBe(Math.max(at, last * DAY_MS))
        const hasChange = hours.sessions.length > 0 && changesClocks(hours.timeZone, last)
        expect(hasChange || hasHolidayNear(hours, last)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('is the end of a session without holidays and changes of the clocks, whenever one asks', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(anyDay, sessions, share, share, (of, stated, session, within) => {
        fc.pre(stated.length > 0)
        const hours = { timeZone: 'UTC', sessions: stated, holidays: [] }
        const sunday = of - ((of + 4) % 7)
        const { startSecond, endSecond } = stated[Math.floor(session * stated.length)]!
        const [begin, end] = [startSecond, Math.min(endSecond, WEEK_SECONDS)].map(
          second => sunday * DAY_MS + second * 1000,
        ) as [number, number]
        const at = Math.min(end - 1, Math.floor(begin + (end - begin) * within))
        expect(until(hours, at)).toBe(end)
      }),
      { numRuns: 1000 },
    )
  })
})
