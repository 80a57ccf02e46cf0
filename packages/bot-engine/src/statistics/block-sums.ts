import { EngineError } from '../errors.ts'
import { checkResamples } from './bootstrap.ts'
import { checkNumbers, checkOption, meanOf, type Numbers } from './sample.ts'
import { seededUniform } from './seeded.ts'

/** Figures of one series in each resample, each ascending; where a resample gives none it is left out. */
export interface RecordResamples {
  readonly mean: Float64Array
  /** Sum of gains ÷ sum of losses. */
  readonly factor: Float64Array
  /** Deepest fall of the running sum, which starts with 0. */
  readonly drawdown: Float64Array
  /** Mean ÷ sample standard deviation. */
  readonly sharpe: Float64Array
}

/** How {@link resampledRecord} draws. */
export interface RecordOptions {
  /** Same seed, same result. A whole number from 0. */
  readonly seed: number
  /** 100 to 1,000,000. */
  readonly resamples: number
  /** Mean length of the blocks in values, from 1, as `optimalBlockLength` gives it for the stationary bootstrap. */
  readonly blockLength: number
}

/** Units of a resample: so many tell the ends of an interval as well as every value by itself, and cost no more. */
const MOST_UNITS = 1000

/**
 * Stationary bootstrap of four figures of a series at once. Up to 1000 values it draws value by value; a longer series
 * in units of neighbours, each as short as leaves 1000 of them: what a unit adds to each figure is computed once for
 * every start, so that a resample takes 1000 steps, whatever the length. Blocks have geometric lengths in units.
 *
 * Values beyond the last whole unit are left out of a resample: less than one in 1000.
 *
 * @throws {@link EngineError} `data-invalid`, also for an empty series; `invalid-options`
 * @see D. N. Politis and J. P. Romano, The Stationary Bootstrap, JASA 89, 1994
 */
export function resampledRecord(
  values: Numbers,
  { seed, resamples, blockLength }: RecordOptions,
): RecordResamples {
  checkNumbers('values', values)
  checkResamples(resamples)
  checkOption('blockLength', blockLength, blockLength >= 1 && blockLength < Infinity, 'a number from 1')
  const starts = values.length
  if (starts === 0) throw new EngineError('data-invalid', 'There is no value to resample. Give at least one.')
  const unit = Math.ceil(starts / MOST_UNITS)
  const restart = Math.min(1, unit / blockLength)
  const count = Math.floor(starts / unit)
  const units = new Units(values, unit)
  const uniform = seededUniform(seed)
  const found = new Found(resamples)
  const drawn = new Int32Array(count)
  for (let round = 0; round < resamples; round++) {
    // All starts first: two short loops whose numbers stay in registers, half the time of one that does both.
    let start = 0
    for (let i = 0; i < count; i++) {
      if (i === 0 || restart === 1 || uniform() < restart) start = Math.floor(uniform() * starts)
      else {
        start += unit
        // Not by `%`, which takes as long as all the rest of a step; a unit is never longer than the series.
        if (start >= starts) start -= starts
      }
      drawn[i] = start
    }
    units.add(drawn)
    found.take(units, count * unit)
  }
  return found.sorted()
}

class Found {
  readonly #means: Float64Array
  readonly #factors: Float64Array
  readonly #drawdowns: Float64Array
  readonly #sharpes: Float64Array
  #count = 0
  #withLoss = 0
  #withSpread = 0

  constructor(resamples: number) {
    this.#means = new Float64Array(resamples)
    this.#factors = new Float64Array(resamples)
    this.#drawdowns = new Float64Array(resamples)
    this.#sharpes = new Float64Array(resamples)
  }

  take({ sum, lost, squares, fall, center }: Units, n: number): void {
    this.#means[this.#count] = sum / n
    this.#drawdowns[this.#count++] = fall
    if (lost > 0) this.#factors[this.#withLoss++] = (sum + lost) / lost
    const variance = (squares - (sum - n * center) ** 2 / n) / (n - 1)
    if (variance > 0) this.#sharpes[this.#withSpread++] = sum / n / Math.sqrt(variance)
  }

  sorted(): RecordResamples {
    return {
      mean: this.#means.sort(),
      factor: this.#factors.subarray(0, this.#withLoss).sort(),
      drawdown: this.#drawdowns.sort(),
      sharpe: this.#sharpes.subarray(0, this.#withSpread).sort(),
    }
  }
}

/** What every unit adds, and the sums of a resample in the making. */
class Units {
  /** Squares are of distances from the mean of all values, which keeps small variances. */
  readonly center: number
  readonly #sums: Float64Array
  readonly #losses: Float64Array
  readonly #squares: Float64Array
  /** Of the running sum within a unit, which starts with 0: its highest and lowest value, and its deepest fall. */
  readonly #highs: Float64Array
  readonly #lows: Float64Array
  readonly #falls: Float64Array
  sum = 0
  lost = 0
  squares = 0
  fall = 0
  #peak = 0

  constructor(values: Numbers, length: number) {
    const n = values.length
    this.center = meanOf(values)
    this.#sums = new Float64Array(n)
    this.#losses = new Float64Array(n)
    this.#squares = new Float64Array(n)
    this.#highs = new Float64Array(n)
    this.#lows = new Float64Array(n)
    this.#falls = new Float64Array(n)
    for (let start = 0; start < n; start++) {
      this.begin()
      let low = 0
      for (let i = 0; i < length; i++) low = Math.min(low, this.#take(values[(start + i) % n] as number))
      this.#sums[start] = this.sum
      this.#losses[start] = this.lost
      this.#squares[start] = this.squares
      this.#highs[start] = this.#peak
      this.#lows[start] = low
      this.#falls[start] = this.fall
    }
  }

  begin(): void {
    this.sum = 0
    this.lost = 0
    this.squares = 0
    this.fall = 0
    this.#peak = 0
  }

  /** Makes the sums of the resample whose units have these starts. */
  add(starts: Int32Array): void {
    const sums = this.#sums
    const losses = this.#losses
    const squares = this.#squares
    const highs = this.#highs
    const lows = this.#lows
    const falls = this.#falls
    let sum = 0
    let lost = 0
    let squareSum = 0
    let fall = 0
    let peak = 0
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i] as number
      const within = falls[start] as number
      const fromPeak = peak - (sum + (lows[start] as number))
      if (within > fall) fall = within
      if (fromPeak > fall) fall = fromPeak
      const high = sum + (highs[start] as number)
      if (high > peak) peak = high
      sum += sums[start] as number
      lost += losses[start] as number
      squareSum += squares[start] as number
    }
    this.sum = sum
    this.lost = lost
    this.squares = squareSum
    this.fall = fall
  }

  #take(value: number): number {
    this.sum += value
    if (value < 0) this.lost -= value
    this.squares += (value - this.center) ** 2
    if (this.sum > this.#peak) this.#peak = this.sum
    if (this.#peak - this.sum > this.fall) this.fall = this.#peak - this.sum
    return this.sum
  }
}
