import type { Instrument, TradingHours } from '@openclaw-trading/trading-model'
import type { QuoteDefect } from './quote-defect.ts'

/** What a {@link QuoteFilter} takes for a defect. */
export interface QuoteFilterOptions {
  /** Digits of the prices; time in which the `hours` say that it is closed is no silence. Without them it is always open. */
  readonly instrument: Pick<Instrument, 'digits'> & { readonly hours?: TradingHours }
  /** Standard deviations of the recent moves from quote to quote that are still no spike. Default 5. */
  readonly sigmas?: number
  /** A move of this much of the price is no spike either, whatever is usual; 1 = 1 %. Default 0. */
  readonly leastMovePercent?: number
  /** Quotes that must agree before a jump counts. Default 10. */
  readonly agreeing?: number
  /** Market time after which a jump counts that others still agree with. Default 2,000. */
  readonly waitMs?: number
  /** Silence after which the first quote must be confirmed; longer where quotes are rare. Default 60,000. */
  readonly pauseMs?: number
}

/** What a {@link QuoteFilter} has seen. */
export interface QuoteFilterReport {
  readonly passed: number
  readonly quarantined: number
  /** By kind; kinds that did not occur are 0. */
  readonly defects: Readonly<Record<QuoteDefect, number>>
  /** Jumps that turned out to be real. */
  readonly confirmedJumps: number
  /** Times that it went back, because quotes behind the last good one agreed that its time was wrong. */
  readonly rewinds: number
}
