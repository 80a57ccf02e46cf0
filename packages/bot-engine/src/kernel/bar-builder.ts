import {
  TIMEFRAMES,
  type Bar,
  barSpan,
  pointsToPrice,
  priceToPoints,
  type SymbolId,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { BarSeries } from '../strategy/series.ts'

/** Bars kept for `ctx.bars`, unless a feed asks for more history. */
const SERIES_BARS = 1000

/** A bar of a feed, as handlers get it. */
export type FeedBar = Bar & { readonly feed: string }

/** A closed bar in 1/100000. */
export interface BarPoints {
  readonly openedAt: number
  readonly closedAt: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Ask − bid at the close. */
  readonly spread: number
  readonly tickVolume: number
}

/** Length of the bars of a timeframe that are aligned to UTC; 0 for the longer ones, which follow the trading day. */
export function fixedLengthMs(timeframe: Timeframe): number {
  if (TIMEFRAMES.indexOf(timeframe) > TIMEFRAMES.indexOf('h1')) return 0
  return barSpan(0 as UnixMs, timeframe).closesAt
}

/**
 * Builds the bars of one feed out of bids.
 *
 * A bar exists from its first quote on; a span without a quote makes none.
 */
export class BarBuilder {
  readonly feed: string
  readonly timeframe: Timeframe
  readonly symbolId: SymbolId
  /** The newest of its closed bars. */
  readonly series: BarSeries<FeedBar>
  /** Of bars up to an hour, which are aligned to UTC; 0 for longer ones. Saves an object per bar. */
  readonly #lengthMs: number
  #openedAt = 0
  #open = 0
  #high = 0
  #low = 0
  #close = 0
  /** End of the bar in the making; `Infinity` while there is none. */
  closesAt = Number.POSITIVE_INFINITY
  /** Quotes in the bar in the making. */
  count = 0

  /** Creates a builder without a bar in the making; it keeps at least `history` closed bars. */
  constructor(feed: string, timeframe: Timeframe, symbolId: SymbolId, history = 0) {
    this.feed = feed
    this.timeframe = timeframe
    this.symbolId = symbolId
    const same = { type: 'bar', symbolId, timeframe, feed } as const
    this.series = new BarSeries(Math.max(SERIES_BARS, history), same)
    this.#lengthMs = fixedLengthMs(timeframe)
  }

  /** Opens the bar that contains `at` with its first bid. */
  begin(at: number, bid: number): void {
    const lengthMs = this.#lengthMs
    if (lengthMs > 0) {
      // A remainder of numbers this large is a call into C, ten times as slow.
      this.#openedAt = Math.floor(at / lengthMs) * lengthMs
      this.closesAt = this.#openedAt + lengthMs
    } else {
      const { openedAt, closesAt } = barSpan(at as UnixMs, this.timeframe)
      this.#openedAt = openedAt
      this.closesAt = closesAt
    }
    this.#open = bid
    this.#high = bid
    this.#low = bid
    this.#close = bid
    this.count = 1
  }

  /** Adds a bid to the bar in the making. */
  add(bid: number): void {
    if (bid > this.#high) this.#high = bid
    else if (bid < this.#low) this.#low = bid
    this.#close = bid
    this.count += 1
  }

  /** Adds a whole bar of the same or a shorter timeframe. */
  merge(bar: BarPoints): void {
    if (this.closesAt === Number.POSITIVE_INFINITY) {
      this.begin(bar.openedAt, bar.open)
      this.count = 0
    }
    if (bar.high > this.#high) this.#high = bar.high
    if (bar.low < this.#low) this.#low = bar.low
    this.#close = bar.close
    this.count += bar.tickVolume
    // Days that begin at midnight UTC end after the trading day that they begin in.
    if (bar.closedAt > this.closesAt) this.closesAt = bar.closedAt
  }

  /** A whole bar of just this timeframe as it closes; `undefined` where it is a part of one, or one is in the making. */
  whole(bar: BarPoints): FeedBar | undefined {
    const { openedAt, closedAt, open, high, low, close, tickVolume } = bar
    if (closedAt - openedAt !== this.#lengthMs || this.closesAt !== Number.POSITIVE_INFINITY) return undefined
    return {
      type: 'bar',
      symbolId: this.symbolId,
      timeframe: this.timeframe,
      openedAt: openedAt as UnixMs,
      closedAt: closedAt as UnixMs,
      open: pointsToPrice(open),
      high: pointsToPrice(high),
      low: pointsToPrice(low),
      close: pointsToPrice(close),
      tickVolume,
      feed: this.feed,
    }
  }

  /** Goes on with a bar that the broker reported as forming. */
  load(forming: Bar): void {
    this.#openedAt = forming.openedAt
    this.closesAt = forming.closedAt
    this.#open = priceToPoints(forming.open)
    this.#high = priceToPoints(forming.high)
    this.#low = priceToPoints(forming.low)
    this.#close = priceToPoints(forming.close)
    this.count = forming.tickVolume
  }

  /** The bar in the making as it stands, if there is one. */
  get forming(): FeedBar | undefined {
    return this.closesAt === Number.POSITIVE_INFINITY ? undefined : this.#bar()
  }

  /** Ends the bar in the making. */
  close(): FeedBar {
    const bar = this.#bar()
    this.closesAt = Number.POSITIVE_INFINITY
    this.count = 0
    return bar
  }

  #bar(): FeedBar {
    return {
      type: 'bar',
      symbolId: this.symbolId,
      timeframe: this.timeframe,
      openedAt: this.#openedAt as UnixMs,
      closedAt: this.closesAt as UnixMs,
      open: pointsToPrice(this.#open),
      high: pointsToPrice(this.#high),
      low: pointsToPrice(this.#low),
      close: pointsToPrice(this.#close),
      tickVolume: this.count,
      feed: this.feed,
    }
  }
}
