import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { type Grid, type GridPlan, planGrid, type RandomDraw } from './grid.ts'
import { runIdentity, trialOf } from './identity.ts'
import { checkWorkers, type JobOptions, runJobs } from './jobs.ts'
import type { SweepRun } from './objective.ts'
import { importStrategy, isStrategyModule, type StrategySource } from './strategy-module.ts'
import { SweepFile } from './sweep-file.ts'
import type { SharedOptions } from './trial.ts'
import type { TrialLedger } from './trial-ledger.ts'

/** Where a sweep stands. */
export interface SweepProgress {
  /** Runs that are there, taken over ones too. */
  readonly done: number
  readonly total: number
  /** Runs taken over from `resultsFile` or `finished`. */
  readonly resumed: number
  /** Combinations that the schema of the strategy refuses; not in `total`. */
  readonly refused: number
}

/** What to try, and how. */
export interface SweepOptions<S extends AnyStrategy> extends SharedOptions<S>, JobOptions {
  /** Values to try for each parameter. */
  readonly grid: Grid<S>
  /** Values of parameters that are not swept. Default: those of the schema. */
  readonly base?: Partial<StrategyParams<S>>
  /** Draws combinations instead of running all. */
  readonly random?: RandomDraw
  /** Of the strategy's file and of what it imports: other code is another trial, and nothing to go on with. Default: not known. */
  readonly codeHash?: string
  /** Runs that are not run again, of the same strategy, data and options. */
  readonly finished?: Iterable<SweepRun<S>> | AsyncIterable<SweepRun<S>>
  /** Every run is appended to this file; what it holds already is not run again. Other code, data or options are an error. */
  readonly resultsFile?: string
  /** Counts every new run. Default: none; `claw` always counts. */
  readonly ledger?: TrialLedger
  /** Told of each run that ended, in order of ending; it must not throw. */
  readonly onProgress?: (progress: SweepProgress) => void
}

/**
 * Runs a strategy with every combination of a grid, or a seeded draw of them, over the same data.
 *
 * Runs come in the order in which they are done, taken over ones first; with several threads that order changes from
 * time to time, what each run holds never does. Combinations that the schema refuses are left out and counted.
 * Leaving the loop ends the sweep.
 *
 * @throws {@link EngineError} `invalid-options`, `invalid-params`; what `backtest` throws, and `worker-failed`
 *   when a thread ends, both with the parameters of the run; the reason of `signal`
 */
export async function* sweep<S extends AnyStrategy>(
  source: StrategySource<S>,
  options: SweepOptions<S>,
): AsyncGenerator<SweepRun<S>, void, undefined> {
  options.signal?.throwIfAborted()
  checkWorkers(source, options)
  const strategy = (isStrategyModule(source) ? await importStrategy(source) : source) as S
  const plan = planGrid(strategy, options.grid, { base: options.base ?? {}, random: options.random })
  const shared = sharedOptions(options)
  const { resultsFile, ledger } = options
  const isKept = resultsFile !== undefined || ledger !== undefined
  const identity = isKept ? runIdentity(strategy, shared, options.codeHash) : undefined
  const file = resultsFile && identity ? SweepFile.open<S>(resultsFile, identity) : undefined
  try {
    const known = await knownRuns(options, file)
    const resumed = plan.combinations.flatMap(({ key }) => known.get(key) ?? [])
    const tell = progressTeller(options, plan, resumed.length)
    tell(0)
    yield* resumed
    let done = 0
    const jobs = plan.combinations.filter(({ key }) => !known.has(key))
    for await (const { job, report } of runJobs(source, strategy, shared, jobs, options)) {
      const run = { ...job, report }
      file?.append(run)
      if (identity !== undefined)
        ledger?.record([trialOf(strategy, { params: run.params, equity: report.daily }, identity)])
      done += 1
      tell(done)
      yield run
    }
  } finally {
    file?.close()
  }
}

/** What goes into each run, and no more. */
export function sharedOptions<S extends AnyStrategy>(options: SweepOptions<S>): SharedOptions<S> {
  const {
    grid,
    base,
    random,
    workers,
    execArgv,
    codeHash,
    finished,
    resultsFile,
    ledger,
    signal,
    onProgress,
    ...shared
  } = options
  return shared as unknown as SharedOptions<S>
}

async function knownRuns<S extends AnyStrategy>(
  { finished = [] }: Pick<SweepOptions<S>, 'finished'>,
  file: SweepFile<S> | undefined,
): Promise<ReadonlyMap<string, SweepRun<S>>> {
  const known = new Map(file?.finished)
  for await (const run of finished) {
    if (!known.has(run.key)) file?.append(run)
    known.set(run.key, run)
  }
  return known
}

function progressTeller<S extends AnyStrategy>(
  { onProgress }: Pick<SweepOptions<S>, 'onProgress'>,
  { combinations, refused }: GridPlan<S>,
  resumed: number,
): (done: number) => void {
  return done =>
    onProgress?.({ done: resumed + done, total: combinations.length, resumed, refused: refused.length })
}
