import type { SyntheticMarketState, TickColumns } from '@openclaw-trading/bot-engine/data'
import type { DepthModel } from '@openclaw-trading/bot-engine/simulation'
import type { Instrument } from '@openclaw-trading/trading-model'
import { BarHistory, type VenueBar } from '../past/bars.ts'
import { DepthBook } from './depth.ts'
import { LiveBars } from './live-bars.ts'
import { TickHistory } from '../past/ticks.ts'
import type { VenueQuote } from '../venue-events.ts'
import { pastBars } from './past.ts'
import {
  hasReached,
  type QuoteSource,
  type SourceState,
  STILL_SOURCE,
  SyntheticSource,
  TickSource,
} from './source.ts'

/** What a market needs to go on after a restart; JSON-safe. Bars are `[openedAt, open, high, low, close, tickVolume]`. */
export interface MarketState {
  readonly symbolId: number
  readonly source: SourceState
  /** Where the oldest quote came from that history holds; absent before the first quote. */
  readonly ticksFrom?: SourceState
  readonly quote?: VenueQuote
  readonly forming?: BarRow
  /** m1 bars closed since the record before; in a snapshot all of them that follow the generated past. */
  readonly closed: readonly BarRow[]
  /** Bars between the generated past and {@link closed} were dropped, so the past is of no use any more. */
  readonly cut: boolean
}

/** A bar as a row of numbers. */
export type BarRow = readonly [
  openedAt: number,
  open: number,
  high: number,
  low: number,
  close: number,
  tickVolume: number,
]

/** What every market of a venue is made of. */
export interface MarketOptions {
  readonly instrument: Instrument
  readonly seed: number
  readonly startAt: number
  readonly ticks?: TickColumns
  /** What the market has at each price. Absent: the book that is shown is made up. */
  readonly depth?: DepthModel | undefined
  /** No quote comes by itself after the past. */
  readonly still?: boolean
}

/** Bars of a snapshot: two weeks of trading. The generated past goes when bars were dropped between the two. */
const SNAPSHOT_BARS = 14_000

/** One symbol of a running venue: its quotes to come, its newest quote, its bars. */
export class VenueMarket {
  readonly instrument: Instrument
  readonly bars = new BarHistory()
  /** Bars in progress that somebody follows. */
  readonly liveBars = new LiveBars(this.bars)
  /** Every quote of late, also those of the past before the start. */
  readonly ticks = new TickHistory<SourceState>()
  /** Moves with the quote only while somebody watches it. */
  readonly depth: DepthBook
  #source: QuoteSource
  #quote: VenueQuote | undefined
  /** Number of the first bar that is not part of the generated past. */
  #firstRecorded: number
  /** Number of the first bar that no record holds yet. */
  #unrecorded: number
  #cut = false

  private constructor(options: MarketOptions, source: QuoteSource, past: readonly VenueBar[]) {
    const { instrument } = options
    this.instrument = instrument
    this.depth = new DepthBook(instrument, seedOf(options), options.depth)
    this.#source = source
    for (const bar of past) this.bars.append(bar)
    this.#firstRecorded = this.bars.nextNumber
    this.#unrecorded = this.#firstRecorded
  }

  /** Begins a market, with a past: m1 bars of six weeks, then ticks up to `startAt`. */
  static begin(options: MarketOptions): VenueMarket {
    const { instrument, startAt, ticks } = options
    if (ticks !== undefined) return new VenueMarket(options, new TickSource(ticks), [])
    const { past, tickedFrom, startPrice } = pastBars({ ...options, seed: seedOf(options) })
    const source = new SyntheticSource({ seed: seedOf(options), instrument, startAt: tickedFrom, startPrice })
    const market = new VenueMarket(options, source, past)
    while ((market.pending?.at ?? startAt) < startAt) market.take()
    if (options.still === true) market.#source = STILL_SOURCE
    return market
  }

  /** Goes on where records left off; `states` are the snapshot and what was recorded after it. */
  static resume(options: MarketOptions, states: readonly MarketState[]): VenueMarket {
    const { ticks } = options
    const last = states[states.length - 1] as MarketState
    const recorded = states.flatMap(state => state.closed)
    const market = new VenueMarket(
      options,
      sourceOf('still' in last.source ? last.source : (last.ticksFrom ?? last.source), options),
      last.cut || ticks !== undefined ? [] : pastBars({ ...options, seed: seedOf(options) }).past,
    )
    market.#cut = last.cut
    market.#makeTicksAgain(last.source)
    for (const row of recorded) market.bars.append(barOf(row))
    market.bars.setForming(last.forming === undefined ? undefined : barOf(last.forming))
    market.#quote = last.quote
    market.#unrecorded = market.bars.nextNumber
    return market
  }

  /** The quote to come. */
  get pending(): VenueQuote | undefined {
    return this.#source.pending
  }

  /** The newest quote. */
  get quote(): VenueQuote | undefined {
    return this.#quote
  }

  /** Makes the pending quote the newest one. */
  take(): void {
    const { pending } = this.#source
    if (pending === undefined) return
    this.#see(pending)
    this.#source.advance()
  }

  /** Makes a quote from outside the newest one; the source goes on from its own price. */
  inject(quote: VenueQuote): void {
    this.#see(quote)
  }

  /** What changed since the record before. */
  record(): MarketState {
    const closed = this.bars.since(this.#unrecorded)
    this.#unrecorded = this.bars.nextNumber
    return this.#state(closed)
  }

  /** Everything, for a file that holds nothing else. */
  snapshot(): MarketState {
    this.#unrecorded = this.bars.nextNumber
    const from = this.bars.nextNumber - SNAPSHOT_BARS
    if (from > this.#firstRecorded) this.#cut = true
    return this.#state(this.bars.since(Math.max(this.#firstRecorded, from)))
  }

  #see(quote: VenueQuote): void {
    this.#quote = quote
    this.bars.take(quote.at, quote.bid)
    this.liveBars.take(quote.at, quote.bid)
    this.ticks.append(quote, this.#source.state)
  }

  /** The file does not hold quotes: their source makes the same ones again. */
  #makeTicksAgain(until: SourceState): void {
    const source = this.#source
    while (source.pending !== undefined && !hasReached(source.state, until)) {
      this.ticks.append(source.pending, source.state)
      source.advance()
    }
  }

  #state(closed: readonly VenueBar[]): MarketState {
    const { forming } = this.bars
    const { origin } = this.ticks
    return {
      symbolId: this.instrument.id,
      source: this.#source.state,
      ...(origin === undefined ? {} : { ticksFrom: origin }),
      ...(this.#quote === undefined ? {} : { quote: this.#quote }),
      ...(forming === undefined ? {} : { forming: rowOf(forming) }),
      closed: closed.map(rowOf),
      cut: this.#cut,
    }
  }
}

function rowOf(bar: VenueBar): BarRow {
  return [bar.openedAt, bar.open, bar.high, bar.low, bar.close, bar.tickVolume]
}

function barOf([openedAt, open, high, low, close, tickVolume]: BarRow): VenueBar {
  return { openedAt, open, high, low, close, tickVolume }
}

function sourceOf(state: SourceState, { instrument, ticks }: MarketOptions): QuoteSource {
  if ('still' in state) return STILL_SOURCE
  if (ticks !== undefined && 'row' in state) return new TickSource(ticks, state.row)
  return new SyntheticSource({ seed: 0, instrument, startAt: 0, state: state as SyntheticMarketState })
}

/** Symbols of one venue differ although they share its seed. */
function seedOf({ seed, instrument }: MarketOptions): number {
  return (Math.imul(seed, 0x9e3779b1) ^ Math.imul(instrument.id, 0x85ebca6b)) >>> 0
}
