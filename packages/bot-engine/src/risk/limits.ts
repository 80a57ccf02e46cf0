import type { Lots, Money } from '@openclaw-trading/trading-model'

/** Limits of a run; each that is left out does not limit. They block entries, never exits. */
export interface RiskLimits {
  /** Most volume of one entry, also of an order that is changed while it waits. */
  readonly maxVolume?: Lots
  /** Most positions open or decided at once. */
  readonly maxOpenPositions?: number
  /**
   * In the money of the account: most equity lost since the first message of the UTC day, across restarts of a live run; for the account's own day
   * see {@link maxDailyLoss}.
   */
  readonly maxDailyLoss?: Money
  /** Most entries within 60 s of market time. */
  readonly maxOrdersPerMinute?: number
  /** Oldest quote an entry may be decided on, in milliseconds of market time. */
  readonly maxQuoteAgeMs?: number
  /** Entries without a stop loss are blocked, and so are levels and changes that state none, whatever the position has. */
  readonly stopLossRequired?: boolean
}
