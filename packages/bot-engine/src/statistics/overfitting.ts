import { EngineError } from '../errors.ts'
import { checkColumns, checkOption, type Numbers } from './sample.ts'

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
  const masks = halves(blocks)
  const logits = new Float64Array(masks.length)
  let losses = 0
  masks.forEach((mask, i) => {
    const chosen = bestOf(halfRatios(sums, mask).ratios)
    const { ratios, means } = halfRatios(sums, ~mask & (2 ** blocks - 1))
    const rank = meanRank(ratios, chosen) / (trials.length + 1)
    logits[i] = Math.log(rank / (1 - rank))
    if ((means[chosen] as number) < 0) losses += 1
  })
  const probability = logits.filter(logit => logit <= 0).length / masks.length
  return { probability, logits, lossProbability: losses / masks.length }
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

/** All choices of half of the blocks, as bits. */
function halves(blocks: number): number[] {
  const masks: number[] = []
  for (let mask = 0; mask < 2 ** blocks; mask++) {
    let bits = 0
    for (let rest = mask; rest > 0; rest &= rest - 1) bits += 1
    if (bits === blocks / 2) masks.push(mask)
  }
  return masks
}

function halfRatios({ centers, rows, sums, squares }: BlockSums, mask: number) {
  const total = new Float64Array(centers.length)
  const square = new Float64Array(centers.length)
  let count = 0
  for (let block = 0; block < rows.length; block++) {
    if (((mask >> block) & 1) === 0) continue
    count += rows[block] as number
    const blockSum = sums[block] as Float64Array
    const blockSquares = squares[block] as Float64Array
    for (let trial = 0; trial < total.length; trial++) {
      total[trial] = (total[trial] as number) + (blockSum[trial] as number)
      square[trial] = (square[trial] as number) + (blockSquares[trial] as number)
    }
  }
  const means = total.map((sum, trial) => (centers[trial] as number) + sum / count)
  const ratios = means.map((mean, trial) => {
    const variance = ((square[trial] as number) - (total[trial] as number) ** 2 / count) / (count - 1)
    return mean === 0 ? 0 : mean / Math.sqrt(Math.max(0, variance))
  })
  return { ratios, means }
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
