import type { Instrument, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import type { ProtoOADepthEvent } from '../protocol/generated/messages.js'
import { decodePriceE5 } from '../protocol/units/price-e5.ts'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import type { DepthBook, DepthLevel } from './live-bar.ts'

/** Offers of one book; real ones have tens. */
export const MAX_DEPTH_LEVELS = 5000

interface Offer {
  readonly bid: boolean
  readonly points: number
  readonly cents: number
}

interface Book {
  readonly offers: Map<number, Offer>
  resynced: boolean
}

/** Order books as the server's differences make them. */
export class DepthBooks {
  readonly #books = new Map<number, Book>()

  /** Begins a book with nothing in it: the first event brings it whole. */
  begin(symbol: number, resynced: boolean): void {
    this.#books.set(symbol, { offers: new Map(), resynced })
  }

  /** Forgets a book. */
  end(symbol: number): void {
    this.#books.delete(symbol)
  }

  /** Forgets every book. */
  clear(): void {
    this.#books.clear()
  }

  /**
   * Takes one event: deletions first, then offers, which replace those of the same id.
   *
   * @returns whether a book changed: `overflow` when it has grown beyond {@link MAX_DEPTH_LEVELS}
   */
  take(event: ProtoOADepthEvent): 'changed' | 'ignored' | 'overflow' {
    const book = this.#books.get(event.symbolId)
    if (book === undefined) return 'ignored'
    for (const id of event.deletedQuotes ?? []) book.offers.delete(id)
    for (const { id, size, bid, ask } of event.newQuotes ?? []) {
      const points = bid ?? ask
      // Size 0 or no price: nothing is offered there any more.
      if (points === undefined || size === 0) book.offers.delete(id)
      else book.offers.set(id, { bid: bid !== undefined, points, cents: size })
    }
    return book.offers.size > MAX_DEPTH_LEVELS ? 'overflow' : 'changed'
  }

  /** The book as it is now; it says once that it is new after a loss. */
  view(instrument: Instrument, at: UnixMs): DepthBook | undefined {
    const book = this.#books.get(instrument.id)
    if (book === undefined) return undefined
    const { resynced } = book
    book.resynced = false
    const sideOf = (bid: boolean): DepthLevel[] =>
      [...book.offers]
        .filter(([, offer]) => offer.bid === bid)
        .sort(([, a], [, b]) => (bid ? b.points - a.points : a.points - b.points))
        .map(([id, offer]) => ({
          id,
          price: decodePriceE5(offer.points),
          volume: decodeVolume(instrument, offer.cents),
        }))
    return {
      type: 'depth',
      symbolId: instrument.id as SymbolId,
      at,
      bids: sideOf(true),
      asks: sideOf(false),
      resynced,
    }
  }
}
