// No test may find more in noise than its error rate allows. Each runs many seeded markets in which there is nothing
// to find; the bounds are three standard errors of the count around the rate.
import { describe, expect, it } from 'vitest'
import { bootstrap } from './bootstrap.ts'
import { falseDiscovery } from './multiple-testing.ts'
import { normalCdf, normalQuantile } from './normal.ts'
import { pairedPermutation } from './permutation.ts'
import { sharpeRatio } from './ratios.ts'
import { meanOf } from './sample.ts'
import { seededUniform } from './seeded.ts'
import { confidenceSequence } from './sequential.ts'
import { deflatedSharpe, minTrackRecord, probabilisticSharpe, sharpeSample } from './sharpe-tests.ts'
import { superiorAbility } from './superior-ability.ts'

const ALPHA = 0.05

function market(seed: number) {
  const uniform = seededUniform(seed)
  const normal = () => normalQuantile(uniform() + 1e-10)
  const noise = (count: number) => Array.from({ length: count }, normal)
  return { uniform, normal, noise }
}

function rateOf(runs: number, finds: () => boolean): number {
  let found = 0
  for (let run = 0; run < runs; run++) if (finds()) found += 1
  return found / runs
}

const error = (runs: number) => Math.sqrt((ALPHA * (1 - ALPHA)) / runs)

function expectNominal(rate: number, runs: number) {
  expect(rate).toBeGreaterThan(ALPHA - 3 * error(runs))
  expect(rate).toBeLessThan(ALPHA + 3 * error(runs))
}

const expectAtMost = (rate: number, runs: number) => expect(rate).toBeLessThan(ALPHA + 3 * error(runs))

describe('in a market without anything to find', () => {
  it('the probabilistic Sharpe ratio exceeds 95 % in 5 % of the records', () => {
    const { noise } = market(1)
    const psr = () => probabilisticSharpe(sharpeSample(noise(250))!)!
    expectNominal(
      rateOf(1500, () => psr() > 1 - ALPHA),
      1500,
    )
  })

  it('for returns with rare large losses it stays near that, and only because it knows their skew', () => {
    // Mean 0.3, deviation 1, skewness −2: judged against its true ratio. The skew is estimated, hence no exact 5 %.
    const { uniform } = market(2)
    const returns = () => Array.from({ length: 400 }, () => Math.log(uniform() + 1e-10) + 1.3)
    let naive = 0
    const rate = rateOf(1000, () => {
      const sample = sharpeSample(returns())!
      const { sharpe, count } = sample
      if (probabilisticSharpe({ sharpe, count }, 0.3)! > 1 - ALPHA) naive += 1
      return probabilisticSharpe(sample, 0.3)! > 1 - ALPHA
    })
    expect(rate).toBeGreaterThan(0.03)
    expect(rate).toBeLessThan(0.085)
    expect(naive / 1000).toBeGreaterThan(rate + 0.03)
  })

  it('the best of 50 trials passes for skill almost always, and deflated in 5 % at most', () => {
    const { noise } = market(3)
    const runs = 120
    let undeflated = 0
    const rate = rateOf(runs, () => {
      const samples = Array.from({ length: 50 }, () => sharpeSample(noise(120))!)
      const best = samples.reduce((one, other) => (other.sharpe > one.sharpe ? other : one))
      const mean = meanOf(samples.map(({ sharpe }) => sharpe))
      const sharpeVariance = samples.reduce((sum, { sharpe }) => sum + (sharpe - mean) ** 2, 0) / 49
      if (probabilisticSharpe(best)! > 1 - ALPHA) undeflated += 1
      return deflatedSharpe(best, { trials: 50, sharpeVariance })! > 1 - ALPHA
    })
    expectAtMost(rate, runs)
    expect(undeflated / runs).toBeGreaterThan(0.85)
  })

  it('a record of the minimum length is convincing in half of the cases that it was made for', () => {
    const { noise } = market(4)
    const sharpe = 0.2
    const length = Math.round(minTrackRecord({ sharpe })!)
    const rate = rateOf(1500, () => {
      const sample = sharpeSample(noise(length).map(value => value + sharpe))!
      return probabilisticSharpe(sample)! > 1 - ALPHA
    })
    expect(rate).toBeCloseTo(0.5, 1)
  })

  it('the lower bound of the bootstrap lies above 0 in 5 % of the records', () => {
    const { noise } = market(5)
    const runs = 300
    const rate = rateOf(runs, () => {
      const { mean } = bootstrap(noise(80), { mean: meanOf }, { seed: runs, resamples: 200, blockLength: 1 })
      return mean.interval(2 * ALPHA)!.lower > 0
    })
    expectNominal(rate, runs)
  })

  it('blocks keep the rate of dependent returns near 5 %, single values do not', () => {
    const { normal } = market(6)
    const dependent = () => {
      let last = 0
      return Array.from({ length: 120 }, () => (last = 0.5 * last + normal()))
    }
    const runs = 160
    let single = 0
    const rate = rateOf(runs, () => {
      const values = dependent()
      const lower = (options: object) =>
        bootstrap(values, { mean: meanOf }, { seed: 1, resamples: 150, ...options }).mean.interval(2 * ALPHA)!
          .lower
      if (lower({ blockLength: 1 }) > 0) single += 1
      return lower({}) > 0
    })
    expect(rate).toBeLessThan(0.11)
    expect(single / runs).toBeGreaterThan(0.13)
  })

  it('a confidence sequence that is looked at after every trade errs in 5 % at most, a repeated test in far more', () => {
    const { normal } = market(7)
    const runs = 300
    let peeking = 0
    const rate = rateOf(runs, () => {
      const sequence = confidenceSequence({ alpha: ALPHA })
      let out = false
      let peeked = false
      let squares = 0
      for (let count = 1; count <= 400; count++) {
        const value = normal()
        squares += value * value
        const { mean, lower = 0, upper = 0 } = sequence.push(value)
        if (count < 30) continue
        if (lower > 0 || upper < 0) out = true
        if (Math.abs(mean) > (1.96 * Math.sqrt(squares / count)) / Math.sqrt(count)) peeked = true
      }
      if (peeked) peeking += 1
      return out
    })
    expectAtMost(rate, runs)
    expect(peeking / runs).toBeGreaterThan(0.2)
  })

  it('false discoveries among 20 tests happen in 5 % of the families', () => {
    const { normal } = market(8)
    const pValues = () => Array.from({ length: 20 }, () => 1 - normalCdf(normal()))
    expectNominal(
      rateOf(3000, () => falseDiscovery(pValues(), ALPHA).discoveries.includes(true)),
      3000,
    )
  })

  it('the best of a family is called superior in 5 % of the families', () => {
    const { noise } = market(9)
    const runs = 150
    let chosen = 0
    const rate = rateOf(runs, () => {
      const family = Array.from({ length: 8 }, () => noise(80))
      const best = Math.max(...family.map(column => sharpeRatio(column)!))
      if (best * Math.sqrt(80) > 1.645) chosen += 1
      return superiorAbility(family, { seed: 3, resamples: 200, blockLength: 1 }).pValue <= ALPHA
    })
    expectNominal(rate, runs)
    expect(chosen / runs).toBeGreaterThan(0.3)
  })

  it('paired permutations find a difference in 5 % of the pairs', () => {
    const { noise } = market(10)
    const rate = rateOf(
      400,
      () => pairedPermutation(noise(30), { seed: 1, alternative: 'greater', resamples: 400 })! <= ALPHA,
    )
    expectNominal(rate, 400)
  })
})
