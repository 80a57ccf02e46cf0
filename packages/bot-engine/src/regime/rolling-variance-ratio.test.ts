import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../statistics/normal.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { varianceRatio } from '../statistics/variance-ratio.ts'
import { rollingVarianceRatio } from './rolling-variance-ratio.ts'

/** Returns with a memory of the last one. */
function returnsOf(count: number, seed: number, memory: number): number[] {
  const uniform = seededUniform(seed)
  let last = 0
  return Array.from({ length: count }, () => {
    last = memory * last + normalQuantile(uniform() + 1e-10)
    return last * 0.001
  })
}

describe('rollingVarianceRatio', () => {
  it.each([
    [2, 20],
    [5, 64],
    [10, 20],
  ])('over %d of %d returns equals the ratio of the window at every bar', (q, period) => {
    const returns = returnsOf(3000, 4, 0.1)
    let log = Math.log(1300)
    const indicator = rollingVarianceRatio(q, period)
    expect(indicator.push(1300)).toBeUndefined()
    returns.forEach((value, i) => {
      log += value
      const found = indicator.push(Math.exp(log))
      expect(found === undefined).toBe(i + 1 < period)
      if (found !== undefined)
        expect(found).toBeCloseTo(varianceRatio(returns.slice(i + 1 - period, i + 1), q)?.ratio as number, 8)
    })
  })

  it('is 1 where nothing moves, and refuses what is no price and no window', () => {
    const indicator = rollingVarianceRatio(2, 4)
    expect([1, 1, 1, 1, 1].map(close => indicator.push(close)).at(-1)).toBe(1)
    for (const close of [0, -1, Number.NaN]) expect(() => indicator.push(close)).toThrow('[data-invalid]')
    for (const [q, period] of [
      [1, 10],
      [6, 10],
    ] as const)
      expect(() => rollingVarianceRatio(q, period)).toThrow('[invalid-options]')
  })
})
