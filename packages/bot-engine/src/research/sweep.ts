import { EngineError } from '../errors.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { type Grid, planGrid, type RandomDraw } from './grid.ts'
import { runIdentity, trialOf } from './identity.ts'
import { checkWorkers, type JobOptions, runJobs } from './jobs.ts'
import type { SweepRun } from './objective.ts'
import { OptimiserSearch, type SearchOptions } from './optimiser-search.ts'
import { importStrategy, isStrategyModule, type StrategySource } from './strategy-module.ts'
import { SweepFile } from './sweep-file.ts'
import { GridSweep, type SearchEnd, type SweepPlan } from './sweep-plan.ts'
import type { TrialOptions } from './trial.ts'
import type { TrialLedger } from './trial-ledger.ts'

/** Where a sweep stands. */
export interface SweepProgress {
  /** Runs that are there, taken over ones too. */
  readonly done: number
  /** Of a search: the most that there will be. */
  readonly total: number
  /** Runs taken over from `resultsFile` or `finished`. */
  readonly resumed: number
  /** Combinations that the schema of the strategy refuses (of a search: so far); not in `total`. */
  readonly refused: number
  /** Told once, when an optimiser's search is over. */
  readonly ended?: SearchEnd
}

/** What to try, and how. */
export interface SweepOptions<S extends AnyStrategy> extends TrialOptions<S>, JobOptions {
  /** Values to try for each parameter. */
  readonly grid: Grid<S>
  /** Values of parameters that are not swept. Default: those of the schema. */
  readonly base?: Partial<StrategyParams<S>>
  /** Draws combinations instead of running all. */
  readonly random?: RandomDraw
  /** Lets an optimiser choose from the grid instead, which may be of any size then. */
  readonly search?: SearchOptions
  /** Of the strategy's file and of what it imports: other code is another trial, and nothing to go on with. Default: not known. */
  readonly codeHash?: string
  /** What is traded, where the name of the instrument does not say it, e.g. a seeded market: the ledger counts by it. Default: that name. */
  readonly market?: string
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
 * Runs a strategy with every combination of a grid, a seeded draw of them, or what an optimiser suggests, over the same
 * data.
 *
 * Runs come in the order in which they are done, taken over ones first (of a search: as soon as they are suggested);
 * with several threads that order changes from time to time, what each run holds never does, and neither does what an
 * optimiser is told. Combinations that the schema refuses are left out and counted. Leaving the loop ends the sweep.
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
  const shared = sharedOptions(options)
  const { resultsFile, ledger } = options
  const isKept = resultsFile !== undefined || ledger !== undefined
  const identity = isKept ? runIdentity(strategy, shared, options.codeHash, options.market) : undefined
  const planOver = planner(strategy, options)
  const file = resultsFile && identity ? SweepFile.open<S>(resultsFile, identity) : undefined
  try {
    const plan = planOver(await knownRuns(options, file))
    const tell = progressTeller(options, plan)
    tell(0)
    yield* plan.takenOver()
    let done = 0
    try {
      for await (const { job, report } of runJobs(source, strategy, shared, plan.batches(), options)) {
        const run = { ...job, report }
        file?.append(run)
        if (identity !== undefined)
          ledger?.record([trialOf(strategy, { params: run.params, equity: report.daily }, identity)])
        plan.took(run)
        done += 1
        tell(done)
        yield* [...plan.takenOver(), run]
      }
    } catch (error) {
      yield* plan.takenOver()
      throw error
    }
    yield* plan.takenOver()
    if (plan.ended !== undefined) tell(done)
  } finally {
    file?.close()
  }
}

/** Checks what is asked for, before a file is touched. */
function planner<S extends AnyStrategy>(
  strategy: S,
  { grid, base = {}, random, search, signal }: SweepOptions<S>,
): (known: ReadonlyMap<string, SweepRun<S>>) => SweepPlan<S> {
  if (search === undefined) {
    const plan = planGrid(strategy, grid, { base, random })
    return known => new GridSweep(plan, known)
  }
  if (random === undefined)
    return known => new OptimiserSearch({ strategy, grid, base, known, signal }, search)
  throw new EngineError(
    'invalid-options',
    'Both random and search are given. Draw combinations, or let an optimiser choose them.',
  )
}

/** What goes into each run, and no more. */
export function sharedOptions<S extends AnyStrategy>(options: SweepOptions<S>): TrialOptions<S> {
  const {
    grid,
    base,
    random,
    search,
    workers,
    execArgv,
    codeHash,
    market,
    finished,
    resultsFile,
    ledger,
    signal,
    onProgress,
    ...shared
  } = options
  return shared as unknown as TrialOptions<S>
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
  plan: SweepPlan<S>,
): (done: number) => void {
  return done => {
    const { total, resumed, refused, ended } = plan
    onProgress?.({ done: resumed + done, total, resumed, refused, ...(ended !== undefined && { ended }) })
  }
}
