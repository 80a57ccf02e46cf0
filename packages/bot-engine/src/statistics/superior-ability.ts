import { EngineError } from '../errors.ts'
import { optimalBlockLength } from './block-length.ts'
import { type BootstrapOptions, checkResamples, indexSampler } from './bootstrap.ts'
import { autocovariances } from './ratios.ts'
import { checkColumns, isConstant, meanOf, type Numbers } from './sample.ts'

/** p-values of "no candidate is better than the benchmark". */
export interface SuperiorAbility {
  /** Hansen's consistent p-value: candidates that are clearly worse do not count. The one to use. */
  readonly pValue: number
  /** Lower bound: all candidates worse than the benchmark are ignored. */
  readonly lower: number
  /** Upper bound: all candidates count as if they were equal to the benchmark. */
  readonly upper: number
  /** White's Reality Check: as `upper`, without dividing by each candidate's deviation. */
  readonly realityCheck: number
  /** Column with the highest studentised mean. */
  readonly best: number
}

/**
 * Tests whether the best of a family is better than a benchmark, given that it was chosen as the best: Hansen's test for
 * superior predictive ability and White's Reality Check, from the same resamples of the stationary bootstrap.
 *
 * `excess` holds per candidate its results minus the benchmark's, period by period. A column without variance is
 * ignored by Hansen's test unless its mean is above 0, which is refused as no measurement.
 *
 * p-values are `(1 + resamples at least as extreme) ÷ (1 + resamples)`, so never 0. The block length is the longest of
 * the columns' best ones unless it is given. The cost is resamples × rows × columns.
 *
 * @throws {@link EngineError} `invalid-options`; `data-invalid`, also for no column and below two rows
 * @see P. R. Hansen, A Test for Superior Predictive Ability, J. of Business & Economic Statistics 23(4), 2005
 * @see H. White, A Reality Check for Data Snooping, Econometrica 68(5), 2000
 */
export function superiorAbility(
  excess: readonly Numbers[],
  options: Omit<BootstrapOptions, 'blocks'>,
): SuperiorAbility {
  const rows = checkColumns('excess', excess)
  const { resamples = 5000 } = options
  checkResamples(resamples)
  if (excess.length === 0 || rows < 2)
    throw new EngineError(
      'data-invalid',
      `The test needs a column and two rows; there are ${excess.length} and ${rows}.`,
      {
        details: { columns: excess.length, rows },
      },
    )
  const blockLength =
    options.blockLength ?? Math.max(...excess.map(column => optimalBlockLength(column).stationary))
  const candidates = excess.map((column, index) => candidateOf(column, index, rows, blockLength))
  const observed = highestOf(candidates, candidate => candidate.mean)
  const draw = indexSampler(rows, { ...options, blocks: 'stationary', blockLength })
  const counts = { consistent: 1, lower: 1, upper: 1, raw: 1 }
  const picked = new Uint32Array(rows)
  for (let round = 0; round < resamples; round++) {
    draw((position, index) => {
      picked[position] = index
    })
    for (const candidate of candidates) candidate.resampled = pickedMean(candidate.column, picked)
    const consistent = highestOf(candidates, c => c.resampled - c.centers.consistent)
    const lower = highestOf(candidates, c => c.resampled - c.centers.lower)
    const upper = highestOf(candidates, c => c.resampled - c.mean)
    if (consistent.studentised >= observed.studentised) counts.consistent += 1
    if (lower.studentised >= observed.studentised) counts.lower += 1
    if (upper.studentised >= observed.studentised) counts.upper += 1
    if (upper.raw >= observed.raw) counts.raw += 1
  }
  const share = (count: number): number => count / (resamples + 1)
  return {
    pValue: share(counts.consistent),
    lower: share(counts.lower),
    upper: share(counts.upper),
    realityCheck: share(counts.raw),
    best: observed.best,
  }
}

interface Candidate {
  readonly column: Numbers
  readonly mean: number
  /** Standard error of the mean under the stationary bootstrap. */
  readonly error: number
  /** What is taken from a resampled mean, so that the candidate is no better than the benchmark. */
  readonly centers: { readonly consistent: number; readonly lower: number }
  resampled: number
}

function candidateOf(column: Numbers, index: number, rows: number, blockLength: number): Candidate {
  const mean = meanOf(column)
  const error = isConstant(column) ? 0 : Math.sqrt(longRunVariance(column, 1 / blockLength) / rows)
  if (error === 0 && mean > 0)
    throw new EngineError(
      'data-invalid',
      `excess[${index}] is ${mean} in every row. Give measured results.`,
      {
        details: { column: index, mean },
      },
    )
  const clearlyWorse = mean < -error * Math.sqrt(2 * Math.log(Math.max(1, Math.log(rows))))
  return {
    column,
    mean,
    error,
    centers: { consistent: clearlyWorse ? 0 : mean, lower: Math.max(0, mean) },
    resampled: mean,
  }
}

/** Variance of √n × the mean of a stationary resample; `restart` is the chance of a new block. */
function longRunVariance(column: Numbers, restart: number): number {
  const n = column.length
  const covariances = autocovariances(column, restart === 1 ? 0 : n - 1)
  return covariances.reduce((sum, covariance, lag) => {
    if (lag === 0) return covariance
    const weight = ((n - lag) / n) * (1 - restart) ** lag + (lag / n) * (1 - restart) ** (n - lag)
    return sum + 2 * weight * covariance
  }, 0)
}

/** Highest mean as it is and ÷ its standard error, the latter never below 0. */
function highestOf(candidates: readonly Candidate[], meanFor: (candidate: Candidate) => number) {
  const highest = { raw: Number.NEGATIVE_INFINITY, studentised: 0, best: 0 }
  let bestRatio = Number.NEGATIVE_INFINITY
  candidates.forEach((candidate, i) => {
    const mean = meanFor(candidate)
    highest.raw = Math.max(highest.raw, mean)
    const ratio = candidate.error === 0 ? Number.NEGATIVE_INFINITY : mean / candidate.error
    if (ratio > bestRatio) {
      bestRatio = ratio
      highest.best = i
    }
  })
  highest.studentised = Math.max(0, bestRatio)
  return highest
}

function pickedMean(column: Numbers, picked: Uint32Array): number {
  let sum = 0
  for (const index of picked) sum += column[index] as number
  return sum / picked.length
}
