/** What a replay did. */
export interface ReplaySummary {
  /** Rows sent. */
  readonly quotes: number
  /** Counted messages: quotes, executions, order errors. */
  readonly countedMessages: number
  /** Trading requests taken. */
  readonly requests: number
  /** Requests that were not yet due at the last quote; they stay unfilled. */
  readonly unfilled: number
  readonly deals: number
  /** Balance in minor units. */
  readonly balanceMinor: number
  /** Times that matching was taken back because of an order; 0 with the gate `lookahead`. */
  readonly rewinds: number
  /** Wall time from the subscription to the last confirmation. */
  readonly elapsedMs: number
}
