import type { Lots } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
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
  /** What the market has at each price; what an order asks for beyond does not fill. Default: it has everything. */
  readonly depth?: DepthModel
}

/**
 * The volume around each quote, the same on both sides: a buy takes what is asked, a sell what is bid.
 *
 * Every quote brings all of it anew; what is taken in between is gone until the next one.
 */
export interface DepthModel {
  /** From the best price outward, 1 to {@link MAX_DEPTH_LEVELS}; the first stands at the quote itself. */
  readonly levels: readonly DepthLevel[]
}

/** A price behind the best one, with what can be had there. */
export interface DepthLevel {
  /** Behind the best price, in steps of the last digit; whole, 0 of the first level, rising. */
  readonly distanceTicks: number
  /** Above 0; rounded down to the volume step of the symbol, of which it has at least one. */
  readonly volume: Lots
}

/** Levels that a model of depth may have. */
export const MAX_DEPTH_LEVELS = 100

/** Checks the numbers of a model of depth. @throws {@link EngineError} `invalid-options` */
export function checkDepth({ levels }: DepthModel): void {
  if (levels.length === 0 || levels.length > MAX_DEPTH_LEVELS)
    throw badDepth(`${levels.length} levels`, `1 to ${MAX_DEPTH_LEVELS}`)
  for (const [index, { distanceTicks, volume }] of levels.entries()) {
    const before = levels[index - 1]?.distanceTicks
    const isBehind = before === undefined ? distanceTicks === 0 : distanceTicks > before
    if (!Number.isSafeInteger(distanceTicks) || !isBehind)
      throw badDepth(`level ${index + 1} at ${distanceTicks} ticks`, 'whole numbers that rise from 0')
    if (!(volume > 0) || !Number.isFinite(volume))
      throw badDepth(`${volume} lots at ${distanceTicks} ticks`, 'volumes above 0')
  }
}

function badDepth(what: string, allowed: string): EngineError {
  return new EngineError('invalid-options', `venue.depth has ${what}. Pass ${allowed}.`)
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
