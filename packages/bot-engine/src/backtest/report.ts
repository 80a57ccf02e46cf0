import type { QuoteFilterReport } from '../quality/quote-filter-options.ts'
import type { Fill, Position } from '@openclaw-trading/trading-model'
import type { Explanation, RuleCount } from '../kernel/explanation.ts'
import type { LogLine } from '../kernel/listener.ts'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { Trade } from '../kernel/trade.ts'
import type { StopReason } from '../strategy/define.ts'
import type { StrategyState } from '../strategy/state.ts'
import type { EquityColumns } from './equity-curve.ts'
import type { Metrics } from './metrics.ts'
import type { RefusedChanges, RefusedOrders } from './refused-orders.ts'
import type { RoundTrip } from './round-trips.ts'

/** What a backtest found. */
export interface BacktestReport {
  /** One for each closing fill, in order of time: a position that was closed in parts has several. */
  readonly trades: readonly Trade[]
  /** Positions with all their closings, in order of the last one: what statistics count. */
  readonly roundTrips: readonly RoundTrip[]
  readonly fills: readonly Fill[]
  readonly equity: EquityColumns
  readonly metrics: Metrics
  /** Positions that were open at the end. */
  readonly open: readonly Position[]
  /** With `recordDecisions`, every command; else empty. */
  readonly decisions: readonly DecisionRecord[]
  /** Entries that led to no order, with the reason; the first 1,000. */
  readonly blocked: readonly BlockedEntry[]
  /** All entries that led to no order. */
  readonly blockedCount: number
  /** Entries that became orders, refused ones among them. */
  readonly orderCount: number
  /** Orders that the venue refused, by code, the most frequent first. */
  readonly refused: readonly RefusedOrders[]
  /** With `venue.depth`: orders that found too little volume, of which a part, or all, was cancelled. Absent without. */
  readonly ordersCut?: number
  /**
   * Closes, changes of protection or of waiting orders, and cancels that the venue refused, by kind and code, the most
   * frequent first: what was meant to end or to guard a position did not. `POSITION_NOT_FOUND` and `ORDER_NOT_FOUND`
   * mean that it had ended meanwhile.
   */
  readonly refusedChanges: readonly RefusedChanges[]
  /** With `explain`: why handlers did what they did, within its limit; else empty. */
  readonly explanations: readonly Explanation[]
  /** With `explain`: all explanations, kept or not. */
  readonly explanationCount: number
  /** With `explain`: how often each rule held, over the whole run; else empty. */
  readonly rules: readonly RuleCount[]
  /** What the strategy remembered at the end, when it has a `state`; a run may start from it. */
  readonly state: StrategyState | undefined
  /** What the strategy wrote; the first 1,000 lines. */
  readonly log: readonly LogLine[]
  readonly ended: StopReason
  /** Quotes or bars read. */
  readonly rows: number
  /**
   * Rows outside the trading hours, but within an hour of them; orders were refused there. Many of them: the hours, or the
   * time zone of the data, are not those of the instrument.
   */
  readonly rowsOutsideHours: number
  /** What the filter of quotes has seen; absent without `quoteFilter`. */
  readonly quarantine?: QuoteFilterReport
  /** Over bars: what was assumed within them, and how much hangs on it. Absent over quotes. */
  readonly intrabar?: IntrabarReport
}

/** How much of a result hangs on what was assumed within bars. */
export interface IntrabarReport {
  readonly policy: 'worst' | 'path' | 'replay'
  /**
   * Round trips of which the order of prices within a bar decided: stop and target within reach, or entry and either, or a
   * trailing stop that the bar would both move and reach. With `replay` those that the finer data leave open.
   */
  readonly dependentTrades: number
  /** With `replay`: bars with a position or an order at work for which there were no finer data, so `worst` decided. */
  readonly barsWithoutData: number
}
