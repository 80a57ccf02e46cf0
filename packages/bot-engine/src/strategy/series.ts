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

/** Whole bars of one length that a series may follow, as columns; prices in 1/100000. */
export interface FollowedColumns {
  readonly timeframe: Timeframe
  readonly openedAt: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly tickVolume: Float64Array
}

/**
 * The newest bars of one feed, as columns; {@link BarSeries.at} makes the object.
 *
 * Bars kept as objects would outlive each other by a thousand bars: the garbage collector would copy them all, several
 * times, while a backtest makes millions. Where a run is made of the very bars of the feed, the series copies none: it
 * reads those of the run, up to the newest.
 */
export class BarSeries implements Series<FeedBar> {
  readonly feed: string
  readonly symbolId: SymbolId
  readonly timeframe: Timeframe
  private readonly keeps: number
  openedAt: Float64Array
  /** Absent: `lengthMs` behind the opens. */
  closedAt: Float64Array | undefined
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  tickVolume: Float64Array
  lengthMs = 0
  /** What the prices of the columns are to be divided by. */
  unit = 1
  /** Row of the newest bar. */
  newestRow: number
  /** Bars that it was given so far, also those that are gone. */
  pushed = 0

  /** Creates an empty series of the newest `capacity` bars of a feed. */
  constructor(
    capacity: number,
    { feed, symbolId, timeframe }: Pick<FeedBar, 'feed' | 'symbolId' | 'timeframe'>,
  ) {
    this.feed = feed
    this.symbolId = symbolId
    this.timeframe = timeframe
    this.keeps = capacity
    this.openedAt = new Float64Array(capacity)
    this.closedAt = new Float64Array(capacity)
    this.open = new Float64Array(capacity)
    this.high = new Float64Array(capacity)
    this.low = new Float64Array(capacity)
    this.close = new Float64Array(capacity)
    this.tickVolume = new Float64Array(capacity)
    this.newestRow = capacity - 1
  }

  get length(): number {
    return Math.min(this.pushed, this.keeps)
  }

  /**
   * Reads the bars of a run from now on: each {@link BarSeries.pushPoints} is the next of them. A series that was warmed up
   * keeps its own.
   */
  follow(bars: FollowedColumns, lengthMs: number): void {
    if (this.pushed > 0) return
    this.openedAt = bars.openedAt
    this.closedAt = undefined
    this.open = bars.open
    this.high = bars.high
    this.low = bars.low
    this.close = bars.close
    this.tickVolume = bars.tickVolume
    this.lengthMs = lengthMs
    this.unit = POINTS_PER_UNIT
    this.newestRow = -1
  }

  at(index: number): FeedBar | undefined {
    const { length } = this
    const position = index < 0 ? length + index : index
    if (!(position >= 0 && position < length)) return undefined
    const capacity = this.openedAt.length
    const row = (this.newestRow + position + 1 - length + capacity) % capacity
    const openedAt = this.openedAt[row] as number
    return {
      type: 'bar',
      symbolId: this.symbolId,
      timeframe: this.timeframe,
      feed: this.feed,
      openedAt: openedAt as UnixMs,
      closedAt: (this.closedAt === undefined ? openedAt + this.lengthMs : this.closedAt[row]) as UnixMs,
      open: ((this.open[row] as number) / this.unit) as Price,
      high: ((this.high[row] as number) / this.unit) as Price,
      low: ((this.low[row] as number) / this.unit) as Price,
      close: ((this.close[row] as number) / this.unit) as Price,
      tickVolume: this.tickVolume[row] as number,
    }
  }

  /** The newest bar, of which there must be one, as a handler gets it. */
  newest(): FeedBar {
    const { feed, ...bar } = this.at(-1) as FeedBar
    return { ...bar, feed }
  }

  /** Appends a bar whose prices are whole steps of 1/100000; the oldest goes when the series is full. */
  pushPoints(bar: BarPoints): void {
    if (this.closedAt !== undefined) return this.appendPoints(bar)
    this.newestRow += 1
    this.pushed += 1
  }

  // Apart, because what stands in line with a strategy's handler takes of the room that V8 has for its indicators.
  private appendPoints(bar: BarPoints): void {
    this.append(bar, POINTS_PER_UNIT)
  }

  /** Appends a bar with its prices. */
  push(bar: BarNumbers): void {
    this.append(bar, 1)
  }

  private append(bar: BarPoints, unit: number): void {
    const last = this.newestRow + 1
    const row = last === this.openedAt.length ? 0 : last
    this.openedAt[row] = bar.openedAt
    ;(this.closedAt as Float64Array)[row] = bar.closedAt
    this.open[row] = bar.open / unit
    this.high[row] = bar.high / unit
    this.low[row] = bar.low / unit
    this.close[row] = bar.close / unit
    this.tickVolume[row] = bar.tickVolume
    this.newestRow = row
    this.pushed += 1
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
