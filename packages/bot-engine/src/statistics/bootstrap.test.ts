import { describe, expect, it } from 'vitest'
import { optimalBlockLength } from './block-length.ts'
import { bootstrap, indexSampler } from './bootstrap.ts'
import { maxDrawdownOfSum, profitFactor } from './ratios.ts'
import { meanOf } from './sample.ts'

/** The congruential series that the reference values were made from. */
function congruential(count: number, memory = 0): number[] {
  let state = 1n
  let last = 0
  return Array.from({ length: count }, () => {
    state = (state * 1103515245n + 12345n) % 2147483648n
    last = memory * last + Number(state) / 2147483648 - 0.5
    return last
  })
}

const TRADES = [0.3, -1, 2.1, -1, 0.8, -1, 3.5, -1, 1.2, -0.6, 0.9, -1, 2.8, -1, 0.1, -0.4, 1.7, -1, 5, -1]

describe('optimalBlockLength', () => {
  // Reference values: arch (Python), bootstrap.optimal_block_length. For short series it may cut elsewhere: it compares
  // autocorrelations whose ends are corrected, the papers do not.
  it.each([
    [500, 0, 1.9373394205270027, 2.217700027337279],
    [500, 0.3, 6.619034899996414, 7.576903521983465],
    [500, 0.5, 8.5581556042167, 9.796642610134471],
    [500, 0.8, 16.625500103008918, 19.031446757486194],
    [500, -0.5, 7.129490789866518, 8.161229649313007],
  ])('agrees with arch on %d values with memory %d', (count, memory, stationary, circular) => {
    const lengths = optimalBlockLength(congruential(count, memory))
    expect(lengths.stationary).toBeCloseTo(stationary, 9)
    expect(lengths.circular).toBeCloseTo(circular, 9)
  })

  it('is 1 where nothing can be estimated, and bounded where memory never ends', () => {
    expect(optimalBlockLength([])).toEqual({ stationary: 1, circular: 1 })
    expect(optimalBlockLength(Array(50).fill(0.1))).toEqual({ stationary: 1, circular: 1 })
    const remembered = congruential(2400, 0.95)
    const lengths = Array.from({ length: 100 }, (_, i) =>
      optimalBlockLength(remembered.slice(24 * i, 24 * i + 24)),
    )
    expect(Math.max(...lengths.map(({ circular }) => circular))).toBe(8)
    expect(() => optimalBlockLength([1, Number.NaN])).toThrow('[data-invalid]')
  })
})

describe('bootstrap', () => {
  it('gives the same result for the same seed, and another for another', () => {
    const run = (seed: number) => bootstrap(TRADES, { mean: meanOf }, { seed, resamples: 500 }).mean.sorted
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })

  it('agrees with SciPy on the interval of a mean, percentile and BCa', () => {
    const { mean } = bootstrap(TRADES, { mean: meanOf }, { seed: 1, resamples: 40_000, blockLength: 1 })
    const percentile = mean.interval(0.1)
    expect(percentile?.lower).toBeCloseTo(-0.135, 1.6)
    expect(percentile?.upper).toBeCloseTo(1.13, 1.6)
    const corrected = mean.interval(0.1, 'bca')
    expect(corrected?.lower).toBeCloseTo(-0.08, 1.6)
    expect(corrected?.upper).toBeCloseTo(1.22, 1.6)
    // The skew moves both ends up, by more than chance does.
    expect((corrected?.lower ?? 0) - (percentile?.lower ?? 0)).toBeGreaterThan(0.03)
    expect((corrected?.upper ?? 0) - (percentile?.upper ?? 0)).toBeGreaterThan(0.05)
  })

  it('takes several statistics from the same resamples, and counts those that a resample lacks', () => {
    const { factor, fall, mean } = bootstrap(
      [1, 2, 1, -1],
      { factor: profitFactor, fall: maxDrawdownOfSum, mean: meanOf },
      { seed: 3, resamples: 2000 },
    )
    // A resample without the one loss: (3/4)^4.
    expect(factor.undefinedCount / 2000).toBeCloseTo(0.316, 1)
    expect(factor.sorted.length + factor.undefinedCount).toBe(2000)
    expect([fall.undefinedCount, mean.undefinedCount]).toEqual([0, 0])
    expect(fall.quantile(1)).toBe(4)
    expect([factor.estimate, mean.estimate]).toEqual([4, 0.75])
    expect(mean.sorted).toEqual(mean.sorted.slice().sort())
  })

  it('has no interval where no resample gives a value, and a point for a constant sample', () => {
    const { factor, mean } = bootstrap(
      [2, 2, 2],
      { factor: profitFactor, mean: meanOf },
      { seed: 1, resamples: 100 },
    )
    expect([
      factor.estimate,
      factor.quantile(0.5),
      factor.interval(0.1),
      factor.interval(0.1, 'bca'),
    ]).toEqual(Array(4).fill(undefined))
    for (const method of ['percentile', 'bca'] as const)
      expect(mean.interval(0.1, method)).toEqual({ lower: 2, upper: 2 })
  })

  it('refuses what it cannot resample', () => {
    const run = (values: number[], options = {}) =>
      bootstrap(values, { mean: meanOf }, { seed: 1, resamples: 100, ...options })
    expect(() => run([])).toThrow('[data-invalid] There is no value to resample')
    expect(() => run([1, Number.NaN])).toThrow('[data-invalid] values holds NaN at index 1')
    for (const wrong of [
      { seed: -1 },
      { seed: 0.5 },
      { resamples: 5 },
      { resamples: 1_000_001 },
      { blockLength: 0.5 },
      { blockLength: Number.NaN },
    ])
      expect(() => run([1, 2], wrong)).toThrow('[invalid-options]')
    expect(() => run([1, 2]).mean.interval(0)).toThrow('[invalid-options] alpha')
    expect(() => run([1, 2]).mean.quantile(1.5)).toThrow('[invalid-options] q')
  })
})

describe('blocks', () => {
  function lengthsOf(blocks: 'stationary' | 'circular', blockLength: number): number[] {
    const draw = indexSampler(1000, { seed: 5, blocks, blockLength })
    const lengths: number[] = []
    for (let round = 0; round < 20; round++) {
      let last = Number.NaN
      draw((_, index) => {
        if (index === (last + 1) % 1000) lengths[lengths.length - 1]! += 1
        else lengths.push(1)
        last = index
      })
    }
    return lengths
  }

  it('of the stationary bootstrap have geometric lengths with the mean asked for', () => {
    const lengths = lengthsOf('stationary', 8)
    const mean = meanOf(lengths)
    expect(mean).toBeGreaterThan(7.5)
    expect(mean).toBeLessThan(8.6)
    // Of a geometric distribution with mean 8 one in eight is 1, and its deviation is √56.
    expect(lengths.filter(length => length === 1).length / lengths.length).toBeCloseTo(0.125, 1.5)
    expect(Math.sqrt(meanOf(lengths.map(length => (length - mean) ** 2)))).toBeCloseTo(7.5, -0.3)
  })

  it('of the circular bootstrap all have the same length, and pass the end of the series', () => {
    const lengths = lengthsOf('circular', 8)
    // Two blocks that happen to meet look like one.
    expect(lengths.filter(length => length !== 8).length / lengths.length).toBeLessThan(0.01)
    expect(lengths.every(length => length % 8 === 0)).toBe(true)
  })

  it('use every value equally often', () => {
    const counts = new Array<number>(10).fill(0)
    const draw = indexSampler(10, { seed: 2, blockLength: 3 })
    for (let round = 0; round < 4000; round++) draw((_, index) => (counts[index]! += 1))
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(400)
  })
})
