import { alignedReturns, dailyReturns } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { computeMetrics, type Metrics } from '../backtest/metrics.ts'
import type { RoundTrip } from '../backtest/round-trips.ts'
import { readAccount } from '../backtest/options.ts'
import type { Trade } from '../kernel/trade.ts'
import { type Overfitting, overfittingOf } from '../statistics/overfitting.ts'
import { probabilisticSharpe, sharpeSample } from '../statistics/sharpe-tests.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import type { FoldSpans } from './folds.ts'
import type { SweepRun, TrialReport } from './objective.ts'
import type { OrderCounts } from './order-counts.ts'
import type { SharedOptions } from './trial.ts'

/** One step: parameters chosen on the past, judged on what followed. */
export interface Fold<S extends AnyStrategy> extends FoldSpans {
  /** `undefined` when no run in the sample had a value of the objective: nothing was traded then. */
  readonly params: StrategyParams<S> | undefined
  /** Of the chosen run in its sample. */
  readonly inSampleReport: TrialReport | undefined
  /** Of the same parameters out of sample; it begins with the equity that the fold before ended with. */
  readonly report: TrialReport | undefined
  /** Of all combinations in the sample, the chosen one among them: why nothing was chosen, for one. */
  readonly tried: TriedRuns
}

/** What the runs over a sample came to, together. */
export interface TriedRuns extends OrderCounts {
  /** 0: the sample has no row of the instrument traded. */
  readonly runs: number
}

/** What a way of choosing parameters would have earned. */
export interface WalkForwardReport<S extends AnyStrategy> {
  readonly folds: readonly Fold<S>[]
  /** Closings out of sample, of all folds. */
  readonly trades: readonly Trade[]
  /** Positions with all their closings, of all folds; one that a fold left open in part is none. */
  readonly roundTrips: readonly RoundTrip[]
  /** Equity out of sample, fold after fold as one account. Positions open at the end of a fold end at their value then. */
  readonly equity: EquityColumns
  /** Of the stitched equity and all trades. */
  readonly metrics: Metrics
  /**
   * Walk-forward efficiency: equity gained a day out of sample ÷ that of the chosen runs in their samples. From 0.5 up
   * the choice carries over; `undefined` when the samples gained nothing.
   */
  readonly efficiency: number | undefined
  /** Probability that the Sharpe ratio of the stitched equity is above 0. */
  readonly probabilisticSharpe: number | undefined
  /** Daily returns of every combination over all out-of-sample spans: the input of `overfitting`. */
  readonly matrix: { readonly keys: readonly string[]; readonly returns: readonly Float64Array[] } | undefined
  /** Of the matrix; `undefined` without one, below two combinations, and below 32 days. */
  readonly overfitting: Overfitting | undefined
}

/** A fold with what of its run out of sample goes into the whole. */
export interface JudgedFold<S extends AnyStrategy> {
  readonly fold: Fold<S>
  readonly trades: readonly Trade[]
  readonly roundTrips: readonly RoundTrip[]
  readonly equity: EquityColumns | undefined
}

const DAY_MS = 86_400_000

/** Sums folds up; `over` are the runs of every combination over all out-of-sample spans, in the order of their keys. */
export function summed<S extends AnyStrategy>(
  judged: readonly JudgedFold<S>[],
  account: SharedOptions<S>['account'],
  over: readonly SweepRun<S>[] | undefined,
): WalkForwardReport<S> {
  const folds = judged.map(({ fold }) => fold)
  const trades = judged.flatMap(part => part.trades)
  const roundTrips = judged.flatMap(part => part.roundTrips)
  const equity = stitched(judged.flatMap(part => part.equity ?? []))
  const sample = sharpeSample(dailyReturns(equity))
  const returns = over && alignedReturns(over.map(({ report }) => report.daily))
  return {
    folds,
    trades,
    roundTrips,
    equity,
    metrics: computeMetrics({ trades, roundTrips }, equity, readAccount(account)),
    efficiency: efficiencyOf(folds),
    probabilisticSharpe: sample && probabilisticSharpe(sample),
    matrix: returns && { keys: (over ?? []).map(({ key }) => key), returns },
    overfitting: returns && overfittingOf(returns),
  }
}

function stitched(parts: readonly EquityColumns[]): EquityColumns {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const at = new Float64Array(length)
  const equityMinor = new Float64Array(length)
  let row = 0
  for (const part of parts) {
    at.set(part.at, row)
    equityMinor.set(part.equityMinor, row)
    row += part.length
  }
  return { length, at, equityMinor, dayEnd: parts[0]?.dayEnd ?? 'utc' }
}

function efficiencyOf<S extends AnyStrategy>(folds: readonly Fold<S>[]): number | undefined {
  const gained = { inside: 0, outside: 0 }
  const days = { inside: 0, outside: 0 }
  for (const { inSample, outOfSample: after, inSampleReport, report } of folds) {
    if (inSampleReport === undefined) continue
    gained.inside += gainOf(inSampleReport.daily)
    gained.outside += report === undefined ? 0 : gainOf(report.daily)
    days.inside += (inSample.to - inSample.from) / DAY_MS
    days.outside += (after.to - after.from) / DAY_MS
  }
  if (gained.inside <= 0 || days.outside === 0) return undefined
  return gained.outside / days.outside / (gained.inside / days.inside)
}

function gainOf({ equityMinor }: EquityColumns): number {
  return (equityMinor.at(-1) ?? 0) - (equityMinor[0] ?? 0)
}
