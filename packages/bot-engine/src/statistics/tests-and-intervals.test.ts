import { describe, expect, it } from 'vitest'
import { requiredTrades, wilsonInterval } from './intervals.ts'
import { falseDiscovery } from './multiple-testing.ts'
import { pairedPermutation } from './permutation.ts'
import { superiorAbility } from './superior-ability.ts'

describe('wilsonInterval', () => {
  // Reference values: SciPy binomtest(k, n).proportion_ci(0.95, 'wilson').
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [7, 10, 0.39677814746114526, 0.892208732593699],
    [18, 40, 0.30705307810904925, 0.6017090820106794],
    [10, 10, 0.7224672001371109, 1],
    [55, 100, 0.45244602997442135, 0.6438546202048803],
  ])('agrees with SciPy on %d of %d', (wins, count, lower, upper) => {
    const interval = wilsonInterval(wins, count)
    expect(interval?.lower).toBeCloseTo(lower, 14)
    expect(interval?.upper).toBeCloseTo(upper, 14)
  })

  it('is undefined without a trade, and refuses more wins than trades', () => {
    expect(wilsonInterval(0, 0)).toBeUndefined()
    for (const [wins, count, alpha] of [
      [2, 1, 0.05],
      [-1, 1, 0.05],
      [0.5, 1, 0.05],
      [1, 2.5, 0.05],
      [1, 2, 0],
    ] as const)
      expect(() => wilsonInterval(wins, count, alpha)).toThrow('[invalid-options]')
  })
})

describe('requiredTrades', () => {
  it.each([
    [0.5, 36],
    [0.25, 143],
    [0.1, 891],
  ])('needs for an expectancy of %d R with a deviation of 1.2 R that many trades', (effect, trades) => {
    expect(requiredTrades({ deviation: 1.2, effect })).toBe(trades)
  })

  it('refuses an effect of nothing', () => {
    expect(() => requiredTrades({ deviation: 1, effect: 0 })).toThrow('[invalid-options] effect is 0')
    expect(requiredTrades({ deviation: 1, effect: 1, alpha: 0.5, power: 0.5 })).toBe(1)
  })
})

describe('falseDiscovery', () => {
  it('adjusts p-values as SciPy does', () => {
    const { adjusted, discoveries } = falseDiscovery([0.01, 0.04, 0.03, 0.005, 0.6, 0.5])
    const expected = [0.03, 0.06, 0.06, 0.03, 0.6, 0.6]
    for (const [i, p] of expected.entries()) expect(adjusted[i]).toBeCloseTo(p, 14)
    expect(discoveries).toEqual([true, false, false, true, false, false])
  })

  it('finds the four of the paper by Benjamini and Hochberg, where Bonferroni finds three', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ]
    expect(falseDiscovery(p).discoveries.filter(Boolean).length).toBe(4)
    expect(p.filter(value => value <= 0.05 / 15).length).toBe(3)
  })

  it('takes no test at all, and refuses what is no p-value', () => {
    expect(falseDiscovery([])).toEqual({ adjusted: [], discoveries: [] })
    for (const p of [-0.1, 1.1, Number.NaN])
      expect(() => falseDiscovery([0.5, p])).toThrow('[invalid-options]')
  })
})

describe('pairedPermutation', () => {
  const differences = [1.2, -0.4, 0.8, 0.3, -0.1, 0.9, 0.5, -0.2]

  it.each([
    ['greater', 0.0625],
    ['less', 0.94921875],
    ['two-sided', 0.125],
  ] as const)('agrees with SciPy on the exact p-value of %s', (alternative, p) => {
    expect(pairedPermutation(differences, { seed: 1, alternative })).toBe(p)
  })

  it('calls a record that is clearly worse not significantly better', () => {
    const worse = Array.from({ length: 40 }, (_, i) => -1 + Math.sin(i))
    const chance = (alternative: 'greater' | 'less' | 'two-sided') =>
      pairedPermutation(worse, { seed: 1, alternative, resamples: 1000 }) ?? Number.NaN
    expect(chance('greater')).toBeGreaterThan(0.99)
    expect(chance('less')).toBeLessThan(0.01)
    expect(chance('two-sided')).toBeLessThan(0.01)
  })

  it('has any share as result above 16 pairs, the same for the same seed', () => {
    const many = [...differences, ...differences, ...differences]
    const run = (seed: number) => pairedPermutation(many, { seed, alternative: 'greater' })
    expect(run(1)).toBe(run(1))
    expect(run(1)).toBeGreaterThan(0)
    expect(run(1)).toBeLessThan(0.02)
  })

  it('is undefined without a pair, 1 for no difference, and refuses bad input', () => {
    const options = { seed: 1, alternative: 'greater' } as const
    expect(pairedPermutation([], options)).toBeUndefined()
    expect(pairedPermutation([0, 0], options)).toBe(1)
    expect(() => pairedPermutation([Number.NaN], options)).toThrow('[data-invalid]')
    expect(() => pairedPermutation([1], { ...options, resamples: 5 })).toThrow('[invalid-options] resamples')
  })
})

describe('superiorAbility', () => {
  const wave = (mean: number, size: number, phase: number) =>
    Array.from({ length: 200 }, (_, i) => mean + size * Math.sin(i * i + phase))

  it('finds the one candidate that is better, and names it', () => {
    const found = superiorAbility([wave(0, 1, 1), wave(0.4, 1, 2), wave(-0.1, 1, 3)], {
      seed: 1,
      resamples: 500,
    })
    expect(found.best).toBe(1)
    expect(found.pValue).toBeLessThan(0.01)
    expect(found.realityCheck).toBeLessThan(0.01)
  })

  it('is not misled by bad and wild candidates, which raise the p-value of the Reality Check', () => {
    const poor = Array.from({ length: 30 }, (_, i) => wave(-3, 20, i))
    const found = superiorAbility([wave(0.2, 1, 2), ...poor], { seed: 1, resamples: 500, blockLength: 2 })
    expect(found.pValue).toBeLessThan(0.05)
    expect(found.realityCheck).toBeGreaterThan(0.3)
    expect(found.lower).toBeLessThanOrEqual(found.pValue)
    expect(found.pValue).toBeLessThanOrEqual(found.upper)
  })

  it('is 1 if no candidate is better at all', () => {
    const { pValue, upper } = superiorAbility([wave(-1, 1, 1), Array(200).fill(0)], {
      seed: 1,
      resamples: 100,
    })
    expect([pValue, upper]).toEqual([1, 1])
  })

  it('refuses what it cannot resample', () => {
    const options = { seed: 1, resamples: 100 }
    expect(() => superiorAbility([], options)).toThrow('[data-invalid] The test needs a column and two rows')
    expect(() => superiorAbility([[1]], options)).toThrow('[data-invalid]')
    expect(() => superiorAbility([[1, 1, 1]], options)).toThrow('[data-invalid] excess[0] is 1 in every row')
    expect(() => superiorAbility([[1, Number.NaN]], options)).toThrow('[data-invalid]')
    expect(() => superiorAbility([[1, 2]], { ...options, resamples: 1 })).toThrow('[invalid-options]')
  })
})
