import {
  type Bar,
  POINTS_PER_UNIT,
  type Price,
  type SymbolId,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'

/** Values in time order, newest last; `at(-1)` is the last closed bar, `at(0)` the oldest that is kept. */
export interface Series<T> {
  /** Values kept: the newest 1,000, or as many as the feed's `history` when that is more. */
  readonly length: number
  /** The value at an index, counted from the end when negative. */
  at(index: number): T | undefined
}

/** A bar of a feed, as handlers get it. */
export type FeedBar = Bar & { readonly feed: string }

/** What differs from bar to bar. */
type BarNumbers = Omit<Bar, 'type' | 'symbolId' | 'timeframe'>

/** The same with prices in whole steps of 1/100000. */
export type BarPoints = { readonly [Name in keyof BarNumbers]: number }

/** Numbers of a bar: times, prices, ticks. */
const WIDTH = 7

/**
 * The newest bars of one feed, as numbers; {@link BarSeries.at} makes the object.
 *
 * Bars kept as objects would outlive each other by a thousand bars: the garbage collector would copy them all, several
 * times, while a backtest makes millions.
 */
export class BarSeries implements Series<FeedBar> {
  readonly feed: string
  readonly symbolId: SymbolId
  readonly timeframe: Timeframe
  readonly #capacity: number
  /** Of the bars kept: times, prices and ticks in the order of {@link BarPoints}. */
  readonly numbers: Float64Array
  /** Where those of the newest bar begin. */
  newestAt: number
  #pushed = 0

  /** Creates an empty series of the newest `capacity` bars of a feed. */
  constructor(
    capacity: number,
    { feed, symbolId, timeframe }: Pick<FeedBar, 'feed' | 'symbolId' | 'timeframe'>,
  ) {
    this.feed = feed
    this.symbolId = symbolId
    this.timeframe = timeframe
    this.#capacity = capacity
    this.numbers = new Float64Array(capacity * WIDTH)
    this.newestAt = this.numbers.length - WIDTH
  }

  get length(): number {
    return Math.min(this.#pushed, this.#capacity)
  }

  at(index: number): FeedBar | undefined {
    const { length } = this
    const position = index < 0 ? length + index : index
    if (!(position >= 0 && position < length)) return undefined
    const numbers = this.numbers
    const first = (this.newestAt + (position + 1 - length + this.#capacity) * WIDTH) % numbers.length
    return {
      type: 'bar',
      symbolId: this.symbolId,
      timeframe: this.timeframe,
      feed: this.feed,
      openedAt: numbers[first] as UnixMs,
      closedAt: numbers[first + 1] as UnixMs,
      open: numbers[first + 2] as Price,
      high: numbers[first + 3] as Price,
      low: numbers[first + 4] as Price,
      close: numbers[first + 5] as Price,
      tickVolume: numbers[first + 6] as number,
    }
  }

  /** The newest bar, of which there must be one, as a handler gets it. */
  newest(): FeedBar {
    const { feed, ...bar } = this.at(-1) as FeedBar
    return { ...bar, feed }
  }

  /** Appends a bar whose prices are whole steps of 1/100000; the oldest goes when the series is full. */
  pushPoints(bar: BarPoints): void {
    const numbers = this.numbers
    const last = this.newestAt + WIDTH
    const first = last === numbers.length ? 0 : last
    numbers[first] = bar.openedAt
    numbers[first + 1] = bar.closedAt
    numbers[first + 2] = bar.open / POINTS_PER_UNIT
    numbers[first + 3] = bar.high / POINTS_PER_UNIT
    numbers[first + 4] = bar.low / POINTS_PER_UNIT
    numbers[first + 5] = bar.close / POINTS_PER_UNIT
    numbers[first + 6] = bar.tickVolume
    this.newestAt = first
    this.#pushed += 1
  }

  /** Appends a bar with its prices. */
  push(bar: BarNumbers): void {
    this.pushPoints(bar)
    const { open, high, low, close } = bar
    this.numbers.set([open, high, low, close], this.newestAt + 2)
  }
}

/** What a strategy gets of a series: it reads bars, and finds no numbers to change. */
export class BarView implements Series<FeedBar> {
  readonly #series: BarSeries

  /** Creates the view of a series. */
  constructor(series: BarSeries) {
    this.#series = series
  }

  get length(): number {
    return this.#series.length
  }

  at(index: number): FeedBar | undefined {
    return this.#series.at(index)
  }
}
