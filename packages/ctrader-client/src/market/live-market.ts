import type { SymbolId, Timeframe, UnixMs } from '@openclaw-trading/trading-model'
import type { EventEmitter } from 'eventemitter3'
import type { AccountEvents } from '../account/account-events.ts'
import { CTraderError } from '../errors.ts'
import type { InstrumentCatalogue } from '../account/instruments.ts'
import type { CallOptions, Logger } from '../options.ts'
import type { ProtoOADepthEvent } from '../protocol/generated/messages.js'
import type { SpotEvent } from '../protocol/spot-event.ts'
import type { Requester } from '../session/requests.ts'
import type { Session } from '../session/session.ts'
import { DepthBooks, MAX_DEPTH_LEVELS } from './depth-books.ts'
import { barKey, LiveBarDecoder } from './live-bar-decoder.ts'
import { KeptHolds } from './kept-holds.ts'
import { QuoteGaps } from './quote-gaps.ts'
import { Subscriptions } from './subscriptions.ts'

/** What a {@link LiveMarket} needs. */
export interface LiveMarketOptions {
  readonly session: Session
  readonly accountId: number
  readonly catalogue: InstrumentCatalogue
  readonly logger: Logger
  /** Where it tells. */
  readonly events: EventEmitter<AccountEvents>
  readonly marketTime: () => UnixMs
  /** The last bid of a symbol in 1/100000. */
  readonly bidOf: (symbol: number) => number | undefined
}

/** Books and live bars of one account. */
export class LiveMarket {
  readonly subscriptions: Subscriptions
  /** Of which symbols quotes were missed. */
  readonly gaps = new QuoteGaps()
  readonly #options: LiveMarketOptions
  readonly #books = new DepthBooks()
  readonly #bars = new LiveBarDecoder()
  readonly #watched = new Map<number, Watch>()
  /** Live bars that events are told of, by {@link barKey}. */
  readonly #keptBars = new KeptHolds<number>()
  /** Books that events are told of. */
  readonly #keptBooks = new KeptHolds<number>()
  /** The books that are asked for now follow a loss. */
  #resuming = false

  /** Creates it and starts to listen. */
  constructor(options: LiveMarketOptions) {
    this.#options = options
    this.subscriptions = new Subscriptions({
      ...options,
      onSpotsEnd: symbols => this.gaps.forget(symbols),
      onDepth: symbols => {
        for (const symbol of symbols) this.#books.begin(symbol, this.#resuming)
      },
      onDepthEnd: symbols => {
        for (const symbol of symbols) this.#books.end(symbol)
      },
      // What an earlier subscription told last may lack the ticks between the two.
      onBars: key => this.#bars.forget(key),
      onBarsEnd: keys => {
        for (const key of keys) this.#forget(key)
      },
    })
    options.session.events.on('spot', this.#onSpot)
    options.session.events.on('depth', this.#onDepth)
  }

  /** Watches a live bar. @returns what ends it */
  async watch(symbolId: SymbolId, timeframe: Timeframe, options: CallOptions): Promise<() => void> {
    const key = barKey(symbolId, timeframe)
    this.#watched.set(key, { symbolId, timeframe })
    try {
      return await this.subscriptions.bars(symbolId, timeframe, options)
    } catch (error) {
      if (!this.subscriptions.hasBars(key)) this.#forget(key)
      throw error
    }
  }

  /** Watches a live bar until it is dropped. */
  keepBars(symbolId: SymbolId, timeframe: Timeframe, options: CallOptions): Promise<void> {
    return this.#keptBars.keep([barKey(symbolId, timeframe)], () => this.watch(symbolId, timeframe, options))
  }

  /** Lets a live bar go that was kept. */
  dropBars(symbolId: SymbolId, timeframe: Timeframe): void {
    this.#keptBars.drop([barKey(symbolId, timeframe)])
  }

  /** Holds a book until it is dropped. */
  keepDepth(symbolId: SymbolId, options: CallOptions): Promise<void> {
    return this.#keptBooks.keep([symbolId], () => this.subscriptions.depth(symbolId, options))
  }

  /** Lets a book go that was kept. */
  dropDepth(symbolId: SymbolId): void {
    this.#keptBooks.drop([symbolId])
  }

  /** Stops listening. */
  close(): void {
    const { events } = this.#options.session
    events.off('spot', this.#onSpot)
    events.off('depth', this.#onDepth)
  }

  /** Events are missing from now on: bars and books begin anew. */
  suspend(): void {
    this.gaps.miss(this.subscriptions.spots.asked)
    this.#bars.reset()
    this.#books.clear()
  }

  /** Confesses the gap and subscribes to everything again. */
  async resume(on: Requester): Promise<void> {
    const at = this.#options.marketTime()
    for (const watch of this.#watched.values())
      this.#options.events.emit('bar', { type: 'resynced', at, ...watch })
    this.#resuming = true
    try {
      await this.subscriptions.renew(on)
    } finally {
      this.#resuming = false
    }
  }

  #forget(key: number): void {
    this.#watched.delete(key)
    this.#bars.forget(key)
  }

  readonly #onSpot = (event: SpotEvent): void => {
    const { accountId, bidOf, events } = this.#options
    if (event.trendbar === undefined || event.ctidTraderAccountId !== accountId) return
    const bid = bidOf(event.symbolId)
    if (bid === undefined) return
    for (const told of this.#bars.decode(event, bid)) {
      if (told.type === 'resynced') continue
      if (this.#watched.has(barKey(told.bar.symbolId, told.bar.timeframe))) events.emit('bar', told)
    }
  }

  readonly #onDepth = (event: ProtoOADepthEvent): void => {
    const { accountId, catalogue, events, logger, marketTime } = this.#options
    if (event.ctidTraderAccountId !== accountId) return
    const symbol = event.symbolId as SymbolId
    const change = this.#books.take(event)
    if (change === 'ignored') return
    if (change === 'overflow') {
      logger.error({ symbolId: symbol, limit: MAX_DEPTH_LEVELS }, 'book dropped: too many offers')
      this.#books.end(symbol)
      this.subscriptions.dropDepth(symbol)
      // Who asks for it again begins anew.
      this.#keptBooks.drop([symbol])
      events.emit('depth-failed', symbol, tooDeep(symbol))
      return
    }
    const instrument = catalogue.get(symbol)
    const book = instrument === undefined ? undefined : this.#books.view(instrument, marketTime())
    if (book !== undefined) events.emit('depth', book)
  }
}

function tooDeep(symbol: SymbolId): CTraderError<'buffer-overflow'> {
  return new CTraderError(
    'buffer-overflow',
    `The book of symbol ${symbol} has more than ${MAX_DEPTH_LEVELS} offers. Read it again.`,
    { stream: 'depth', capacity: MAX_DEPTH_LEVELS },
  )
}

interface Watch {
  readonly symbolId: SymbolId
  readonly timeframe: Timeframe
}
