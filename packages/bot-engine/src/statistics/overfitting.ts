import { EngineError } from '../errors.ts'
import { checkColumns, checkOption, type Numbers } from './sample.ts'

/** The fewest blocks that a probability is told of: 70 splits. */
const LEAST_BLOCKS = 8

/** How often the best in one half of the data was no better than the middle in the other half. */
export interface Overfitting {
  /** PBO: share of splits with a logit ≤ 0. Go on to a demo account below 0.2. */
  readonly probability: number
  /** λ = ln(ω ÷ (1 − ω)) of each split, ω the relative rank out of sample; for a histogram. */
  readonly logits: Float64Array
  /** Share of splits in which the chosen trial loses (mean return below 0) out of sample. */
  readonly lossProbability: number
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation.
 *
 * `trials` holds one column of period returns per trial. The rows are cut into `blocks` blocks of (nearly) equal
 * length. For each choice of half of the blocks: the trial with the highest Sharpe ratio there, and its rank by Sharpe
 * ratio in the other half, `ω = rank ÷ (N + 1)`. Ties share their mean rank; without variance the ratio is 0, or
 * infinite with the sign of the mean.
 *
 * 16 blocks make 12,870 splits. The cost is splits × blocks × trials.
 *
 * @param options - `blocks`: even, 2 to 20. Default: 16.
 * @throws {@link EngineError} `invalid-options`; `data-invalid` for fewer than two trials, or less than two rows a block
 * @see Bailey, Borwein, López de Prado, Zhu, The Probability of Backtest Overfitting, J. of Computational Finance 20(4), 2017
 */
export function overfitting(
  trials: readonly Numbers[],
  { blocks = 16 }: { readonly blocks?: number } = {},
): Overfitting {
  checkOption(
    'blocks',
    blocks,
    blocks >= 2 && blocks <= 20 && blocks % 2 === 0,
    'an even number from 2 to 20',
  )
  const rows = checkColumns('trials', trials)
  if (trials.length < 2 || rows < 2 * blocks)
    throw new EngineError(
      'data-invalid',
      `Overfitting needs two trials and ${2 * blocks} rows for ${blocks} blocks; there are ${trials.length} and ${rows}.`,
      { details: { trials: trials.length, rows, blocks } },
    )
  const sums = blockSums(trials, rows, blocks)
  const logits: number[] = []
  let losses = 0
  const judge = (inside: Half, outside: Half) => {
    const chosen = bestOf(inside.ratios)
    const rank = meanRank(outside.ratios, chosen) / (trials.length + 1)
    logits.push(Math.log(rank / (1 - rank)))
    if ((outside.means[chosen] as number) < 0) losses += 1
  }
  eachSplit(sums, (one, other) => {
    judge(one, other)
    judge(other, one)
  })
  const probability = logits.filter(logit => logit <= 0).length / logits.length
  return { probability, logits: Float64Array.from(logits), lossProbability: losses / logits.length }
}

/** Most blocks that are cut, those of the source: 12,870 splits. */
const MOST_BLOCKS = 16
/** A variance of fewer days says nothing. */
const LEAST_ROWS_PER_BLOCK = 4
/** Splits × trials: one to two seconds. */
const MOST_WORK = 40_000_000

/**
 * {@link overfitting} of daily returns in as many blocks as they allow: 16, fewer where a block would have less than four
 * rows, and from 3,109 trials on, where the splits of 16 would take longer than some seconds.
 *
 * @returns `undefined` for fewer than 32 rows or two trials
 */
export function overfittingOf(trials: readonly Numbers[]): Overfitting | undefined {
  const rows = trials[0]?.length ?? 0
  if (trials.length < 2 || rows < LEAST_BLOCKS * LEAST_ROWS_PER_BLOCK) return undefined
  let blocks = MOST_BLOCKS
  while (
    blocks > LEAST_BLOCKS &&
    (rows < blocks * LEAST_ROWS_PER_BLOCK || splitsOf(blocks) * trials.length > MOST_WORK)
  )
    blocks -= 2
  return overfitting(trials, { blocks })
}

/** How many logits lie in a bin, its upper end included. */
export interface LogitBin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Half of the histogram's width: beyond ±3 the chosen trial is among the best or the worst twentieth. */
const LOGIT_SPAN = 3

/**
 * The logits as a histogram of equal bins from −3 to 3; what lies beyond is counted in the outermost ones. A logit of 0
 * belongs to the bin below it, as it counts for overfitting: the lower half of the bins is the probability.
 *
 * @param bins - Even, 2 to 100. Default 12.
 * @throws {@link EngineError} `invalid-options`
 */
export function logitHistogram({ logits }: Pick<Overfitting, 'logits'>, bins = 12): readonly LogitBin[] {
  checkOption('bins', bins, bins >= 2 && bins <= 100 && bins % 2 === 0, 'an even number from 2 to 100')
  const width = (2 * LOGIT_SPAN) / bins
  const counts = new Uint32Array(bins)
  for (const logit of logits) {
    const bin = Math.ceil((logit + LOGIT_SPAN) / width) - 1
    const place = Math.min(bins - 1, Math.max(0, bin))
    counts[place] = (counts[place] as number) + 1
  }
  return Array.from(counts, (count, i) => ({
    from: -LOGIT_SPAN + i * width,
    to: -LOGIT_SPAN + (i + 1) * width,
    count,
  }))
}

/** Rows and, per block and trial, sum and squares of distances from the trial's mean, which keeps small variances. */
interface BlockSums {
  readonly centers: Float64Array
  readonly rows: Float64Array
  readonly sums: readonly Float64Array[]
  readonly squares: readonly Float64Array[]
}

function blockSums(trials: readonly Numbers[], rows: number, blocks: number): BlockSums {
  // A constant column must keep a variance of exactly 0.
  const centers = Float64Array.from(trials, column => column[0] as number)
  const found = {
    centers,
    rows: new Float64Array(blocks),
    sums: Array.from({ length: blocks }, () => new Float64Array(trials.length)),
    squares: Array.from({ length: blocks }, () => new Float64Array(trials.length)),
  }
  for (let block = 0; block < blocks; block++) {
    const start = Math.floor((block * rows) / blocks)
    const end = Math.floor(((block + 1) * rows) / blocks)
    found.rows[block] = end - start
    trials.forEach((column, trial) => {
      let sum = 0
      let squares = 0
      for (let row = start; row < end; row++) {
        const distance = (column[row] as number) - (centers[trial] as number)
        sum += distance
        squares += distance * distance
      }
      ;(found.sums[block] as Float64Array)[trial] = sum
      ;(found.squares[block] as Float64Array)[trial] = squares
    })
  }
  return found
}

/** What the trials are in one half of the blocks. */
interface Half {
  /** Blocks that are in it. */
  size: number
  rows: number
  /** Sums and squares of the first so many blocks of the half. */
  readonly sums: readonly Float64Array[]
  readonly squares: readonly Float64Array[]
  readonly means: Float64Array
  readonly ratios: Float64Array
}

function emptyHalf(trials: number, blocks: number): Half {
  const columns = () => Array.from({ length: blocks / 2 + 1 }, () => new Float64Array(trials))
  return {
    size: 0,
    rows: 0,
    sums: columns(),
    squares: columns(),
    means: new Float64Array(trials),
    ratios: new Float64Array(trials),
  }
}

/**
 * Calls `visit` for each way to halve the blocks, once for both directions.
 *
 * Each block joins one half or the other, one after the other: what the halves of many ways begin with is summed once.
 */
function eachSplit(sums: BlockSums, visit: (one: Half, other: Half) => void): void {
  const blocks = sums.rows.length
  const one = emptyHalf(sums.centers.length, blocks)
  const other = emptyHalf(sums.centers.length, blocks)
  const join = (half: Half, block: number): void => {
    if (half.size === blocks / 2) return
    add(half, sums, block)
    place(block + 1)
    half.size -= 1
    half.rows -= sums.rows[block] as number
  }
  const place = (block: number): void => {
    if (block === blocks) {
      rate(one, sums.centers)
      rate(other, sums.centers)
      return visit(one, other)
    }
    join(one, block)
    // Of both directions of a way the first has block 0.
    if (block > 0) join(other, block)
  }
  place(0)
}

function add(half: Half, { rows, sums, squares }: BlockSums, block: number): void {
  const columns = [
    [half.sums, sums],
    [half.squares, squares],
  ] as const
  for (const [own, blocks] of columns) {
    const before = own[half.size] as Float64Array
    const after = own[half.size + 1] as Float64Array
    const added = blocks[block] as Float64Array
    for (let trial = 0; trial < after.length; trial++)
      after[trial] = (before[trial] as number) + (added[trial] as number)
  }
  half.size += 1
  half.rows += rows[block] as number
}

function rate({ size, rows, sums, squares, means, ratios }: Half, centers: Float64Array): void {
  const total = sums[size] as Float64Array
  const square = squares[size] as Float64Array
  for (let trial = 0; trial < means.length; trial++) {
    const sum = total[trial] as number
    const mean = (centers[trial] as number) + sum / rows
    const variance = ((square[trial] as number) - sum ** 2 / rows) / (rows - 1)
    means[trial] = mean
    ratios[trial] = mean === 0 ? 0 : mean / Math.sqrt(Math.max(0, variance))
  }
}

function bestOf(ratios: Float64Array): number {
  let best = 0
  for (let trial = 1; trial < ratios.length; trial++)
    if ((ratios[trial] as number) > (ratios[best] as number)) best = trial
  return best
}

/** 1 for the lowest; equals share the mean of their ranks. */
function meanRank(ratios: Float64Array, trial: number): number {
  const own = ratios[trial] as number
  let below = 0
  let equal = 0
  for (const ratio of ratios) {
    if (ratio < own) below += 1
    else if (ratio === own) equal += 1
  }
  return below + (equal + 1) / 2
}

/** Ways to choose half of the blocks. */
function splitsOf(blocks: number): number {
  let ways = 1
  for (let i = 1; i <= blocks / 2; i++) ways = (ways * (blocks / 2 + i)) / i
  return ways
}
