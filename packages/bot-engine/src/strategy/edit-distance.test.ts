import fc from 'fast-check'
import { expect, it } from 'vitest'
import { editDistance } from './edit-distance.ts'

it.each([
  ['', '', 0],
  ['', 'onBar', 5],
  ['onBar', 'onbars', 2],
  ['kitten', 'sitting', 3],
  ['takeprofit', 'takeProfit', 1],
  ['stopLoss', 'stopLsos', 2],
])('between "%s" and "%s" lie %d changes, either way', (one, other, changes) => {
  expect([editDistance(one, other), editDistance(other, one)]).toEqual([changes, changes])
})

it('is no longer by way of a third word', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
      expect(editDistance(a, b) === 0).toBe(a === b)
    }),
  )
})
