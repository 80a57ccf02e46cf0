import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import { QuoteFilter } from '../quality/quote-filter.ts'
import type { QuoteFilterOptions, QuoteFilterReport } from '../quality/quote-filter-options.ts'

/** Whether quotes are filtered, and how; `true`: as usual. */
export type QuoteGuardOptions = boolean | Omit<QuoteFilterOptions, 'instrument'>

/** The filters that a kernel was asked to have. */
export function createQuoteGuard({
  instrument,
  watched = [],
  quoteFilter = false,
}: {
  readonly instrument: Instrument
  readonly watched?: readonly Instrument[]
  readonly quoteFilter?: QuoteGuardOptions
}): QuoteGuard | undefined {
  return quoteFilter === false ? undefined : new QuoteGuard(instrument, watched, quoteFilter)
}

/** The filters of the instruments that a kernel hears of, before its book and bars see a quote. */
export class QuoteGuard {
  private readonly own: QuoteFilter
  private readonly watched: ReadonlyMap<SymbolId, QuoteFilter>

  /** Creates filters that have seen nothing; the first instrument is the one traded. */
  constructor(instrument: Instrument, watched: readonly Instrument[], options: QuoteGuardOptions) {
    const settings = typeof options === 'boolean' ? {} : options
    this.own = new QuoteFilter({ ...settings, instrument })
    this.watched = new Map(watched.map(one => [one.id, new QuoteFilter({ ...settings, instrument: one })]))
  }

  /** Takes a quote of the instrument traded. @returns whether it may pass */
  admits(at: number, bid: number, ask: number): boolean {
    return this.own.check(at, bid, ask) === undefined
  }

  /** Takes a quote of an instrument that is only watched. */
  admitsWatched(symbolId: SymbolId, at: number, bid: number, ask: number): boolean {
    return this.watched.get(symbolId)?.check(at, bid, ask) === undefined
  }

  /** Why nothing should be opened now; exits go on. */
  get doubt(): string | undefined {
    if (this.own.isDoubtful) return 'a jump of the price is not confirmed yet'
    return this.isAhead
      ? 'a quote was dated ahead of the market, which has not reached that date yet'
      : undefined
  }

  /** The time of the run may be ahead of the market, because a quote of any instrument was dated so. */
  get isAhead(): boolean {
    const own = this.own
    if (own.isAhead) return true
    // One that is watched may close before it reaches its date; the market has once the one traded does.
    for (const filter of this.watched.values())
      if (filter.isAhead && filter.latestAt > own.lastAt) return true
    return false
  }

  /** Of the instrument traded. */
  get report(): QuoteFilterReport {
    return this.own.report
  }
}
