import { dailyReturns } from '../backtest/daily-returns.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { bootstrap } from '../statistics/bootstrap.ts'
import { wilsonInterval } from '../statistics/intervals.ts'
import { deepestOfSum, factorOf } from '../statistics/ratios.ts'
import { meanOf } from '../statistics/sample.ts'
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
/** Trades drawn for all resamples together, half a second of work: beyond 10,000 trades there are fewer resamples. */
const MOST_DRAWS = 20_000_000
/** With so many the ends of a 90 % interval lie within a percentage point of their quantiles. */
const LEAST_RESAMPLES = 500
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
      mean: sample => meanOf(sample),
      factor: sample => factorOf(sample),
      drawdown: sample => deepestOfSum(sample),
    },
    { seed, resamples: resamplesFor(multiples.length) },
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

/** How many resamples an interval over so many trades is made of: 2,000, and less where a run has more than 10,000 trades. */
export function resamplesFor(trades: number): number {
  return Math.min(RESAMPLES, Math.max(LEAST_RESAMPLES, Math.floor(MOST_DRAWS / trades)))
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
