import {
  type ExecutionEvent,
  type Instrument,
  isOpen,
  type Quote,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { CTraderError } from '../errors.ts'

/** What {@link watchQuotes} needs of an account. */
export interface QuoteSource {
  /** Calls back with what happens on the market; returns what ends that. */
  onMarket(listener: (event: Quote | ExecutionEvent) => void): () => void
}

/** How to watch. */
export interface QuoteWatchOptions {
  /** Subscribed instruments; their hours tell when silence is in order. */
  readonly instruments: readonly Instrument[]
  /** Silence of an open market after which its price counts as stale, in wall time. Default 60,000. */
  readonly staleAfterMs?: number
  /** A symbol's quotes have stopped, or go on again. Called once for each change. */
  readonly onChange?: (change: QuoteWatchChange) => void
  /** Market time, for hours. Default, and before it is known: wall time. A simulated venue has its own: `() => account.marketTime`. */
  readonly marketTime?: () => UnixMs | undefined
  /** Time; for tests. Default: this machine's. */
  readonly clock?: Clock
}

/** What became of the quotes of a symbol. */
export interface QuoteWatchChange {
  readonly symbolId: SymbolId
  readonly isStale: boolean
  /** Milliseconds without a quote while the market was open. */
  readonly silentMs: number
}

/** Tells which prices are too old to trade on. */
export interface QuoteWatch {
  /** Whether the newest quote is too old, or there is none yet. A closed market is not stale. */
  isStale(symbolId: SymbolId): boolean
  /** Symbols whose quotes have stopped. */
  readonly stale: readonly SymbolId[]
  /** Ends it. */
  stop(): void
}

/** Default of {@link QuoteWatchOptions.staleAfterMs}. */
export const DEFAULT_STALE_AFTER_MS = 60_000
const LEAST_STALE_AFTER_MS = 100
const CHECKS_PER_LIMIT = 10

/**
 * Watches for symbols whose quotes stop although the connection lives: heartbeats prove the link, not the feed.
 *
 * Hold back entries in a symbol that is stale; exits stay allowed.
 *
 * @throws {@link CTraderError} `invalid-argument` when `staleAfterMs` is below 100
 */
export function watchQuotes(account: QuoteSource, options: QuoteWatchOptions): QuoteWatch {
  const { staleAfterMs = DEFAULT_STALE_AFTER_MS } = options
  if (!(staleAfterMs >= LEAST_STALE_AFTER_MS))
    throw new CTraderError('invalid-argument', `staleAfterMs is ${staleAfterMs}. Use 100 or more.`, {
      path: 'staleAfterMs',
      expected: 'a number from 100',
    })
  return new FeedWatch(account, { ...options, staleAfterMs })
}

interface Feed {
  readonly instrument: Instrument
  /** When the last quote came, or the market opened, or the watch began. */
  sinceMs: number
  hasQuote: boolean
  isStale: boolean
}

class FeedWatch implements QuoteWatch {
  readonly #feeds: ReadonlyMap<SymbolId, Feed>
  readonly #options: QuoteWatchOptions & { readonly staleAfterMs: number }
  readonly #clock: Clock
  readonly #unlisten: () => void
  #cancel: () => void = () => {}
  #isStopped = false

  constructor(account: QuoteSource, options: QuoteWatchOptions & { readonly staleAfterMs: number }) {
    this.#options = options
    this.#clock = options.clock ?? SYSTEM_CLOCK
    const sinceMs = this.#clock.elapsedMs()
    this.#feeds = new Map(
      options.instruments.map(instrument => [
        instrument.id,
        { instrument, sinceMs, hasQuote: false, isStale: false },
      ]),
    )
    this.#unlisten = account.onMarket(event => {
      if (event.type === 'quote') this.#heard(event.symbolId)
    })
    this.#again()
  }

  get stale(): readonly SymbolId[] {
    return [...this.#feeds].flatMap(([id, { isStale }]) => (isStale ? [id] : []))
  }

  isStale(symbolId: SymbolId): boolean {
    const feed = this.#feeds.get(symbolId)
    return feed === undefined || feed.isStale || !feed.hasQuote
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
    this.#unlisten()
  }

  #heard(symbolId: SymbolId): void {
    const feed = this.#feeds.get(symbolId)
    if (feed === undefined) return
    const now = this.#clock.elapsedMs()
    const silentMs = now - feed.sinceMs
    feed.sinceMs = now
    feed.hasQuote = true
    if (feed.isStale) this.#become(feed, false, silentMs)
  }

  #again(): void {
    this.#cancel = this.#clock.schedule(this.#nextMs(), () => {
      // Whoever is told of a silence may stop the watch, and may throw: neither leaves it half alive.
      try {
        this.#check()
      } finally {
        if (!this.#isStopped) this.#again()
      }
    })
  }

  /** Until the next check: at the instant at which the first symbol would be stale, and now and then for the hours. */
  #nextMs(): number {
    const { staleAfterMs } = this.#options
    const now = this.#clock.elapsedMs()
    let nextMs = staleAfterMs / CHECKS_PER_LIMIT
    for (const { isStale, sinceMs } of this.#feeds.values())
      if (!isStale) nextMs = Math.min(nextMs, Math.max(1, Math.ceil(sinceMs + staleAfterMs - now)))
    return nextMs
  }

  #check(): void {
    const { marketTime, staleAfterMs } = this.#options
    const now = this.#clock.elapsedMs()
    const at = marketTime?.() ?? this.#clock.now()
    for (const feed of this.#feeds.values()) {
      if (this.#isStopped) return
      // Silence counts from the opening: a market that has just opened may take its time.
      if (!isOpen(feed.instrument, at)) {
        feed.sinceMs = now
        if (feed.isStale) this.#become(feed, false, 0)
      } else if (!feed.isStale && now - feed.sinceMs >= staleAfterMs)
        this.#become(feed, true, now - feed.sinceMs)
    }
  }

  #become(feed: Feed, isStale: boolean, silentMs: number): void {
    feed.isStale = isStale
    this.#options.onChange?.({ symbolId: feed.instrument.id, isStale, silentMs })
  }
}
