import { expect, it } from 'vitest'
import { highestRow, lowestRow } from './row-span.ts'

it('finds the first of the highest and of the lowest values in a span', () => {
  const values = Float64Array.of(5, 1, 3, 3, 1, 2, 9)
  expect([highestRow(values, 1, 6), lowestRow(values, 1, 6)]).toEqual([2, 1])
  expect([highestRow(values, 0, 7), lowestRow(values, 2, 6)]).toEqual([6, 4])
})
