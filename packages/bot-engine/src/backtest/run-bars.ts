import { nextOpen, type SymbolId, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarColumns } from '../data/columns.ts'
import { rowEnd } from '../data/row-end.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'
import type { Book } from '../kernel/book.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { RunState } from '../kernel/run-state.ts'
import { MAX_WAITING_REQUESTS } from '../simulation/exchange.ts'
import type { Exchange, ExchangeRequest } from '../simulation/exchange-types.ts'
import { type BarSpreads, barSpreads } from './bar-spread.ts'
import { checkFeeds } from './check-feeds.ts'
import { CurrentBar } from './current-bar.ts'
import { FinerData } from './finer-data.ts'
import type { IntrabarPolicy } from './options.ts'
import type { IntrabarReport } from './report.ts'
import type { SimulatedRun } from './simulated-run.ts'
import type { TradeRecords } from './trade-records.ts'
import { TradedRows } from './traded-rows.ts'
import type { WatchedBars } from './watched-bars.ts'

/** Runs over bars: what was decided at a close fills at the next open; within a bar the intrabar policy decides. */
export class BarRun {
  private readonly simulated: SimulatedRun
  // Of the run; each bar asks them.
  private readonly kernel: Kernel
  private readonly state: RunState
  private readonly book: Book
  private readonly exchange: Exchange
  private readonly symbolId: SymbolId
  private readonly data: BarColumns
  private readonly spreads: BarSpreads
  /** Of every bar; `undefined` where they differ. */
  private readonly fixedSpread: number | undefined
  private readonly policy: IntrabarReport['policy']
  private readonly finer: FinerData | undefined
  private barsWithoutData = 0
  /** Set before the run; absent when nothing is watched. */
  watched: WatchedBars | undefined
  /** Of the bars, where it is fixed; else 0. */
  private readonly lengthMs: number
  /** Requests that wait for the next open: the first `waitingCount`. Emptying a list costs more than counting. */
  private waiting: ExchangeRequest[] = []
  private waitingCount = 0
  /** The list of the bar before. */
  private spare: ExchangeRequest[] = []
  /** Of the bar that is handled; one object for all, because there are millions. */
  private readonly bar: CurrentBar
  private readonly traded: TradedRows
  /** The next row that begins or ends in closed hours. */
  private nextTraded: number
  /** When the market opens within the bar that is handled. */
  private opensAt = 0
  /** The bar has not opened yet: what is decided leaves at its open. */
  private isOpening = false

  /**
   * Takes over the run's commands.
   *
   * @throws {@link EngineError} `invalid-options` when a feed cannot be made of the bars; `data-invalid`,
   *   `data-out-of-order`
   */
  constructor(
    run: SimulatedRun,
    data: BarColumns,
    traded: ReadonlyMap<number, TradedRows>,
    intrabar: IntrabarPolicy = { policy: 'worst' },
  ) {
    checkFeeds(run.kernel.builders, data)
    const { exchange, instrument, venue } = run
    const spread = venue.barSpreadTicks
    this.simulated = run
    this.kernel = run.kernel
    this.state = run.kernel.state
    this.book = this.state.book
    this.exchange = exchange
    this.symbolId = instrument.id
    this.data = data
    this.bar = new CurrentBar(data)
    this.traded = traded.get(data.symbolId) ?? new TradedRows()
    this.nextTraded = this.traded.nextRow(0)
    this.lengthMs = fixedLengthMs(data.timeframe)
    this.spreads = barSpreads(spread, instrument, data)
    this.fixedSpread = this.spreads.fixed
    this.bar.spread = this.fixedSpread ?? 0
    run.followBars(data, this.lengthMs, this.fixedSpread)
    this.policy = intrabar.policy
    this.finer =
      intrabar.policy === 'replay'
        ? new FinerData({ exchange, instrument, spread }, intrabar.data, data)
        : undefined
    run.submit = request => {
      this.waiting[this.waitingCount] = request
      this.waitingCount += 1
    }
    run.leavesAt = () => this.leavesAt()
  }

  /**
   * Runs over the bars `from` to `to`.
   *
   * @returns the row after the last one handled; less than `to` when the strategy stopped
   * @throws {@link EngineError} `handler-failed`
   */
  run(from: number, to: number): number {
    const { kernel, state, book, watched, bar } = this
    for (let row = from; row < to; row++) {
      this.read(row)
      if (watched !== undefined) this.openWatched(watched)
      // What bars that end and timers in a gap before this bar ask for is done at its open.
      const isDue = this.waitingCount > 0 || state.dueAt <= this.opensAt
      if (isDue || (!book.isIdle && !this.passes())) this.trade()
      if (watched !== undefined) this.closeWatched(watched)
      if (kernel.ended === undefined) kernel.bar(bar)
      this.simulated.rows = row + 1
      if (kernel.ended !== undefined) return row + 1
    }
    return to
  }

  private openWatched(watched: WatchedBars): void {
    this.isOpening = true
    watched.open(this.opensAt)
    this.isOpening = false
  }

  private closeWatched(watched: WatchedBars): void {
    // Whose market opens after that of the instrument traded has opened meanwhile.
    watched.open(this.bar.lastAt)
    watched.close(this.bar.closedAt)
  }

  /**
   * The open at which an order that is decided now leaves. It lies in the future behind a break, as that of the first
   * quote after it: a blackout that begins meanwhile counts. Of a bar to come no more is known than when it opens; of one
   * that the data have no more of, when the market does.
   */
  private leavesAt(): number {
    const { kernel, instrument, rows } = this.simulated
    const { now } = kernel.state
    if (this.isOpening) return Math.max(now, this.opensAt)
    const next = this.data.openedAt[rows + 1]
    if (next !== undefined && rows + 1 < this.data.length)
      return Math.max(now, this.traded.opensAt(rows + 1, next))
    return nextOpen(instrument, Math.max(now, this.bar.closedAt) as UnixMs) ?? now
  }

  private read(row: number): void {
    const data = this.data
    const bar = this.bar
    const openedAt = data.openedAt[row] as number
    const closedAt = this.lengthMs > 0 ? openedAt + this.lengthMs : rowEnd(data, row)
    bar.row = row
    bar.openedAt = openedAt
    bar.closedAt = closedAt
    this.opensAt = openedAt
    // One millisecond before the end: the strategy learns of it before the bar closes.
    bar.lastAt = closedAt - 1
    if (row === this.nextTraded) this.readTraded(row)
    if (this.fixedSpread === undefined) bar.spread = this.spreads.of(row, this.opensAt)
  }

  /** A bar that begins in closed hours opens with the market, and what it reaches is reached before the market closes. */
  private readTraded(row: number): void {
    this.opensAt = this.traded.opensAt(row, this.opensAt)
    const bar = this.bar
    bar.lastAt = this.traded.lastAt(row, bar.lastAt)
    this.nextTraded = this.traded.nextRow(row + 1)
  }

  /** What is at work does not meet this bar: most of them. */
  private passes(): boolean {
    return this.finer === undefined && this.exchange.passBar(this.symbolId, this.bar)
  }

  /**
   * Gaps first, then what is due by the open and the orders that wait for it, then what the bar's range hits. What handlers
   * decide meanwhile waits for the next open.
   *
   * In one function: short ones V8 would compile a second time in line in the loop over all bars.
   */
  private trade(): void {
    const { exchange, kernel, instrument } = this.simulated
    const { spread, openedAt, closedAt, lastAt } = this.bar
    // Whole already, but V8 takes a number of a column for one that may have a fraction, and all that is made of it as well,
    // until it has compiled what makes it: then each field of an order that held such a number would be compiled anew.
    const open = Math.floor(this.bar.open)
    const at = this.opensAt
    this.isOpening = true
    while (exchange.nextDueAt < at) exchange.runDue()
    exchange.quote(instrument.id, at, open, open + spread, true)
    kernel.barOpen(at, open, open + spread)
    this.isOpening = false
    const { waiting, waitingCount: count } = this
    this.waiting = this.spare
    this.spare = waiting
    this.waitingCount = 0
    const isImmediate = exchange.isImmediate && count <= MAX_WAITING_REQUESTS
    if (!isImmediate) for (let i = 0; i < count; i++) exchange.submit(waiting[i] as ExchangeRequest, at)
    while (exchange.nextDueAt <= at) exchange.runDue()
    for (let i = 0; isImmediate && i < count; i++) {
      exchange.execute(waiting[i] as ExchangeRequest, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    }
    if (this.book.isIdle || this.finer?.play(openedAt, closedAt, at) === true) return
    if (this.finer !== undefined) this.barsWithoutData += 1
    const { high, low, close } = this.bar
    exchange.bar(instrument.id, lastAt, Math.floor(high), Math.floor(low), Math.floor(close), spread)
  }

  /** How much of the trades hangs on the policy. */
  report(trades: TradeRecords): IntrabarReport {
    return {
      policy: this.policy,
      dependentTrades: this.dependentTrades(trades),
      barsWithoutData: this.barsWithoutData,
    }
  }

  private dependentTrades(trades: TradeRecords): number {
    const { dependentPositions } = this.simulated.exchange
    if (dependentPositions.size === 0) return 0
    let count = 0
    for (let row = 0; row < trades.count; row++) {
      const { positionId, closedAt, kind } = trades.closing(row)
      if (kind === 'part') continue
      if (closedAt >= (dependentPositions.get(positionId) ?? Number.POSITIVE_INFINITY)) count += 1
    }
    return count
  }
}
