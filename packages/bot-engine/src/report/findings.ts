import { dailyReturns } from '../backtest/daily-returns.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { bootstrap } from '../statistics/bootstrap.ts'
import { wilsonInterval } from '../statistics/intervals.ts'
import { maxDrawdownOfSum, profitFactor } from '../statistics/ratios.ts'
import {
  deflatedSharpe,
  minTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from '../statistics/sharpe-tests.ts'
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

const RESAMPLES = 2000
/** Below this number of trades an interval says more about the method than about the strategy. */
const LEAST_TRADES = 10

/** What a run shows, with intervals; figures that the run gives no base for are left out. */
export function findingsOf(
  equity: BacktestReport['equity'],
  { net, r = [] }: TradeColumns,
  {
    seed,
    trials,
  }: { readonly seed: number; readonly trials?: { readonly count: number; readonly sharpeVariance: number } },
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
  return [...findings, ...fromReturns(dailyReturns(equity), trials)]
}

function fromTrades(multiples: readonly number[], seed: number): readonly Finding[] {
  const result = bootstrap(
    multiples,
    {
      mean: sample => sample.reduce((sum, value) => sum + value, 0) / sample.length,
      factor: sample => profitFactor(sample),
      drawdown: sample => maxDrawdownOfSum(sample),
    },
    { seed, resamples: RESAMPLES },
  )
  const bounds = (name: keyof typeof result) => {
    const interval = result[name].interval(0.1)
    const { estimate } = result[name]
    return {
      ...(estimate === undefined ? {} : { estimate }),
      ...(interval && { low: interval.lower, high: interval.upper }),
    }
  }
  return [
    {
      name: 'Expectancy',
      unit: 'R',
      ...bounds('mean'),
      meaning:
        'Mean result of a trade, as a multiple of what its stop risked. Unproven while the lower end is below 0.',
    },
    { name: 'Profit factor', unit: 'ratio', ...bounds('factor'), meaning: 'Gains ÷ losses, both in R.' },
    {
      name: 'Deepest fall',
      unit: 'R',
      ...bounds('drawdown'),
      meaning: 'Of the sum of results; the upper end is what the same trades in another order may bring.',
    },
  ]
}

function fromReturns(
  returns: Float64Array,
  trials: { readonly count: number; readonly sharpeVariance: number } | undefined,
): readonly Finding[] {
  const sample = sharpeSample(returns)
  if (sample === undefined) return []
  const probable = probabilisticSharpe(sample)
  const needed = minTrackRecord(sample)
  const deflated =
    trials === undefined
      ? undefined
      : deflatedSharpe(sample, { trials: trials.count, sharpeVariance: trials.sharpeVariance })
  return [
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
    ...(deflated === undefined || trials === undefined
      ? []
      : [
          {
            name: 'Better than luck',
            unit: 'probability' as const,
            estimate: deflated,
            meaning: `Deflated Sharpe ratio after ${trials.count} ${trials.count === 1 ? 'trial' : 'trials'} on these data: how sure it is that this is not the luckiest of them.`,
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
