import type { ClientOrderId, OrderId, PositionId } from './ids.ts'
import type { Money } from './money.ts'
import type { Order } from './order.ts'
import type { AccountSnapshot, Fill, Position } from './position.ts'
import type { UnixMs } from './time.ts'
import type { Lots } from './volume.ts'

/** A request about a position. */
export interface RefusedRequest {
  readonly type: 'close' | 'set-protection'
  readonly positionId: PositionId
  /** The name that whoever asked gave the request; absent when none is known. */
  readonly id?: ClientOrderId
  /** Of a close of a part, as it was asked for: it tells whose close was refused. A close of the whole may leave it out. */
  readonly volume?: Lots
}

/** What happened to orders, positions and the account: the union everyone switches on. */
export type ExecutionEvent = {
  readonly at: UnixMs
  /** The broker has stated no such time: `at` is where the market's time stood for the reader, and moves no clock. */
  readonly isUndated?: true
} & (
  | {
      readonly type: 'order-accepted' | 'order-replaced' | 'order-cancelled' | 'order-expired'
      readonly order: Order
    }
  | {
      readonly type: 'order-filled'
      readonly order: Order
      readonly fill: Fill
      /** After the fill; `volume` 0 = closed. */
      readonly position: Position
      readonly partial: boolean
    }
  /**
   * The broker dates no refusal, unless it had accepted the order; then `orderId` tells which. Without, `at` is the market
   * time at which the refusal was seen.
   */
  | {
      readonly type: 'order-rejected'
      readonly clientOrderId?: ClientOrderId
      readonly orderId?: OrderId
      /** What was refused of which position, as it was asked for; absent for entries, and for orders that wait. */
      readonly refused?: RefusedRequest
      readonly reason: string
    }
  | { readonly type: 'cancel-rejected'; readonly orderId: OrderId; readonly reason: string }
  /** Protection was set, moved or removed, or swap was charged. */
  | { readonly type: 'position-updated'; readonly position: Position }
  | { readonly type: 'balance-changed'; readonly balance: Money; readonly delta: Money }
  /** Events may have been missed; continue from `snapshot`. */
  | { readonly type: 'resynced'; readonly snapshot: AccountSnapshot }
)
