import type { UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { reportGaps } from './gaps.ts'
import { rowsOf, type SeriesRows } from './series.ts'

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
      missing: { hole: 42, holiday: 0, quiet: 0 },
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
    const quiet = without(weeks(6), at('2024-03-12T09:00Z'), at('2024-03-12T09:10Z'))
    expect(reportGaps(quiet, query).gaps).toMatchObject([{ type: 'quiet', missing: 2 }])
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
