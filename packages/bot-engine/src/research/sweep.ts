import { EngineError } from '../errors.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { shareData } from './data-columns.ts'
import { type Combination, type Grid, type GridPlan, planGrid, type RandomDraw } from './grid.ts'
import { identityOf, trialOf } from './identity.ts'
import type { SweepRun } from './objective.ts'
import { importStrategy, isStrategyModule, type StrategySource } from './strategy-module.ts'
import { SweepFile } from './sweep-file.ts'
import { runTrial, type SharedOptions } from './trial.ts'
import type { TrialLedger } from './trial-ledger.ts'
import { WorkerPool } from './worker/pool.ts'

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
export interface SweepOptions<S extends AnyStrategy> extends SharedOptions<S> {
  /** Values to try for each parameter. */
  readonly grid: Grid<S>
  /** Values of parameters that are not swept. Default: those of the schema. */
  readonly base?: Partial<StrategyParams<S>>
  /** Draws combinations instead of running all. */
  readonly random?: RandomDraw
  /** Threads; they need the strategy as a {@link StrategyModule}. 0: in this thread. Default 0. */
  readonly workers?: number
  /** Flags of Node for the threads. Default: those of this process, a loader among them. */
  readonly execArgv?: readonly string[]
  /** Runs that are not run again, of the same strategy, data and options. */
  readonly finished?: Iterable<SweepRun<S>> | AsyncIterable<SweepRun<S>>
  /** Every run is appended to this file; what it holds already is not run again. Other data or options are an error. */
  readonly resultsFile?: string
  /** Counts every new run. Default: none; `claw` always counts. */
  readonly ledger?: TrialLedger
  /** Ends the sweep; runs that are done are still given, then its reason is thrown. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: SweepProgress) => void
}

/**
 * Runs a strategy with every combination of a grid, or a seeded draw of them, over the same data.
 *
 * Runs come in the order in which they are done, taken over ones first; with several threads that order changes from
 * time to time, what each run holds never does. Combinations that the schema refuses are left out and counted.
 * Leaving the loop ends the sweep.
 *
 * @throws {@link EngineError} `invalid-options`, `invalid-params`; what {@link backtest} throws, and `worker-failed`
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
  const identity = isKept ? identityOf(strategy, shared) : undefined
  const file = resultsFile && identity ? SweepFile.open<S>(resultsFile, identity) : undefined
  try {
    const known = await knownRuns(options, file)
    const resumed = plan.combinations.flatMap(({ key }) => known.get(key) ?? [])
    const tell = progressTeller(options, plan, resumed.length)
    tell(0)
    yield* resumed
    let done = 0
    const jobs = plan.combinations.filter(({ key }) => !known.has(key))
    for await (const run of runsOf(source, strategy, shared, jobs, options)) {
      file?.append(run)
      if (identity !== undefined) ledger?.record([trialOf(run, identity)])
      done += 1
      tell(done)
      yield run
    }
  } finally {
    file?.close()
  }
}

function checkWorkers(
  source: AnyStrategy | { readonly url: string },
  { workers = 0 }: { readonly workers?: number },
): void {
  if (!Number.isInteger(workers) || workers < 0 || workers > 256)
    throw new EngineError('invalid-options', `workers is ${workers}. Use a whole number from 0 to 256.`, {
      details: { workers: String(workers) },
    })
  if (workers > 0 && !isStrategyModule(source as AnyStrategy))
    throw new EngineError(
      'invalid-options',
      `${workers} workers cannot be given a strategy itself: what it remembers in closures does not cross threads. Give the module that exports it: { url: new URL('./strategy.ts', import.meta.url).href }.`,
      { details: { workers } },
    )
}

/** What goes into each run, and no more. */
export function sharedOptions<S extends AnyStrategy>(options: SweepOptions<S>): SharedOptions<S> {
  const {
    grid,
    base,
    random,
    workers,
    execArgv,
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

function runsOf<S extends AnyStrategy>(
  source: StrategySource<S>,
  strategy: S,
  shared: SharedOptions<S>,
  jobs: readonly Combination<S>[],
  { workers = 0, execArgv, signal }: SweepOptions<S>,
): AsyncGenerator<SweepRun<S>, void, undefined> {
  if (workers === 0 || jobs.length === 0 || !isStrategyModule(source))
    return runHere(strategy, shared, jobs, signal)
  const setup = {
    module: { url: source.url, ...(source.exportName !== undefined && { exportName: source.exportName }) },
    options: overSharedMemory(shared),
  }
  return new WorkerPool<S>(jobs, setup, {
    workers,
    ...(execArgv !== undefined && { execArgv }),
    ...(signal !== undefined && { signal }),
  }).runs()
}

function overSharedMemory<S extends AnyStrategy>(shared: SharedOptions<S>): SharedOptions<AnyStrategy> {
  const { data, intrabar } = shared
  if (intrabar?.policy !== 'replay') return { ...shared, data: shareData(data) }
  const finer = shareData(intrabar.data) as typeof intrabar.data
  return { ...shared, data: shareData(data), intrabar: { policy: 'replay', data: finer } }
}

async function* runHere<S extends AnyStrategy>(
  strategy: S,
  shared: SharedOptions<S>,
  jobs: readonly Combination<S>[],
  signal: AbortSignal | undefined,
): AsyncGenerator<SweepRun<S>, void, undefined> {
  for (const { key, params } of jobs) {
    signal?.throwIfAborted()
    const report = await runTrial(strategy, { ...shared, ...(signal !== undefined && { signal }) }, params)
    yield { key, params, report }
  }
}
