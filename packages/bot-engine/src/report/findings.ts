import { dailyReturns } from '../backtest/daily-returns.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { LEAST_SHARPE_DAYS } from '../backtest/stated-sharpe.ts'
import { optimalBlockLength } from '../statistics/block-length.ts'
import { type RecordOptions, resampledRecord, resampledSharpe } from '../statistics/block-sums.ts'
import { wilsonInterval } from '../statistics/intervals.ts'
import { maxDrawdownOfSum, profitFactor, sharpeRatio } from '../statistics/ratios.ts'
import { meanOf, type Numbers, quantileOfSorted } from '../statistics/sample.ts'
import { minTrackRecord, probabilisticSharpe, sharpeSample } from '../statistics/sharpe-tests.ts'
import type { TradeColumns } from './run-trade.ts'

/** A figure with what is known of how sure it is. */
export interface Finding {
  readonly name: string
  readonly unit: 'R' | '%' | 'ratio' | 'probability' | 'days' | 'money'
  readonly estimate?: number
  /** 90 % interval: the lower end is a one-sided bound at 5 %. */
  readonly low?: number
  readonly high?: number
  /** What it says, in a sentence. */
  readonly meaning: string
}

/** How often one had tried, this run included, and what that leaves of it. */
export interface TrialFacts {
  /** Trials that the ledger counts over the span. */
  readonly count: number
  /** Deflated Sharpe ratio of the span, after so many trials; `deflatedEquity` of the research subpath gives it. */
  readonly deflatedSharpe?: number
  /** What one chose by, in milliseconds since 1970. Default: the whole run. */
  readonly span?: { readonly from: number; readonly to: number }
}

/** With so many the ends of a 90 % interval lie within a third of a percentage point of their quantiles. */
const RESAMPLES = 5000
/** Below this number of trades an interval says more about the method than about the strategy. */
const LEAST_TRADES = 10

/** What a run's round trips and days show, with intervals; figures that the run gives no base for are left out. */
export function findingsOf(
  equity: BacktestReport['equity'],
  { net, r = [] }: TradeColumns,
  { seed, trials }: { readonly seed: number; readonly trials?: TrialFacts },
): readonly Finding[] {
  const findings: Finding[] = []
  const multiples = r.filter(multiple => multiple !== null)
  if (multiples.length >= LEAST_TRADES) findings.push(...fromTrades(multiples, seed))
  const wins = net.filter(result => result > 0).length
  const share = wilsonInterval(wins, net.length, 0.1)
  if (share !== undefined)
    findings.push({
      name: 'Win rate',
      unit: '%',
      estimate: (wins / net.length) * 100,
      low: share.lower * 100,
      high: share.upper * 100,
      meaning: 'Share of trades with a net gain (Wilson interval).',
    })
  return [...findings, ...fromReturns(dailyReturns(equity), { seed, trials })]
}

function fromTrades(multiples: readonly number[], seed: number): readonly Finding[] {
  const resampled = resampledRecord(multiples, drawing(multiples, seed))
  const bounds = (sorted: Float64Array, estimate: number | undefined) => ({
    ...(estimate === undefined ? {} : { estimate }),
    ...(sorted.length > 0 && { low: quantileOfSorted(sorted, 0.05), high: quantileOfSorted(sorted, 0.95) }),
  })
  return [
    {
      name: 'Expectancy',
      unit: 'R',
      ...bounds(resampled.mean, meanOf(multiples)),
      meaning:
        'Mean result of a trade, as a multiple of what its stop risked. Unproven while the lower end is below 0.',
    },
    {
      name: 'Profit factor',
      unit: 'ratio',
      ...bounds(resampled.factor, profitFactor(multiples)),
      meaning: 'Gains ÷ losses, both in R.',
    },
    {
      name: 'Deepest fall',
      unit: 'R',
      ...bounds(resampled.drawdown, maxDrawdownOfSum(multiples)),
      meaning: 'Of the sum of results; the upper end is what the same trades in another order may bring.',
    },
  ]
}

function fromReturns(
  returns: Float64Array,
  {
    seed,
    trials,
  }: {
    readonly seed: number
    readonly trials: TrialFacts | undefined
  },
): readonly Finding[] {
  const sample = sharpeSample(returns)
  if (sample === undefined) return []
  const probable = probabilisticSharpe(sample)
  const needed = minTrackRecord(sample)
  return [
    ...annualised(returns, seed),
    ...(probable === undefined
      ? []
      : [
          {
            name: 'Sharpe above 0',
            unit: 'probability' as const,
            estimate: probable,
            meaning:
              'Probabilistic Sharpe ratio of daily returns: how sure it is that the true one is above 0.',
          },
        ]),
    ...(trials?.deflatedSharpe === undefined
      ? []
      : [
          {
            name: 'Better than luck',
            unit: 'probability' as const,
            estimate: trials.deflatedSharpe,
            meaning: `Deflated Sharpe ratio after ${trials.count} ${trials.count === 1 ? 'trial' : 'trials'} on this market${spanText(trials)}: how sure it is that this is not the luckiest of them.`,
          },
        ]),
    ...(needed === undefined
      ? []
      : [
          {
            name: 'Days needed',
            unit: 'days' as const,
            estimate: needed,
            meaning: `Least record that would prove a Sharpe ratio above 0 at 5 %; this run has ${returns.length} days.`,
          },
        ]),
  ]
}

function spanText({ span }: TrialFacts): string {
  if (span === undefined) return ''
  const [from, to] = [span.from, span.to].map(at => new Date(at).toISOString().slice(0, 10))
  return `, of ${from} to ${to}`
}

/** Days in a year of markets, as the figures of a run annualise with. */
const DAYS_PER_YEAR = 252

function annualised(returns: Float64Array, seed: number): readonly Finding[] {
  const ratio = sharpeRatio(returns)
  if (returns.length < LEAST_SHARPE_DAYS || ratio === undefined) return []
  const sharpe = resampledSharpe(returns, drawing(returns, seed))
  const scale = Math.sqrt(DAYS_PER_YEAR)
  return [
    {
      name: 'Sharpe (annual)',
      unit: 'ratio',
      estimate: ratio * scale,
      low: quantileOfSorted(sharpe, 0.05) * scale,
      high: quantileOfSorted(sharpe, 0.95) * scale,
      meaning: 'Of daily returns, drawn again in blocks. Unproven while the lower end is below 0.',
    },
  ]
}

function drawing(values: Numbers, seed: number): RecordOptions {
  return { seed, resamples: RESAMPLES, blockLength: optimalBlockLength(values).stationary }
}
