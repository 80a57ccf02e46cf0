import { describe, expect, it } from 'vitest'
import { roundHalfAwayFromZero } from './rounding.ts'

describe('roundHalfAwayFromZero', () => {
  it.each([
    [2.5, 3],
    [-2.5, -3],
    [2.4999, 2],
    [-2.4999, -2],
    [0, 0],
    [7, 7],
  ])('rounds %d to %d', (value, expected) => {
    expect(roundHalfAwayFromZero(value)).toBe(expected)
  })

  it('never returns minus zero, which JSON and equality would show', () => {
    expect(Object.is(roundHalfAwayFromZero(-0.2), 0)).toBe(true)
    expect(Object.is(roundHalfAwayFromZero(-0), 0)).toBe(true)
  })

  it('rounds a decimal tie up although its double lies just below', () => {
    expect(1.005 * 100).toBeLessThan(100.5)
    expect(roundHalfAwayFromZero(1.005 * 100)).toBe(101)
    expect(roundHalfAwayFromZero(-1.005 * 100)).toBe(-101)
  })

  it('leaves whole numbers up to 2^53 − 1 as they are', () => {
    for (const value of [2 ** 48, 2 ** 50 + 1, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER]) {
      expect(roundHalfAwayFromZero(value)).toBe(value)
      expect(roundHalfAwayFromZero(-value)).toBe(-value)
    }
  })
})
