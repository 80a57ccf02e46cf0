import {
  createSyntheticMarket,
  type SyntheticMarket,
  type SyntheticMarketState,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import type { Instrument, UnixMs } from '@openclaw-trading/trading-model'
import type { VenueQuote } from '../venue-events.ts'

/** Where a {@link QuoteSource} stands; JSON-safe. */
export type SourceState = SyntheticMarketState | { readonly row: number } | { readonly still: true }

/** Whether a source that stands at one place has come to another of its own, or past it. */
export function hasReached(place: SourceState, until: SourceState): boolean {
  if ('row' in place && 'row' in until) return place.row >= until.row
  return !('at' in place && 'at' in until) || place.at >= until.at
}

/** Quotes of one symbol, one after another. */
export interface QuoteSource {
  /** The next quote, `undefined` at the end of recorded ones. */
  readonly pending: VenueQuote | undefined
  /** Takes the pending quote away. */
  advance(): void
  /** A source made with this state has the same {@link pending}. */
  readonly state: SourceState
}

/** The seeded market as a source. */
export class SyntheticSource implements QuoteSource {
  readonly #market: SyntheticMarket
  pending: VenueQuote
  state: SyntheticMarketState

  /** Creates the source; with `state` it goes on from there. */
  constructor(options: {
    readonly seed: number
    readonly instrument: Instrument
    readonly startAt: number
    readonly startPrice?: number
    readonly state?: SyntheticMarketState
  }) {
    this.#market = createSyntheticMarket({ ...options, startAt: options.startAt as UnixMs })
    this.state = this.#market.state
    this.pending = this.#market.next()
  }

  advance(): void {
    this.state = this.#market.state
    this.pending = this.#market.next()
  }
}

/** A market that says nothing by itself. */
export const STILL_SOURCE: QuoteSource = { pending: undefined, advance() {}, state: { still: true } }

/** Recorded quotes as a source; the market is silent after the last. */
export class TickSource implements QuoteSource {
  readonly #ticks: TickColumns
  #row: number
  #pending: VenueQuote | undefined

  /** Creates the source at a row. */
  constructor(ticks: TickColumns, row = 0) {
    this.#ticks = ticks
    this.#row = row
    this.#load()
  }

  get pending(): VenueQuote | undefined {
    return this.#pending
  }

  get state(): { readonly row: number } {
    return { row: this.#row }
  }

  advance(): void {
    this.#row += 1
    this.#load()
  }

  #load(): void {
    const { at, bid, ask, length } = this.#ticks
    const row = this.#row
    this.#pending =
      row < length ? { at: at[row] as number, bid: bid[row] as number, ask: ask[row] as number } : undefined
  }
}
