import { EngineError } from '../errors.ts'
import { optimalBlockLength } from './block-length.ts'
import type { Interval } from './intervals.ts'
import { normalCdf, normalQuantile } from './normal.ts'
import { checkNumbers, checkOption, checkRate, meanOf, type Numbers, quantileOfSorted } from './sample.ts'
import { seededUniform } from './seeded.ts'

/** A figure of a sample; `undefined` where the sample gives no base for it. The array is reused: keep no reference. */
export type Statistic = (sample: Float64Array) => number | undefined

/** How a bootstrap resamples. */
export interface BootstrapOptions {
  /** Same seed, same result. A whole number from 0. */
  readonly seed: number
  /** Resamples, 100 to 1,000,000. Default: 5000. */
  readonly resamples?: number
  /**
   * Blocks keep the dependence between neighbours: `stationary` draws lengths from a geometric distribution, `circular`
   * takes a fixed one; both go on with the first value after the last. Default: `stationary`.
   */
  readonly blocks?: 'stationary' | 'circular'
  /** (Mean) length of blocks in values, from 1; 1 for independent values. Default: {@link optimalBlockLength}. */
  readonly blockLength?: number
}

/** What resampling says about one statistic. */
export interface BootstrapResult {
  /** The statistic of the sample itself. */
  readonly estimate: number | undefined
  /** Its values over the resamples, ascending. */
  readonly sorted: Float64Array
  /** Resamples that gave no value. */
  readonly undefinedCount: number
  /** (Mean) length of the blocks that were drawn. */
  readonly blockLength: number
  /** Value below which the share `q` of the resamples lies; `undefined` if none gave a value. */
  quantile(q: number): number | undefined
  /**
   * Interval with error rate `alpha`, half of it on each side: for a one-sided 5 % bound give 0.1 and take one side.
   *
   * `percentile` takes the quantiles as they are; `bca` corrects them for bias and skew (not defined for a sample of one
   * value, and `undefined` if leaving out one value leaves no statistic). `undefined` if no resample gave a value.
   */
  interval(alpha: number, method?: 'percentile' | 'bca'): Interval | undefined
}

const MOST_RESAMPLES = 1_000_000

/**
 * Bootstraps any number of statistics of one series from the same resamples.
 *
 * @throws {@link EngineError} `invalid-options`; `data-invalid`, also for an empty series
 * @see D. N. Politis and J. P. Romano, The Stationary Bootstrap, JASA 89, 1994
 * @see B. Efron, Better Bootstrap Confidence Intervals, JASA 82, 1987
 */
export function bootstrap<Name extends string>(
  values: Numbers,
  statistics: Readonly<Record<Name, Statistic>>,
  options: BootstrapOptions,
): Record<Name, BootstrapResult> {
  checkNumbers('values', values)
  const { resamples = 5000 } = options
  checkResamples(resamples)
  const blockLength = options.blockLength ?? optimalBlockLength(values)[options.blocks ?? 'stationary']
  const draw = indexSampler(values.length, { ...options, blockLength })
  const source = Float64Array.from(values)
  const names = Object.keys(statistics) as Name[]
  const found = names.map(() => new Float64Array(resamples))
  const counts = names.map(() => 0)
  const sample = new Float64Array(source.length)
  for (let round = 0; round < resamples; round++) {
    draw((position, index) => {
      sample[position] = source[index] as number
    })
    names.forEach((name, i) => {
      const value = statistics[name](sample)
      if (value === undefined || Number.isNaN(value)) return
      const column = found[i] as Float64Array
      column[counts[i] as number] = value
      counts[i] = (counts[i] as number) + 1
    })
  }
  const results = names.map((name, i) => {
    const sorted = (found[i] as Float64Array).slice(0, counts[i]).sort()
    return [name, new Resampled(source, statistics[name], sorted, resamples, blockLength)] as const
  })
  return Object.fromEntries(results) as unknown as Record<Name, BootstrapResult>
}

/** Refuses a number of resamples that is too low to mean anything, or too high to end. */
export function checkResamples(resamples: number): void {
  checkOption(
    'resamples',
    resamples,
    Number.isInteger(resamples) && resamples >= 100 && resamples <= MOST_RESAMPLES,
    `a whole number from 100 to ${MOST_RESAMPLES}`,
  )
}

class Resampled implements BootstrapResult {
  readonly estimate: number | undefined
  readonly sorted: Float64Array
  readonly undefinedCount: number
  readonly blockLength: number
  readonly #source: Float64Array
  readonly #statistic: Statistic

  constructor(
    source: Float64Array,
    statistic: Statistic,
    sorted: Float64Array,
    resamples: number,
    blockLength: number,
  ) {
    this.estimate = statistic(source.slice())
    this.sorted = sorted
    this.undefinedCount = resamples - sorted.length
    this.blockLength = blockLength
    this.#source = source
    this.#statistic = statistic
  }

  quantile(q: number): number | undefined {
    checkOption('q', q, q >= 0 && q <= 1, 'a share from 0 to 1')
    return this.sorted.length === 0 ? undefined : quantileOfSorted(this.sorted, q)
  }

  interval(alpha: number, method: 'percentile' | 'bca' = 'percentile'): Interval | undefined {
    checkRate('alpha', alpha)
    if (this.sorted.length === 0) return undefined
    const shares = method === 'bca' ? this.#correctedShares(alpha) : [alpha / 2, 1 - alpha / 2]
    if (shares === undefined) return undefined
    const [low = 0, high = 1] = shares
    return { lower: quantileOfSorted(this.sorted, low), upper: quantileOfSorted(this.sorted, high) }
  }

  #correctedShares(alpha: number): number[] | undefined {
    const { estimate, sorted } = this
    const acceleration = this.#acceleration()
    if (estimate === undefined || acceleration === undefined) return undefined
    let below = 0
    for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0
    // An estimate beyond all resamples is corrected as if half a resample lay beyond it.
    const share = Math.min(Math.max(below, 0.5), sorted.length - 0.5) / sorted.length
    const bias = normalQuantile(share)
    return [alpha / 2, 1 - alpha / 2].map(p => {
      const shifted = bias + normalQuantile(p)
      return normalCdf(bias + shifted / (1 - acceleration * shifted))
    })
  }

  /** Skew of the estimates that leave out one value each, ÷ 6. */
  #acceleration(): number | undefined {
    const n = this.#source.length
    if (n < 2) return undefined
    const rest = this.#source.slice(1)
    const estimates = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      if (i > 0) rest[i - 1] = this.#source[i - 1] as number
      const value = this.#statistic(rest.slice())
      if (value === undefined || Number.isNaN(value)) return undefined
      estimates[i] = value
    }
    const mean = meanOf(estimates)
    let squares = 0
    let cubes = 0
    for (const value of estimates) {
      squares += (mean - value) ** 2
      cubes += (mean - value) ** 3
    }
    return squares === 0 ? 0 : cubes / (6 * squares ** 1.5)
  }
}

/** Draws one resample: calls back for each position with the index of the value that goes there. */
export type IndexSampler = (take: (position: number, index: number) => void) => void

/** Makes the index sampler of both bootstraps. @throws {@link EngineError} `invalid-options`, `data-invalid` */
export function indexSampler(
  count: number,
  options: BootstrapOptions & { readonly blockLength: number },
): IndexSampler {
  const { seed, blocks = 'stationary', blockLength } = options
  if (count === 0)
    throw new EngineError('data-invalid', 'There is no value to resample. Give at least one.', {
      details: { count },
    })
  checkOption('blockLength', blockLength, blockLength >= 1 && blockLength < Infinity, 'a number from 1')
  const uniform = seededUniform(seed)
  const anywhere = (): number => Math.floor(uniform() * count)
  if (blocks === 'circular') return circularSampler(count, Math.ceil(blockLength), anywhere)
  return stationarySampler(count, 1 / blockLength, uniform, anywhere)
}

function stationarySampler(
  count: number,
  restart: number,
  uniform: () => number,
  anywhere: () => number,
): IndexSampler {
  return take => {
    let index = anywhere()
    take(0, index)
    for (let position = 1; position < count; position++) {
      if (restart === 1 || uniform() < restart) index = anywhere()
      else index = index + 1 === count ? 0 : index + 1
      take(position, index)
    }
  }
}

function circularSampler(count: number, length: number, anywhere: () => number): IndexSampler {
  return take => {
    let index = 0
    for (let position = 0; position < count; position++) {
      if (position % length === 0) index = anywhere()
      else index = index + 1 === count ? 0 : index + 1
      take(position, index)
    }
  }
}
