import type {
  ClientOrderId,
  Distance,
  Fill,
  Lots,
  Order,
  OrderRequest,
  Pips,
  Position,
  PositionId,
  Price,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import type { Deal, PastOrder } from '../decode/records.ts'
import type { CallOptions } from '../options.ts'

/**
 * A market order for at once whose levels may be prices: they are made distances from the newest quote, as the server
 * wants them.
 */
export type MarketOrderWithLevels = Omit<
  Extract<OrderRequest, { readonly type: 'market' }>,
  'stopLoss' | 'takeProfit' | 'timeInForce'
> & {
  readonly timeInForce?: never
  readonly stopLoss?: Price | Distance
  readonly takeProfit?: Price | Distance
}

/** Options of {@link Account.placeOrder}. */
export interface PlaceOptions extends CallOptions {
  /**
   * What to wait for. `accepted`: the broker has taken it. `filled`: it is filled, or has ended otherwise; an order that
   * waits for its price, or for the open of the market, does so as long as `signal` lets it. Default: `accepted` for
   * those, `filled` for what is filled or gone at once: market orders, and the times in force `ioc` and `fok`.
   */
  readonly until?: 'accepted' | 'filled'
  /**
   * Refuses a market order at once while the instrument is closed by its hours, at market time, or by this machine's clock
   * before the account's first dated message. Default false: the broker says so.
   */
  readonly checkHours?: boolean
}

/** What of a protection changes: a level left out stays, `null` removes it. */
export interface ProtectionPatch {
  readonly stopLoss?: Price | null
  readonly takeProfit?: Price | null
  /** The broker moves the stop with the market. */
  readonly trailing?: boolean
}

/** What of a pending order changes: what is left out stays, `null` removes it. */
export interface OrderPatch {
  readonly volume?: Lots
  /** The limit of a limit order, the trigger of a stop or stop-limit. */
  readonly price?: Price
  /** Of a stop-limit. */
  readonly slippage?: Pips
  /** `null`: the order works until it is cancelled. */
  readonly expiresAt?: UnixMs | null
  readonly stopLoss?: Price | Distance | null
  readonly takeProfit?: Price | Distance | null
  /** The broker moves the stop of the position with the market. */
  readonly trailing?: boolean
}

/** Which positions or orders are meant; both conditions hold together. */
export interface OwnFilter {
  /** Only those that carry this label: other bots and people trade on the account too. */
  readonly label?: string
  readonly symbolId?: SymbolId
}

/** What became of one position that was to be closed. */
export type CloseOutcome =
  | { readonly type: 'closed'; readonly positionId: PositionId; readonly fill: Fill }
  | { readonly type: 'failed'; readonly positionId: PositionId; readonly cause: unknown }

/** What to look for with {@link Account.findOrder}; both conditions hold together. */
export interface OrderSearch {
  readonly clientOrderId?: ClientOrderId
  readonly label?: string
  /** Nothing older is looked at. Default: an hour before now. */
  readonly since?: UnixMs
}

/** Everything that is known of one order. */
export interface FoundOrder {
  /** Pending orders as they are, others as the order list has them. */
  readonly order?: PastOrder
  /** The position that it opened, if that is still open. */
  readonly position?: Position
  /** What executed it. */
  readonly deals: readonly Deal[]
}

/** Keeps what a filter means. */
export function matches(filter: OwnFilter, thing: Pick<Order | Position, 'label' | 'symbolId'>): boolean {
  return (
    (filter.label === undefined || thing.label === filter.label) &&
    (filter.symbolId === undefined || thing.symbolId === filter.symbolId)
  )
}
