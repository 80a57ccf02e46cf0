import type { SymbolId, Timeframe } from '@openclaw-trading/trading-model'
import type { CallOptions, Logger } from '../options.ts'
import { succeedAlso } from '../session/login.ts'
import type { Requester } from '../session/requests.ts'
import { Holds } from './holds.ts'
import { KeptHolds } from './kept-holds.ts'
import { barKey, ofBarKey } from './live-bar-decoder.ts'

/** What {@link Subscriptions} needs. */
export interface SubscriptionsOptions {
  readonly session: Requester
  readonly accountId: number
  readonly logger: Logger
  /** Nobody reads quotes of these symbols any more. */
  onSpotsEnd(symbols: readonly number[]): void
  /** The server has begun a book: called inside the read of its answer, before the first event of it. */
  onDepth(symbols: readonly number[]): void
  /** Nobody reads these books any more. */
  onDepthEnd(symbols: readonly number[]): void
  /** The server has begun to tell a bar: called inside the read of its answer, before the first event with it. */
  onBars(key: number): void
  /** Nobody reads these bars any more. */
  onBarsEnd(keys: readonly number[]): void
}

/** What an account is subscribed to: as much as somebody reads, and all of it again after a loss. */
export class Subscriptions {
  /** Spots, by symbol. */
  readonly spots: Holds
  /** Books, by symbol. */
  readonly #depth: Holds
  /** Live bars, by {@link barKey}. */
  readonly #bars: Holds
  /** Spots that are held until they are dropped. */
  readonly #kept = new KeptHolds<number>()
  readonly #options: SubscriptionsOptions

  /** Creates it, subscribed to nothing. */
  constructor(options: SubscriptionsOptions) {
    this.#options = options
    const { session, logger } = options
    this.spots = new Holds({
      session,
      logger,
      name: 'quotes',
      subscribe: (keys, on, call) => this.#subscribeSpots(keys, on, call),
      unsubscribe: keys => {
        options.onSpotsEnd(keys)
        return this.#drop('unsubscribeSpots', keys)
      },
    })
    this.#depth = new Holds({
      session,
      logger,
      name: 'depth',
      subscribe: (keys, on, call) => this.#subscribeDepth(keys, on, call),
      unsubscribe: keys => {
        options.onDepthEnd(keys)
        return this.#drop('unsubscribeDepthQuotes', keys)
      },
    })
    this.#bars = new Holds({
      session,
      logger,
      name: 'bars',
      subscribe: (keys, on, call) => this.#subscribeBars(keys, on, call),
      unsubscribe: keys => {
        options.onBarsEnd(keys)
        return this.#dropBars(keys)
      },
    })
  }

  /** Holds quotes until they are dropped; those kept before cost nothing. */
  keepSpots(symbols: readonly SymbolId[], options: CallOptions = {}): Promise<void> {
    return this.#kept.keep(symbols, fresh => this.spots.takeEach(fresh, options))
  }

  /** Lets quotes go that were kept. */
  dropSpots(symbols: readonly SymbolId[]): void {
    this.#kept.drop(symbols)
  }

  /** Holds a book; the server gives none without quotes. @returns what lets it go */
  depth(symbol: SymbolId, options: CallOptions): Promise<() => void> {
    return this.#withSpots(symbol, options, () => this.#depth.take([symbol], options))
  }

  /** Gives a book up that cannot be kept: it begins anew for who reads it next. */
  dropDepth(symbol: number): void {
    this.#depth.drop([symbol])
  }

  /** Holds a live bar; the server gives none without quotes. @returns what lets it go */
  bars(symbol: SymbolId, timeframe: Timeframe, options: CallOptions): Promise<() => void> {
    return this.#withSpots(symbol, options, () => this.#bars.take([barKey(symbol, timeframe)], options))
  }

  /** Whether somebody holds a live bar, by {@link barKey}. */
  hasBars(key: number): boolean {
    return this.#bars.has(key)
  }

  /** Subscribes to everything again, quotes first: the others are refused without them. */
  async renew(on: Requester): Promise<void> {
    await this.spots.renew(on)
    await this.#depth.renew(on)
    await this.#bars.renew(on)
  }

  async #withSpots(
    symbol: SymbolId,
    options: CallOptions,
    take: () => Promise<() => void>,
  ): Promise<() => void> {
    const releaseSpots = await this.spots.take([symbol], options)
    try {
      const release = await take()
      return () => {
        release()
        releaseSpots()
      }
    } catch (error) {
      releaseSpots()
      throw error
    }
  }

  #subscribeSpots(keys: readonly number[], on: Requester, options: CallOptions): Promise<void> {
    const params = { ...this.#params(keys), subscribeToSpotTimestamp: true }
    return succeedAlso('ALREADY_SUBSCRIBED', on.query('subscribeSpots', params, options))
  }

  #subscribeDepth(keys: readonly number[], on: Requester, options: CallOptions): Promise<void> {
    const onAnswer = (): void => this.#options.onDepth(keys)
    const asked = on.query('subscribeDepthQuotes', this.#params(keys), { ...options, onAnswer })
    return succeedAlso('ALREADY_SUBSCRIBED', asked)
  }

  async #subscribeBars(keys: readonly number[], on: Requester, options: CallOptions): Promise<void> {
    for (const key of keys) {
      const onAnswer = (): void => this.#options.onBars(key)
      const asked = on.query('subscribeLiveTrendbar', this.#barParams(key), { ...options, onAnswer })
      await succeedAlso('ALREADY_SUBSCRIBED', asked)
    }
  }

  async #dropBars(keys: readonly number[]): Promise<void> {
    for (const key of keys) await this.#options.session.query('unsubscribeLiveTrendbar', this.#barParams(key))
  }

  async #drop(method: 'unsubscribeSpots' | 'unsubscribeDepthQuotes', keys: readonly number[]): Promise<void> {
    await this.#options.session.query(method, this.#params(keys))
  }

  #params(keys: readonly number[]): { readonly ctidTraderAccountId: number; readonly symbolId: number[] } {
    return { ctidTraderAccountId: this.#options.accountId, symbolId: [...keys] }
  }

  #barParams(key: number): {
    readonly ctidTraderAccountId: number
    readonly symbolId: number
    readonly period: number
  } {
    return { ctidTraderAccountId: this.#options.accountId, ...ofBarKey(key) }
  }
}
