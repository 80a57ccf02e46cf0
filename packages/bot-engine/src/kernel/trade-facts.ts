import type { PositionId, Side } from '@openclaw-trading/trading-model'
import type { ExitReason } from './exit-reason.ts'

/** A trade as numbers, prices in 1/100000; `undefined` where nothing is known or there was none. */
export interface TradeFacts {
  readonly positionId: PositionId
  readonly side: Side
  readonly openedAt: number
  readonly closedAt: number
  /** The opening fill. */
  readonly entryDeal: number | undefined
  /** Of the opening fill. */
  readonly openedPoints: number | undefined
  readonly exitDeal: number
  readonly initialStopPoints: number | undefined
  readonly stopPoints: number | undefined
  readonly targetPoints: number | undefined
  readonly exitReason: ExitReason
  /** In minor units. */
  readonly netMinor: number
  /** Something of the position is left. */
  readonly isOpen: boolean
}
