import type { ExecutionEvent, SymbolId, Timeframe } from '@openclaw-trading/trading-model'
import type { AccountEvents } from './account-events.ts'
import type { AccountLink } from './account-link.ts'
import type { DepthBook, LiveBar, LiveQuote } from '../market/live-bar.ts'
import { type CallOptions, DEFAULT_BUFFER_SIZE, type StreamOptions } from '../options.ts'
import { EventBuffer } from '../stream/event-buffer.ts'
import { LatestBuffer } from '../stream/latest-buffer.ts'
import { whenAborted } from '../when-aborted.ts'

/** Options of {@link Account.quotes}. */
export interface QuoteOptions extends StreamOptions {
  /**
   * Every quote; a reader that is `bufferSize` quotes behind fails with `buffer-overflow`. Default false: a slow reader
   * gets the newest quote of each symbol and never fails, and `bufferSize` means nothing.
   */
  readonly every?: boolean
}

/** Options of {@link Account.bars}. */
export interface LiveBarOptions extends StreamOptions {
  /** Also tells the bar in progress, as it changes. Default false: only closed bars. */
  readonly forming?: boolean
  /**
   * Every change of the bar in progress. Default false: a slow reader gets its newest state. Closed bars are never left
   * out; in both cases a reader that is `bufferSize` of what is told behind fails with `buffer-overflow`.
   */
  readonly every?: boolean
}

interface Ending {
  end(error?: unknown): void
}

/** The streams of an account; each ends with the account, and gives its subscription up when its reader leaves. */
export class AccountStreams {
  readonly #link: AccountLink

  /** Creates the streams of one account. */
  constructor(link: AccountLink) {
    this.#link = link
  }

  async *quotes(
    symbols: readonly SymbolId[],
    { signal, every = false, bufferSize = DEFAULT_BUFFER_SIZE }: QuoteOptions,
  ): AsyncIterableIterator<LiveQuote> {
    const wanted = new Set(symbols)
    const scope = new StreamScope(this.#link, signal)
    const buffer = every
      ? new EventBuffer<LiveQuote>('quotes', bufferSize, scope.over)
      : new LatestBuffer<LiveQuote>(scope.over, keepsGap)
    scope.listen('quote', quote => {
      if (!wanted.has(quote.symbolId)) return
      if (buffer instanceof LatestBuffer) buffer.push(quote.symbolId, quote)
      else buffer.push(quote)
    })
    scope.ends(buffer)
    yield* scope.held(buffer, async call => {
      await this.#link.catalogue.ensure(symbols, call)
      return this.#link.live.subscriptions.spots.take(symbols, call)
    })
  }

  executions({ signal, bufferSize }: StreamOptions): AsyncIterableIterator<ExecutionEvent> {
    const scope = new StreamScope(this.#link, signal)
    const buffer = new EventBuffer<ExecutionEvent>(
      'executions',
      bufferSize ?? DEFAULT_BUFFER_SIZE,
      scope.over,
    )
    scope.listen('execution', event => buffer.push(event))
    scope.ends(buffer)
    return buffer
  }

  async *bars(
    symbol: SymbolId,
    timeframe: Timeframe,
    options: LiveBarOptions,
  ): AsyncIterableIterator<LiveBar> {
    const scope = new StreamScope(this.#link, options.signal)
    const size = options.bufferSize ?? DEFAULT_BUFFER_SIZE
    const replaces = options.every === true ? undefined : replacesBar
    const buffer = new EventBuffer<LiveBar>('bars', size, scope.over, replaces)
    scope.listen('bar', told => {
      const of = told.type === 'resynced' ? told : told.bar
      if (of.symbolId !== symbol || of.timeframe !== timeframe) return
      if (told.type !== 'bar-updated' || options.forming === true) buffer.push(told)
    })
    scope.ends(buffer)
    yield* scope.held(buffer, async call => {
      await this.#link.catalogue.ensure([symbol], call)
      return this.#link.live.watch(symbol, timeframe, call)
    })
  }

  async *depth(symbol: SymbolId, { signal }: StreamOptions): AsyncIterableIterator<DepthBook> {
    const scope = new StreamScope(this.#link, signal)
    const buffer = new LatestBuffer<DepthBook>(scope.over, keepsGap)
    scope.listen('depth', book => {
      if (book.symbolId === symbol) buffer.push(symbol, book)
    })
    scope.listen('depth-failed', (failed, cause) => {
      if (failed === symbol) buffer.end(cause)
    })
    scope.ends(buffer)
    yield* scope.held(buffer, async call => {
      await this.#link.catalogue.ensure([symbol], call)
      return this.#link.live.subscriptions.depth(symbol, call)
    })
  }
}

/** A gap must not go unsaid because what said so was never read. */
function keepsGap<T extends { readonly resynced?: boolean }>(held: T, next: T): T {
  return held.resynced === true && next.resynced !== true ? { ...next, resynced: true } : next
}

/** Whatever comes next makes the state of a bar in progress old; of two gaps with nothing between one is enough. */
function replacesBar(held: LiveBar, next: LiveBar): boolean {
  return held.type === 'bar-updated' || (held.type === 'resynced' && next.type === 'resynced')
}

/** What one stream listens to and holds, and what ends it. */
class StreamScope {
  readonly #link: AccountLink
  readonly #signal: AbortSignal | undefined
  readonly #undo: (() => void)[] = []

  constructor(link: AccountLink, signal: AbortSignal | undefined) {
    this.#link = link
    this.#signal = signal
  }

  /** No further event is wanted. */
  readonly over = (): void => {
    for (const undo of this.#undo.splice(0)) undo()
  }

  /** Listens until it is over. */
  listen<E extends keyof AccountEvents>(name: E, listener: (...event: AccountEvents[E]) => void): void {
    const { events } = this.#link
    events.on(name, listener as never)
    this.#undo.push(() => events.off(name, listener as never))
  }

  /** Ends a buffer with the account, the session or the signal. */
  ends(buffer: Ending): void {
    const { session, lostBy } = this.#link
    const onClosed = (cause: unknown): void => buffer.end(cause)
    const onAbort = (): void => buffer.end()
    session.events.on('closed', onClosed)
    this.#undo.push(() => session.events.off('closed', onClosed))
    this.#undo.push(whenAborted(this.#signal, onAbort))
    this.listen('lost', onClosed)
    if (lostBy !== undefined) buffer.end(lostBy)
    else if (this.#signal?.aborted === true) buffer.end()
  }

  /** Yields a buffer while a subscription is held. */
  async *held<T>(
    buffer: AsyncIterableIterator<T> & Ending,
    take: (call: CallOptions) => Promise<() => void>,
  ): AsyncIterableIterator<T> {
    let release = (): void => {}
    try {
      release = await take(this.#signal === undefined ? {} : { signal: this.#signal })
      yield* buffer
    } catch (error) {
      if (this.#signal?.aborted !== true) throw error
    } finally {
      release()
      buffer.end()
    }
  }
}
