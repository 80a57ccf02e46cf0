import { dailyReturns } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { deflatedSharpe, sharpeSample } from '../statistics/sharpe-tests.ts'
import type { TrialCount } from './trial-ledger.ts'

/**
 * Variance of the Sharpe ratios of the counted trials, for a result of so many daily returns.
 *
 * Trials over other spans have Sharpe ratios of another error, or of days that the result did not use. Where there are
 * any, the variance is at least that of worthless trials of the result's own length, 1 ÷ (returns − 1).
 *
 * @param returns - From 2.
 * @see A. W. Lo, The Statistics of Sharpe Ratios, Financial Analysts Journal 58(4), 2002
 */
export function trialVariance(
  { sharpeVariance = 0, otherSpans }: Pick<TrialCount, 'sharpeVariance' | 'otherSpans'>,
  returns: number,
): number {
  return otherSpans === 0 ? sharpeVariance : Math.max(sharpeVariance, 1 / (returns - 1))
}

/**
 * Deflated Sharpe ratio of daily returns of equity: the probability that it is better than the luckiest of the trials
 * that the ledger counts over the same span. `undefined` below two days that differ.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function deflatedEquity(equity: EquityColumns, count: TrialCount): number | undefined {
  const sample = sharpeSample(dailyReturns(equity))
  if (sample === undefined) return undefined
  return deflatedSharpe(sample, {
    trials: Math.max(1, count.trials),
    sharpeVariance: trialVariance(count, sample.count),
  })
}
