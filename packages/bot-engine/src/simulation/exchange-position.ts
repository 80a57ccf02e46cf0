import type { OrderId, PositionId, Side, StopTrigger, SymbolId } from '@openclaw-trading/trading-model'

/** A position inside the venue. */
export interface ExchangePosition {
  readonly id: PositionId
  readonly symbolId: SymbolId
  /** `created`: an order refers to it, nothing is open (also right after a full close with protection still to be cancelled). */
  readonly status: 'created' | 'open' | 'closed'
  readonly side: Side
  readonly volumeCents: number
  readonly entryPoints: number
  readonly openedAt: number
  readonly updatedAt: number
  readonly stopPoints?: number | undefined
  readonly targetPoints?: number | undefined
  readonly protectionOrderId?: OrderId | undefined
  /** Distance that a trailing stop keeps; absent: it does not move. */
  readonly trailingPoints?: number | undefined
  readonly guaranteed?: true | undefined
  /** Of the stop; absent: `trade`. */
  readonly stopTrigger?: StopTrigger | undefined
  /** A double trigger has seen the first of its two quotes. */
  readonly stopTouched?: true | undefined
  /** Commission of the open volume's opening side, not yet realised; 0 or negative. */
  readonly commissionMinor: number
  /** Accrued and not yet realised. */
  readonly swapMinor: number
  /** Margin held back for it. Absent in copies of earlier versions, and without volume. */
  readonly usedMarginMinor?: number | undefined
  /** When swap is charged next. Absent: never. */
  readonly nextSwapAt?: number | undefined
  /** Prices of the way from the quote to the deposit currency when it opened; absent: none is needed. */
  readonly depositPrices?: readonly number[] | undefined
  /** Prices of the way from the quote currency to the dollar when it opened; absent: no leverage tiers. */
  readonly dollarPrices?: readonly number[] | undefined
  /** Base → deposit currency when it opened, for display. Absent: the entry price. */
  readonly marginRate?: number | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
}
