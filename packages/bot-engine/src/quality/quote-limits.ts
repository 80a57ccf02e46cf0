import type { QuoteFilterOptions } from './quote-filter-options.ts'

/**
 * Limits that let every quote of a good feed pass, and keep back what no market does: what a bot trades with.
 *
 * Of each instrument they are multiples of its own: 100 standard deviations of its recent moves, at least 0.2 % of its
 * price, and five minutes of its trading hours without a quote, longer where quotes are rare. In nine days of gold and
 * euro ticks (2014, a payrolls day among them) the largest move was 59 deviations, the longest silence 388 s.
 */
export const WIDE_QUOTE_LIMITS: Omit<QuoteFilterOptions, 'instrument'> = Object.freeze({
  sigmas: 100,
  leastMovePercent: 0.2,
  pauseMs: 300_000,
})
