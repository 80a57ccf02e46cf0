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
import { type BarPoints, BarSeries, type FeedBar } from '../strategy/series.ts'

/** Bars kept for `ctx.bars`, unless a feed asks for more history. */
const SERIES_BARS = 1000

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
  readonly series: BarSeries
  /** Of bars up to an hour, which are aligned to UTC; 0 for longer ones. Saves an object per bar. */
  private readonly lengthMs: number
  private openedAt = 0
  private open = 0
  private high = 0
  private low = 0
  private last = 0
  /** End of the bar in the making; `Infinity` while there is none. */
  closesAt = Number.POSITIVE_INFINITY
  /** Quotes in the bar in the making. */
  count = 0

  /** Creates a builder without a bar in the making; it keeps at least `history` closed bars. */
  constructor(feed: string, timeframe: Timeframe, symbolId: SymbolId, history = 0) {
    this.feed = feed
    this.timeframe = timeframe
    this.symbolId = symbolId
    this.series = new BarSeries(Math.max(SERIES_BARS, history), { symbolId, timeframe, feed })
    this.lengthMs = fixedLengthMs(timeframe)
  }

  /** Opens the bar that contains `at` with its first bid. */
  begin(at: number, bid: number): void {
    const lengthMs = this.lengthMs
    if (lengthMs > 0) {
      // A remainder of numbers this large is a call into C, ten times as slow.
      this.openedAt = Math.floor(at / lengthMs) * lengthMs
      this.closesAt = this.openedAt + lengthMs
    } else {
      const { openedAt, closesAt } = barSpan(at as UnixMs, this.timeframe)
      this.openedAt = openedAt
      this.closesAt = closesAt
    }
    this.open = bid
    this.high = bid
    this.low = bid
    this.last = bid
    this.count = 1
  }

  /** Adds a bid to the bar in the making. */
  add(bid: number): void {
    if (bid > this.high) this.high = bid
    else if (bid < this.low) this.low = bid
    this.last = bid
    this.count += 1
  }

  /** Adds a whole bar of the same or a shorter timeframe. */
  merge(bar: BarPoints): void {
    if (this.closesAt === Number.POSITIVE_INFINITY) {
      this.begin(bar.openedAt, bar.open)
      this.count = 0
    }
    if (bar.high > this.high) this.high = bar.high
    if (bar.low < this.low) this.low = bar.low
    this.last = bar.close
    this.count += bar.tickVolume
    // Days that begin at midnight UTC end after the trading day that they begin in.
    if (bar.closedAt > this.closesAt) this.closesAt = bar.closedAt
  }

  /** Goes on with a bar that the broker reported as forming. */
  load(forming: Bar): void {
    this.openedAt = forming.openedAt
    this.closesAt = forming.closedAt
    this.open = priceToPoints(forming.open)
    this.high = priceToPoints(forming.high)
    this.low = priceToPoints(forming.low)
    this.last = priceToPoints(forming.close)
    this.count = forming.tickVolume
  }

  /** The bar in the making as it stands, if there is one. */
  get forming(): FeedBar | undefined {
    return this.closesAt === Number.POSITIVE_INFINITY
      ? undefined
      : {
          type: 'bar',
          symbolId: this.symbolId,
          timeframe: this.timeframe,
          openedAt: this.openedAt as UnixMs,
          closedAt: this.closesAt as UnixMs,
          open: pointsToPrice(this.open),
          high: pointsToPrice(this.high),
          low: pointsToPrice(this.low),
          close: pointsToPrice(this.last),
          tickVolume: this.count,
          feed: this.feed,
        }
  }

  /** Ends the bar in the making: it is the newest of the series now. */
  close(): void {
    this.series.pushPoints({
      openedAt: this.openedAt,
      closedAt: this.closesAt,
      open: this.open,
      high: this.high,
      low: this.low,
      close: this.last,
      tickVolume: this.count,
    })
    this.closesAt = Number.POSITIVE_INFINITY
    this.count = 0
  }
}
