import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Drawdown, ROWS_PER_CALL } from './drawdown.ts'

it('finds what a look at each sample finds, in whatever parts it takes them', () => {
  const ends = fc.array(fc.integer({ min: 0, max: 3 * ROWS_PER_CALL }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 * ROWS_PER_CALL }), fc.integer(), ends, (length, seed, parts) => {
      let [state, equity, peak, deepest] = [seed >>> 0, 3000, 0, 0]
      const equityMinor = Float64Array.from({ length: length + 5 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        equity += (state >>> 24) - 127
        return equity
      })
      for (const now of equityMinor.subarray(0, length)) {
        peak = Math.max(peak, now)
        if (peak > 0) deepest = Math.max(deepest, 1 - now / peak)
      }
      const drawdown = new Drawdown({ length, equityMinor })
      for (const end of parts) drawdown.follow(end)
      drawdown.follow(length)
      expect(drawdown.percent).toBe(deepest * 100)
    }),
    { numRuns: 100 },
  )
})
