import type { SymbolId } from './ids.ts'
import type { Price } from './price.ts'
import type { Timeframe, UnixMs } from './time.ts'

/** Direction of orders, fills and positions. */
export type Side = 'buy' | 'sell'

/** The other side. */
export const oppositeSide = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** Best bid and ask at a time. */
export interface Quote {
  readonly type: 'quote'
  readonly symbolId: SymbolId
  readonly at: UnixMs
  readonly bid: Price
  readonly ask: Price
}

/** Open, high, low and close of the bid over [openedAt, closedAt). */
export interface Bar {
  readonly type: 'bar'
  readonly symbolId: SymbolId
  readonly timeframe: Timeframe
  readonly openedAt: UnixMs
  /** End of the span, exclusive. */
  readonly closedAt: UnixMs
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  /** Quotes in the bar. */
  readonly tickVolume: number
}

/** What the market tells. */
export type MarketEvent = Quote | Bar
