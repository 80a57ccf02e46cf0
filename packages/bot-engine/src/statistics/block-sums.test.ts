import { describe, expect, it } from 'vitest'
import { resampledRecord, resampledSharpe } from './block-sums.ts'
import { bootstrap } from './bootstrap.ts'
import { normalQuantile } from './normal.ts'
import { maxDrawdownOfSum, profitFactor, sharpeRatio } from './ratios.ts'
import { meanOf, quantileOfSorted } from './sample.ts'
import { seededUniform } from './seeded.ts'

function series(count: number, seed: number, memory = 0): number[] {
  const uniform = seededUniform(seed)
  let last = 0
  return Array.from({ length: count }, () => {
    last = memory * last + normalQuantile(uniform() + 1e-10) + 0.05
    return last
  })
}

describe('figures out of block sums', () => {
  it.each([
    [60, 1],
    [60, 4.5],
    [3001, 1],
    [3001, 14],
  ])('are those of the drawn values themselves, of %d values in blocks of %d', (count, blockLength) => {
    const values = series(count, 3)
    const resamples = 100
    const found = resampledRecord(values, { seed: 5, resamples, blockLength })
    const uniform = seededUniform(5)
    const unit = Math.ceil(count / 1000)
    const restart = Math.min(1, unit / blockLength)
    let start = 0
    const next = (_: unknown, i: number) => {
      const isNew = i === 0 || restart === 1 || uniform() < restart
      start = isNew ? Math.floor(uniform() * count) : (start + unit) % count
      return Array.from({ length: unit }, (_unused, k) => values[(start + k) % count] as number)
    }
    const plain = Array.from({ length: resamples }, () =>
      Array.from({ length: Math.floor(count / unit) }, next).flat(),
    )
    const sorted = (of: (sample: number[]) => number | undefined) =>
      plain.flatMap(sample => of(sample) ?? []).sort((one, other) => one - other)
    const same = (one: Float64Array, other: readonly number[]) => {
      expect(one.length).toBe(other.length)
      for (const [i, value] of one.entries()) expect(value).toBeCloseTo(other[i] as number, 9)
    }
    same(found.mean, sorted(meanOf))
    same(found.factor, sorted(profitFactor))
    same(found.drawdown, sorted(maxDrawdownOfSum))
    same(found.sharpe, sorted(sharpeRatio))
  })

  it.each([
    [700, 1],
    [700, 6],
    [2500, 1],
    [2500, 20],
  ])(
    'have the same Sharpe ratios to the bit when asked for them alone, %d values in blocks of %d',
    (count, blockLength) => {
      const values = series(count, 4)
      const options = { seed: 2, resamples: 200, blockLength }
      const alone = resampledSharpe(values, options)
      expect(alone.length).toBe(200)
      expect(alone).toEqual(resampledRecord(values, options).sharpe)
    },
  )

  it('give the intervals of the stationary bootstrap, of a series with memory too', () => {
    const values = series(3000, 9, 0.3)
    const blockLength = 12
    const found = resampledRecord(values, { seed: 1, resamples: 5000, blockLength })
    const statistics = { mean: meanOf, factor: profitFactor, drawdown: maxDrawdownOfSum, sharpe: sharpeRatio }
    const other = bootstrap(values, statistics, { seed: 2, resamples: 1000, blockLength })
    for (const name of ['mean', 'factor', 'drawdown', 'sharpe'] as const) {
      const spread = (other[name].quantile(0.95) as number) - (other[name].quantile(0.05) as number)
      for (const q of [0.05, 0.5, 0.95])
        expect(Math.abs(quantileOfSorted(found[name], q) - (other[name].quantile(q) as number))).toBeLessThan(
          0.12 * spread,
        )
    }
  })

  it('leave out what has none, and refuse what is no block', () => {
    const found = resampledRecord([1, 1, 1], { seed: 1, resamples: 100, blockLength: 1 })
    expect([found.mean.length, found.factor.length, found.sharpe.length]).toEqual([100, 0, 0])
    expect(resampledSharpe([1, 1, 1], { seed: 1, resamples: 100, blockLength: 1 }).length).toBe(0)
    expect(() => resampledRecord([], { seed: 1, resamples: 100, blockLength: 1 })).toThrow('[data-invalid]')
    for (const blockLength of [0, Number.NaN])
      expect(() => resampledRecord([1, 2, 3], { seed: 1, resamples: 100, blockLength })).toThrow(
        '[invalid-options] blockLength',
      )
    expect(() => resampledRecord([Number.NaN], { seed: 1, resamples: 100, blockLength: 1 })).toThrow(
      '[data-invalid]',
    )
  })
})
