import type { Quote, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import type { SpotEvent } from '../protocol/spot-event.ts'
import { decodePriceE5 } from '../protocol/units/price-e5.ts'

interface Sides {
  bid: number
  ask: number
  /** Time of the last event of the symbol. */
  at: number
}

/** Turns spot events into quotes: a side that is not sent keeps its last value. */
export class SpotDecoder {
  readonly #sides = new Map<number, Sides>()

  /** Forgets every side: those of before a gap make no quote. */
  reset(): void {
    this.#sides.clear()
  }

  /** Last sides of a symbol in 1/100000; 0 is one that was not seen. */
  sides(symbol: number): Readonly<Sides> | undefined {
    return this.#sides.get(symbol)
  }

  /** The last quote of a symbol, of the time that it was told with; `undefined` until both sides have been seen. */
  quote(symbol: number): Quote | undefined {
    const sides = this.#sides.get(symbol)
    return sides === undefined ? undefined : quoteOf(symbol, sides)
  }

  /**
   * Takes one spot event; every one gives a quote, also when nothing changed.
   *
   * @returns `undefined` until both sides have been seen
   */
  decode(event: SpotEvent, at: number): Quote | undefined {
    let sides = this.#sides.get(event.symbolId)
    if (sides === undefined) {
      sides = { bid: 0, ask: 0, at }
      this.#sides.set(event.symbolId, sides)
    }
    // 0 is sent for a side without offers: no new price.
    if (event.bid) sides.bid = event.bid
    if (event.ask) sides.ask = event.ask
    sides.at = at
    return quoteOf(event.symbolId, sides)
  }
}

function quoteOf(symbol: number, { bid, ask, at }: Sides): Quote | undefined {
  if (bid === 0 || ask === 0) return undefined
  return {
    type: 'quote',
    symbolId: symbol as SymbolId,
    at: at as UnixMs,
    bid: decodePriceE5(bid),
    ask: decodePriceE5(ask),
  }
}
