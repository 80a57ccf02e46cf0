import { EngineError } from '../errors.ts'
import { checkNumbers, checkOption, meanOf, type Numbers, squaresAround } from './sample.ts'

/** How the variance of returns grows with their span. */
export interface VarianceRatio {
  /** Variance of returns over `q` periods ÷ q × that of single ones: above 1 trending, below 1 reverting. */
  readonly ratio: number
  /** Standard normal if the returns are uncorrelated, also where their variance changes over time. */
  readonly z: number
}

/**
 * Variance ratio of Lo and MacKinlay over overlapping spans, without bias, with the z that bears changing variance.
 * `undefined` if all returns are equal.
 *
 * @param returns - Log returns of single periods.
 * @param q - Periods of the longer span, whole, 2 to half of the number of returns.
 * @throws {@link EngineError} `invalid-options`; `data-invalid`
 * @see A. W. Lo and A. C. MacKinlay, Stock Market Prices Do Not Follow Random Walks, Review of Financial Studies 1, 1988
 */
export function varianceRatio(returns: Numbers, q: number): VarianceRatio | undefined {
  checkNumbers('returns', returns)
  const n = returns.length
  if (n < 4)
    throw new EngineError('data-invalid', `A variance ratio needs four returns; there are ${n}.`, {
      details: { returns: n },
    })
  checkOption('q', q, Number.isInteger(q) && q >= 2 && q <= n / 2, `a whole number from 2 to ${n >> 1}`)
  const mean = meanOf(returns)
  const squares = squaresAround(returns, mean)
  if (squares === 0) return undefined
  const ratio = (longSquares(returns, q, mean) / spans(n, q)) * ((n - 1) / squares)
  let variance = 0
  for (let lag = 1; lag < q; lag++)
    variance += ((2 * (q - lag)) / q) ** 2 * (productsOf(returns, lag, mean) / squares ** 2)
  return { ratio, z: variance === 0 ? 0 : (ratio - 1) / Math.sqrt(variance) }
}

/** What the squares of `q` periods are divided by, so that a random walk gives 1. */
export function spans(n: number, q: number): number {
  return q * (n - q + 1) * (1 - q / n)
}

function longSquares(returns: Numbers, q: number, mean: number): number {
  let [sum, squares] = [0, 0]
  for (let i = 0; i < returns.length; i++) {
    sum += (returns[i] as number) - mean
    if (i >= q) sum -= (returns[i - q] as number) - mean
    if (i >= q - 1) squares += sum * sum
  }
  return squares
}

function productsOf(returns: Numbers, lag: number, mean: number): number {
  let sum = 0
  for (let i = lag; i < returns.length; i++)
    sum += ((returns[i] as number) - mean) ** 2 * ((returns[i - lag] as number) - mean) ** 2
  return sum
}
