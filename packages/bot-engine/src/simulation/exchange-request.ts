import type {
  ClientOrderId,
  OrderId,
  PositionId,
  Side,
  StopTrigger,
  SymbolId,
} from '@openclaw-trading/trading-model'

// Prices in steps of 1/100000, volumes in hundredths of a unit; see exchange-types.ts.

/** Kinds of orders that wait for a price; see docs/concepts/orders.md. */
export type PendingType = 'limit' | 'stop' | 'stop-limit' | 'market-range'

/**
 * How long a pending order works; a stop is `gtc` or `gtd`, a market range `ioc`. A market order that waits at all waits
 * for the open of the market.
 */
export type ExchangeTimeInForce = 'gtc' | 'gtd' | 'ioc' | 'fok' | 'market-on-open'

/** How the stop of a position works besides its level. */
export interface StopFlags {
  /** It follows the market. */
  readonly trailing?: boolean
  /** It fills at its own price. */
  readonly guaranteed?: boolean
}

/** Protection of the position that a pending order would open: each level as a price or as a distance from the fill. */
export interface PendingLevels extends StopFlags {
  readonly stopPoints?: number
  readonly targetPoints?: number
  /** Above 0. */
  readonly stopDistancePoints?: number | undefined
  /** Above 0. */
  readonly targetDistancePoints?: number | undefined
}

/** What every order says of itself. */
interface OrderTexts {
  readonly clientOrderId?: string | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
}

/** The name that whoever asked gave the request: its refusal tells it. The wire has no place for it. */
interface Named {
  readonly requestId?: ClientOrderId
}

/** What the venue accepts. `tag` is the caller's own mark; every event that answers the request carries it. */
export type ExchangeRequest<Tag = unknown> = { readonly tag?: Tag } & (
  | ({
      readonly type: 'market'
      readonly symbolId: SymbolId
      readonly side: Side
      readonly volumeCents: number
      /** Acts on this position: the same side adds to it, the other reduces it. */
      readonly positionId?: PositionId
      /** Absent: at once. */
      readonly timeInForce?: 'market-on-open'
      /** Distance from the fill price, above 0. */
      readonly stopDistancePoints?: number | undefined
      /** Distance from the fill price, above 0. */
      readonly targetDistancePoints?: number | undefined
    } & StopFlags &
      OrderTexts)
  | ({
      readonly type: PendingType
      readonly symbolId: SymbolId
      readonly side: Side
      readonly volumeCents: number
      /** Acts on this position: the same side adds to it, the other reduces it. */
      readonly positionId?: PositionId
      /** The limit, the price that triggers a stop or stop-limit, or the base of a market range. */
      readonly pricePoints: number
      /** How far the fill of a stop-limit or market range may lie from its price, in steps of the last digit; from 0. */
      readonly rangeTicks?: number
      /** Of a stop or stop-limit. Absent: `trade`. */
      readonly trigger?: StopTrigger
      readonly timeInForce: Exclude<ExchangeTimeInForce, 'market-on-open'>
      /** Last instant at which a `gtd` order works. */
      readonly expiresAt?: number
    } & PendingLevels &
      OrderTexts)
  | { readonly type: 'cancel'; readonly orderId: OrderId }
  /** Volume and prices left out stay; expiry and levels are the full set: what is left out is removed. */
  | ({
      readonly type: 'amend-order'
      readonly orderId: OrderId
      readonly volumeCents?: number
      /** Of a limit order. */
      readonly limitPoints?: number
      /** Of a stop or stop-limit. */
      readonly triggerPoints?: number
      readonly rangeTicks?: number
      /** Of a stop or stop-limit; left out it stays. */
      readonly trigger?: StopTrigger
      readonly expiresAt?: number
    } & PendingLevels)
  | ({
      readonly type: 'close'
      readonly positionId: PositionId
      readonly volumeCents: number
    } & Named)
  /** States the full set: a level left out is removed. */
  | ({
      readonly type: 'amend-protection'
      readonly positionId: PositionId
      readonly stopPoints?: number
      readonly targetPoints?: number
      /** Of the stop. Absent: `trade`. */
      readonly stopTrigger?: StopTrigger
    } & StopFlags &
      Named)
)

/** Refusals of the venue, named as on the wire; a script may use any other name. */
export type RejectCode =
  | 'MARKET_CLOSED'
  | 'SYMBOL_HAS_HOLIDAY'
  | 'NO_QUOTES'
  | 'POSITION_NOT_FOUND'
  | 'ORDER_NOT_FOUND'
  | 'TRADING_BAD_PRICES'
  | 'TRADING_BAD_EXPIRATION_DATE'
  | 'UNABLE_TO_AMEND_ORDER'
  | 'TOO_MANY_POSITIONS'
  | 'TRADING_BAD_VOLUME'
  | 'TRADING_BAD_STOPS'
  | 'PROTECTION_IS_TOO_CLOSE_TO_MARKET'
  | 'WORSE_GSL_NOT_ALLOWED'
  | 'MAX_EXPOSURE_REACHED'
  | 'SHORT_SELLING_NOT_ALLOWED'
  | 'TRADING_DISABLED'
  | 'TRADING_NOT_ALLOWED'
  | 'UNABLE_TO_CANCEL_ORDER'
  | 'NOT_ENOUGH_MONEY'
  | 'SYMBOL_NOT_FOUND'
  | (string & {})
