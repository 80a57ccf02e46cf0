import type { DealId, OrderId, PositionId, Side, SymbolId } from '@openclaw-trading/trading-model'

/** What a closing deal realised. */
export interface RealisedClosing {
  readonly entryPoints: number
  readonly grossMinor: number
  /** Opening share plus this side; 0 or negative. */
  readonly commissionMinor: number
  readonly swapMinor: number
  readonly conversionFeeMinor: number
  readonly balanceMinor: number
  readonly closedCents: number
  /** Quote → deposit currency. Absent: they are the same. */
  readonly conversionRate?: number | undefined
}

/** One execution inside the venue. */
export interface ExchangeDeal {
  readonly id: DealId
  readonly orderId: OrderId
  readonly positionId: PositionId
  readonly symbolId: SymbolId
  readonly side: Side
  readonly volumeCents: number
  readonly pricePoints: number
  /** Acceptance of the order. */
  readonly createdAt: number
  /** Fill. */
  readonly executedAt: number
  /** This side alone; 0 or negative. */
  readonly commissionMinor: number
  /** Base → deposit currency, for display. Absent: the price. */
  readonly marginRate?: number | undefined
  /** Base → dollar, for display. Absent: the price. */
  readonly dollarRate?: number | undefined
  readonly closing?: RealisedClosing | undefined
}
