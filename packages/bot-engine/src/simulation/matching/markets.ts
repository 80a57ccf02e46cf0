import type { SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import type { Market } from './matching.ts'

/** The markets of a venue by symbol. */
export class Markets {
  /** By the id of their symbol, in the order in which they were added. */
  readonly all = new Map<SymbolId, Market>()
  /** Asked for last. Most venues have one, and an order asks a dozen times. */
  private last: Market | undefined

  /** Adds the market of a symbol that has none yet. */
  add(market: Market): void {
    this.all.set(market.instrument.id, market)
  }

  /** The market of a symbol, if it is traded here. */
  find(symbolId: SymbolId): Market | undefined {
    const last = this.last
    if (last !== undefined && last.instrument.id === symbolId) return last
    const market = this.all.get(symbolId)
    if (market !== undefined) this.last = market
    return market
  }

  /** The market of a symbol. @throws {@link EngineError} `unknown-symbol` */
  get(symbolId: SymbolId): Market {
    const market = this.find(symbolId)
    if (market !== undefined) return market
    throw new EngineError(
      'unknown-symbol',
      `The exchange has no symbol ${symbolId}. Pass its instrument to createExchange.`,
      { details: { symbolId } },
    )
  }

  /** All of them, in the order in which they were added. */
  values(): readonly Market[] {
    return [...this.all.values()]
  }
}
