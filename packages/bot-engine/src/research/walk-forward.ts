import { readAccount } from '../backtest/options.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { checkData, runOver } from '../backtest/run.ts'
import { EngineError } from '../errors.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { between, spanOf, tradedPart, withData } from './data-columns.ts'
import { type FoldRun, FoldRuns } from './fold-runs.ts'
import { type FoldOptions, type FoldSpans, foldsOf } from './folds.ts'
import { planGrid } from './grid.ts'
import { checkWorkers } from './jobs.ts'
import { bestRun, type Objective, type SweepRun } from './objective.ts'
import { type OrderCounts, sumOrders } from './order-counts.ts'
import { readPart } from './read-part.ts'
import { importStrategy, isStrategyModule, type StrategySource } from './strategy-module.ts'
import { sharedOptions, type SweepOptions } from './sweep.ts'
import type { SharedOptions } from './trial.ts'
import { trialReport } from './trial-runner.ts'
import { type JudgedFold, summed, type WalkForwardReport } from './walk-forward-report.ts'
import { warmUpBefore } from './warm-up-bars.ts'

/** Where a walk-forward stands. */
export interface WalkForwardProgress {
  /** Runs that are done, of all folds and of the matrix, taken over ones too. */
  readonly done: number
  readonly total: number
  /** Runs taken over from `resultsFile`. */
  readonly resumed: number
  /** Folds that are judged. */
  readonly foldsDone: number
  readonly folds: number
}

/** What to choose from, on which spans, and how. */
export interface WalkForwardOptions<S extends AnyStrategy>
  extends Omit<SweepOptions<S>, 'finished' | 'onProgress' | 'search' | 'warmUp' | 'rowsBefore'>,
    FoldOptions {
  /** What the parameters of a fold are chosen by, in its sample. Default `sharpe`. */
  readonly objective?: Objective
  /** A run with fewer trades in a sample is not chosen. Default 1: a sample is short, and the whole is judged. */
  readonly leastTrades?: number
  /** Runs every combination over all out-of-sample spans too, for the matrix of overfitting. Default true. */
  readonly matrix?: boolean
  /** Told of each run that ended; it must not throw. */
  readonly onProgress?: (progress: WalkForwardProgress) => void
  /**
   * Told after each fold, in their order, with the report of those that are judged, still without `matrix`: what is
   * there when `signal` ends the rest. It must not throw.
   */
  readonly onFold?: (soFar: WalkForwardReport<S>) => void
}

/**
 * Chooses parameters on past data again and again, and runs each choice on the data that follow: what is judged is the
 * way of choosing, which is all that one can do live.
 *
 * Out of sample a strategy is warmed up with the bars before, as many as its feeds ask for. A watched instrument without
 * a row in a fold leaves its own feeds cold there; without one of the traded instrument a fold has no run. The ledger
 * counts every combination over each of its spans. With `resultsFile` a walk-forward that was ended goes on. In memory it
 * keeps the best run alone of each sample, besides those that it takes over from the file.
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
  const folds = foldsOf({ from: span.from, to: span.to + 1 }, options)
  // As a whole, as a backtest over them: a symbol without rows in one fold is cold there, without any it is a mistake.
  checkData(options)
  const { grid, base = {}, random, matrix = true } = options
  const { combinations } = planGrid(strategy, grid, { base, random })
  const all = { from: folds[0]?.outOfSample.from ?? 0, to: span.to + 1 }
  const inSample = folds.map(fold => fold.inSample)
  const spans = matrix ? [...inSample, all] : inSample
  const shared = backtestOptions(options)
  const runs = new FoldRuns(source, strategy, { ...options, shared }, { spans, combinations })
  const walk = new Walk(strategy, options, folds, runs)
  for await (const run of runs.run(resumed => walk.begin(resumed))) await walk.take(run)
  return await walk.end()
}

/** What goes into each backtest. */
function backtestOptions<S extends AnyStrategy>(options: WalkForwardOptions<S>): SharedOptions<S> {
  const {
    mode,
    inSampleMs,
    outOfSampleMs,
    purgeMs,
    embargoMs,
    objective,
    leastTrades,
    matrix,
    onProgress,
    onFold,
    ...rest
  } = options
  return sharedOptions(rest as unknown as SweepOptions<S>)
}

/** A walk-forward while its runs come in: a fold is judged once it and all before it are chosen. */
class Walk<S extends AnyStrategy> {
  readonly #strategy: S
  readonly #options: WalkForwardOptions<S>
  readonly #folds: readonly FoldSpans[]
  readonly #total: number
  /** Runs of each fold. */
  readonly #counts: readonly number[]
  /** Runs that each fold still waits for. */
  readonly #missing: number[]
  readonly #best: (SweepRun<S> | undefined)[]
  /** Of the runs of each fold that were taken. */
  readonly #orders: OrderCounts[]
  readonly #judged: JudgedFold<S>[] = []
  readonly #over: SweepRun<S>[] = []
  #resumed = 0
  #done = 0
  #balanceMinor: number

  constructor(strategy: S, options: WalkForwardOptions<S>, folds: readonly FoldSpans[], runs: FoldRuns<S>) {
    this.#strategy = strategy
    this.#options = options
    this.#folds = folds
    this.#total = runs.total
    this.#counts = folds.map((_, fold) => runs.countOf(fold))
    this.#missing = [...this.#counts]
    this.#best = folds.map(() => undefined)
    this.#orders = folds.map(() => sumOrders([]))
    this.#balanceMinor = readAccount(options.account).balanceMinor
  }

  /** Tells of runs that are taken over, before the first is taken. */
  begin(resumed: number): void {
    this.#resumed = resumed
    this.#tell()
  }

  /** Takes a run over a sample, or over all out-of-sample spans. */
  async take({ fold, run }: FoldRun<S>): Promise<void> {
    if (fold === this.#folds.length) this.#over.push(run)
    else {
      const best = this.#best[fold]
      const { objective, leastTrades = 1 } = this.#options
      this.#best[fold] = bestRun(best === undefined ? [run] : [best, run], objective, leastTrades)
      this.#orders[fold] = sumOrders([this.#orders[fold] as OrderCounts, run.report])
      this.#missing[fold] = (this.#missing[fold] as number) - 1
    }
    this.#done += 1
    await this.#judge()
    this.#tell()
  }

  /** Sums up what was taken. */
  async end(): Promise<WalkForwardReport<S>> {
    await this.#judge()
    // So that the order in which threads are done changes nothing.
    const over = this.#over.sort((one, other) => (one.key < other.key ? -1 : 1))
    return summed(this.#judged, this.#options.account, this.#options.matrix === false ? undefined : over)
  }

  async #judge(): Promise<void> {
    for (let i = this.#judged.length; this.#missing[i] === 0; i++) {
      const spans = this.#folds[i] as FoldSpans
      const chosen = this.#best[i]
      const report = chosen && (await this.#outOfSample(spans, chosen.params))
      this.#balanceMinor = report?.equity.equityMinor.at(-1) ?? this.#balanceMinor
      this.#judged.push({
        fold: {
          ...spans,
          params: chosen?.params,
          inSampleReport: chosen?.report,
          report: report && trialReport(report),
          tried: { runs: this.#counts[i] as number, ...(this.#orders[i] as OrderCounts) },
        },
        trades: report?.trades ?? [],
        roundTrips: report?.roundTrips ?? [],
        equity: report?.equity,
      })
      this.#options.onFold?.(summed(this.#judged, this.#options.account, undefined))
    }
  }

  async #outOfSample(
    { outOfSample: { from, to } }: FoldSpans,
    params: StrategyParams<S>,
  ): Promise<BacktestReport | undefined> {
    const shared = backtestOptions(this.#options)
    const cut = withData(shared, data => between(data, from, to))
    const isEmpty = tradedPart(cut.data, shared.instrument)?.length === 0
    if (isEmpty || this.#balanceMinor <= 0) return undefined
    const warmUp = await warmUpBefore(this.#strategy, { ...shared, params }, from)
    const account = {
      ...shared.account,
      ...readAccount(shared.account),
      balanceMinor: Math.round(this.#balanceMinor),
    }
    const { signal } = this.#options
    signal?.throwIfAborted()
    return runOver(readPart(cut), this.#strategy, {
      ...cut,
      params,
      account,
      warmUp,
      ...(signal !== undefined && { signal }),
    })
  }

  #tell(): void {
    this.#options.onProgress?.({
      done: this.#done,
      total: this.#total,
      resumed: this.#resumed,
      foldsDone: this.#judged.length,
      folds: this.#folds.length,
    })
  }
}
