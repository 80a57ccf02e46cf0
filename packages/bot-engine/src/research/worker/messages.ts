import type { ProtectionDescription } from '../../protections/described.ts'
import type { AnyStrategy } from '../../strategy/define.ts'
import type { TimeSpan } from '../folds.ts'
import type { TrialReport } from '../objective.ts'
import type { StrategyModule } from '../strategy-module.ts'
import type { SentError, TrialOptions } from '../trial.ts'

/** What a thread starts with; the columns lie over shared memory. */
export interface WorkerSetup {
  readonly module: StrategyModule
  readonly options: Omit<TrialOptions<AnyStrategy>, 'protections'>
  /** Made again in the thread: they hold functions. */
  readonly protections: readonly ProtectionDescription[]
  /** Makes short runs before the first, for the compiler: what the module keeps outside `create` has then been used. */
  readonly isRehearsed: boolean
}

/** One run for a thread. */
export interface WorkerJob {
  readonly index: number
  readonly params: unknown
  /** The part of the data it runs over; absent: all. */
  readonly span?: TimeSpan
}

/** What a thread answers to a job. */
export type WorkerAnswer =
  | { readonly type: 'done'; readonly index: number; readonly report: TrialReport }
  | { readonly type: 'failed'; readonly error: SentError }
