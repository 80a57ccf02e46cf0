import type { Quote, SymbolId } from '@openclaw-trading/trading-model'
import type { LiveQuote } from './live-bar.ts'

/** Symbols of which quotes may have been missed: the next one of each says so, once. */
export class QuoteGaps {
  readonly #missed = new Set<number>()

  /** Quotes of these symbols may be missing from now on. */
  miss(symbols: readonly number[]): void {
    for (const symbol of symbols) this.#missed.add(symbol)
  }

  /** Nobody reads these symbols any more: who reads them next has missed nothing. */
  forget(symbols: readonly number[]): void {
    for (const symbol of symbols) this.#missed.delete(symbol)
  }

  /** A quote as listeners and readers are told it. */
  told(quote: Quote): LiveQuote {
    // Nearly always nothing was missed, and then a quote costs no copy.
    if (this.#missed.size === 0 || !this.#missed.delete(quote.symbolId as SymbolId)) return quote
    return { ...quote, resynced: true }
  }
}
