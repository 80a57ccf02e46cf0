import { dailyEquity } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { readAccount } from '../backtest/options.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { type CheckedData, readData, runOver } from '../backtest/run.ts'
import { RunRecords } from '../backtest/run-records.ts'
import { countClosedBy } from '../backtest/trade-numbers.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { parseParams, readFeeds } from '../strategy/params.ts'
import { asPart, between, withData } from './data-columns.ts'
import type { TimeSpan } from './folds.ts'
import type { TrialReport } from './objective.ts'
import { readPart } from './read-part.ts'
import { failedWith, type TrialOptions } from './trial.ts'
import { warmUpBefore } from './warm-up-bars.ts'

/** Ten thousand bars each take 2 MB. */
const MOST_WARM_UPS = 16

/** What a {@link TrialRunner} runs over: all that it was given, or a part. */
interface Part<S extends AnyStrategy> {
  readonly span: TimeSpan | undefined
  readonly options: RunnerOptions<S>
  readonly data: CheckedData
}

type RunnerOptions<S extends AnyStrategy> = TrialOptions<S> & { readonly signal?: AbortSignal }

/**
 * Runs one combination after the other over the same data, and keeps what a sweep needs of each.
 *
 * Data are read and checked once for all runs of a span, and what each run writes down goes where that of the run before
 * was: together more than a tenth of a run over 500,000 bars of M1.
 */
export class TrialRunner<S extends AnyStrategy> {
  readonly #strategy: S
  readonly #options: RunnerOptions<S>
  readonly #records: RunRecords
  #part: Part<S> | undefined
  /** By the feeds that a combination has: most have the same. */
  readonly #warmUps = new Map<string, WarmUp>()

  /** Creates a runner; nothing is read yet. */
  constructor(strategy: S, options: RunnerOptions<S>) {
    this.#strategy = strategy
    this.#options = options
    this.#records = new RunRecords(readAccount(options.account), options.instrument)
  }

  /**
   * Runs a combination; not before the last one has ended.
   *
   * @param job - Without `span` over all data.
   * @throws {@link EngineError} what `backtest` throws, with the parameters in its message and its details
   */
  async run({
    params,
    span,
  }: {
    readonly params: StrategyParams<S>
    readonly span?: TimeSpan
  }): Promise<TrialReport> {
    try {
      const { options, data } = this.#partOf(span)
      const warmUp = span === undefined ? await this.#warmUpOf(params) : undefined
      this.#records.clear()
      return trialReport(
        await runOver(data, this.#strategy, { ...options, params, ...(warmUp && { warmUp }) }, this.#records),
      )
    } catch (error) {
      throw failedWith(params, error)
    }
  }

  async #warmUpOf(params: StrategyParams<S>): Promise<WarmUp | undefined> {
    const { rowsBefore, ...shared } = this.#options
    if (rowsBefore === undefined) return undefined
    const key = JSON.stringify(readFeeds(this.#strategy, parseParams(this.#strategy, params)))
    const known = this.#warmUps.get(key)
    if (known !== undefined) return known
    const { at, data, watchedBars } = rowsBefore
    const past = { ...shared, params, data, ...(watchedBars !== undefined && { watchedBars }) }
    const made = await warmUpBefore(this.#strategy, past, at)
    if (this.#warmUps.size === MOST_WARM_UPS) this.#warmUps.clear()
    this.#warmUps.set(key, made)
    return made
  }

  #partOf(span: TimeSpan | undefined): Part<S> {
    const last = this.#part
    if (last !== undefined && last.span?.from === span?.from && last.span?.to === span?.to) return last
    const options = withData(this.#options, data =>
      span === undefined ? asPart(data) : between(data, span.from, span.to),
    )
    const data = span === undefined ? readData(options) : readPart(options)
    this.#part = { span, options, data }
    return this.#part
  }
}

/** What is kept of a report. */
export function trialReport(report: BacktestReport): TrialReport {
  const { metrics, equity, blockedCount, orderCount, refused, refusedChanges, ended, rows } = report
  return {
    metrics,
    daily: dailyEquity(equity),
    blockedCount,
    orderCount,
    refused,
    refusedChanges,
    stopOutCount: countClosedBy('stop-out', report),
    accountLost: isBelowZero(equity),
    ended,
    rows,
  }
}

function isBelowZero({ length, equityMinor }: EquityColumns): boolean {
  for (let row = 0; row < length; row++) if ((equityMinor[row] as number) < 0) return true
  return false
}
