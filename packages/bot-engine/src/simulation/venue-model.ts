/** How the simulated venue treats orders. Backtest and simulator take the same object: parity rests on it. */
export interface VenueModel {
  /** From a decision to the instant at which its order fills, in milliseconds of market time; whole, from 0. */
  readonly latencyMs: number
  /** Added against the taker of each market fill, in steps of the last digit; whole, from 0. Default 0. */
  readonly slippageTicks?: number
  /** Bars only: ask = bid + this, in steps of the last digit. Default 0. */
  readonly barSpreadTicks?: number
}

/** 50 ms: what a well-connected host sees between decision and fill. */
export const DEFAULT_VENUE_MODEL: VenueModel = { latencyMs: 50 }
