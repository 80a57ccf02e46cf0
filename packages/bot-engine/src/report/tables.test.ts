import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import type { TradeColumns } from './run-trade.ts'
import { equityLineOf, groupsOf } from './tables.ts'

describe('a thinned curve', () => {
  it('has the first, lowest, highest and last sample of each stretch, with the fall from the highest before', () => {
    const values = fc.array(fc.integer({ min: -5, max: 9 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 80 }), (minor, most) => {
        const curve = {
          length: minor.length,
          at: Float64Array.from(minor, (_, row) => 1000 * row),
          equityMinor: Float64Array.from(minor),
        } as unknown as EquityColumns
        const stretch = Math.max(1, Math.ceil((minor.length * 4) / most))
        const rows = minor
          .map((_, row) => row)
          .filter(row => {
            const from = row - (row % stretch)
            const part = minor.slice(from, from + stretch)
            const kept = [
              0,
              part.indexOf(Math.min(...part)),
              part.indexOf(Math.max(...part)),
              part.length - 1,
            ]
            return kept.includes(row - from)
          })
        const falls = rows.map(row => {
          const peak = Math.max(0, ...minor.slice(0, row + 1))
          return peak > 0 ? ((minor[row] as number) / peak - 1) * 100 : 0
        })
        expect(equityLineOf(curve, 2, most)).toEqual({
          at: rows.map(row => 1000 * row),
          equity: rows.map(row => (minor[row] as number) / 100),
          drawdownPercent: falls,
        })
      }),
    )
  })
})

describe('groups of trades', () => {
  it('are by the UTC hour and weekday of the opening, before 1970 too', () => {
    const openings = fc.array(fc.integer({ min: -4_000_000_000_000, max: 4_000_000_000_000 }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(openings, openedAt => {
        const net = openedAt.map((_, trade) => trade + 1)
        const { byHour, byWeekday } = groupsOf({ openedAt, net } as unknown as TradeColumns, {
          openedAt: openedAt.slice(1),
        })
        const plain = (count: number, of: (date: Date) => number) =>
          Array.from({ length: count }, (_, group) => {
            const own = openedAt
              .map((at, trade) => (of(new Date(at)) === group ? trade : -1))
              .filter(trade => trade >= 0)
            return {
              trades: own.filter(trade => trade > 0).length,
              net: own.reduce((sum, trade) => sum + trade + 1, 0),
            }
          })
        expect(byHour).toEqual(plain(24, date => date.getUTCHours()))
        expect(byWeekday).toEqual(plain(7, date => date.getUTCDay()))
      }),
    )
  })
})
