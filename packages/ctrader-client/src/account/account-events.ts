import type {
  ExecutionEvent,
  Instrument,
  Money,
  OrderId,
  PositionId,
  Price,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import type { MarginCall, TraderState } from '../decode/trader.ts'
import type { AnyCTraderError } from '../errors.ts'
import type { DepthBook, LiveBar, LiveQuote } from '../market/live-bar.ts'

/** What an account tells to listeners: synchronously, in wire order, from the same source as its streams. */
export interface AccountEvents {
  /** A quote of a subscribed symbol; the first after a gap says `resynced`. */
  quote: [quote: LiveQuote]
  /** An execution, also of other clients of the account; `resynced` after a gap. */
  execution: [event: ExecutionEvent]
  /** A live bar of {@link Account.subscribeBars}, or that somebody reads with {@link Account.bars}. */
  bar: [bar: LiveBar]
  /** A book of {@link Account.subscribeDepth}, or that somebody reads with {@link Account.depth}. */
  depth: [book: DepthBook]
  /** A book has grown beyond every bound; its readers have got the cause, and its subscription is over. */
  'depth-failed': [symbolId: SymbolId, cause: AnyCTraderError]
  /** The broker changed symbols; their new records are loaded. */
  'instruments-changed': [instruments: readonly Instrument[]]
  /** The broker changed the account: leverage, rights, balance. */
  'account-changed': [details: TraderState]
  /** The broker moved a trailing stop. */
  'trailing-stop-moved': [moved: TrailingStopMove]
  /** The margin of a position changed. */
  'margin-changed': [change: MarginChange]
  /** The threshold of a margin call changed. */
  'margin-call-changed': [call: MarginCall]
  /** The margin level fell below a threshold; the server says it at most once in 10 minutes. */
  'margin-call': [call: MarginCall]
  /** The account cannot be authorised any more; its streams have ended. */
  lost: [cause: AnyCTraderError]
}

/** A trailing stop at its new place. */
export interface TrailingStopMove {
  readonly positionId: PositionId
  /** The protective order. */
  readonly orderId: OrderId
  readonly stopLoss: Price
  readonly at: UnixMs
}

/** A position with its new margin. */
export interface MarginChange {
  readonly positionId: PositionId
  readonly usedMargin: Money
}
