import { QuoteFilter } from '../quality/quote-filter.ts'
import type { QuoteFilterOptions, QuoteFilterReport } from '../quality/quote-filter-options.ts'
import type { TickColumns } from './columns.ts'
import { TickBuffer } from './tick-buffer.ts'

/** Quotes that passed, and what was quarantined. */
export interface CleanTicks {
  readonly ticks: TickColumns
  readonly report: QuoteFilterReport
}

/**
 * Quotes of unknown quality without the bad ones: what a recording says wrongly no venue has ever quoted, so neither
 * orders nor strategy of a backtest may see it.
 *
 * The rows need not be in order, nor numbers: that is what it is for. Those that passed are in order: behind one dated ahead
 * they have its date until the market has reached it, as in a run ({@link QuoteFilter.isAhead}).
 */
export function cleanTicks(data: TickColumns, options: QuoteFilterOptions): CleanTicks {
  const filter = new QuoteFilter(options)
  const ticks = new TickBuffer(data.length)
  let latestAt = Number.NEGATIVE_INFINITY
  for (let row = 0; row < data.length; row++) {
    const at = data.at[row] as number
    const bid = data.bid[row] as number
    const ask = data.ask[row] as number
    if (filter.check(at, bid, ask) !== undefined) continue
    latestAt = Math.max(latestAt, at)
    ticks.push(latestAt, bid, ask)
  }
  return { ticks: ticks.columns(data.symbolId), report: filter.report }
}
