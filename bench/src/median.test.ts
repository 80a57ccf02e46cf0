import { expect, it } from 'vitest'
import { median } from './median.ts'

it('takes the middle of an odd number of values, in any order', () => {
  expect(median([9, 1, 5])).toBe(5)
})

it('takes the mean of the two middle values of an even number', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

it('has no figure for an empty list', () => {
  expect(median([])).toBeNaN()
})
