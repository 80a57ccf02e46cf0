import {
  type AccountSnapshot,
  type ClientOrderId,
  type ExecutionEvent,
  type Lots,
  type OrderId,
  type PositionId,
  priceToPoints,
  type Quote,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { createRandom } from '../ports/random.ts'
import type { UnansweredExit } from '../strategy/context.ts'
import type { StopReason, StrategyLog } from '../strategy/define.ts'
import { readFeeds } from '../strategy/params.ts'
import { type BarPoints, type BarSeries, BarView, type FollowedColumns } from '../strategy/series.ts'
import type { BarBuilder } from './bar-builder.ts'
import { DirectBars } from './direct-bars.ts'
import { Executions } from './executions.ts'
import { type ExplanationRecorder, startExplanations } from './explanation.ts'
import { feedBuilders, firstClose, firstEnded, mergeBar, type QuotedBar } from './feed-builders.ts'
import { HandlerHost } from './handler-host.ts'
import type { KernelOptions, WarmUp } from './kernel-options.ts'
import type { KernelListener } from './listener.ts'
import { OrderEntry } from './order-entry.ts'
import { createQuoteGuard, type QuoteGuard } from './quote-guard.ts'
import { RunContext } from './run-context.ts'
import { RunState } from './run-state.ts'
import { strategyLog } from './strategy-log.ts'
import { Timers } from './timers.ts'
import { TradeBuilder } from './trade.ts'
import { TradingDay } from './trading-day.ts'
import { replayHistory } from './warm-up.ts'

/**
 * Runs a strategy: takes messages one by one, synchronously, and emits commands; the same in backtest and live.
 *
 * At each message, bars that ended by its time close first, then due timers run, then the message is handled. It
 * knows no clock but the messages' times, and no broker but the command port.
 */
export class Kernel {
  /** Time, quote, positions and money as they stand. */
  readonly state: RunState
  private readonly orders: OrderEntry
  private readonly timers = new Timers()
  private readonly listener: KernelListener
  private readonly log: StrategyLog
  private readonly memory: KernelOptions['memory']
  /** Absent in a run that does not explain itself. */
  readonly explanations: ExplanationRecorder | undefined
  private readonly host: HandlerHost
  /** Where executions come in. */
  readonly executions: Executions
  private readonly allBuilders: readonly BarBuilder[]
  /** Those of the instrument traded. */
  private readonly ownBuilders: readonly BarBuilder[]
  /** Its bars, where they are those of the run. */
  private direct: DirectBars | undefined
  private wantsQuotes: boolean
  readonly day = new TradingDay()
  private stopRequest: string | undefined
  readonly guard: QuoteGuard | undefined
  /** Why the run ended, once it has. */
  ended: StopReason | undefined
  /** Quotes dropped because their time lay before a message already handled. */
  lateQuotes = 0

  /** Creates a kernel; nothing runs yet. @throws {@link EngineError} `invalid-options`, `handler-failed` */
  constructor(options: KernelOptions) {
    const { strategy, params, instrument, watched = [], session, label, size, listener } = options
    this.listener = listener
    this.state = new RunState(instrument, options.account, options.label, watched)
    this.log = strategyLog(this.state, listener)
    this.memory = options.memory
    const guard = createQuoteGuard(options)
    this.guard = guard
    this.explanations = startExplanations(options, this.state, () => this.orders.warmingUp)
    const trades = new TradeBuilder()
    this.orders = new OrderEntry(this.state, trades, {
      session,
      label,
      size,
      port: this.explanations?.linked(listener) ?? listener,
      doubt: guard && (() => guard.doubt),
    })
    this.allBuilders = feedBuilders(readFeeds(strategy, params), [instrument, ...watched])
    this.ownBuilders = this.allBuilders.filter(builder => builder.symbolId === instrument.id)
    const context = new RunContext({
      state: this.state,
      orders: this.orders,
      timers: this.timers,
      series: new Map(this.allBuilders.map(({ feed, series }) => [feed, new BarView(series)])),
      random: createRandom(options.seed),
      explain: this.explanations,
      stop: reason => {
        if (this.stopRequest === undefined) this.log.info(`ctx.stop: ${reason}`)
        this.stopRequest ??= reason
        this.host.settles = true
      },
    })
    const setup = { params, instrument, log: this.log, state: options.memory?.value }
    this.host = new HandlerHost(strategy, setup, {
      context,
      feedCount: this.allBuilders.length,
      settle: () => this.settle(),
      onFailed: () => this.end('failed'),
      hasEnded: () => this.ended !== undefined,
      warmsUp: () => this.orders.warmingUp,
    })
    this.host.settles = this.explanations !== undefined
    this.executions = new Executions({
      state: this.state,
      trades,
      orders: this.orders,
      listener,
      host: this.host,
      advance: now => this.advance(now),
      hasEnded: () => this.ended !== undefined,
      askForQuotes: () => this.askForQuotes(),
    })
    this.wantsQuotes = this.host.wantsQuotes
  }

  /** Feeds by name with the bar in the making. */
  get builders(): readonly BarBuilder[] {
    return this.allBuilders
  }

  /** Replaces the volume of every entry; `undefined`: the strategy sizes. @returns whether it is another one */
  setEntryVolume(volume: Lots | undefined): boolean {
    return this.orders.setVolume(volume)
  }

  /** Takes over the account as the broker states it; before the first message. */
  load(snapshot: AccountSnapshot): void {
    this.state.book.load(snapshot)
  }

  /** Replays bars from before the run; what the strategy asks for meanwhile is ignored. */
  warmUp(history: WarmUp): void {
    this.orders.warmingUp = true
    replayHistory(this.allBuilders, history, this.state, bar => this.host.pastBar(bar))
    this.memory?.warmedUp()
    this.orders.warmingUp = false
  }

  /**
   * Takes a quote; prices in 1/100000. One that steps back in time is counted and dropped, a filtered one too.
   *
   * Short, as all that it calls: V8 puts 920 bytes of bytecode in line at most, and only if `onQuote` is among them does
   * it make no object of a quote that the strategy only reads.
   *
   * @returns whether it counted
   */
  quote(statedAt: number, bid: number, ask: number): boolean {
    const state = this.state
    let at = statedAt
    if (this.guard !== undefined || at < state.now || at >= state.dueAt) {
      if (this.guard?.admits(at, bid, ask) === false || !this.reach(at)) return false
      at = state.now
    }
    state.take(at, bid, ask)
    if (this.ownBuilders.length > 0) this.addBids(at, bid)
    if (this.wantsQuotes) this.host.quote(state.newQuote())
    return true
  }

  private addBids(at: number, bid: number): void {
    const builders = this.ownBuilders
    for (let i = 0; i < builders.length; i++) this.addBid(builders[i] as BarBuilder, at, bid)
  }

  /**
   * Moves the time to that of a quote. One that steps back counts only where a quote dated ahead is why: then time stands,
   * and prices go on.
   *
   * @returns whether it counts
   */
  private reach(statedAt: number): boolean {
    const state = this.state
    if (!(statedAt < state.now)) state.now = statedAt
    else if (this.guard?.isAhead !== true) {
      this.lateQuotes += 1
      return false
    }
    if (state.now >= state.dueAt) this.advance(state.now)
    return true
  }

  /** Takes a quote of an instrument that is only watched: it moves time, prices no position. @returns whether it counted */
  watchedQuote(quote: Quote): boolean {
    const { symbolId, at: statedAt } = quote
    if (!this.allBuilders.some(builder => builder.symbolId === symbolId)) return false
    const [bid, ask] = [priceToPoints(quote.bid), priceToPoints(quote.ask)]
    if (this.guard?.admitsWatched(symbolId, statedAt, bid, ask) === false) return false
    if (!this.reach(statedAt)) return false
    this.state.watch(symbolId, bid)
    const at = this.state.now as UnixMs
    for (const builder of this.allBuilders) if (builder.symbolId === symbolId) this.addBid(builder, at, bid)
    if (this.wantsQuotes) this.host.quote(at === statedAt ? quote : { ...quote, at })
    return true
  }

  /**
   * Takes a whole bar of an instrument that a feed only watches, whose market opens at `at`; it closes with the first
   * message at or after its end.
   */
  watchedBar(symbolId: SymbolId, bar: BarPoints, at: number): void {
    if (this.ended !== undefined) return
    const state = this.state
    if (at > state.now) state.now = at
    if (at >= state.dueAt) this.advance(at)
    state.watch(symbolId, bar.open)
    mergeBar(this.allBuilders, symbolId, bar)
    state.dueAt = firstClose(this.allBuilders, state.dueAt)
  }

  /**
   * Lets the only feed take the bars that the run is made of as they are, where it has the very same.
   *
   * @returns its series; `undefined`: there are more feeds, or it makes other bars of them
   */
  followBars(bars: FollowedColumns, lengthMs: number): BarSeries | undefined {
    const only = this.allBuilders.length === 1 ? this.ownBuilders[0] : undefined
    if (only?.timeframe !== bars.timeframe || lengthMs === 0) return undefined
    // One that goes on with a bar in the making ends it with others.
    if (only.closesAt !== Number.POSITIVE_INFINITY) return undefined
    const { series } = only
    series.follow(bars, lengthMs)
    const { state, listener, explanations, host, timers, day } = this
    const advance = (now: number) => this.advance(now)
    this.direct = new DirectBars({
      series,
      state,
      listener,
      explanations,
      host,
      timers,
      day,
      advance,
      run: this,
    })
    return series
  }

  /** Takes a whole bar and closes it; a backtest over bars has no quotes. */
  bar(bar: QuotedBar): void {
    if (this.direct !== undefined) return this.direct.take(bar)
    const state = this.state
    if (bar.openedAt >= state.dueAt) {
      state.now = bar.openedAt
      this.advance(bar.openedAt)
    }
    state.take(bar.closedAt, bar.close, bar.close + bar.spread)
    mergeBar(this.allBuilders, state.instrument.id, bar)
    this.advance(bar.closedAt)
  }

  /** Takes the opening price of a bar that follows whole, because something is to happen at it. */
  barOpen(at: number, bid: number, ask: number): void {
    const state = this.state
    state.now = at
    if (at >= state.dueAt) this.advance(at)
    state.take(at, bid, ask)
  }

  /** The strategy wants each execution as an event. */
  get wantsExecutions(): boolean {
    return this.host.wantsExecutions
  }

  /** Orders on their way that it cancels as soon as they are accepted. */
  get cancelOnAcceptance(): ReadonlySet<string> {
    return this.orders.cancelOnAcceptance
  }

  /** Takes an execution as {@link Executions.take} does. */
  execution(told: ExecutionEvent, isAccepted = false): void {
    this.executions.take(told, isAccepted)
  }

  /** Nobody knows whether an exit took effect. @throws {@link EngineError} `handler-failed` */
  unanswered(exit: UnansweredExit): void {
    if (this.ended === undefined) this.host.unanswered(exit)
  }

  /** There is evidence that an entry reached the broker: the book knows what became of it. */
  entryArrived(id: ClientOrderId): void {
    this.state.book.arrived(id)
  }

  /** Asks to close a position of this run; the run goes on. */
  close(id: PositionId): void {
    this.orders.close(id, undefined)
  }

  /** Asks to cancel an order of this run. */
  cancel(id: OrderId): void {
    this.orders.cancel(id)
  }

  /** Asks to cancel all orders of this run that wait for a price. */
  cancelOrders(): void {
    this.orders.cancelAll()
  }

  /** Blocks entries from now on, or allows them again. */
  blockEntries(reason: string | undefined): void {
    this.orders.blockedEntries = reason
  }

  /** Ends the run: orders that wait are cancelled, `onStop` is called once, and only closes leave from it. */
  stop(reason: StopReason): void {
    if (this.ended !== undefined) return
    this.end(reason)
    // What still waits for a price would open a position that nobody watches.
    if (reason !== 'data-ended' && reason !== 'connection-lost') this.orders.cancelAll()
    if (this.host.isStarted) this.host.stop(reason)
    this.orders.ended = true
  }

  private addBid(builder: BarBuilder, at: number, bid: number): void {
    if (builder.closesAt !== Number.POSITIVE_INFINITY) return builder.add(bid)
    builder.begin(at, bid)
    if (builder.closesAt < this.state.dueAt) this.state.dueAt = builder.closesAt
  }

  /** Closes the bars that ended by `now`, by end, then runs the timers due. */
  private advance(now: number): void {
    if (this.ended !== undefined) return
    if (!this.host.isStarted) this.host.start(now)
    const builders = this.allBuilders
    for (let one = firstEnded(builders, now); one !== undefined; one = firstEnded(builders, now)) {
      one.close()
      this.closed(one.series)
    }
    // Before the first quote equity knows nothing of open profit: the next message looks again.
    if (this.day.isOver(now)) this.day.begin(now, this.state.equityMinor, this.state.quoteAt >= 0)
    if (now >= this.timers.nextAt)
      for (const timer of this.timers.takeDue(now)) if (this.ended === undefined) this.host.timer(timer)
    // A stopped run needs no further look; see `end`.
    if (this.ended === undefined)
      this.state.dueAt = firstClose(this.allBuilders, Math.min(this.timers.nextAt, this.day.endsAt))
    this.askForQuotes()
  }

  /** A strategy that wants quotes at some times alone may have come to want them, or not any more. */
  private askForQuotes(): void {
    if (this.host.picksQuotes && this.ended === undefined) this.wantsQuotes = this.host.wantsQuotes
  }

  private closed(series: BarSeries): void {
    this.listener.onBar?.(series)
    this.explanations?.begin(series.feed)
    if (this.ended === undefined) this.host.bar(series)
  }

  private settle(): void {
    this.explanations?.end()
    if (this.stopRequest !== undefined) this.stop('requested')
  }

  private end(reason: StopReason): void {
    this.ended = reason
    this.wantsQuotes = false
    this.state.dueAt = Number.POSITIVE_INFINITY
    this.orders.blockedEntries = 'the run has ended'
  }
}
