import type { SymbolId } from '@openclaw-trading/trading-model'
import type { ClosingFacts, DealFacts } from '../execution-facts.ts'

/** What a closing deal realised. */
export interface RealisedClosing extends ClosingFacts {
  readonly closedCents: number
}

/** One execution inside the venue. */
export interface ExchangeDeal extends DealFacts {
  readonly symbolId: SymbolId
  /** Acceptance of the order. */
  readonly createdAt: number
  /** Base → deposit currency, for display. Absent: the price. */
  readonly marginRate?: number | undefined
  /** Base → dollar, for display. Absent: the price. */
  readonly dollarRate?: number | undefined
  readonly closing?: RealisedClosing | undefined
}
