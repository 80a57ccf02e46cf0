import { describe, expect, it } from 'vitest'
import { normalQuantile } from './normal.ts'
import { meanOf } from './sample.ts'
import { seededUniform } from './seeded.ts'
import { confidenceRadius, confidenceSequence, cusum } from './sequential.ts'

function normals(seed: number): () => number {
  const uniform = seededUniform(seed)
  return () => normalQuantile(uniform() + 1e-10)
}

describe('confidenceSequence', () => {
  it('has the radius of the normal mixture', () => {
    // ρ² = (5.99146 + ln 6.99146) ÷ 100 = 0.0793612; √(2 · 8.93612 ÷ 793.612 · ln(√8.93612 ÷ 0.05)) = 0.30351.
    expect(confidenceRadius(100, 1)).toBeCloseTo(0.3035, 4)
    expect(confidenceRadius(100, 1.2)).toBeCloseTo(1.2 * confidenceRadius(100, 1), 14)
  })

  it('is tightest where it is asked to be', () => {
    for (const tightestAt of [20, 100, 500]) {
      const own = confidenceRadius(tightestAt, 1, { tightestAt })
      for (const other of [tightestAt / 2, tightestAt * 2])
        expect(confidenceRadius(tightestAt, 1, { tightestAt: other })).toBeGreaterThan(own)
    }
  })

  it('keeps mean and deviation in one pass', () => {
    const values = Array.from({ length: 50 }, (_, i) => 1e6 + Math.sin(i))
    const sequence = confidenceSequence()
    expect(sequence.bounds).toBeUndefined()
    expect(sequence.push(values[0]!)).toEqual({
      count: 1,
      mean: values[0],
      lower: undefined,
      upper: undefined,
    })
    for (const value of values.slice(1)) sequence.push(value)
    const mean = meanOf(values)
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 49)
    expect(sequence.bounds?.mean).toBeCloseTo(mean, 8)
    expect(sequence.bounds?.lower).toBeCloseTo(mean - confidenceRadius(50, deviation), 8)
    expect(sequence.bounds?.upper).toBeCloseTo(mean + confidenceRadius(50, deviation), 8)
  })

  it('finds a true edge, and the loss of one', () => {
    for (const [shift, side] of [
      [0.5, 'lower'],
      [-0.5, 'upper'],
    ] as const) {
      const sequence = confidenceSequence()
      const next = normals(4)
      for (let i = 0; i < 300; i++) sequence.push(next() + shift)
      expect(Math.sign(sequence.bounds?.[side] ?? 0)).toBe(Math.sign(shift))
    }
  })

  it('refuses what is no number, and tuning that has no meaning', () => {
    expect(() => confidenceSequence().push(Number.NaN)).toThrow('[data-invalid]')
    for (const options of [{ alpha: 0 }, { alpha: 1 }, { tightestAt: 0 }])
      expect(() => confidenceSequence(options)).toThrow('[invalid-options]')
    expect(() => confidenceRadius(0, 1)).toThrow('[invalid-options] count')
    expect(() => confidenceRadius(5, -1)).toThrow('[invalid-options] deviation')
  })
})

describe('cusum', () => {
  it('adds up what lies below the mean by more than the allowance, and never less than nothing', () => {
    const watch = cusum({ mean: 1, deviation: 2, allowance: 0.5, threshold: 2 })
    const sums = [1, 5, -1, -3, -3, 9].map(value => [watch.push(value), watch.sum, watch.alarm])
    expect(sums).toEqual([
      [false, 0, false],
      [false, 0, false],
      [false, 0.5, false],
      [false, 2, false],
      [true, 3.5, true],
      [false, 0, false],
    ])
  })

  it('has the run lengths of the tables: 336 without a fall at h = 4, 8.4 after a fall of one deviation', () => {
    const runLength = (shift: number, runs: number) => {
      const next = normals(9)
      let total = 0
      for (let run = 0; run < runs; run++) {
        const watch = cusum({ mean: 0, deviation: 1, threshold: 4 })
        do total += 1
        while (!watch.push(next() + shift))
      }
      return total / runs
    }
    expect(Math.abs(runLength(0, 600) - 336)).toBeLessThan(45)
    expect(runLength(-1, 3000)).toBeCloseTo(8.38, 0.5)
  })

  it('refuses what is no number, and tuning that has no meaning', () => {
    const fine = { mean: 0, deviation: 1 }
    expect(() => cusum(fine).push(Number.NaN)).toThrow('[data-invalid]')
    expect(() => cusum({ ...fine, mean: Number.NaN })).toThrow('[data-invalid]')
    for (const wrong of [{ deviation: 0 }, { allowance: -1 }, { threshold: 0 }])
      expect(() => cusum({ ...fine, ...wrong })).toThrow('[invalid-options]')
  })
})
