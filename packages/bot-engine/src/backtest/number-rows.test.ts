import { expect, it } from 'vitest'
import { NumberRows } from './number-rows.ts'

it('keeps every number of more rows than one chunk holds', () => {
  const rows = new NumberRows(3)
  for (let row = 0; row < 2500; row++) {
    const offset = rows.begin()
    for (let column = 0; column < 3; column++) rows.chunk[offset + column] = row * 10 + column
  }
  expect(rows.count).toBe(2500)
  for (let row = 0; row < 2500; row++)
    for (let column = 0; column < 3; column++) expect(rows.at(row, column)).toBe(row * 10 + column)
})
