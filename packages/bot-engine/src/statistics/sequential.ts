import { checkNumbers, checkOption, checkRate } from './sample.ts'

/** How a {@link confidenceSequence} is tuned. */
export interface ConfidenceSequenceOptions {
  /** Chance that the sequence ever leaves out the true mean, both sides together. Default: 0.05. */
  readonly alpha?: number
  /** Count of values at which it is narrowest for its error rate. Default: 100. */
  readonly tightestAt?: number
}

/** Mean and bounds after a number of values. */
export interface SequenceBounds {
  readonly count: number
  readonly mean: number
  /** `undefined` below two values. */
  readonly lower: number | undefined
  /** `undefined` below two values. */
  readonly upper: number | undefined
}

/** A mean with bounds that hold at all times, however often one looks. */
export interface ConfidenceSequence {
  /** After the last value; `undefined` before the first. */
  readonly bounds: SequenceBounds | undefined
  /** Takes the next value, in O(1). @throws {@link EngineError} `data-invalid` */
  push(value: number): SequenceBounds
}

/**
 * Half the width of a confidence sequence after `count` values with standard deviation `deviation`:
 * `σ̂·√(2(nρ² + 1) ÷ (n²ρ²) · ln(√(nρ² + 1) ÷ α))`, `ρ = √((2·ln(1/α) + ln(1 + 2·ln(1/α))) ÷ tightestAt)`.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function confidenceRadius(
  count: number,
  deviation: number,
  { alpha = 0.05, tightestAt = 100 }: ConfidenceSequenceOptions = {},
): number {
  checkRate('alpha', alpha)
  checkOption('tightestAt', tightestAt, tightestAt >= 1 && tightestAt < Infinity, 'a number from 1')
  checkOption('count', count, count >= 1 && count < Infinity, 'a whole number from 1')
  checkOption('deviation', deviation, deviation >= 0 && deviation < Infinity, 'a number from 0')
  const doubled = 2 * Math.log(1 / alpha)
  const weight = (count * (doubled + Math.log(1 + doubled))) / tightestAt
  return (
    deviation * Math.sqrt(((2 * (weight + 1)) / (count * weight)) * Math.log(Math.sqrt(weight + 1) / alpha))
  )
}

/**
 * Watches the mean of a stream that is looked at again and again: bounds of a normal mixture, valid at every count at
 * once, where a fixed test repeated every hour would be wrong sooner or later.
 *
 * The deviation is estimated, so the error rate holds for long samples: do not act on it below 30 values. Promote when
 * `lower` is above 0, demote when `upper` is below 0.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see H. Robbins, Statistical Methods Related to the Law of the Iterated Logarithm, Ann. Math. Stat. 41, 1970
 * @see Howard, Ramdas, McAuliffe, Sekhon, Time-Uniform, Nonparametric, Nonasymptotic Confidence Sequences, Ann. Stat. 49, 2021
 * @see Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, Time-Uniform Central Limit Theory and Asymptotic Confidence Sequences, 2021
 */
export function confidenceSequence(options: ConfidenceSequenceOptions = {}): ConfidenceSequence {
  confidenceRadius(1, 0, options)
  return new MixtureSequence(options)
}

class MixtureSequence implements ConfidenceSequence {
  readonly #options: ConfidenceSequenceOptions
  #count = 0
  #mean = 0
  #squares = 0

  constructor(options: ConfidenceSequenceOptions) {
    this.#options = options
  }

  get bounds(): SequenceBounds | undefined {
    const count = this.#count
    const mean = this.#mean
    if (count === 0) return undefined
    if (count === 1) return { count, mean, lower: undefined, upper: undefined }
    const radius = confidenceRadius(count, Math.sqrt(this.#squares / (count - 1)), this.#options)
    return { count, mean, lower: mean - radius, upper: mean + radius }
  }

  push(value: number): SequenceBounds {
    checkNumbers('value', [value])
    this.#count += 1
    const distance = value - this.#mean
    this.#mean += distance / this.#count
    this.#squares += distance * (value - this.#mean)
    return this.bounds as SequenceBounds
  }
}

/** What a {@link cusum} expects and when it gives alarm. */
export interface CusumOptions {
  /** Mean while all is well, in the unit of the values. */
  readonly mean: number
  /** Standard deviation while all is well, above 0. */
  readonly deviation: number
  /** Standard deviations below the mean that count as no fall; half of the fall to be found. Default: 0.5. */
  readonly allowance?: number
  /** Alarm when the sum exceeds so many standard deviations. Default: 5 (one false alarm in about 930 values). */
  readonly threshold?: number
}

/** A watch for a sudden fall of the mean. */
export interface Cusum {
  /** The sum after the last value, in standard deviations, from 0. */
  readonly sum: number
  /** The sum exceeds the threshold now. */
  readonly alarm: boolean
  /** Takes the next value; returns whether there is alarm. @throws {@link EngineError} `data-invalid` */
  push(value: number): boolean
}

/**
 * One-sided CUSUM for decay: `S_t = max(0, S_{t−1} − z_t − k)` of standardised values z, k the allowance; alarm at
 * `S_t > h`.
 *
 * With k = 0.5, a fall of one standard deviation gives alarm after about ten values at h = 5, eight at h = 4.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 * @see E. S. Page, Continuous Inspection Schemes, Biometrika 41, 1954
 */
export function cusum(options: CusumOptions): Cusum {
  const { mean, deviation, allowance = 0.5, threshold = 5 } = options
  checkNumbers('mean', [mean])
  checkOption('deviation', deviation, deviation > 0 && deviation < Infinity, 'a number above 0')
  checkOption('allowance', allowance, allowance >= 0 && allowance < Infinity, 'a number from 0')
  checkOption('threshold', threshold, threshold > 0 && threshold < Infinity, 'a number above 0')
  let sum = 0
  return {
    get sum() {
      return sum
    },
    get alarm() {
      return sum > threshold
    },
    push(value) {
      checkNumbers('value', [value])
      sum = Math.max(0, sum - (value - mean) / deviation - allowance)
      return sum > threshold
    },
  }
}
