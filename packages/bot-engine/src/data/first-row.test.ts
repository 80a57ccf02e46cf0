import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rowFrom } from './first-row.ts'

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
