import type { EquityColumns } from '../backtest/equity-curve.ts'
import type { Metrics } from '../backtest/metrics.ts'
import { EngineError } from '../errors.ts'
import type { AnyStrategy, StopReason, StrategyParams } from '../strategy/define.ts'
import type { OrderCounts } from './order-counts.ts'

/** What is kept of each run of a sweep: small enough that thousands fit in memory and in a file. */
export interface TrialReport extends OrderCounts {
  readonly metrics: Metrics
  /** Equity at the first sample and at the last one of each trading day. */
  readonly daily: EquityColumns
  /** Entries that led to no order. */
  readonly blockedCount: number
  /** Closings by the broker for want of margin (`stop-out`). */
  readonly stopOutCount: number
  /** Equity was below zero at a sample: the account was lost there, and no figure counts from then on. */
  readonly accountLost: boolean
  readonly ended: StopReason
  /** Quotes or bars read. */
  readonly rows: number
}

/** One run of a sweep. */
export interface SweepRun<S extends AnyStrategy> {
  /** The parameters as text, the same for the same ones: what a resumed sweep knows them by. */
  readonly key: string
  readonly params: StrategyParams<S>
  readonly report: TrialReport
}

/** Objectives by name, all of them better when higher. */
const NAMED = {
  sharpe: ({ metrics }) => metrics.sharpe,
  'net-profit': ({ metrics }) => metrics.netProfit.minor,
  'profit-factor': ({ metrics }) => metrics.profitFactor,
  /** Net profit in minor units for each percent of the deepest fall. */
  'return-to-drawdown': ({ metrics }) =>
    metrics.maxDrawdownPercent === 0 ? undefined : metrics.netProfit.minor / metrics.maxDrawdownPercent,
} as const satisfies Record<string, (report: TrialReport) => number | undefined>

/** What makes a run better than another: higher is better, and `undefined` (or NaN) is worse than any number. */
export type Objective = keyof typeof NAMED | ((report: TrialReport) => number | undefined)

/** The names that an {@link Objective} may have. */
export const OBJECTIVES = Object.keys(NAMED) as readonly (keyof typeof NAMED)[]

/** Fewer trades than these score nothing: the best of many runs with one lucky trade each is luck by construction. */
export const LEAST_TRADES = 30

/**
 * The objective as a function that gives a number or `undefined`.
 *
 * @param leastTrades - A run with fewer trades has no value. A whole number from 0. Default {@link LEAST_TRADES}.
 * @throws {@link EngineError} `invalid-options`
 */
export function scorer(
  objective: Objective,
  leastTrades = LEAST_TRADES,
): (report: TrialReport) => number | undefined {
  if (!Number.isInteger(leastTrades) || leastTrades < 0)
    throw new EngineError('invalid-options', `leastTrades is ${leastTrades}. Use a whole number from 0.`)
  const score = typeof objective === 'function' ? objective : NAMED[objective]
  if (score === undefined)
    throw new EngineError(
      'invalid-options',
      `There is no objective "${String(objective)}". Use ${OBJECTIVES.join(', ')}, or a function.`,
    )
  return report => {
    if (report.metrics.tradeCount < leastTrades) return undefined
    const value = score(report)
    return value === undefined || Number.isNaN(value) ? undefined : value
  }
}

/**
 * The run with the highest objective, whatever the order in which they came: among equals the one whose key comes
 * first. `undefined` when no run has a value.
 *
 * @param leastTrades - As for {@link scorer}.
 * @throws {@link EngineError} `invalid-options`
 */
export function bestRun<S extends AnyStrategy>(
  runs: Iterable<SweepRun<S>>,
  objective: Objective = 'sharpe',
  leastTrades = LEAST_TRADES,
): SweepRun<S> | undefined {
  const score = scorer(objective, leastTrades)
  let best: { readonly run: SweepRun<S>; readonly value: number } | undefined
  for (const run of runs) {
    const value = score(run.report)
    if (value === undefined) continue
    const isBetter =
      best === undefined || value > best.value || (value === best.value && run.key < best.run.key)
    if (isBetter) best = { run, value }
  }
  return best?.run
}
