import type { DealId, OrderId, PositionId, SymbolId } from './ids.ts'
import type { MarginMethod } from './leverage.ts'
import type { Side } from './market.ts'
import type { Money } from './money.ts'
import type { Order, StopTrigger } from './order.ts'
import type { Price } from './price.ts'
import type { UnixMs } from './time.ts'
import type { Lots } from './volume.ts'

/** Open exposure. */
export interface Position {
  readonly id: PositionId
  readonly symbolId: SymbolId
  readonly label?: string
  readonly side: Side
  /** 0 once it is closed. */
  readonly volume: Lots
  readonly entryPrice: Price
  readonly openedAt: UnixMs
  readonly stopLoss?: Price
  readonly takeProfit?: Price
  /** The broker moves the stop with the market. Absent: no. */
  readonly trailing?: boolean
  /** The stop fills at its own price. Absent: no. */
  readonly guaranteed?: boolean
  /** Of the stop loss. Absent: `trade`. */
  readonly stopTrigger?: StopTrigger
  /** Accrued and not yet realised; negative is charged. */
  readonly swap: Money
  /** Commission of the opening side, not yet realised; negative is charged. */
  readonly commission: Money
  /** Margin that the broker holds back for it. Absent: it has not said, or the position is closed. */
  readonly usedMargin?: Money
}

/** What a closing execution realised, in deposit currency. */
export interface PositionClosing {
  readonly entryPrice: Price
  /** Price difference × volume, before commission, swap and fees. */
  readonly gross: Money
  /** Share of the opening side plus the closing side; negative is charged. */
  readonly commission: Money
  /** Realised share; negative is charged. */
  readonly swap: Money
  /** Negative is charged. */
  readonly conversionFee: Money
  /** Balance of the account after this execution. */
  readonly balance: Money
  /** Deposit currency for one unit of quote currency, at this execution; 1 where they are one. Absent: not known. */
  readonly conversionRate?: number
}

/** One execution of an order. */
export interface Fill {
  readonly dealId: DealId
  readonly orderId: OrderId
  readonly positionId: PositionId
  readonly side: Side
  readonly volume: Lots
  readonly price: Price
  readonly at: UnixMs
  /** Commission of this side alone; negative is charged. */
  readonly commission: Money
  /** Present when the fill reduced a position. */
  readonly closing?: PositionClosing
}

/** The broker's full state of an account at a time. */
export interface AccountSnapshot {
  readonly at: UnixMs
  readonly balance: Money
  /** 100 = 1:100. */
  readonly leverage: number
  /** How the margins of the two directions of a symbol make one. Absent: `sum`. */
  readonly marginMethod?: MarginMethod
  readonly positions: readonly Position[]
  readonly orders: readonly Order[]
}
