import type { PositionId, Side } from '@openclaw-trading/trading-model'
import type { ExitReason } from './exit-reason.ts'

/** A trade as numbers; NaN where nothing is known or there was none. */
export interface TradeFacts {
  readonly positionId: PositionId
  readonly side: Side
  readonly openedAt: number
  readonly closedAt: number
  /** The opening fill. */
  readonly entryDeal: number
  /** Of the opening fill. */
  readonly openedPrice: number
  readonly exitDeal: number
  readonly initialStopLoss: number
  readonly stopLoss: number
  readonly takeProfit: number
  readonly exitReason: ExitReason
  /** In minor units. */
  readonly netMinor: number
  /** Something of the position is left. */
  readonly isOpen: boolean
}
