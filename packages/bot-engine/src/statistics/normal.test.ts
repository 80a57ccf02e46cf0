import { describe, expect, it } from 'vitest'
import { normalCdf, normalQuantile } from './normal.ts'

// Reference values: SciPy 1.17 scipy.stats.norm.
const CDF: readonly (readonly [number, number])[] = [
  [-10, 7.61985302416047e-24],
  [-7.2, 3.010627981117422e-13],
  [-5, 2.866515718791933e-7],
  [-3, 0.0013498980316300933],
  [-1.96, 0.024997895148220435],
  [-0.5, 0.3085375387259869],
  [0, 0.5],
  [0.1, 0.539827837277029],
  [0.7, 0.758036347776927],
  [1.5, 0.9331927987311419],
  [2.5, 0.9937903346742238],
  [6, 0.9999999990134123],
]
const QUANTILE: readonly (readonly [number, number])[] = [
  [1e-300, -37.0470962993612],
  [1e-20, -9.262340089798409],
  [1e-9, -5.9978070150076865],
  [0.001, -3.090232306167813],
  [0.025, -1.9599639845400545],
  [0.05, -1.6448536269514729],
  [0.2, -0.8416212335729142],
  [0.4, -0.2533471031357997],
  [0.5, 0],
  [0.6, 0.2533471031357997],
  [0.95, 1.6448536269514722],
  [0.999, 3.090232306167813],
]

describe('the normal distribution', () => {
  it.each(CDF)('has the share of SciPy below %d', (x, share) => {
    expect(Math.abs(normalCdf(x) - share)).toBeLessThan(1e-15)
    // The tails keep relative precision.
    expect(normalCdf(x) / share).toBeCloseTo(1, 10)
  })

  it.each(QUANTILE)('has the quantile of SciPy at %d', (p, value) => {
    expect(Math.abs(normalQuantile(p) - value)).toBeLessThan(1e-14 * Math.max(1, Math.abs(value)))
  })

  it('ends at 0 and 1, and refuses shares beyond them', () => {
    expect([normalCdf(-40), normalCdf(40), normalCdf(Number.NEGATIVE_INFINITY)]).toEqual([0, 1, 0])
    expect(normalCdf(Number.NaN)).toBeNaN()
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(p)).toThrow('[invalid-options] p is')
  })

  it('undoes itself', () => {
    for (let p = 0.001; p < 1; p += 0.001) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 13)
  })
})
