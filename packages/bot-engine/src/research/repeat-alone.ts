import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { TimeSpan } from './folds.ts'
import { type JobOptions, oneBatch, runInThreads } from './jobs.ts'
import type { SweepRun, TrialReport } from './objective.ts'
import type { StrategyModule } from './strategy-module.ts'
import type { TrialOptions } from './trial.ts'

/** What the run was made with. */
export type RepeatOptions<S extends AnyStrategy> = TrialOptions<S> &
  Omit<JobOptions, 'workers'> & {
    /** The part of the data it ran over, e.g. the sample of a fold. Default: all. */
    readonly span?: TimeSpan
  }

/** A run that was made once more. */
export interface RepeatedRun {
  readonly report: TrialReport
  /** Every figure, every count of orders and the equity of every day are those of the first time. */
  readonly isSame: boolean
}

/**
 * Runs a combination of a search once more, in a thread of its own that imports the strategy anew and makes no other run
 * before. A search makes many runs with one module: a strategy that keeps something outside its `create` gets there
 * what no backtest and no bot will ever have, and its best is none.
 *
 * @throws {@link EngineError} what `backtest` throws, with the parameters; `worker-failed` when the thread ends;
 *   `invalid-options` when the module cannot be imported; the reason of `signal`
 */
export async function repeatAlone<S extends AnyStrategy>(
  module: StrategyModule,
  { key, params, report: first }: SweepRun<S>,
  { span, execArgv, signal, ...shared }: RepeatOptions<S>,
): Promise<RepeatedRun> {
  signal?.throwIfAborted()
  const job = { key, params, ...(span !== undefined && { span }) }
  const runs = runInThreads(module, shared as unknown as TrialOptions<S>, oneBatch([job]), {
    workers: 1,
    isRehearsed: false,
    ...(execArgv !== undefined && { execArgv }),
    ...(signal !== undefined && { signal }),
  })
  for await (const { report } of runs) return { report, isSame: figuresOf(report) === figuresOf(first) }
  throw new EngineError('worker-failed', `The thread gave no result for ${key}. Run it alone to see why.`)
}

/** As text, because the runs of a resumed search have been text before. */
function figuresOf({ daily, ...figures }: TrialReport): string {
  const { metrics, blockedCount, orderCount, refused, refusedChanges, ...rest } = figures
  const { stopOutCount, accountLost, ended, rows } = rest
  const counts = [blockedCount, orderCount, refused, refusedChanges, stopOutCount, accountLost, ended, rows]
  return JSON.stringify([metrics, counts, [...daily.at], [...daily.equityMinor]])
}
