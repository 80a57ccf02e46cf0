import { describe, expect, it } from 'vitest'
import { normalQuantile } from './normal.ts'
import { logitHistogram, overfitting, overfittingOf } from './overfitting.ts'
import { sharpeRatio } from './ratios.ts'
import { meanOf } from './sample.ts'
import { seededUniform } from './seeded.ts'

function noise(trials: number, rows: number, seed: number): number[][] {
  const uniform = seededUniform(seed)
  const value = () => normalQuantile(uniform() + 1e-10)
  return Array.from({ length: trials }, () => Array.from({ length: rows }, value))
}

/** From the definition, row by row, for a number of rows that the blocks divide. */
function plainLogits(trials: number[][], blocks: number): number[] {
  const rows = trials[0]!.length
  const choose = (from: number, count: number): number[][] =>
    count === 0
      ? [[]]
      : Array.from({ length: blocks - from }, (_, i) => from + i).flatMap(first =>
          choose(first + 1, count - 1).map(rest => [first, ...rest]),
        )
  const blockOf = (row: number) => Math.floor(row / (rows / blocks))
  return choose(0, blocks / 2).map(chosen => {
    const inside = trials.map(
      column => sharpeRatio(column.filter((_, row) => chosen.includes(blockOf(row)))) ?? 0,
    )
    const outside = trials.map(
      column => sharpeRatio(column.filter((_, row) => !chosen.includes(blockOf(row)))) ?? 0,
    )
    const best = inside.indexOf(Math.max(...inside))
    const rank = outside.filter(ratio => ratio <= outside[best]!).length / (trials.length + 1)
    return Math.log(rank / (1 - rank))
  })
}

describe('overfitting', () => {
  it('agrees with a plain reading of the definition', () => {
    const trials = noise(7, 64, 11).map((column, i) => column.map(value => value + i * 0.05))
    for (const blocks of [2, 4, 8]) {
      const { logits, probability } = overfitting(trials, { blocks })
      const plain = plainLogits(trials, blocks)
      expect(logits.length).toBe(plain.length)
      // The order of the splits differs.
      const sorted = [...plain].sort((a, b) => a - b)
      for (const [i, logit] of logits.sort().entries()) expect(logit).toBeCloseTo(sorted[i]!, 12)
      expect(probability).toBe(plain.filter(logit => logit <= 0).length / plain.length)
    }
  })

  it('makes 12,870 splits of 16 blocks, also when the rows do not divide', () => {
    expect(overfitting(noise(2, 37, 1)).logits.length).toBe(12_870)
  })

  it('is near one half when all trials are noise, on average over markets', () => {
    const found = Array.from({ length: 60 }, (_, seed) => overfitting(noise(20, 160, seed), { blocks: 8 }))
    const mean = meanOf(found.map(({ probability }) => probability))
    expect(mean).toBeGreaterThan(0.42)
    expect(mean).toBeLessThan(0.58)
    expect(meanOf(found.map(({ lossProbability }) => lossProbability))).toBeGreaterThan(0.4)
  })

  it('is near zero when one trial has an edge, and then its loss is unlikely', () => {
    const trials = noise(20, 400, 3)
    trials[4] = trials[4]!.map(value => value + 0.4)
    const { probability, lossProbability } = overfitting(trials)
    expect(probability).toBeLessThan(0.01)
    expect(lossProbability).toBeLessThan(0.01)
  })

  it('is 1 when the best half is always followed by the worst', () => {
    const turning = (sign: number) =>
      Array.from({ length: 40 }, (_, i) => sign * (i < 20 ? 1 : -1) + (i % 2) * 0.1)
    const { probability, lossProbability } = overfitting([turning(1), turning(-1)], { blocks: 2 })
    expect([probability, lossProbability]).toEqual([1, 1])
  })

  it('counts equal trials as the middle, and a trial that never trades as zero', () => {
    const column = noise(1, 40, 2)[0]!
    expect(overfitting([column, column, column], { blocks: 4 }).probability).toBe(1)
    const flat = Array<number>(40).fill(0)
    const losing = column.map(value => value - 5)
    const { logits } = overfitting([losing, flat], { blocks: 4 })
    expect([...logits].every(logit => logit > 0)).toBe(true)
  })

  it('refuses what it cannot split', () => {
    expect(() => overfitting(noise(1, 64, 1))).toThrow(
      '[data-invalid] Overfitting needs two trials and 32 rows',
    )
    expect(() => overfitting(noise(3, 31, 1))).toThrow('[data-invalid]')
    expect(() => overfitting([])).toThrow('[data-invalid]')
    expect(() => overfitting([[1, 2], [1]])).toThrow('[data-invalid] trials has 1 rows in column 1')
    for (const blocks of [0, 3, 22, Number.NaN])
      expect(() => overfitting(noise(2, 64, 1), { blocks })).toThrow('[invalid-options] blocks is')
  })
})

describe('overfitting of daily returns', () => {
  it('is judged by 16 blocks, by fewer of a short span or of thousands of trials, and not at all below 32 days', () => {
    const splits = (trials: number, rows: number) => overfittingOf(noise(trials, rows, 1))?.logits.length
    expect(splits(2, 64)).toBe(12_870)
    expect(splits(2, 63)).toBe(3432)
    expect(splits(2, 48)).toBe(924)
    expect(splits(2, 32)).toBe(70)
    expect([splits(2, 31), splits(1, 64), overfittingOf([])]).toEqual([undefined, undefined, undefined])
    expect(splits(3109, 64)).toBe(3432)
  })
})

describe('the histogram of logits', () => {
  it('counts every split once, and its lower half is the probability', () => {
    for (let seed = 1; seed < 6; seed++) {
      const found = overfitting(noise(9, 64, seed), { blocks: 8 })
      const bins = logitHistogram(found)
      expect(bins.length).toBe(12)
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(found.logits.length)
      const lower = bins.filter(({ to }) => to <= 0).reduce((sum, { count }) => sum + count, 0)
      expect(lower / found.logits.length).toBe(found.probability)
    }
  })

  it('keeps what lies beyond in the outermost bins, and a logit of 0 below the middle', () => {
    const logits = Float64Array.of(-9, -3, 0, 0.1, 3, 9)
    expect(logitHistogram({ logits }, 2).map(({ count }) => count)).toEqual([3, 3])
    expect(logitHistogram({ logits }, 6)).toMatchObject([
      { from: -3, to: -2, count: 2 },
      { count: 0 },
      { from: -1, to: 0, count: 1 },
      { count: 1 },
      { count: 0 },
      { from: 2, to: 3, count: 2 },
    ])
    expect(() => logitHistogram({ logits }, 5)).toThrow('[invalid-options] bins')
  })
})
