import fc from 'fast-check'
import { expect, it } from 'vitest'
import { paramsKey, range } from './grid.ts'

it('counts from one end to the other in decimals as written', () => {
  expect(range(1.5, 3, 0.25)).toEqual([1.5, 1.75, 2, 2.25, 2.5, 2.75, 3])
  expect(range(0.1, 0.7, 0.1)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  expect(range(10, 24, 5)).toEqual([10, 15, 20])
  expect(range(1e-7, 3e-7, 1e-7)).toEqual([1e-7, 2e-7, 3e-7])
  expect(range(4, 4)).toEqual([4])
  for (const [from, to, step] of [
    [2, 1, 1],
    [1, 2, 0],
    [1, 2, -1],
    [Number.NaN, 1, 1],
    [0, 1e9, 1],
    [0, Number.POSITIVE_INFINITY, 1],
  ] as const)
    expect(() => range(from, to, step)).toThrow('[invalid-options]')
})

it('knows parameters by their values, not by the order in which they stand', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string())), params => {
      const turned = Object.fromEntries(Object.entries(params).reverse())
      expect(paramsKey(turned)).toBe(paramsKey(params))
    }),
  )
  expect(paramsKey({ a: 1, b: undefined })).toBe('{"a":1}')
})
