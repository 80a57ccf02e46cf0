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
  const all = Array.from({ length: 2500 }, () => Number.NaN)
  expect(rows.copy(1, all)).toEqual(Array.from({ length: 2500 }, (_, row) => row * 10 + 1))
  expect(rows.copy(2, [0, 0, 0], Int32Array.of(2400, 3, 1024))).toEqual([24_002, 32, 10_242])
})

it('begins anew in the room that it has, with rows of zeros', () => {
  const rows = new NumberRows(2)
  for (let row = 0; row < 1500; row++) {
    const offset = rows.begin()
    rows.chunk.fill(7, offset)
  }
  rows.clear()
  expect(rows.count).toBe(0)
  for (let row = 0; row < 1500; row++) {
    const offset = rows.begin()
    rows.chunk[offset] = row
  }
  expect(rows.count).toBe(1500)
  expect([rows.at(1499, 0), rows.at(1499, 1)]).toEqual([1499, 0])
})

it('finds the first row above a value from any row on', () => {
  const rows = new NumberRows(2)
  const values = Array.from({ length: 2500 }, (_, row) => Math.floor(row / 7) * 2)
  for (const value of values) rows.chunk[rows.begin() + 1] = value
  for (let value = -1; value < 720; value += 1) {
    const found = values.findIndex(one => one > value)
    const expected = found < 0 ? values.length : found
    for (const near of [0, expected - 200, expected - 1, expected, expected + 300])
      expect(rows.firstAbove(1, value, Math.min(Math.max(near, 0), values.length))).toBe(expected)
  }
  expect(new NumberRows(2).firstAbove(1, 5, 0)).toBe(0)
})
