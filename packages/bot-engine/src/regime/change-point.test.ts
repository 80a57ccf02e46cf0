import { describe, expect, it } from 'vitest'
import { seededUniform } from '../statistics/seeded.ts'
import { normalQuantile } from '../statistics/normal.ts'
import { type ChangePointOptions, changePoints } from './change-point.ts'

/** Yearly flow of the Nile at Aswan, 1871 to 1970, in 10^8 m³; it fell in 1899. @see Cobb, Biometrika 65, 1978 */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]
const NILE_OPTIONS: ChangePointOptions = { expectedRunLength: 100, deviation: 150, mean: 1000 }

/** ln Γ by Lanczos. */
function logGamma(x: number): number {
  const g = [
    76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.001208650973866179,
    -0.000005395239384953,
  ]
  const sum = g.reduce((total, c, i) => total + c / (x + i + 1), 1.000000000190015)
  return Math.log((2.5066282746310007 * sum) / x) + (x + 0.5) * Math.log(x + 5.5) - (x + 5.5)
}

/** Evidence of a whole run in closed form, not value by value. */
function logEvidence(
  run: readonly number[],
  { deviation, mean: m = 0, meanWeight: k = 1 }: ChangePointOptions,
) {
  const n = run.length
  if (n === 0) return 0
  const average = run.reduce((sum, x) => sum + x, 0) / n
  const squares = run.reduce((sum, x) => sum + (x - average) ** 2, 0)
  const rate = deviation ** 2 + squares / 2 + (k * n * (average - m) ** 2) / (2 * (k + n))
  return (
    logGamma(1 + n / 2) -
    (1 + n / 2) * Math.log(rate) +
    Math.log(deviation ** 2) +
    Math.log(k / (k + n)) / 2 -
    (n / 2) * Math.log(2 * Math.PI)
  )
}

/** The same by sums over all ways to cut the series: P(values up to t, run of r) = P(up to t − r) · hazard · evidence. */
function plain(values: readonly number[], options: ChangePointOptions): readonly number[] {
  const hazard = 1 / options.expectedRunLength
  const sumOf = (logs: readonly number[]) => {
    const most = Math.max(...logs)
    return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0))
  }
  /** ln P(the first t values, and a change behind them), the first value being behind one. */
  const cuts = [0]
  const joint = (t: number) =>
    Array.from({ length: t }, (_, i) => i + 1).map(
      r => (cuts[t - r] ?? 0) + logEvidence(values.slice(t - r, t), options) + (r - 1) * Math.log(1 - hazard),
    )
  for (let t = 1; t < values.length; t++) cuts.push(sumOf(joint(t)) + Math.log(hazard))
  const last = joint(values.length)
  const total = sumOf(last)
  return [hazard, ...last.map(log => (1 - hazard) * Math.exp(log - total))]
}

function pushed(values: readonly number[], options: ChangePointOptions) {
  const points = changePoints(options)
  return values.map(value => points.push(value))
}

describe('changePoints', () => {
  it('has the probabilities of a sum over all ways to cut the series', () => {
    const readings = pushed(NILE, NILE_OPTIONS)
    for (const length of [1, 2, 10, 30, 60, 100]) {
      const expected = plain(NILE.slice(0, length), NILE_OPTIONS)
      const { probabilities } = readings[length - 1] ?? expect.fail()
      expect(probabilities).toHaveLength(length + 1)
      for (const [run, p] of expected.entries()) expect(probabilities[run]).toBeCloseTo(p, 8)
    }
  })

  it('finds that the Nile fell in 1899', () => {
    const last = pushed(NILE, NILE_OPTIONS).at(-1) ?? expect.fail()
    expect(1971 - last.mostLikely).toBe(1899)
    // Ten years later it is all but sure.
    const { mostLikely, probabilities } = pushed(NILE.slice(0, 38), NILE_OPTIONS).at(-1) ?? expect.fail()
    expect(mostLikely).toBe(10)
    expect(probabilities.slice(8, 13).reduce((sum, p) => sum + p, 0)).toBeGreaterThan(0.8)
  })

  it('finds a change of the spread alone, and none where there is none', () => {
    const uniform = seededUniform(7)
    const noise = Array.from({ length: 400 }, () => normalQuantile(uniform()))
    const options = { expectedRunLength: 250, deviation: 1 }
    const calm = pushed(noise, options).slice(100)
    expect(calm.every(({ mostLikely }, i) => mostLikely === 101 + i)).toBe(true)
    const wilder = noise.map((value, i) => (i < 300 ? value : 4 * value))
    expect(Math.abs((pushed(wilder, options).at(-1)?.mostLikely ?? 0) - 100)).toBeLessThan(4)
  })

  it('does not change what it said when later values arrive, and sums to 1', () => {
    const all = pushed(NILE, NILE_OPTIONS)
    expect(pushed(NILE.slice(0, 50), NILE_OPTIONS)).toEqual(all.slice(0, 50))
    for (const { probabilities } of all)
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
  })

  it('keeps no more run lengths than it may, and judges long runs by their last values', () => {
    const readings = pushed(NILE, { ...NILE_OPTIONS, maxRunLength: 20 })
    expect(readings.every(({ probabilities }) => probabilities.length <= 21)).toBe(true)
    expect(readings.at(-1)?.mostLikely).toBe(20)
    expect(readings[37]?.mostLikely).toBe(10)
    for (const { probabilities } of readings)
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
  })

  it('survives a value far from all that it has seen, and refuses one that is none', () => {
    const points = changePoints({ expectedRunLength: 100, deviation: 1 })
    for (const value of [0, 1, 1e9, -1e9])
      expect(points.push(value).probabilities.every(Number.isFinite)).toBe(true)
    expect(() => points.push(Number.NaN)).toThrow('[data-invalid]')
  })

  it.each([
    { expectedRunLength: 1 },
    { deviation: 0 },
    { meanWeight: 0 },
    { mean: Number.NaN },
    { maxRunLength: 0 },
  ])('refuses %o', wrong => {
    expect(() => changePoints({ expectedRunLength: 100, deviation: 1, ...wrong })).toThrow(
      '[invalid-options]',
    )
  })
})
