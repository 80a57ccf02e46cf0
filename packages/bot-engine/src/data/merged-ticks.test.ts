import { type SymbolId, symbolId } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TickColumns } from './columns.ts'
import { mergeTicks, rowBefore, symbolOfRow } from './merged-ticks.ts'

function ticks(id: number, times: readonly number[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: symbolId(id),
    length: times.length,
    at: Float64Array.from(times),
    // Tells symbol and row.
    bid: Float64Array.from(times, (_, row) => id * 1000 + row + 1),
    ask: Float64Array.from(times, (_, row) => id * 1000 + row + 2),
  }
}

describe('mergeTicks', () => {
  it('orders by time, then symbol id, then row, whatever the order of the columns', () => {
    const merged = mergeTicks([ticks(41, [5, 5, 9]), ticks(1, [3, 5, 5, 10])])
    expect([...merged.at]).toEqual([3, 5, 5, 5, 5, 9, 10])
    expect([...merged.bid]).toEqual([1001, 1002, 1003, 41_001, 41_002, 41_003, 1004])
    expect(Array.from(merged.at, (_, row) => symbolOfRow(merged, row))).toEqual([1, 1, 1, 41, 41, 41, 1])
  })

  it('gives the order of a stable sort for any times', () => {
    const times = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 })
    fc.assert(
      fc.property(times, times, times, (...lists) => {
        const columns = lists.map((list, i) =>
          ticks(
            [7, 3, 5][i] ?? 0,
            list.sort((a, b) => a - b),
          ),
        )
        const rows = columns
          .flatMap(({ symbolId: id, at, bid }) => Array.from(at, (time, row) => [time, id, row, bid[row]]))
          .sort(([a = 0, b = 0, c = 0], [d = 0, e = 0, f = 0]) => a - d || b - e || c - f)
        expect([...mergeTicks(columns).bid]).toEqual(rows.map(([, , , bid]) => bid))
      }),
    )
  })

  it('takes the columns of one symbol as they are', () => {
    const only = ticks(41, [1, 2])
    const merged = mergeTicks([only])
    expect(merged.at).toBe(only.at)
    expect([symbolOfRow(merged, 1), merged.symbols]).toEqual([41, undefined])
  })

  it.each([
    ['none', []],
    ['two of one symbol', [ticks(41, [1]), ticks(41, [2])]],
    ['more than 255', Array.from({ length: 256 }, (_, i) => ticks(i + 1, [1]))],
  ])('refuses %s', (_name, columns) => {
    expect(() => mergeTicks(columns)).toThrow('[invalid-options]')
  })
})

describe('rowBefore', () => {
  it('finds the last quote of a symbol before a row', () => {
    const merged = mergeTicks([ticks(41, [5, 6]), ticks(1, [3, 5, 7])])
    const rowsBefore = (id: number) =>
      Array.from({ length: 6 }, (_, row) => rowBefore(merged, id as SymbolId, row))
    expect(rowsBefore(1)).toEqual([-1, 0, 1, 1, 1, 4])
    expect(rowsBefore(41)).toEqual([-1, -1, -1, 2, 3, 3])
    expect(rowsBefore(2)).toEqual([-1, -1, -1, -1, -1, -1])
    const single = mergeTicks([ticks(1, [3, 5])])
    expect([0, 1, 2].map(row => rowBefore(single, symbolId(1), row))).toEqual([-1, 0, 1])
  })
})
