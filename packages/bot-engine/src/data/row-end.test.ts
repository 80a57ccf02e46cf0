import type { SymbolId, Timeframe } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { BarColumns } from './columns.ts'
import { rowEnd } from './row-end.ts'

function rows(timeframe: Timeframe, ...opens: readonly string[]): BarColumns {
  const price = new Float64Array(opens.length).fill(129_000_000)
  return {
    type: 'bars',
    symbolId: 41 as SymbolId,
    timeframe,
    length: opens.length,
    openedAt: Float64Array.from(opens, open => Date.parse(`${open}Z`)),
    open: price,
    high: price,
    low: price,
    close: price,
    tickVolume: price,
  }
}

const ends = (data: BarColumns) =>
  Array.from({ length: data.length }, (_, row) => new Date(rowEnd(data, row)).toISOString().slice(0, 16))

describe('the end of a row', () => {
  it('is that of the broker’s bar where it opens with it, also over a change of summer time', () => {
    expect(ends(rows('d1', '2024-01-07T22:00', '2024-01-08T22:00'))).toEqual([
      '2024-01-08T22:00',
      '2024-01-09T22:00',
    ])
    // New York goes an hour ahead on 2024-03-10.
    expect(ends(rows('w1', '2024-03-03T22:00'))).toEqual(['2024-03-10T21:00'])
    expect(ends(rows('h4', '2024-01-08T02:00'))).toEqual(['2024-01-08T06:00'])
  })

  it('is midnight of a day of UTC, also of a Sunday, and not the end of the trading day before it', () => {
    expect(ends(rows('d1', '2024-01-07T00:00', '2024-01-08T00:00', '2024-07-08T00:00'))).toEqual([
      '2024-01-08T00:00',
      '2024-01-09T00:00',
      '2024-07-09T00:00',
    ])
    // The trading day that begins on the Sunday of the change has 23 hours.
    expect(ends(rows('d1', '2024-03-10T00:00'))).toEqual(['2024-03-11T00:00'])
    expect(ends(rows('h4', '2024-01-08T00:00', '2024-01-08T20:00'))).toEqual([
      '2024-01-08T04:00',
      '2024-01-09T00:00',
    ])
  })

  it('is no later than the next row, where a row is dated by its first trade', () => {
    expect(ends(rows('h4', '2024-01-07T23:00', '2024-01-08T02:00'))).toEqual([
      '2024-01-08T02:00',
      '2024-01-08T06:00',
    ])
  })

  it('is that of the broker’s bar where a second row opens in it, which no check lets pass', () => {
    const [first] = ends(rows('d1', '2024-01-08T00:00', '2024-01-08T12:00'))
    expect(first).toBe('2024-01-08T22:00')
  })
})
