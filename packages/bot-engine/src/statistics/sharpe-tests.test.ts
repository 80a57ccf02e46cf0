import { describe, expect, it } from 'vitest'
import {
  deflatedSharpe,
  effectiveTrials,
  expectedHighest,
  luckySharpe,
  meanPairCorrelation,
  minBacktestYears,
  minTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from './sharpe-tests.ts'

describe('probabilisticSharpe', () => {
  it('gives the published 0.9134 for 24 months with fat tails, and 0.9817 for normal ones', () => {
    const sample = { sharpe: 0.458, count: 24 }
    expect(probabilisticSharpe({ ...sample, skewness: -2.448, kurtosis: 10.164 })).toBeCloseTo(0.9134, 4)
    expect(probabilisticSharpe(sample)).toBeCloseTo(0.9817, 4)
  })

  it('takes the raw kurtosis: the variance of normal returns grows by SR²/2, it does not shrink', () => {
    // (SR − SR*)·√(n − 1) ÷ √1.045 for SR 0.3; a library that puts the excess there divides by √0.9775.
    expect(probabilisticSharpe({ sharpe: 0.3, count: 31 })).toBeCloseTo(0.94603, 4)
    expect(() => probabilisticSharpe({ sharpe: 0.3, count: 31, kurtosis: 0 })).toThrow(
      '[invalid-options] No returns have kurtosis 0 with skewness 0. Give the raw kurtosis',
    )
  })

  it('is one half at the benchmark, and undefined below two returns', () => {
    expect(probabilisticSharpe({ sharpe: 0.1, count: 50 }, 0.1)).toBe(0.5)
    expect(probabilisticSharpe({ sharpe: 0.1, count: 1 })).toBeUndefined()
    expect(() => probabilisticSharpe({ sharpe: Number.NaN, count: 9 })).toThrow('[data-invalid]')
    expect(() => probabilisticSharpe({ sharpe: 1, count: Number.NaN })).toThrow('[invalid-options]')
  })

  it('survives the one case in which the estimate has no variance', () => {
    // γ4 = γ3² + 1 and SR = 2 ÷ γ3.
    const exact = { sharpe: 1, count: 10, skewness: 2, kurtosis: 5 }
    expect([
      probabilisticSharpe(exact),
      probabilisticSharpe(exact, 2),
      probabilisticSharpe(exact, 1),
    ]).toEqual([1, 0, 0.5])
  })
})

describe('sharpeSample', () => {
  it('agrees with SciPy on ten returns', () => {
    const sample = sharpeSample([0.01, -0.02, 0.015, 0.003, -0.007, 0.022, -0.011, 0.004, 0.009, -0.001])
    expect(sample?.sharpe).toBeCloseTo(0.19050552507108534, 13)
    expect(sample?.skewness).toBeCloseTo(-0.24922764999779753, 12)
    expect(sample?.kurtosis).toBeCloseTo(2.3034059410568077, 12)
    expect(sample?.count).toBe(10)
  })

  it('is undefined without variance, and fit for the tests with the least and with tiny numbers', () => {
    expect([sharpeSample([]), sharpeSample([1]), sharpeSample([0.1, 0.1, 0.1])]).toEqual(
      Array(3).fill(undefined),
    )
    for (const returns of [
      [1, 2],
      [1, 1, 1, 2],
      [1e-120, 2e-120, 5e-120],
    ]) {
      const sample = sharpeSample(returns)
      expect(sample && probabilisticSharpe(sample)).toBeGreaterThan(0.5)
    }
    expect(() => sharpeSample([1, Number.NaN])).toThrow('[data-invalid] returns holds NaN at index 1')
  })
})

describe('minTrackRecord', () => {
  it.each([
    [0.5, 2730, 11.2],
    [1, 684, 2.9],
    [1.5, 305, 1.3],
    [2, 173, 0.78],
    [3, 78, 0.37],
  ])('needs for an annual Sharpe ratio of %d that many days', (annual, days, fatYears) => {
    const sharpe = annual / Math.sqrt(252)
    expect(Math.round(minTrackRecord({ sharpe }) ?? 0)).toBe(days)
    const fat = minTrackRecord({ sharpe, skewness: -1, kurtosis: 6 }) ?? 0
    // To the digits of the table.
    const digits = fatYears < 1 ? 2 : 1
    expect((fat / 252).toFixed(digits)).toBe(fatYears.toFixed(digits))
  })

  it('is where the probabilistic ratio reaches 1 − alpha', () => {
    const sample = { sharpe: 0.12, skewness: -0.5, kurtosis: 4 }
    const count = minTrackRecord(sample, { benchmark: 0.02, alpha: 0.1 }) ?? 0
    expect(probabilisticSharpe({ ...sample, count }, 0.02)).toBeCloseTo(0.9, 12)
  })

  it('never ends for a ratio that is not above the benchmark', () => {
    expect(minTrackRecord({ sharpe: 0 })).toBeUndefined()
    expect(minTrackRecord({ sharpe: 0.1 }, { benchmark: 0.1 })).toBeUndefined()
    expect(() => minTrackRecord({ sharpe: 0.1 }, { alpha: 0 })).toThrow('[invalid-options] alpha is 0')
  })
})

describe('deflatedSharpe', () => {
  const sample = { sharpe: 2.5 / Math.sqrt(250), count: 1250, skewness: -3, kurtosis: 10 }
  const sharpeVariance = 0.5 / 250

  it('gives the published 0.9004 after 100 trials, and 0.9505 after 46', () => {
    expect(luckySharpe({ trials: 100, sharpeVariance }) * Math.sqrt(250)).toBeCloseTo(1.789, 3)
    expect(deflatedSharpe(sample, { trials: 100, sharpeVariance })).toBeCloseTo(0.9004, 4)
    expect(deflatedSharpe(sample, { trials: 46, sharpeVariance })).toBeCloseTo(0.9505, 4)
  })

  it('is the probabilistic ratio after one trial', () => {
    expect(deflatedSharpe(sample, { trials: 1, sharpeVariance })).toBe(probabilisticSharpe(sample))
  })

  it.each([
    [5, 1.19],
    [10, 1.57],
    [50, 2.28],
    [100, 2.53],
    [500, 3.05],
    [1000, 3.26],
  ])('expects the highest of %d normals at the published value', (trials, highest) => {
    expect(expectedHighest(trials).toFixed(2)).toBe(highest.toFixed(2))
  })

  it('never expects less than nothing, and refuses fewer trials than one', () => {
    expect([expectedHighest(1), expectedHighest(1.05)]).toEqual([0, 0])
    for (const trials of [0, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => expectedHighest(trials)).toThrow('[invalid-options] trials is')
    expect(() => luckySharpe({ trials: 2, sharpeVariance: -1 })).toThrow(
      '[invalid-options] sharpeVariance is -1',
    )
  })
})

describe('trials that are not independent', () => {
  it('count less the more they agree', () => {
    expect([effectiveTrials(100, 0), effectiveTrials(100, 1), effectiveTrials(100, 0.5)]).toEqual([
      100, 1, 50.5,
    ])
    expect(effectiveTrials(100, -0.3)).toBe(100)
  })

  it('have the mean of their pairwise correlations', () => {
    const a = [1, 2, 3, 4, 5.5]
    const b = [2, 1, 4, 3, 7]
    const c = [5, 3, 3, 1, 1]
    const pair = (x: number[], y: number[]) => meanPairCorrelation([x, y]) ?? Number.NaN
    expect(pair(a, a)).toBeCloseTo(1, 12)
    expect(pair(a, [-1, -2, -3, -4, -5.5])).toBeCloseTo(-1, 12)
    expect(meanPairCorrelation([a, b, c])).toBeCloseTo((pair(a, b) + pair(a, c) + pair(b, c)) / 3, 12)
    expect(meanPairCorrelation([a, [1, 1, 1, 1, 1]])).toBeUndefined()
    expect(() => meanPairCorrelation([a, [1]])).toThrow('[data-invalid] columns has 1 rows in column 1 and 5')
  })

  it('need a longer backtest the more there are', () => {
    expect(minBacktestYears(45, 1)).toBeCloseTo(7.61, 2)
    expect(minBacktestYears(1, 1)).toBe(0)
    expect(() => minBacktestYears(10, 0)).toThrow('[invalid-options] targetSharpe is 0')
  })
})
