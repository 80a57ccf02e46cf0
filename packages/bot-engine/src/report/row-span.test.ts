import fc from 'fast-check'
import { expect, it } from 'vitest'
import { highestRow, lowestRow, rowFrom } from './row-span.ts'

it('finds the first row at or after an instant, from whatever row it begins', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 })
  fc.assert(
    fc.property(times, fc.integer({ min: -1, max: 61 }), fc.nat(40), (list, instant, near) => {
      const sorted = Float64Array.from(list).sort()
      const found = sorted.findIndex(time => time >= instant)
      const first = found < 0 ? sorted.length : found
      expect(rowFrom(sorted, sorted.length, instant, Math.min(near, sorted.length))).toBe(first)
    }),
    { numRuns: 1000 },
  )
})

it('finds the first of the highest and of the lowest values in a span', () => {
  const values = Float64Array.of(5, 1, 3, 3, 1, 2, 9)
  expect([highestRow(values, 1, 6), lowestRow(values, 1, 6)]).toEqual([2, 1])
  expect([highestRow(values, 0, 7), lowestRow(values, 2, 6)]).toEqual([6, 4])
})
