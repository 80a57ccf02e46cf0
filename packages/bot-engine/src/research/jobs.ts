import { EngineError } from '../errors.ts'
import { describeProtections } from '../protections/remake.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { shareData, withData } from './data-columns.ts'
import type { TimeSpan } from './folds.ts'
import type { Combination } from './grid.ts'
import type { TrialReport } from './objective.ts'
import { isStrategyModule, type StrategyModule, type StrategySource } from './strategy-module.ts'
import type { SharedOptions, TrialOptions } from './trial.ts'
import { TrialRunner } from './trial-runner.ts'
import type { WorkerSetup } from './worker/messages.ts'
import { type PoolOptions, WorkerPool } from './worker/pool.ts'

/** One run to do. */
export interface Job<S extends AnyStrategy> extends Combination<S> {
  /** The part of the data it runs over; absent: all. */
  readonly span?: TimeSpan
}

/** A job with what came of it. */
export interface FinishedJob<J> {
  readonly job: J
  readonly report: TrialReport
}

/** Where jobs run. */
export interface JobOptions {
  /** Threads; they need the strategy as a {@link StrategyModule}. 0: in this thread. Default 0. */
  readonly workers?: number
  /** Flags of Node for the threads. Default: those of this process, a loader among them. */
  readonly execArgv?: readonly string[]
  /** Ends it; runs that are done are still given, then its reason is thrown. */
  readonly signal?: AbortSignal
}

/** Refuses threads that cannot be, and protections that cannot reach them. @throws {@link EngineError} `invalid-options` */
export function checkWorkers(
  source: StrategySource<AnyStrategy>,
  { workers = 0, protections = [] }: JobOptions & Pick<SharedOptions<AnyStrategy>, 'protections'>,
): void {
  if (!Number.isInteger(workers) || workers < 0 || workers > 256)
    throw new EngineError('invalid-options', `workers is ${workers}. Use a whole number from 0 to 256.`, {
      details: { workers: String(workers) },
    })
  if (workers > 0 && !isStrategyModule(source))
    throw new EngineError(
      'invalid-options',
      `${workers} workers cannot be given a strategy itself: what it remembers in closures does not cross threads. Give the module that exports it: { url: new URL('./strategy.ts', import.meta.url).href }.`,
      { details: { workers } },
    )
  if (workers > 0) describeProtections(protections)
}

/** Jobs that are all known beforehand. */
export async function* oneBatch<J>(jobs: readonly J[]): AsyncGenerator<readonly J[], void, undefined> {
  yield jobs
}

/**
 * Runs jobs, in this thread one after the other, or in threads in the order in which they are done. The next batch is
 * asked for when the results of all before were taken.
 */
export function runJobs<S extends AnyStrategy, J extends Job<S>>(
  source: StrategySource<S>,
  strategy: S,
  shared: TrialOptions<S>,
  batches: AsyncIterable<readonly J[]>,
  { workers = 0, execArgv, signal }: JobOptions,
): AsyncGenerator<FinishedJob<J>, void, undefined> {
  if (workers === 0 || !isStrategyModule(source)) return runHere(strategy, shared, batches, signal)
  return runInThreads(source, shared, batches, {
    workers,
    isRehearsed: true,
    ...(execArgv !== undefined && { execArgv }),
    ...(signal !== undefined && { signal }),
  })
}

/** Runs jobs in threads that import the strategy anew. */
export function runInThreads<S extends AnyStrategy, J extends Job<S>>(
  { url, exportName }: StrategyModule,
  { protections = [], rowsBefore, ...rest }: TrialOptions<S>,
  batches: AsyncIterable<readonly J[]>,
  { isRehearsed, ...pool }: PoolOptions & Pick<WorkerSetup, 'isRehearsed'>,
): AsyncGenerator<FinishedJob<J>, void, undefined> {
  const setup: WorkerSetup = {
    module: { url, ...(exportName !== undefined && { exportName }) },
    options: {
      ...withData(rest as Omit<TrialOptions<AnyStrategy>, 'protections' | 'rowsBefore'>, shareData),
      ...(rowsBefore && { rowsBefore: { ...rowsBefore, data: shareData(rowsBefore.data) } }),
    },
    protections: describeProtections(protections),
    isRehearsed,
  }
  return new WorkerPool<J>(batches, setup, pool).runs()
}

async function* runHere<S extends AnyStrategy, J extends Job<S>>(
  strategy: S,
  shared: TrialOptions<S>,
  batches: AsyncIterable<readonly J[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<FinishedJob<J>, void, undefined> {
  const runner = new TrialRunner(strategy, { ...shared, ...(signal !== undefined && { signal }) })
  for await (const jobs of batches)
    for (const job of jobs) {
      signal?.throwIfAborted()
      yield { job, report: await runner.run(job) }
    }
}
