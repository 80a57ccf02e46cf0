import type { Fill, Position } from '@openclaw-trading/trading-model'
import type { LogLine } from '../kernel/listener.ts'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { Trade } from '../kernel/trade.ts'
import type { StopReason } from '../strategy/define.ts'
import type { EquityColumns } from './equity-curve.ts'
import type { Metrics } from './metrics.ts'

/** What a backtest found. */
export interface BacktestReport {
  /** Closed round trips and parts, in order of closing. */
  readonly trades: readonly Trade[]
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
  /** What the strategy wrote; the first 1,000 lines. */
  readonly log: readonly LogLine[]
  readonly ended: StopReason
  /** Quotes or bars read. */
  readonly rows: number
}
