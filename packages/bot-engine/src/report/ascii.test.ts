import fc from 'fast-check'
import { expect, it } from 'vitest'
import { InstantText, MOST_CHARACTERS, putNumber } from './ascii.ts'

function written(put: (into: Uint8Array, at: number) => number): string {
  const into = new Uint8Array(MOST_CHARACTERS + 1)
  const end = put(into, 1)
  return new TextDecoder().decode(into.subarray(1, end))
}
const numberText = (value: number) => written((into, at) => putNumber(into, at, value))

it.each([
  0,
  1,
  -1,
  9,
  10,
  99_999_999,
  999_999_999,
  1e9,
  1_000_000_001,
  9_999_999_999,
  1e10,
  1e21,
  0.1,
  -0.1,
  1e-5,
  1e-6,
  1e-7,
  0.000_011,
  2034.56,
  2034.5,
  1.123_45,
  1.123_456,
  123_456.789_01,
  0.1 + 0.2,
  4.35 * 100,
  2 ** 53,
  -(2 ** 53),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
])('writes %d as a string of it', value => {
  expect(numberText(value)).toBe(String(value))
})

it('writes any double as a string of it, in the room that it states', () => {
  const doubles = fc.double({ noDefaultInfinity: true }).map(value => value + 0)
  const decimals = fc
    .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 7 }))
    .map(([digits, places]) => digits / 10 ** places + 0)
  fc.assert(
    fc.property(fc.oneof(doubles, decimals), value => {
      expect(numberText(value)).toBe(String(value))
      expect(numberText(value).length).toBeLessThanOrEqual(MOST_CHARACTERS)
    }),
    { numRuns: 2000 },
  )
})

it('writes instants of any order as ISO 8601', () => {
  const instants = new InstantText()
  const near = fc.integer({ min: 1_700_000_000_000, max: 1_700_200_000_000 })
  const far = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
  fc.assert(
    fc.property(fc.oneof(near, far), at => {
      expect(written((into, start) => instants.put(into, start, at))).toBe(new Date(at).toISOString())
    }),
    { numRuns: 1000 },
  )
  expect(() => written((into, at) => instants.put(into, at, Number.NaN))).toThrow(RangeError)
})
