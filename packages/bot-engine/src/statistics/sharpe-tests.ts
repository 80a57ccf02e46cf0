import { EngineError } from '../errors.ts'
import { normalCdf, normalQuantile } from './normal.ts'
import {
  checkColumns,
  checkNumbers,
  checkOption,
  checkRate,
  deviationOf,
  meanOf,
  type Numbers,
} from './sample.ts'

/** A measured Sharpe ratio and what its error depends on; all per period, nothing annualised. */
export interface SharpeSample {
  /** Sharpe ratio per period. */
  readonly sharpe: number
  /** Returns it was measured from. */
  readonly count: number
  /** γ3 of the returns; 0 for a normal. Default: 0. */
  readonly skewness?: number
  /** γ4 of the returns, **raw**: 3 for a normal, never the excess over it. Default: 3. */
  readonly kurtosis?: number
}

/**
 * Sharpe ratio, count, skewness `m3 ÷ m2^1.5` and raw kurtosis `m4 ÷ m2²` of returns in excess of cash, m_k the k-th
 * central moment with divisor n. `undefined` below two returns, and if all are equal.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function sharpeSample(returns: Numbers): Required<SharpeSample> | undefined {
  checkNumbers('returns', returns)
  const deviation = deviationOf(returns)
  if (deviation === undefined || deviation === 0) return undefined
  const mean = meanOf(returns)
  const moments = [0, 0, 0]
  for (let i = 0; i < returns.length; i++) {
    // In units of the deviation, so that returns of 1e-120 do not vanish.
    const distance = ((returns[i] as number) - mean) / deviation
    for (let k = 0; k < 3; k++) moments[k] = (moments[k] as number) + distance ** (k + 2) / returns.length
  }
  const [second = 1, third = 0, fourth = 3] = moments
  return {
    sharpe: mean / deviation,
    count: returns.length,
    skewness: third / second ** 1.5,
    kurtosis: fourth / second ** 2,
  }
}

/** `1 − γ3·SR + (γ4 − 1)/4·SR²`: variance of the Sharpe estimate × n. */
function varianceFactor({ sharpe, skewness = 0, kurtosis = 3 }: SharpeSample): number {
  checkNumbers('sharpe, skewness, kurtosis', [sharpe, skewness, kurtosis])
  if (kurtosis < (skewness * skewness + 1) * (1 - 1e-9))
    throw new EngineError(
      'invalid-options',
      `No returns have kurtosis ${kurtosis} with skewness ${skewness}. Give the raw kurtosis, 3 for a normal, not the excess.`,
      { details: { skewness, kurtosis } },
    )
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe
}

/**
 * Probability that the true Sharpe ratio lies above `benchmark` (per period):
 * `Φ((SR − SR*)·√(n − 1) ÷ √(1 − γ3·SR + (γ4 − 1)/4·SR²))`. `undefined` below two returns.
 *
 * @throws {@link EngineError} `invalid-options`, also for a kurtosis that no returns can have; `data-invalid`
 * @see D. H. Bailey and M. López de Prado, The Sharpe Ratio Efficient Frontier, J. of Risk 15(2), 2012
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark = 0): number | undefined {
  const { sharpe, count } = sample
  const factor = varianceFactor(sample)
  checkNumbers('benchmark', [benchmark])
  checkOption('count', count, count >= 0 && count < Infinity, 'the number of returns')
  const distance = sharpe - benchmark
  if (count < 2) return undefined
  // With the heaviest possible skew the factor reaches 0: the estimate is exact.
  if (factor <= 0) return distance > 0 ? 1 : distance < 0 ? 0 : 0.5
  return normalCdf((distance * Math.sqrt(count - 1)) / Math.sqrt(factor))
}

/**
 * Returns needed until a Sharpe ratio like this one shows to be above `benchmark` at error rate `alpha`:
 * `1 + (1 − γ3·SR + (γ4 − 1)/4·SR²)·(z_{1−α} ÷ (SR − SR*))²`. In periods, not rounded; `count` of the sample does not
 * matter. `undefined` if the ratio is not above the benchmark: no record is long enough.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 * @see D. H. Bailey and M. López de Prado, The Sharpe Ratio Efficient Frontier, J. of Risk 15(2), 2012
 */
export function minTrackRecord(
  sample: Omit<SharpeSample, 'count'>,
  { benchmark = 0, alpha = 0.05 }: { readonly benchmark?: number; readonly alpha?: number } = {},
): number | undefined {
  checkRate('alpha', alpha)
  checkNumbers('benchmark', [benchmark])
  const factor = varianceFactor({ ...sample, count: 0 })
  const distance = sample.sharpe - benchmark
  return distance > 0 ? 1 + factor * (normalQuantile(1 - alpha) / distance) ** 2 : undefined
}

const EULER_GAMMA = 0.577_215_664_901_532_9

/**
 * Expected highest of `trials` independent standard normals:
 * `(1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))`, γ = 0.5772…; 0 for one trial, and never below.
 *
 * `trials` may be a fraction, as {@link effectiveTrials} gives it.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see D. H. Bailey and M. López de Prado, The Deflated Sharpe Ratio, J. of Portfolio Management 40(5), 2014
 */
export function expectedHighest(trials: number): number {
  checkOption('trials', trials, trials >= 1 && trials < Infinity, 'a number from 1')
  if (trials === 1) return 0
  const highest =
    (1 - EULER_GAMMA) * normalQuantile(1 - 1 / trials) +
    EULER_GAMMA * normalQuantile(1 - 1 / (trials * Math.E))
  return Math.max(0, highest)
}

/** What was tried before this result was chosen. */
export interface Trials {
  /** Effectively independent trials, from 1; see {@link effectiveTrials}. */
  readonly trials: number
  /** Variance of the trials' Sharpe ratios, per period: annual variance ÷ periods a year. */
  readonly sharpeVariance: number
}

/**
 * The Sharpe ratio per period that the best of so many worthless trials reaches on average:
 * `SR0 = √V · expectedHighest(N)`.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see D. H. Bailey and M. López de Prado, The Deflated Sharpe Ratio, J. of Portfolio Management 40(5), 2014
 */
export function luckySharpe({ trials, sharpeVariance }: Trials): number {
  checkOption('sharpeVariance', sharpeVariance, sharpeVariance >= 0 && sharpeVariance < Infinity, '0 or more')
  return Math.sqrt(sharpeVariance) * expectedHighest(trials)
}

/**
 * Deflated Sharpe ratio: {@link probabilisticSharpe} against {@link luckySharpe}, the probability that a result chosen
 * as the best of its trials is better than luck. `undefined` below two returns.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 * @see D. H. Bailey and M. López de Prado, The Deflated Sharpe Ratio, J. of Portfolio Management 40(5), 2014
 */
export function deflatedSharpe(sample: SharpeSample, trials: Trials): number | undefined {
  return probabilisticSharpe(sample, luckySharpe(trials))
}

/**
 * Effectively independent trials among correlated ones: `ρ̄ + (1 − ρ̄)·N`, ρ̄ their mean pairwise correlation. A
 * negative ρ̄ counts as 0.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function effectiveTrials(trials: number, meanCorrelation: number): number {
  checkOption('trials', trials, trials >= 1 && trials < Infinity, 'a number from 1')
  checkOption('meanCorrelation', meanCorrelation, Math.abs(meanCorrelation) <= 1, 'a number from -1 to 1')
  const correlation = Math.max(0, meanCorrelation)
  return correlation + (1 - correlation) * trials
}

/**
 * Mean of the correlations of all pairs of columns; a constant column has none and is left out. `undefined` below two
 * columns that vary.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function meanPairCorrelation(columns: readonly Numbers[]): number | undefined {
  const rows = checkColumns('columns', columns)
  const total = new Float64Array(rows)
  let used = 0
  for (const column of columns) {
    const deviation = deviationOf(column)
    if (deviation === undefined || deviation === 0) continue
    const mean = meanOf(column)
    for (let i = 0; i < rows; i++)
      total[i] = (total[i] as number) + ((column[i] as number) - mean) / deviation
    used += 1
  }
  if (used < 2) return undefined
  // Σ of standardised columns has the variance N + (sum over ordered pairs of ρ).
  const variance = total.reduce((sum, value) => sum + value * value, 0) / (rows - 1)
  return Math.max(-1, Math.min(1, (variance - used) / (used * (used - 1))))
}

/**
 * Years of data below which the best of `trials` worthless ones is expected to show the annual Sharpe ratio
 * `targetSharpe`: upper bound `2·ln N ÷ SR̄²`.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see Bailey, Borwein, López de Prado, Zhu, Pseudo-Mathematics and Financial Charlatanism, Notices of the AMS 61(5), 2014
 */
export function minBacktestYears(trials: number, targetSharpe: number): number {
  checkOption('trials', trials, trials >= 1 && trials < Infinity, 'a number from 1')
  checkOption('targetSharpe', targetSharpe, targetSharpe > 0 && targetSharpe < Infinity, 'a number above 0')
  return (2 * Math.log(trials)) / targetSharpe ** 2
}
