import { type Overfitting, overfittingOf } from '../statistics/overfitting.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import { deviationOf } from '../statistics/sample.ts'
import {
  deflatedSharpe,
  effectiveTrials,
  meanPairCorrelation,
  sharpeSample,
} from '../statistics/sharpe-tests.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { alignedReturns, dailyReturns } from '../backtest/daily-returns.ts'
import { bestRun, LEAST_TRADES, type Objective, scorer, type SweepRun } from './objective.ts'
import { trialVariance } from './deflation.ts'
import type { TrialCount } from './trial-ledger.ts'

/** What the best run of a sweep is worth, given how many were tried. */
export interface SweepSummary<S extends AnyStrategy> {
  /** `undefined` when no run has a value of the objective. */
  readonly best: SweepRun<S> | undefined
  /** Objective of the best run. */
  readonly bestScore: number | undefined
  /** Trials that the best was chosen from: those of the ledger, at least those of this sweep. */
  readonly trials: number
  /** Runs with fewer than the least number of trades: they have no value, and are trials all the same. */
  readonly tooFewTrades: number
  /** How many independent ones they are worth: the runs here by how alike they trade, as neighbours on a grid do, the others in full. All of them when an optimiser chose. */
  readonly effectiveTrials: number
  /** Probability that the best run's Sharpe ratio is better than luck; `undefined` without enough days. */
  readonly deflatedSharpe: number | undefined
  /** Probability that choosing the best in this way is worse than choosing any; `undefined` without a best, and below 32 days or two runs. */
  readonly overfitting: Overfitting | undefined
}

/** How {@link summariseSweep} judges. */
export interface SweepJudging {
  /** Default `sharpe`. */
  readonly objective?: Objective
  /** A run with fewer trades has no value. Default {@link LEAST_TRADES}. */
  readonly leastTrades?: number
  /** What the ledger counts over the span of this sweep's equity ({@link equitySpan}), this sweep among it. Default: this sweep alone. */
  readonly count?: TrialCount
  /**
   * An optimiser chose what to run. Its trials lie close together because it looked there, and the best of them was
   * looked for harder than the best of as many drawn ones: so all count as independent, and their Sharpe ratios as no
   * closer than chance puts those of independent worthless ones, 1 ÷ (days − 1). Default false.
   */
  readonly steered?: boolean
}

/**
 * Judges the best run of a sweep: deflated by all trials on the market and span, and by cross-validation of the choice itself.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function summariseSweep<S extends AnyStrategy>(
  runs: readonly SweepRun<S>[],
  { objective = 'sharpe', leastTrades = LEAST_TRADES, count, steered = false }: SweepJudging = {},
): SweepSummary<S> {
  const best = bestRun(runs, objective, leastTrades)
  const columns = alignedReturns(runs.map(({ report }) => report.daily))
  const own = Math.max(1, runs.length)
  const trials = Math.max(own, count?.trials ?? 0)
  const correlation = steered || columns.length < 2 ? undefined : meanPairCorrelation(columns)
  // Of other strategies and earlier grids nobody knows how alike they trade.
  const independent = effectiveTrials(own, correlation ?? 0) + (trials - own)
  return {
    best,
    bestScore: best === undefined ? undefined : scorer(objective, leastTrades)(best.report),
    trials,
    tooFewTrades: runs.filter(({ report }) => report.metrics.tradeCount < leastTrades).length,
    effectiveTrials: independent,
    deflatedSharpe: best === undefined ? undefined : deflated(best, runs, { independent, count, steered }),
    overfitting: best === undefined ? undefined : overfittingOf(columns),
  }
}

function deflated<S extends AnyStrategy>(
  best: SweepRun<S>,
  runs: readonly SweepRun<S>[],
  {
    independent,
    count,
    steered,
  }: { readonly independent: number; readonly count: TrialCount | undefined; readonly steered: boolean },
): number | undefined {
  const sample = sharpeSample(dailyReturns(best.report.daily))
  if (sample === undefined) return undefined
  const own = deviationOf(runs.flatMap(({ report }) => sharpeRatio(dailyReturns(report.daily)) ?? []))
  // The wider of the two: trials of an earlier, narrower grid do not make this one look better.
  const chance = steered ? 1 / (sample.count - 1) : 0
  const counted = count === undefined ? 0 : trialVariance(count, sample.count)
  const sharpeVariance = Math.max((own ?? 0) ** 2, counted, chance)
  return deflatedSharpe(sample, { trials: independent, sharpeVariance })
}
