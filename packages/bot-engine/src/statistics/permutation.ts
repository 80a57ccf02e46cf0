import { checkNumbers, checkOption, type Numbers } from './sample.ts'
import { seededUniform } from './seeded.ts'

/** What a permutation test asks. */
export interface PermutationOptions {
  /** Same seed, same result; used above {@link MOST_EXACT_PAIRS} pairs. */
  readonly seed: number
  /**
   * `greater`: the mean difference lies above 0; `less`: below it; `two-sided`: it is not 0. A one-sided question has its
   * own p-value, it is not half of the two-sided one.
   */
  readonly alternative: 'greater' | 'less' | 'two-sided'
  /** Random sign patterns, 100 to 1,000,000. Default: 10,000. */
  readonly resamples?: number
}

/** Up to so many pairs all sign patterns are counted, and the p-value is exact. */
export const MOST_EXACT_PAIRS = 16

/**
 * Paired permutation test: p-value of the mean of `differences` when the sign of each could as well be the other.
 *
 * For slippage live against demo: one difference per matched trade. Exact up to 16 pairs; above,
 * `(1 + patterns at least as extreme) ÷ (1 + resamples)`. `undefined` without a difference.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 * @see R. A. Fisher, The Design of Experiments, 1935
 */
export function pairedPermutation(differences: Numbers, options: PermutationOptions): number | undefined {
  const { seed, alternative, resamples = 10_000 } = options
  checkNumbers('differences', differences)
  checkOption(
    'resamples',
    resamples,
    Number.isInteger(resamples) && resamples >= 100 && resamples <= 1_000_000,
    'a whole number from 100 to 1000000',
  )
  const uniform = seededUniform(seed)
  const n = differences.length
  if (n === 0) return undefined
  const measure = { greater: (sum: number) => sum, less: (sum: number) => -sum, 'two-sided': Math.abs }[
    alternative
  ]
  const values = Array.from(differences)
  const total = values.reduce((sum, value) => sum + value, 0)
  // Sums of the same numbers in another order differ by rounding.
  const bound = measure(total) - 1e-12 * values.reduce((sum, value) => sum + Math.abs(value), 0)
  const isExact = n <= MOST_EXACT_PAIRS
  const patterns = isExact ? 2 ** n : resamples
  let extreme = 0
  for (let pattern = 0; pattern < patterns; pattern++) {
    const flips = isExact ? (i: number) => ((pattern >> i) & 1) === 1 : () => uniform() < 0.5
    if (measure(flippedSum(values, flips)) >= bound) extreme += 1
  }
  return isExact ? extreme / patterns : (1 + extreme) / (1 + patterns)
}

function flippedSum(values: readonly number[], flips: (index: number) => boolean): number {
  let sum = 0
  values.forEach((value, i) => {
    sum += flips(i) ? -value : value
  })
  return sum
}
