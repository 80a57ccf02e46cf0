import type { AnyStrategy } from '../strategy/define.ts'
import { rowAt, tradedPart } from './data-columns.ts'
import type { TimeSpan } from './folds.ts'
import type { Combination } from './grid.ts'
import { runIdentity, trialOf } from './identity.ts'
import { type Job, type JobOptions, oneBatch, runJobs } from './jobs.ts'
import type { SweepRun } from './objective.ts'
import type { StrategySource } from './strategy-module.ts'
import { SweepFile } from './sweep-file.ts'
import type { TrialOptions } from './trial.ts'
import type { TrialLedger } from './trial-ledger.ts'

/** Every combination over each of some spans of the same data. */
export interface FoldPlan<S extends AnyStrategy> {
  readonly spans: readonly TimeSpan[]
  readonly combinations: readonly Combination<S>[]
}

/** Where the runs are kept and counted. */
export interface FoldRunOptions<S extends AnyStrategy> extends JobOptions {
  readonly shared: TrialOptions<S>
  readonly codeHash?: string | undefined
  readonly market?: string | undefined
  readonly resultsFile?: string | undefined
  readonly ledger?: TrialLedger | undefined
}

interface FoldJob<S extends AnyStrategy> extends Job<S> {
  readonly span: TimeSpan
  /** Place of the span in the plan. */
  readonly fold: number
}

/** A run with the place of its span in the plan. */
export interface FoldRun<S extends AnyStrategy> {
  readonly fold: number
  readonly run: SweepRun<S>
}

/** The runs of a plan, those of a file first; a span without a row of the instrument traded, e.g. a week of holidays, has none. */
export class FoldRuns<S extends AnyStrategy> {
  readonly #source: StrategySource<S>
  readonly #strategy: S
  readonly #options: FoldRunOptions<S>
  readonly #jobs: readonly FoldJob<S>[]

  /** Plans the runs; nothing is run yet. */
  constructor(
    source: StrategySource<S>,
    strategy: S,
    options: FoldRunOptions<S>,
    { spans, combinations }: FoldPlan<S>,
  ) {
    this.#source = source
    this.#strategy = strategy
    this.#options = options
    const { data, instrument } = options.shared
    const traded = tradedPart(data, instrument)
    this.#jobs = spans.flatMap((span, fold) =>
      traded === undefined || rowAt(traded, span.from) === rowAt(traded, span.to)
        ? []
        : combinations.map(combination => ({ ...combination, span, fold })),
    )
  }

  /** Number of runs, those of the file too. */
  get total(): number {
    return this.#jobs.length
  }

  /** Runs over the span at a place of the plan. */
  countOf(fold: number): number {
    return this.#jobs.filter(job => job.fold === fold).length
  }

  /**
   * Runs all; each new one is appended to the file and counted.
   *
   * @param onResumed - Told first how many the file holds.
   */
  async *run(onResumed: (count: number) => void): AsyncGenerator<FoldRun<S>, void, undefined> {
    const { shared, codeHash, market, resultsFile, ledger } = this.#options
    const isKept = resultsFile !== undefined || ledger !== undefined
    const identity = isKept ? runIdentity(this.#strategy, shared, codeHash, market) : undefined
    const file = resultsFile && identity ? SweepFile.open<S>(resultsFile, identity) : undefined
    try {
      const known = file?.finished
      const resumed = this.#jobs.flatMap(job => {
        const report = known?.get(keyOf(job))?.report
        return report === undefined ? [] : [{ fold: job.fold, run: runOf(job, report) }]
      })
      onResumed(resumed.length)
      yield* resumed
      const left = this.#jobs.filter(job => known?.has(keyOf(job)) !== true)
      const finished = runJobs(this.#source, this.#strategy, shared, oneBatch(left), this.#options)
      for await (const { job, report } of finished) {
        const run = runOf(job, report)
        file?.append({ ...run, key: keyOf(job) })
        if (identity !== undefined)
          ledger?.record([
            trialOf(this.#strategy, { params: run.params, equity: report.daily, span: job.span }, identity),
          ])
        yield { fold: job.fold, run }
      }
    } finally {
      file?.close()
    }
  }
}

/** What a run is known by in a file: the same combination runs over several spans. */
function keyOf({ span: { from, to }, key }: FoldJob<AnyStrategy>): string {
  return `${from}-${to} ${key}`
}

function runOf<S extends AnyStrategy>(
  { key, params }: FoldJob<S>,
  report: SweepRun<S>['report'],
): SweepRun<S> {
  return { key, params, report }
}
