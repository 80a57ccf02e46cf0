import type { OutcomeRule } from './orders/scripted-outcome.ts'

/** How the simulated venue treats orders. Backtest and simulator take the same object: parity rests on it. */
export interface VenueModel {
  /** From a decision to the instant at which its order fills, in milliseconds of market time; whole, from 0. */
  readonly latencyMs: number
  /**
   * Up to this is added to the latency of each order, in milliseconds, drawn from `seed` and the number of the order.
   * Orders keep their order of arrival. Whole, from 0. Default 0.
   */
  readonly latencySpreadMs?: number
  /** Of what is drawn. Whole, from 0. Default 1. */
  readonly seed?: number
  /** Added against the taker of each market fill, in steps of the last digit; whole, from 0. Default 0. */
  readonly slippageTicks?: number
  /** Bars only, which are of bids: ask = bid + this. Default 0. */
  readonly barSpreadTicks?: BarSpread
  /** Partial fills, refusals, slippage and delays of single orders. Default: none. */
  readonly script?: readonly OutcomeRule[]
}

/**
 * The spread over bars, in steps of the last digit, from 0: one for all, 24 by hour of the day (UTC, from hour 0), or
 * `recorded` – the `spread` column of the bars.
 */
export type BarSpread = number | readonly number[] | 'recorded'

/** 50 ms: what a well-connected host sees between decision and fill. */
export const DEFAULT_VENUE_MODEL: VenueModel = { latencyMs: 50 }

/** How prices are taken to have moved within a bar. */
export type PathPolicy = 'worst' | 'path'
