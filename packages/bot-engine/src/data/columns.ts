import type { SymbolId, Timeframe } from '@openclaw-trading/trading-model'

/** Quotes of one symbol as columns, in time order; the fastest input of a backtest. */
export interface TickColumns {
  readonly type: 'ticks'
  readonly symbolId: SymbolId
  readonly length: number
  /** Milliseconds since 1970-01-01 UTC, whole, never falling. */
  readonly at: Float64Array
  /** Price × 100000, whole, rounded to the instrument's digits. */
  readonly bid: Float64Array
  /** Price × 100000, whole, rounded to the instrument's digits. */
  readonly ask: Float64Array
}

/** Bid bars of one symbol and timeframe as columns, in time order. */
export interface BarColumns {
  readonly type: 'bars'
  readonly symbolId: SymbolId
  readonly timeframe: Timeframe
  readonly length: number
  /** Bar open in milliseconds since 1970-01-01 UTC, strictly rising. */
  readonly openedAt: Float64Array
  /** Price × 100000, whole. */
  readonly open: Float64Array
  /** Price × 100000, whole. */
  readonly high: Float64Array
  /** Price × 100000, whole. */
  readonly low: Float64Array
  /** Price × 100000, whole. */
  readonly close: Float64Array
  /** Quotes in the bar; 0 where the source has none. */
  readonly tickVolume: Float64Array
  /** Ask − bid × 100000, whole, from 0. Absent: not recorded. */
  readonly spread?: Float64Array
}
