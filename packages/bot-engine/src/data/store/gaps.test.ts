import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Instrument, UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { reportGaps } from './gaps.ts'
import { columnsOf, rowsOf, type SeriesRows } from './series.ts'
import { openDataStore } from './store.ts'

const instrument = SYNTHETIC_XAUUSD
const at = (text: string) => Date.parse(text)
const weeks = (count: number, startAt = at('2024-02-25T23:00Z')) =>
  rowsOf(
    syntheticBars({
      seed: 1,
      instrument,
      timeframe: 'm5',
      count: Math.floor((count * 5 * 23 * 60) / 5),
      startAt: startAt as UnixMs,
    }),
  )

function without(rows: SeriesRows, from: number, to: number): SeriesRows {
  const [times] = rows.columns as [Float64Array]
  const keeps = (_: number, row: number) => (times[row] as number) < from || (times[row] as number) >= to
  const columns = rows.columns.map(column => column.filter(keeps))
  return { length: columns[0]!.length, columns }
}

describe('the gap report', () => {
  const query = { symbol: 'XAUUSD', series: 'm5' } as const

  it('takes weekends and the daily break for no gap, over the changes of summer time', () => {
    // 10 March and 31 March are the changes in America and in Europe.
    const rows = weeks(8)
    for (const known of [{ instrument }, {}])
      expect(reportGaps(rows, { ...query, ...known })).toMatchObject({ gaps: [], missing: { hole: 0 } })
  })

  it.each([
    ['the hours of the instrument', { instrument }, 'hours of the instrument'],
    ['the pattern of the data', {}, 'weekly pattern of the data'],
  ])('finds a hole by %s', (_name, known, basis) => {
    const rows = without(weeks(6), at('2024-03-12T09:00Z'), at('2024-03-12T12:30Z'))
    expect(reportGaps(rows, { ...query, ...known })).toMatchObject({
      basis,
      gaps: [{ from: at('2024-03-12T09:00Z'), to: at('2024-03-12T12:30Z'), missing: 42, type: 'hole' }],
      missing: { hole: 42, holiday: 0, quiet: 0, sparse: 0 },
    })
  })

  it('counts only what lies in trading hours of a gap over a weekend', () => {
    const rows = without(weeks(6), at('2024-03-15T20:00Z'), at('2024-03-17T23:00Z'))
    // Friday 20:00 to 21:00 and Sunday 22:00 to 23:00.
    expect(reportGaps(rows, { ...query, instrument }).gaps).toMatchObject([{ missing: 24 }])
  })

  it('tells holidays and quiet minutes from holes', () => {
    const christmas = without(
      weeks(6, at('2023-12-03T23:00Z')),
      at('2023-12-24T23:00Z'),
      at('2023-12-25T23:00Z'),
    )
    expect(reportGaps(christmas, query).gaps).toMatchObject([{ type: 'holiday', holiday: 'Christmas' }])
    const easter = without(weeks(6), at('2024-03-28T22:00Z'), at('2024-03-29T21:00Z'))
    expect(reportGaps(easter, query).gaps).toMatchObject([{ type: 'holiday', holiday: 'Good Friday' }])
    // The market closed an hour early on the Thursday before.
    const eve = without(weeks(6), at('2024-03-28T20:00Z'), at('2024-03-31T22:00Z'))
    expect(reportGaps(eve, { ...query, instrument }).gaps).toMatchObject([
      { type: 'holiday', holiday: 'Good Friday' },
    ])
    const quiet = without(weeks(6), at('2024-03-12T09:00Z'), at('2024-03-12T09:10Z'))
    expect(reportGaps(quiet, query).gaps).toMatchObject([{ type: 'quiet', missing: 2 }])
  })

  it('tells a stretch in which each bar is followed by missing ones from quiet minutes', () => {
    const bars = syntheticBars({
      seed: 1,
      instrument,
      timeframe: 'm1',
      count: 6000,
      startAt: at('2024-03-11T00:00Z') as UnixMs,
    })
    // Six hours of every fifth minute, as where a file of m5 lies before one of m1.
    const [from, to] = [at('2024-03-12T06:00Z'), at('2024-03-12T12:00Z')]
    const keeps = (time: number) => time < from || time >= to || (time - from) % 300_000 === 0
    const rows = rowsOf(bars)
    const [times] = rows.columns as [Float64Array]
    const columns = rows.columns.map(column => column.filter((_, row) => keeps(times[row] as number)))
    const query = { symbol: 'XAUUSD', series: 'm1', instrument } as const
    expect(reportGaps({ length: columns[0]!.length, columns }, query)).toMatchObject({
      gaps: [{ from: from + 60_000, to, missing: 288, type: 'sparse' }],
      missing: { quiet: 0, sparse: 288, hole: 0 },
    })
    // One bar that is there in the middle of each two hours, and they are quiet minutes.
    const often = (time: number) => keeps(time) || (time - from) % 3_600_000 === 1_860_000
    const thin = rows.columns.map(column => column.filter((_, row) => often(times[row] as number)))
    expect(reportGaps({ length: thin[0]!.length, columns: thin }, query).missing).toMatchObject({ sparse: 0 })
  })

  it('leans on the usual week where the data is too short for a pattern', () => {
    const rows = without(weeks(1), at('2024-02-27T09:00Z'), at('2024-02-27T12:00Z'))
    expect(reportGaps(rows, query)).toMatchObject({
      basis: 'usual week of currencies and metals',
      gaps: [{ missing: 36 }],
    })
  })

  it('looks for spans of five minutes without a quote', () => {
    const times = [0, 60_000, 290_000, 1_230_000, 1_500_000].map(ms => at('2024-02-27T09:00Z') + ms)
    const columns = [Float64Array.from(times), new Float64Array(5), new Float64Array(5)]
    expect(
      reportGaps({ length: 5, columns }, { symbol: 'X', series: 'ticks', instrument }).gaps,
    ).toMatchObject([{ from: at('2024-02-27T09:05Z'), missing: 3, type: 'hole' }])
  })
})

describe('the gap report of a store', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'claw-gaps-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const HOUR = 3600
  /** An index of Europe: Monday to Friday 09:00 to 17:30 in Berlin with a break of an hour, closed on 3 April 2024. */
  const index: Instrument = {
    ...instrument,
    name: 'DE40',
    hours: {
      timeZone: 'Europe/Berlin',
      sessions: [1, 2, 3, 4, 5].flatMap(day => [
        { startSecond: day * 24 * HOUR + 9 * HOUR, endSecond: day * 24 * HOUR + 13 * HOUR },
        { startSecond: day * 24 * HOUR + 14 * HOUR, endSecond: day * 24 * HOUR + 17.5 * HOUR },
      ]),
      holidays: [{ day: at('2024-04-03') / 86_400_000, recurring: false, timeZone: 'Europe/Berlin' }],
    },
  }
  /** Two weeks and a half, too few for a pattern, over the change of summer time on 31 March. */
  const rows = rowsOf(
    syntheticBars({
      seed: 1,
      instrument: index,
      timeframe: 'm15',
      count: 330,
      startAt: at('2024-03-25T08:00Z') as UnixMs,
    }),
  )
  const query = { symbol: 'DE40', series: 'm15' } as const
  const stored = async (held: SeriesRows) => {
    const store = openDataStore(folder)
    await store.write({ symbol: 'DE40', data: columnsOf(held, 'm15', index.id), digits: 2 })
    return store
  }

  it('knows the breaks, the holidays and the summer time of the record, and finds a hole between them', async () => {
    // 10:00 in Berlin is 09:00 UTC before the change and 08:00 behind it.
    const holed = without(
      without(rows, at('2024-03-26T09:00Z'), at('2024-03-26T10:00Z')),
      at('2024-04-04T08:00Z'),
      at('2024-04-04T09:00Z'),
    )
    const store = await stored(holed)
    expect((await store.gaps(query)).basis).toBe('usual week of currencies and metals')
    await store.writeInstrument({ instrument: index, source: 'a broker' })
    expect(await store.gaps(query)).toMatchObject({
      basis: 'hours of the instrument',
      gaps: [
        { from: at('2024-03-26T09:00Z'), to: at('2024-03-26T10:00Z'), missing: 4, type: 'hole' },
        { from: at('2024-04-04T08:00Z'), to: at('2024-04-04T09:00Z'), missing: 4, type: 'hole' },
      ],
    })
  })

  it('goes by hours that were passed rather than by those of the record', async () => {
    const store = await stored(rows)
    await store.writeInstrument({ instrument: index, source: 'a broker' })
    const hours = { timeZone: 'UTC', sessions: [], holidays: [] }
    expect((await store.gaps(query)).gaps).toEqual([])
    expect((await store.gaps({ ...query, instrument: { hours } })).missing.hole).toBeGreaterThan(300)
  })

  it('takes an American holiday for no excuse of a symbol that its record opens at weekends', async () => {
    const coin: Instrument = { ...index, hours: { timeZone: 'UTC', sessions: [], holidays: [] } }
    const always = rowsOf(
      syntheticBars({
        seed: 1,
        instrument: coin,
        timeframe: 'm15',
        count: 800,
        startAt: at('2024-07-01T00:00Z') as UnixMs,
      }),
    )
    const store = await stored(without(always, at('2024-07-04T10:00Z'), at('2024-07-04T12:00Z')))
    await store.writeInstrument({ instrument: coin, source: 'a broker' })
    expect((await store.gaps(query)).gaps).toMatchObject([{ type: 'hole', missing: 8 }])
  })

  it('counts the rows that lie where the record says closed', async () => {
    const store = await stored(rows)
    await store.writeInstrument({ instrument: index, source: 'a broker' })
    expect((await store.gaps(query)).outsideHours).toBe(0)
    const later: Instrument = {
      ...index,
      hours: {
        ...index.hours,
        sessions: index.hours.sessions.map(({ startSecond, endSecond }) => ({
          startSecond: startSecond + HOUR,
          endSecond: endSecond + HOUR,
        })),
      },
    }
    await store.writeInstrument({ instrument: later, source: 'another broker' })
    const { outsideHours } = await store.gaps(query)
    const [times] = rows.columns as [Float64Array]
    const berlin = (time: number) =>
      new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' }).format(time)
    // Of each day the first hour of both sessions.
    expect(outsideHours).toBe(times.filter(time => ['09', '14'].includes(berlin(time))).length)
  })
})
