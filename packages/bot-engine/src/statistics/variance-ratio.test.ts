import { describe, expect, it } from 'vitest'
import { normalQuantile } from './normal.ts'
import { meanOf } from './sample.ts'
import { seededUniform } from './seeded.ts'
import { varianceRatio } from './variance-ratio.ts'

/** Returns with a memory of the last one; their deviation swings between 1 and 3 where asked for. */
function returnsOf(count: number, seed: number, { memory = 0, swings = false } = {}): number[] {
  const uniform = seededUniform(seed)
  let last = 0
  return Array.from({ length: count }, (_, i) => {
    last = memory * last + normalQuantile(uniform() + 1e-10) * (swings && i % 100 < 30 ? 3 : 1)
    return last * 0.001
  })
}

describe('varianceRatio', () => {
  it('agrees with the formulas of Lo and MacKinlay, written out', () => {
    const returns = returnsOf(200, 1, { memory: 0.2 })
    const prices = [0]
    for (const r of returns) prices.push(prices.at(-1)! + r)
    for (const q of [2, 5, 16]) {
      const [n, mean] = [200, prices.at(-1)! / 200]
      const single = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (n - 1)
      let long = 0
      for (let k = q; k <= n; k++) long += (prices[k]! - prices[k - q]! - q * mean) ** 2
      const ratio = long / (q * (n - q + 1) * (1 - q / n)) / single
      let theta = 0
      for (let j = 1; j < q; j++) {
        let delta = 0
        for (let k = j; k < n; k++) delta += (returns[k]! - mean) ** 2 * (returns[k - j]! - mean) ** 2
        theta += ((2 * (q - j)) / q) ** 2 * ((n * delta) / (single * (n - 1)) ** 2)
      }
      const found = varianceRatio(returns, q)
      expect(found?.ratio).toBeCloseTo(ratio, 10)
      expect(found?.z).toBeCloseTo((Math.sqrt(n) * (ratio - 1)) / Math.sqrt(theta), 10)
    }
  })

  it('is above 1 for returns that go on, below 1 for ones that turn, as their autocorrelation says', () => {
    // With memory ρ the ratio over 2 is 1 + ρ.
    expect(varianceRatio(returnsOf(20_000, 2, { memory: 0.3 }), 2)?.ratio).toBeCloseTo(1.3, 1)
    expect(varianceRatio(returnsOf(20_000, 3, { memory: -0.3 }), 2)?.ratio).toBeCloseTo(0.7, 1)
    expect(varianceRatio(returnsOf(20_000, 2, { memory: 0.3 }), 8)?.z).toBeGreaterThan(10)
  })

  it('calls a random walk one in about 95 % of samples, also where its variance swings', () => {
    let beyond = 0
    for (let seed = 1; seed <= 400; seed++)
      if (Math.abs(varianceRatio(returnsOf(500, seed, { swings: true }), 4)?.z as number) > 1.96) beyond += 1
    expect(beyond).toBeGreaterThan(8)
    expect(beyond).toBeLessThan(36)
    expect(
      meanOf(
        Array.from({ length: 100 }, (_, seed) => varianceRatio(returnsOf(500, seed), 10)?.ratio as number),
      ),
    ).toBeCloseTo(1, 1)
  })

  it('is undefined without variance, and refuses spans that the sample has not', () => {
    expect(varianceRatio([1, 1, 1, 1], 2)).toBeUndefined()
    for (const q of [1, 3, 2.5, Number.NaN])
      expect(() => varianceRatio([1, 2, 3, 4], q)).toThrow('[invalid-options] q')
    expect(() => varianceRatio([1, 2], 2)).toThrow('[data-invalid]')
    expect(() => varianceRatio([1, Number.NaN, 2, 3], 2)).toThrow('[data-invalid]')
  })
})
