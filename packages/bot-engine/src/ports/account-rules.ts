import type { LeverageTier, MarginMethod } from '@openclaw-trading/trading-model'

/** How the venue closes positions for lack of margin. */
export interface StopOutRules {
  /** Equity ÷ margin in percent at or below which it closes. */
  readonly levelPercent: number
  /** Whole positions, or as much as is needed. */
  readonly closes: 'whole' | 'partial'
  readonly first: 'most-margin' | 'most-losing'
}

/** What an account may do. */
export type AccessRights =
  | 'full-access'
  /** Only what reduces risk. */
  | 'close-only'
  /** Nothing at all: stops and targets rest too. */
  | 'no-trading'
  /** Nobody can log in; what works goes on working. */
  | 'no-login'

/** What else an account may have; all of it may be left out. */
export interface AccountRules {
  /** Pays the rollover commission of the symbol in place of swap. Default: no. */
  readonly swapFree?: boolean
  /** How the margins of both directions of a symbol make one. Default: `sum`. */
  readonly marginMethod?: MarginMethod
  /** Leverage tiers by the id that instruments name. Default: the leverage of the account alone. */
  readonly leverageTiers?: readonly { readonly id: number; readonly tiers: readonly LeverageTier[] }[]
  /** Margin levels in percent at which a margin call is told, up to three. Default: none. */
  readonly marginCallPercents?: readonly number[]
  /** Default: nothing is closed for lack of margin. */
  readonly stopOut?: StopOutRules
  /** Default: `full-access`. */
  readonly accessRights?: AccessRights
  /** Every position needs a guaranteed stop. Default: no. */
  readonly limitedRisk?: boolean
  /** Positions that may be open at once, from 1. Default: 1000. */
  readonly maxPositions?: number
}
