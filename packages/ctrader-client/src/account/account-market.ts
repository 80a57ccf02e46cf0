import type { ExecutionEvent, SymbolId, Timeframe } from '@openclaw-trading/trading-model'
import type { AccountEvents } from './account-events.ts'
import type { AccountLink } from './account-link.ts'
import { AccountStreams, type LiveBarOptions, type QuoteOptions } from './account-streams.ts'
import type { DepthBook, LiveBar, LiveQuote } from '../market/live-bar.ts'
import type { MarketListener } from '../market/market-stream-options.ts'
import type { CallOptions, StreamOptions } from '../options.ts'
import { isolated } from '../session/isolated.ts'

type Guarded = (...event: never[]) => void

/** What an {@link Account} tells as it happens: events, streams, and the subscriptions behind them. */
export class AccountMarket {
  readonly #link: AccountLink
  readonly #streams: AccountStreams
  readonly #guarded = new WeakMap<object, Guarded>()

  /** @internal */
  protected constructor(link: AccountLink) {
    this.#link = link
    this.#streams = new AccountStreams(link)
  }

  // Events

  /** Adds a listener; called synchronously, in wire order. What it throws is logged, and reaches nobody else. */
  on<E extends keyof AccountEvents>(name: E, listener: (...event: AccountEvents[E]) => void): this {
    const guarded = this.#guarded.get(listener) ?? isolated(listener as unknown as Guarded, this.#link.logger)
    this.#guarded.set(listener, guarded)
    this.#link.events.on(name, guarded as never)
    return this
  }

  /** Removes a listener. */
  off<E extends keyof AccountEvents>(name: E, listener: (...event: AccountEvents[E]) => void): this {
    this.#link.events.off(name, (this.#guarded.get(listener) ?? listener) as never)
    return this
  }

  /**
   * Delivers every quote and every execution of this account in one order: the wire's.
   *
   * Called synchronously inside the read, one event per message, never conflated; executions include those of other
   * clients of the account. A gap is told by the execution `resynced`. The listener must not throw.
   *
   * @returns what ends it
   */
  onMarket(listener: MarketListener): () => void {
    return this.#link.stream.listen(listener)
  }

  // Subscriptions: what events are told of. Each is restored after a loss, and shared with the streams below.

  /** Asks for quotes until {@link unsubscribe}; symbols asked for before cost nothing. Resolves when the server has queued it. */
  async subscribe(symbols: readonly SymbolId[], options: CallOptions = {}): Promise<void> {
    await this.#link.catalogue.ensure(symbols, options)
    await this.#link.live.subscriptions.keepSpots(symbols, options)
  }

  /** Ends what {@link subscribe} asked for; the server is told when no stream needs the symbol either. */
  unsubscribe(symbols: readonly SymbolId[]): void {
    this.#link.live.subscriptions.dropSpots(symbols)
  }

  /**
   * Asks for live bars, and the quotes that they need, until {@link unsubscribeBars}: the event `bar` tells them.
   *
   * @see ProtoOASubscribeLiveTrendbarReq
   */
  async subscribeBars(symbol: SymbolId, timeframe: Timeframe, options: CallOptions = {}): Promise<void> {
    await this.#link.catalogue.ensure([symbol], options)
    await this.#link.live.keepBars(symbol, timeframe, options)
  }

  /** Ends what {@link subscribeBars} asked for; the server is told when no stream needs it either. */
  unsubscribeBars(symbol: SymbolId, timeframe: Timeframe): void {
    this.#link.live.dropBars(symbol, timeframe)
  }

  /**
   * Asks for a book, and the quotes that it needs, until {@link unsubscribeDepth}: the event `depth` tells it.
   *
   * A book that grows beyond every bound ends it with the event `depth-failed`; ask again to begin anew.
   *
   * @see ProtoOASubscribeDepthQuotesReq
   */
  async subscribeDepth(symbol: SymbolId, options: CallOptions = {}): Promise<void> {
    await this.#link.catalogue.ensure([symbol], options)
    await this.#link.live.keepDepth(symbol, options)
  }

  /** Ends what {@link subscribeDepth} asked for; the server is told when no stream needs it either. */
  unsubscribeDepth(symbol: SymbolId): void {
    this.#link.live.dropDepth(symbol)
  }

  /**
   * Has the account told anew on the connection that stands, as after a loss: `resynced` tells it, and what was subscribed
   * is subscribed again. For when something is known to have happened of which no event has come.
   */
  resync(): void {
    this.#link.resync()
  }

  // Streams

  /**
   * Quotes of some symbols. A slow reader gets the newest of each symbol, and every one with `every: true`.
   *
   * They go on after a loss of the connection, with the first one that is whole again: it says `resynced`.
   *
   * @throws {@link CTraderError} `buffer-overflow` with `every: true` when `bufferSize` quotes wait
   */
  quotes(symbols: readonly SymbolId[], options: QuoteOptions = {}): AsyncIterableIterator<LiveQuote> {
    return this.#streams.quotes(symbols, options)
  }

  /**
   * Executions of the account; fails with `buffer-overflow` rather than lose one.
   *
   * Where some may have been missed, `resynced` comes with a snapshot, before anything that happened after it.
   */
  executions(options: StreamOptions = {}): AsyncIterableIterator<ExecutionEvent> {
    return this.#streams.executions(options)
  }

  /**
   * Bars as they close, or also as they form. A bar closes with the first quote of the next one; its close is a bid.
   *
   * A slow reader gets the newest state of the bar in progress, every one with `every: true`, and each closed bar always.
   *
   * @throws {@link CTraderError} `buffer-overflow` when `bufferSize` of them wait
   * @see ProtoOASubscribeLiveTrendbarReq
   */
  bars(symbol: SymbolId, timeframe: Timeframe, options: LiveBarOptions = {}): AsyncIterableIterator<LiveBar> {
    return this.#streams.bars(symbol, timeframe, options)
  }

  /** The order book of a symbol: a slow reader gets the newest one. @see ProtoOASubscribeDepthQuotesReq */
  depth(symbol: SymbolId, options: StreamOptions = {}): AsyncIterableIterator<DepthBook> {
    return this.#streams.depth(symbol, options)
  }
}
