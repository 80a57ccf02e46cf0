import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RingSeries } from './series.ts'

it('keeps the newest values and counts from either end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (pushed, capacity) => {
        const series = new RingSeries<number>(capacity)
        for (const value of pushed) series.push(value)
        const kept = pushed.slice(-capacity)
        expect(series.length).toBe(kept.length)
        for (let index = -capacity - 1; index <= capacity; index++)
          expect(series.at(index)).toBe(kept.at(index))
      },
    ),
  )
})
