import type { PositionId } from '@openclaw-trading/trading-model'
import type { ExitReason } from './exit-reason.ts'

/** What a trade is beside its closing fill, as numbers: prices in 1/100000; `undefined` where nothing is known or there was none. */
export interface TradeFacts {
  readonly positionId: PositionId
  readonly openedAt: number
  /** The opening fill. */
  readonly entryDeal: number | undefined
  /** Of the opening fill. */
  readonly openedPoints: number | undefined
  readonly initialStopPoints: number | undefined
  readonly stopPoints: number | undefined
  readonly targetPoints: number | undefined
  readonly exitReason: ExitReason
  /** In minor units. */
  readonly netMinor: number
  /** Something of the position is left. */
  readonly isOpen: boolean
}
