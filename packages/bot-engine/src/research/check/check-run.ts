import type { BacktestReport } from '../../backtest/report.ts'
import { runOver } from '../../backtest/run.ts'
import type { WarmUp } from '../../kernel/kernel-options.ts'
import type { AnyStrategy, StrategyParams } from '../../strategy/define.ts'
import { between, type RunData, withData } from '../data-columns.ts'
import { readPart } from '../read-part.ts'
import type { SharedOptions } from '../trial.ts'
import type { CheckFinding } from './findings.ts'
import type { Statement, Statements } from './statements.ts'
import { type Ask, watchedStrategy, type WatchOptions } from './watched-strategy.ts'

/** A strategy, or a function that makes it from data: what it computes from them beforehand is checked too. */
export type CheckedStrategy<S extends AnyStrategy> = S | ((data: RunData) => S)

/** What a strategy is checked on: also a part of longer data, in which a watched symbol has no row, whose feeds are cold. */
export interface CheckOptions<S extends AnyStrategy> extends SharedOptions<S> {
  readonly params: StrategyParams<S>
  /** Instants after which the future is removed, 1 to 1000; each is a run over what lies before. Default 12. */
  readonly cuts?: number
  /** Of the choice of instants. A whole number from 0, default 1. */
  readonly cutSeed?: number
  /** Ends the check, also within a run; its reason is thrown. What `onFinding` was told until then holds. */
  readonly signal?: AbortSignal
  /** Told of each finding as soon as it is known; it must not throw. */
  readonly onFinding?: (finding: CheckFinding) => void
  /** Told of each run that ended; it must not throw. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** One run of a check. */
export interface CheckRun {
  readonly asks: readonly Ask[]
  readonly statements: Statements
  readonly report: BacktestReport
}

/** Runs a strategy again and again in different ways. */
export class CheckRunner<S extends AnyStrategy> {
  readonly #source: CheckedStrategy<S>
  readonly options: CheckOptions<S>
  /** Runs so far. */
  count = 0
  #total: number

  /** Creates a runner that expects so many runs. */
  constructor(source: CheckedStrategy<S>, options: CheckOptions<S>, total: number) {
    this.#source = source
    this.options = options
    this.#total = total
  }

  /** The strategy, made of these data where it is made of data. */
  strategyOf(data: RunData): S {
    return typeof this.#source === 'function' ? this.#source(data) : this.#source
  }

  /** Whether the strategy is made of data. */
  get isMade(): boolean {
    return typeof this.#source === 'function'
  }

  /** Runs once over all data, over those before `until`, or over those from `from` on. */
  async run(
    how: {
      readonly from?: number
      readonly until?: number
      readonly warmUp?: WarmUp
      readonly watch?: WatchOptions
      /** What a made strategy is made of, if not of what it runs on. */
      readonly made?: RunData
      /** Other data in the place of each part of them; nothing is replayed within bars then. */
      readonly replaced?: (data: RunData) => RunData
    } = {},
  ): Promise<CheckRun> {
    const { cuts, cutSeed, onProgress, onFinding, intrabar, ...given } = this.options
    // With a signal a run gives way once in a while, and at its end: else no Ctrl-C is heard before the last one.
    given.signal?.throwIfAborted()
    const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = how
    const whole = { ...given, ...(intrabar !== undefined && how.replaced === undefined && { intrabar }) }
    const shared = withData(whole, all => between(how.replaced?.(all) ?? all, from, until))
    const { data } = shared
    const asks: Ask[] = []
    const statements = new Map<number, Statement[]>()
    const strategy = watchedStrategy(this.strategyOf(how.made ?? data), asks, { ...how.watch, statements })
    const options = { ...shared, ...(how.warmUp !== undefined && { warmUp: how.warmUp }) }
    const report = await runOver(readPart(options), strategy, options)
    this.count += 1
    this.#total = Math.max(this.#total, this.count)
    onProgress?.({ done: this.count, total: this.#total })
    return {
      statements,
      report,
      asks: asks.filter(({ at }) => at > from || from === Number.NEGATIVE_INFINITY),
    }
  }
}
