import type { EquityColumns } from '../backtest/equity-curve.ts'
import { computeMetrics, type Metrics } from '../backtest/metrics.ts'
import { readAccount } from '../backtest/options.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { backtest } from '../backtest/run.ts'
import { EngineError } from '../errors.ts'
import type { Trade } from '../kernel/trade.ts'
import { type Overfitting, overfitting } from '../statistics/overfitting.ts'
import { probabilisticSharpe, sharpeSample } from '../statistics/sharpe-tests.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { alignedReturns, dailyReturns } from '../backtest/daily-returns.ts'
import { between, partsOf, spanOf, withData } from './data-columns.ts'
import { type FoldOptions, type FoldSpans, foldsOf, type TimeSpan } from './folds.ts'
import { type Combination, planGrid } from './grid.ts'
import { runIdentity, trialOf } from './identity.ts'
import { checkWorkers, runJobs } from './jobs.ts'
import { bestRun, type Objective, type SweepRun, type TrialReport } from './objective.ts'
import { importStrategy, isStrategyModule, type StrategySource } from './strategy-module.ts'
import { sharedOptions, type SweepOptions } from './sweep.ts'
import type { SharedOptions } from './trial.ts'
import { warmUpBefore } from './warm-up-bars.ts'

/** Where a walk-forward stands. */
export interface WalkForwardProgress {
  /** Runs that are done, of all folds and of the matrix. */
  readonly done: number
  readonly total: number
}

/** What to choose from, on which spans, and how. */
export interface WalkForwardOptions<S extends AnyStrategy>
  extends Omit<SweepOptions<S>, 'finished' | 'resultsFile' | 'onProgress' | 'warmUp'>,
    FoldOptions {
  /** What the parameters of a fold are chosen by, in its sample. Default `sharpe`. */
  readonly objective?: Objective
  /** Runs every combination over all out-of-sample spans too, for the matrix of overfitting. Default true. */
  readonly matrix?: boolean
  /** Told of each run that ended; it must not throw. */
  readonly onProgress?: (progress: WalkForwardProgress) => void
}

/** One step: parameters chosen on the past, judged on what followed. */
export interface Fold<S extends AnyStrategy> extends FoldSpans {
  /** `undefined` when no run in the sample had a value of the objective: nothing was traded then. */
  readonly params: StrategyParams<S> | undefined
  /** Of the chosen run in its sample. */
  readonly inSampleReport: TrialReport | undefined
  /** Of the same parameters out of sample; it begins with the equity that the fold before ended with. */
  readonly report: BacktestReport | undefined
}

/** What a way of choosing parameters would have earned. */
export interface WalkForwardReport<S extends AnyStrategy> {
  readonly folds: readonly Fold<S>[]
  /** Trades out of sample, of all folds. */
  readonly trades: readonly Trade[]
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

/** Blocks of the cross-validation: 70 splits. */
const BLOCKS = 8
const DAY_MS = 86_400_000

/**
 * Chooses parameters on past data again and again, and runs each choice on the data that follow: what is judged is the
 * way of choosing, which is all that one can do live.
 *
 * Out of sample a strategy is warmed up with the bars before, as many as its feeds ask for. The ledger counts every
 * combination for the whole data.
 *
 * @throws {@link EngineError} what {@link sweep} throws; `invalid-options` when the data are shorter than a fold
 */
export async function walkForward<S extends AnyStrategy>(
  source: StrategySource<S>,
  options: WalkForwardOptions<S>,
): Promise<WalkForwardReport<S>> {
  checkWorkers(source, options)
  const strategy = (isStrategyModule(source) ? await importStrategy(source) : source) as S
  options.signal?.throwIfAborted()
  const span = spanOf(options.data)
  if (span === undefined) throw new EngineError('data-invalid', 'There is no row to run on. Give data.')
  const spans = foldsOf({ from: span.from, to: span.to + 1 }, options)
  const { combinations } = planGrid(strategy, options.grid, {
    base: options.base ?? {},
    random: options.random,
  })
  const all = { from: spans[0]?.outOfSample.from ?? 0, to: span.to + 1 }
  const inSample = spans.map(fold => fold.inSample)
  const runs = await runsOver(source, strategy, options, {
    spans: options.matrix === false ? inSample : [...inSample, all],
    combinations,
  })
  const folds: Fold<S>[] = []
  let balanceMinor = readAccount(options.account).balanceMinor
  for (const [i, fold] of spans.entries()) {
    const chosen = bestRun(runs[i] ?? [], options.objective)
    const report = chosen && (await outOfSample(strategy, options, fold, chosen.params, balanceMinor))
    balanceMinor = report?.equity.equityMinor.at(-1) ?? balanceMinor
    folds.push({ ...fold, params: chosen?.params, inSampleReport: chosen?.report, report })
  }
  return summed(folds, options, runs[spans.length])
}

function counter<S extends AnyStrategy>(
  strategy: S,
  options: WalkForwardOptions<S>,
): (runs: readonly SweepRun<S>[]) => void {
  const { ledger } = options
  if (ledger === undefined) return () => {}
  const identity = runIdentity(strategy, backtestOptions(options), options.codeHash)
  return runs =>
    ledger.record(
      runs.map(({ params, report }) => trialOf(strategy, { params, equity: report.daily }, identity)),
    )
}

/** What goes into each backtest. */
function backtestOptions<S extends AnyStrategy>(options: WalkForwardOptions<S>): SharedOptions<S> {
  const { mode, inSampleMs, outOfSampleMs, purgeMs, embargoMs, objective, matrix, onProgress, ...rest } =
    options
  return sharedOptions(rest as unknown as SweepOptions<S>)
}

/** Every combination over each span, in the order of their keys: by span. */
async function runsOver<S extends AnyStrategy>(
  source: StrategySource<S>,
  strategy: S,
  options: WalkForwardOptions<S>,
  {
    spans,
    combinations,
  }: { readonly spans: readonly TimeSpan[]; readonly combinations: readonly Combination<S>[] },
): Promise<readonly (readonly SweepRun<S>[])[]> {
  const count = counter(strategy, options)
  const runs: SweepRun<S>[][] = spans.map(() => [])
  const jobs = spans.flatMap((span, fold) =>
    // A span without a row, e.g. a week of holidays, has nothing to choose from.
    spanOf(between(options.data, span.from, span.to)) === undefined
      ? []
      : combinations.map(combination => ({ ...combination, span, fold })),
  )
  let done = 0
  options.onProgress?.({ done, total: jobs.length })
  for await (const { job, report } of runJobs(source, strategy, backtestOptions(options), jobs, options)) {
    const run = { key: job.key, params: job.params, report }
    count([run])
    runs[job.fold]?.push(run)
    done += 1
    options.onProgress?.({ done, total: jobs.length })
  }
  // So that the order in which threads are done changes nothing.
  return runs.map(own => own.sort((one, other) => (one.key < other.key ? -1 : 1)))
}

async function outOfSample<S extends AnyStrategy>(
  strategy: S,
  options: WalkForwardOptions<S>,
  { outOfSample: { from, to } }: FoldSpans,
  params: StrategyParams<S>,
  balanceMinor: number,
): Promise<BacktestReport | undefined> {
  const shared = backtestOptions(options)
  const cut = withData(shared, data => between(data, from, to))
  const isEmpty = partsOf(cut.data).some(({ length }) => length === 0)
  if (isEmpty || balanceMinor <= 0) return undefined
  const warmUp = await warmUpBefore(strategy, { ...shared, params }, from)
  const account = {
    ...shared.account,
    ...readAccount(shared.account),
    balanceMinor: Math.round(balanceMinor),
  }
  const { signal } = options
  return backtest(strategy, {
    ...cut,
    params,
    account,
    warmUp,
    ...(signal !== undefined && { signal }),
  })
}

function summed<S extends AnyStrategy>(
  folds: readonly Fold<S>[],
  options: WalkForwardOptions<S>,
  over: readonly SweepRun<S>[] | undefined,
): WalkForwardReport<S> {
  const reports = folds.flatMap(({ report }) => report ?? [])
  const trades = reports.flatMap(report => report.trades)
  const equity = stitched(reports.map(report => report.equity))
  const sample = sharpeSample(dailyReturns(equity))
  const returns = over && alignedReturns(over.map(({ report }) => report.daily))
  const days = returns?.[0]?.length ?? 0
  return {
    folds,
    trades,
    equity,
    metrics: computeMetrics(trades, equity, readAccount(options.account)),
    efficiency: efficiencyOf(folds),
    probabilisticSharpe: sample && probabilisticSharpe(sample),
    matrix: returns && { keys: (over ?? []).map(({ key }) => key), returns },
    overfitting:
      returns === undefined || returns.length < 2 || days < 4 * BLOCKS
        ? undefined
        : overfitting(returns, { blocks: BLOCKS }),
  }
}

function stitched(parts: readonly EquityColumns[]): EquityColumns {
  const join = (column: (part: EquityColumns) => Float64Array): Float64Array =>
    Float64Array.from(parts.flatMap(part => [...column(part)]))
  const at = join(part => part.at)
  return { length: at.length, at, equityMinor: join(part => part.equityMinor) }
}

function efficiencyOf<S extends AnyStrategy>(folds: readonly Fold<S>[]): number | undefined {
  const gained = { inside: 0, outside: 0 }
  const days = { inside: 0, outside: 0 }
  for (const { inSample, outOfSample: after, inSampleReport, report } of folds) {
    if (inSampleReport === undefined) continue
    gained.inside += gainOf(inSampleReport.daily)
    gained.outside += report === undefined ? 0 : gainOf(report.equity)
    days.inside += (inSample.to - inSample.from) / DAY_MS
    days.outside += (after.to - after.from) / DAY_MS
  }
  if (gained.inside <= 0 || days.outside === 0) return undefined
  return gained.outside / days.outside / (gained.inside / days.inside)
}

function gainOf({ equityMinor }: EquityColumns): number {
  return (equityMinor.at(-1) ?? 0) - (equityMinor[0] ?? 0)
}
