import { checkNumbers, checkOption, deviationOf, meanOf, type Numbers } from './sample.ts'

/**
 * Result of a trade in units of what it risked: `pnl ÷ initialRisk`, both in the same currency.
 *
 * @throws {@link EngineError} `invalid-options` if the risk is not above 0, `data-invalid`
 */
export function rMultiple(pnl: number, initialRisk: number): number {
  checkNumbers('pnl', [pnl])
  checkOption('initialRisk', initialRisk, initialRisk > 0 && initialRisk < Infinity, 'an amount above 0')
  return pnl / initialRisk
}

/**
 * Mean result of a trade, in the unit of the results (R, or money); `undefined` without a trade.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function expectancy(results: Numbers): number | undefined {
  checkNumbers('results', results)
  return results.length === 0 ? undefined : meanOf(results)
}

/**
 * Share of trades with a result above 0; `undefined` without a trade. Its interval is {@link wilsonInterval}.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function winRate(results: Numbers): number | undefined {
  const { wins } = tallyOf(results)
  return results.length === 0 ? undefined : wins / results.length
}

/**
 * Sum of gains ÷ sum of losses; `undefined` without a loss.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function profitFactor(results: Numbers): number | undefined {
  checkNumbers('results', results)
  let gained = 0
  let lost = 0
  for (let i = 0; i < results.length; i++) {
    const result = results[i] as number
    if (result > 0) gained += result
    else if (result < 0) lost -= result
  }
  return lost === 0 ? undefined : gained / lost
}

/**
 * Mean gain ÷ mean loss; `undefined` without both.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function payoffRatio(results: Numbers): number | undefined {
  const { gained, lost, wins, losses } = tallyOf(results)
  return wins === 0 || losses === 0 ? undefined : gained / wins / (lost / losses)
}

function tallyOf(results: Numbers) {
  checkNumbers('results', results)
  const tally = { gained: 0, lost: 0, wins: 0, losses: 0 }
  for (let i = 0; i < results.length; i++) {
    const result = results[i] as number
    if (result > 0) {
      tally.gained += result
      tally.wins += 1
    } else if (result < 0) {
      tally.lost -= result
      tally.losses += 1
    }
  }
  return tally
}

/**
 * Sharpe ratio per period: mean ÷ sample standard deviation (n − 1) of returns in excess of cash. Not annualised:
 * {@link annualSharpe} does that for display.
 *
 * `undefined` below two returns, and if all are equal.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function sharpeRatio(returns: Numbers): number | undefined {
  checkNumbers('returns', returns)
  const deviation = deviationOf(returns)
  return deviation === undefined || deviation === 0 ? undefined : meanOf(returns) / deviation
}

/**
 * Sharpe ratio of `periods` periods together: `SR · q ÷ √(q + 2·Σ_{k=1}^{q−1} (q − k)·ρ_k)`; without autocorrelation
 * that is `SR · √q`.
 *
 * `autocorrelations[k − 1]` is ρ_k; those beyond the list count as 0. `undefined` if they leave no variance above 0.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 * @see A. W. Lo, The Statistics of Sharpe Ratios, Financial Analysts Journal 58(4), 2002
 */
export function annualSharpe(
  sharpe: number,
  periods: number,
  autocorrelations: Numbers = [],
): number | undefined {
  checkNumbers('sharpe', [sharpe])
  checkNumbers('autocorrelations', autocorrelations)
  checkOption('periods', periods, Number.isInteger(periods) && periods >= 1, 'a whole number from 1')
  let variance = periods
  for (let k = 1; k < periods && k <= autocorrelations.length; k++)
    variance += 2 * (periods - k) * (autocorrelations[k - 1] as number)
  return variance > 0 ? (sharpe * periods) / Math.sqrt(variance) : undefined
}

/**
 * Autocorrelations ρ_1 to ρ_`lags`: `Σ (x_t − x̄)(x_{t+k} − x̄) ÷ Σ (x_t − x̄)²`. `undefined` if all values are equal
 * or there are not more values than lags.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 */
export function autocorrelations(values: Numbers, lags: number): number[] | undefined {
  checkNumbers('values', values)
  checkOption('lags', lags, Number.isInteger(lags) && lags >= 1, 'a whole number from 1')
  if (values.length <= lags || !deviationOf(values)) return undefined
  const covariances = autocovariances(values, lags)
  return covariances.slice(1).map(covariance => covariance / (covariances[0] as number))
}

/** Autocovariances of lag 0 to `lags`, each divided by the count of values. */
export function autocovariances(values: Numbers, lags: number): number[] {
  const mean = meanOf(values)
  const deviations = Float64Array.from(values, value => value - mean)
  return Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0
    for (let i = lag; i < deviations.length; i++)
      sum += (deviations[i] as number) * (deviations[i - lag] as number)
    return sum / deviations.length
  })
}

/**
 * Sortino ratio per period: `(mean − target) ÷ √(mean of min(0, r − target)²)`, the second mean over all returns.
 *
 * `undefined` without a return below the target.
 *
 * @throws {@link EngineError} `data-invalid`
 * @see F. A. Sortino and L. N. Price, Performance Measurement in a Downside Risk Framework, J. of Investing 3(3), 1994
 */
export function sortinoRatio(returns: Numbers, target = 0): number | undefined {
  checkNumbers('returns', returns)
  checkNumbers('target', [target])
  let squares = 0
  for (let i = 0; i < returns.length; i++) squares += Math.min(0, (returns[i] as number) - target) ** 2
  if (squares === 0) return undefined
  return (meanOf(returns) - target) / Math.sqrt(squares / returns.length)
}

/**
 * Calmar ratio: compound annual growth ÷ deepest relative fall, both of equity that starts with 1 and grows by the
 * returns. `undefined` without a fall.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`, also for a return below −1
 * @see T. W. Young, Calmar Ratio: A Smoother Tool, Futures 20(1), 1991
 */
export function calmarRatio(returns: Numbers, periodsPerYear: number): number | undefined {
  checkOption('periodsPerYear', periodsPerYear, periodsPerYear > 0 && periodsPerYear < Infinity, 'above 0')
  const equity = new Float64Array(returns.length + 1)
  equity[0] = 1
  for (let i = 0; i < returns.length; i++) {
    const factor = 1 + (returns[i] as number)
    equity[i + 1] = (equity[i] as number) * (factor >= 0 ? factor : Number.NaN)
  }
  const fall = maxDrawdown(equity)
  if (fall === undefined || fall === 0) return undefined
  const growth = (equity[returns.length] as number) ** (periodsPerYear / returns.length) - 1
  return growth / fall
}

/**
 * Deepest fall of equity below its highest value before, as a share of that value; 0 if it never falls, `undefined`
 * without a value. Values before the first one above 0 do not count.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function maxDrawdown(equity: Numbers): number | undefined {
  checkNumbers('equity', equity)
  if (equity.length === 0) return undefined
  let peak = 0
  let deepest = 0
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i] as number
    if (value > peak) peak = value
    else if (peak > 0) deepest = Math.max(deepest, 1 - value / peak)
  }
  return deepest
}

/**
 * Deepest fall of the running sum of results below its highest value before, in the unit of the results; the sum
 * starts with 0. For trades in R, where nothing compounds. 0 without a result.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function maxDrawdownOfSum(results: Numbers): number {
  checkNumbers('results', results)
  let sum = 0
  let peak = 0
  let deepest = 0
  for (let i = 0; i < results.length; i++) {
    sum += results[i] as number
    peak = Math.max(peak, sum)
    deepest = Math.max(deepest, peak - sum)
  }
  return deepest
}
