import type { BarColumns } from '../data/columns.ts'
import type { Book } from '../kernel/book.ts'
import type { RunState } from '../kernel/run-state.ts'
import type { BarSeries } from '../strategy/series.ts'
import { columnTimes, CurveTimes, type SampleTimes } from './sample-times.ts'
import type { DayEnd } from './trading-days.ts'

/** Equity over time as columns: at the start, at each closed bar of the first feed, at each trade and at the end. */
export interface EquityColumns {
  readonly length: number
  /**
   * Market time in milliseconds since 1970-01-01 UTC, never falling. Of a report over bars the first reading makes it, of
   * the times of these bars; until then all that is made of the curve, such as daily returns, reads theirs. A copy at the end
   * of each run would take 20 ms of 400 and 8 MB for a million bars, and most runs are never asked.
   */
  readonly at: Float64Array
  /** Equity in minor units of the account. */
  readonly equityMinor: Float64Array
  /** Where its days end. */
  readonly dayEnd: DayEnd
}

const curveTimes = new WeakMap<EquityColumns, SampleTimes>()

/** When the samples of a curve were taken; of a curve of a run, as long as nobody has read its column, without making one. */
export function timesOf(equity: EquityColumns): SampleTimes {
  return curveTimes.get(equity) ?? columnTimes(equity.at, equity.length)
}

/** Bars whose closes are samples, of a run whose equity hangs on nothing but their prices and its book. */
export interface FollowedBars {
  readonly data: Pick<BarColumns, 'openedAt' | 'close'>
  readonly lengthMs: number
  /** Ask − bid at each close, in 1/100000. */
  readonly spread: number
  readonly book: Pick<Book, 'sampleEquity'>
  /** Counts the bars that have closed. */
  readonly series: Pick<BarSeries, 'pushed'>
}

/**
 * Equity columns while they grow; the capacity doubles.
 *
 * Between two changes of the book the samples of closed bars hang on prices alone: they are taken in one loop, when
 * something is about to change.
 */
export class EquityCurve {
  private readonly times = new CurveTimes()
  private equity: Float64Array<ArrayBuffer>
  private length = 0
  private bars: FollowedBars | undefined
  /** Rows of the followed bars that are sampled. */
  private sampledRows = 0
  /** Bars of the series before the first of them. */
  private earlierBars = 0

  /** Creates a curve with room for `capacity` samples. */
  constructor(capacity = 4096) {
    this.equity = new Float64Array(capacity)
  }

  /** Samples each close of these bars, once their series has it; before the first sample. */
  follow(bars: FollowedBars): void {
    this.bars = bars
    this.earlierBars = bars.series.pushed
    this.times.follow({ openedAt: bars.data.openedAt, lengthMs: bars.lengthMs })
  }

  /** Appends a sample of a state. */
  push(state: Pick<RunState, 'now' | 'equityMinor'>): void {
    this.settle()
    if (this.length === this.equity.length) this.reserve(1)
    this.times.push(state.now)
    this.equity[this.length] = state.equityMinor
    this.length += 1
  }

  /** Samples the bars that have closed; to be called before the book changes. */
  settle(): void {
    const { bars } = this
    if (bars === undefined) return
    const from = this.sampledRows
    const to = bars.series.pushed - this.earlierBars
    if (from === to) return
    const { data, spread, book } = bars
    if (this.length + to - from > this.equity.length) this.reserve(to - from)
    book.sampleEquity({ bids: data.close, spread, from, to }, this.equity, this.length)
    this.times.close(to - from)
    this.length += to - from
    this.sampledRows = to
  }

  private reserve(samples: number): void {
    while (this.length + samples > this.equity.length) this.equity = grown(this.equity)
  }

  /** Forgets the samples and keeps the room: the columns that were given out are of the next run then. */
  clear(): void {
    this.times.clear()
    this.length = 0
    this.bars = undefined
    this.sampledRows = 0
  }

  /** The samples, cut to their number; push no more afterwards. Their times become a column when somebody reads it. */
  columns(dayEnd: DayEnd): EquityColumns {
    const times = this.times
    let at: Float64Array | undefined
    const columns: EquityColumns = {
      length: this.length,
      get at() {
        if (at !== undefined) return at
        at = times.column()
        // From now on the bars may change: whatever reads the curve reads the column.
        curveTimes.delete(columns)
        return at
      },
      equityMinor: this.equity.subarray(0, this.length),
      dayEnd,
    }
    curveTimes.set(columns, times)
    return columns
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}
