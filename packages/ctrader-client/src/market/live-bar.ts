import type { Bar, Quote, SymbolId, Timeframe, UnixMs, Lots, Price } from '@openclaw-trading/trading-model'

/** A quote as it came, live. */
export interface LiveQuote extends Quote {
  /** The first of its symbol after a loss of the link: what lay between is unknown. Read `history.quotes` for it. */
  readonly resynced?: boolean
}

/** What a live bar does. */
export type LiveBar =
  /** The bar in progress, as it is now. */
  | { readonly type: 'bar-updated'; readonly bar: Bar }
  /** A bar that will not change any more, as it was last told. */
  | { readonly type: 'bar-closed'; readonly bar: Bar }
  /** The link was lost: bars may have closed untold. Read `history.bars` from the last one seen. */
  | {
      readonly type: 'resynced'
      readonly at: UnixMs
      readonly symbolId: SymbolId
      readonly timeframe: Timeframe
    }

/** One price of a {@link DepthBook} and what is offered there. */
export interface DepthLevel {
  /** The server's id of the offer. */
  readonly id: number
  readonly price: Price
  readonly volume: Lots
}

/** Offers of a symbol, best first on each side. */
export interface DepthBook {
  readonly type: 'depth'
  readonly symbolId: SymbolId
  /** Market time. */
  readonly at: UnixMs
  readonly bids: readonly DepthLevel[]
  readonly asks: readonly DepthLevel[]
  /** The first after a loss of the link: what lay between is unknown. */
  readonly resynced: boolean
}
