import {
  type Bar,
  barSpan,
  pointsToPrice,
  priceToPoints,
  type SymbolId,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'

/** A bar of a feed, as handlers get it. */
export type FeedBar = Bar & { readonly feed: string }

/**
 * Builds the bars of one feed out of bids.
 *
 * A bar exists from its first quote on; a span without a quote makes none.
 */
export class BarBuilder {
  readonly feed: string
  readonly timeframe: Timeframe
  readonly #symbolId: SymbolId
  #openedAt = 0
  #open = 0
  #high = 0
  #low = 0
  #close = 0
  /** End of the bar in the making; `Infinity` while there is none. */
  closesAt = Number.POSITIVE_INFINITY
  /** Quotes in the bar in the making. */
  count = 0

  /** Creates a builder without a bar in the making. */
  constructor(feed: string, timeframe: Timeframe, symbolId: SymbolId) {
    this.feed = feed
    this.timeframe = timeframe
    this.#symbolId = symbolId
  }

  /** Opens the bar that contains `at` with its first bid. */
  begin(at: number, bid: number): void {
    const { openedAt, closesAt } = barSpan(at as UnixMs, this.timeframe)
    this.#openedAt = openedAt
    this.closesAt = closesAt
    this.#open = this.#high = this.#low = this.#close = bid
    this.count = 1
  }

  /** Adds a bid to the bar in the making. */
  add(bid: number): void {
    if (bid > this.#high) this.#high = bid
    else if (bid < this.#low) this.#low = bid
    this.#close = bid
    this.count += 1
  }

  /** Adds a whole bar of the same or a shorter timeframe that opened at `at`. */
  merge(at: number, open: number, high: number, low: number, close: number, tickVolume: number): void {
    if (this.closesAt === Number.POSITIVE_INFINITY) {
      this.begin(at, open)
      this.count = 0
    }
    if (high > this.#high) this.#high = high
    if (low < this.#low) this.#low = low
    this.#close = close
    this.count += tickVolume
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
      symbolId: this.#symbolId,
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
