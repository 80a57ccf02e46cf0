import { describe, expect, it } from 'vitest'
import { barOpen, barSpan, isTimeframe, TIMEFRAMES, type Timeframe, unixMs, zoneOffsetMs } from './time.ts'

const at = (iso: string) => unixMs(Date.parse(iso))
const span = (iso: string, timeframe: Timeframe) => {
  const { openedAt, closesAt } = barSpan(at(iso), timeframe)
  return [new Date(openedAt).toISOString(), new Date(closesAt).toISOString()].map(text => text.slice(0, 16))
}

describe('barSpan', () => {
  it('aligns bars up to an hour with UTC', () => {
    expect(span('2026-01-14T10:17:30.5Z', 'm15')).toEqual(['2026-01-14T10:15', '2026-01-14T10:30'])
    expect(span('2026-01-14T10:17:30.5Z', 'h1')).toEqual(['2026-01-14T10:00', '2026-01-14T11:00'])
  })

  it('starts a bar exactly at its open and ends it before its close', () => {
    expect(span('2026-01-14T10:15:00.000Z', 'm15')[0]).toBe('2026-01-14T10:15')
    expect(span('2026-01-14T10:14:59.999Z', 'm15')[1]).toBe('2026-01-14T10:15')
  })

  it('[row 33] opens the day at 17:00 New York: 22:00 UTC in winter, 21:00 UTC in summer', () => {
    expect(span('2026-01-14T10:00Z', 'd1')).toEqual(['2026-01-13T22:00', '2026-01-14T22:00'])
    expect(span('2026-07-15T10:00Z', 'd1')).toEqual(['2026-07-14T21:00', '2026-07-15T21:00'])
    expect(span('2026-07-15T21:00Z', 'd1')).toEqual(['2026-07-15T21:00', '2026-07-16T21:00'])
    expect(span('2026-07-15T20:59:59.999Z', 'd1')[1]).toBe('2026-07-15T21:00')
  })

  it('makes the day of the spring change 23 hours long and that of the autumn change 25', () => {
    // Both changes fall on a Sunday, so the day that opens on Saturday 17:00 holds them.
    expect(span('2026-03-08T12:00Z', 'd1')).toEqual(['2026-03-07T22:00', '2026-03-08T21:00'])
    expect(span('2026-11-01T12:00Z', 'd1')).toEqual(['2026-10-31T21:00', '2026-11-01T22:00'])
  })

  it('[row 33] counts four-hour bars from the open of the day, in summer and in winter', () => {
    expect(span('2026-01-14T10:00Z', 'h4')).toEqual(['2026-01-14T10:00', '2026-01-14T14:00'])
    expect(span('2026-07-15T10:00Z', 'h4')).toEqual(['2026-07-15T09:00', '2026-07-15T13:00'])
    expect(span('2026-07-15T10:00Z', 'h12')).toEqual(['2026-07-15T09:00', '2026-07-15T21:00'])
  })

  it('cuts the last four-hour bar of a 23-hour day and adds a short one to a 25-hour day', () => {
    expect(span('2026-03-08T20:30Z', 'h4')).toEqual(['2026-03-08T18:00', '2026-03-08T21:00'])
    expect(span('2026-11-01T21:30Z', 'h4')).toEqual(['2026-11-01T21:00', '2026-11-01T22:00'])
  })

  it('opens the week on Sunday 17:00 New York', () => {
    expect(span('2026-07-15T10:00Z', 'w1')).toEqual(['2026-07-12T21:00', '2026-07-19T21:00'])
    expect(span('2026-07-12T21:00Z', 'w1')[0]).toBe('2026-07-12T21:00')
    expect(span('2026-07-12T20:59Z', 'w1')[0]).toBe('2026-07-05T21:00')
  })

  it('changes the offset inside the week of the spring change', () => {
    expect(span('2026-03-04T10:00Z', 'w1')).toEqual(['2026-03-01T22:00', '2026-03-08T21:00'])
  })

  it('opens the month with the trading day of its first date', () => {
    expect(span('2026-07-15T10:00Z', 'mn1')).toEqual(['2026-06-30T21:00', '2026-07-31T21:00'])
    expect(span('2026-06-30T22:00Z', 'mn1')[0]).toBe('2026-06-30T21:00')
    expect(span('2026-12-31T22:00Z', 'mn1')).toEqual(['2026-12-31T22:00', '2027-01-31T22:00'])
  })

  it('agrees with barOpen for every timeframe', () => {
    for (const timeframe of TIMEFRAMES)
      expect(barOpen(at('2026-07-15T10:17Z'), timeframe)).toBe(
        barSpan(at('2026-07-15T10:17Z'), timeframe).openedAt,
      )
  })
})

describe('zoneOffsetMs', () => {
  const hours = (zone: string, iso: string) => zoneOffsetMs(zone, at(iso)) / 3_600_000

  it('follows daylight saving to the second', () => {
    expect(hours('America/New_York', '2026-03-08T06:59:59.999Z')).toBe(-5)
    expect(hours('America/New_York', '2026-03-08T07:00Z')).toBe(-4)
    expect(hours('Europe/London', '2026-07-01T00:00Z')).toBe(1)
    expect(hours('UTC', '2026-07-01T00:00Z')).toBe(0)
  })

  it('follows zones that change at half past an hour of UTC, whichever side was asked first', () => {
    expect(hours('Australia/Adelaide', '2026-10-03T16:15Z')).toBe(9.5)
    expect(hours('Australia/Adelaide', '2026-10-03T16:45Z')).toBe(10.5)
    expect(hours('Australia/Lord_Howe', '2026-10-03T15:45Z')).toBe(11)
    expect(hours('Australia/Lord_Howe', '2026-10-03T15:15Z')).toBe(10.5)
  })

  it('is the same whatever was asked before: the day after, the day of a change, another zone', () => {
    const zones = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe'] as const
    const clocks = new Map(
      zones.map(zone => [
        zone,
        new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }),
      ]),
    )
    const written = (zone: (typeof zones)[number], time: number) => {
      const [, sign, hour, minute] =
        /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(clocks.get(zone)?.format(time) ?? '') ?? []
      const minutes = Number(hour ?? 0) * 60 + Number(minute ?? 0)
      return (sign === '-' ? -minutes : minutes) * 60_000
    }
    const from = Date.parse('2025-02-01T00:00Z')
    // Half days in order, with steps back and over months between them.
    for (let step = 0; step < 1500; step++) {
      const time = unixMs(from + ((step * 43_200_000 * (step % 7 === 6 ? 5 : 1)) % (400 * 86_400_000)))
      const zone = zones[step % 50 < 44 ? 0 : ((step % 3) as 0 | 1 | 2)]
      expect([step, zoneOffsetMs(zone, time)]).toEqual([step, written(zone, time)])
    }
  })

  it('names the zone that the platform does not know', () => {
    expect(() => zoneOffsetMs('Mars/Olympus', at('2026-01-01T00:00Z'))).toThrowError(
      /^\[unknown-time-zone\] "Mars\/Olympus"/,
    )
  })

  it('is in every zone what the platform writes as local time, of times with seconds in their offset too', () => {
    const numeric = 'numeric' as const
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const clock = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: numeric,
        month: numeric,
        day: numeric,
        hour: numeric,
        minute: numeric,
        second: numeric,
      })
      for (const iso of ['1880-05-01T12:00Z', '1995-01-15T03:30Z', '2025-07-15T21:00Z']) {
        const parts = clock.formatToParts(at(iso)).map(({ type, value }) => [type, Number(value)] as const)
        const { year = 0, month = 0, day = 0, hour, minute, second } = Object.fromEntries(parts)
        const offset = Date.UTC(year, month - 1, day, hour, minute, second) - at(iso)
        expect(`${zone} ${iso} ${zoneOffsetMs(zone, at(iso))}`).toBe(`${zone} ${iso} ${offset}`)
      }
    }
  })

  it('is right again after the limit of kept offsets has emptied the cache', () => {
    const halfHourMs = 1_800_000
    const from = Date.parse('2020-01-01T00:00Z')
    for (let i = 0; i <= 100_000; i++) zoneOffsetMs('Asia/Tokyo', unixMs(from + i * halfHourMs))
    expect(hours('Asia/Tokyo', '2020-01-01T00:00Z')).toBe(9)
  }, 30_000)
})

describe('unixMs', () => {
  it.each([1.5, Number.NaN, 2 ** 53])('refuses %d', value => {
    expect(() => unixMs(value)).toThrowError('[invalid-value]')
  })
})

describe('isTimeframe', () => {
  it('knows every timeframe and no other text', () => {
    expect(TIMEFRAMES.every(isTimeframe)).toBe(true)
    expect(isTimeframe('m7')).toBe(false)
  })
})
