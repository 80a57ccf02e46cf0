import type { ClientOrderId, OrderId, PositionId, SymbolId } from './ids.ts'
import type { Side } from './market.ts'
import type { Pips, Price } from './price.ts'
import type { UnixMs } from './time.ts'
import type { Lots } from './volume.ts'

/** Distance from the fill price: `{ pips: pips(20) }`. */
export interface Distance {
  /** Above 0. */
  readonly pips: Pips
}

/**
 * Which quotes trigger a stop.
 *
 * - `trade`: the side it trades on – the ask for what buys, the bid for what sells
 * - `opposite`: the other side
 * - `double-trade`, `double-opposite`: the second of two such quotes in a row
 */
export type StopTrigger = 'trade' | 'opposite' | 'double-trade' | 'double-opposite'

/** The complete set: a level left out means "none", also when amending. */
export interface Protection<Level = Price | Distance> {
  readonly stopLoss?: Level
  readonly takeProfit?: Level
  /** The broker moves the stop with the market, at the distance it has when it is set, and never back. */
  readonly trailing?: boolean
  /** The stop fills at its own price, also through a gap; where the broker offers it for the symbol. */
  readonly guaranteed?: boolean
}

/** The complete protection of an open position. */
export interface PositionProtection extends Protection<Price> {
  /** Of the stop loss. Absent: `trade`. */
  readonly stopTrigger?: StopTrigger
}

/** How long an order works. */
export type TimeInForce =
  | { readonly type: 'gtc' }
  | { readonly type: 'ioc' }
  | { readonly type: 'fok' }
  | { readonly type: 'gtd'; readonly expiresAt: UnixMs }
  | { readonly type: 'market-on-open' }

/** Waits until the market opens by its hours (`nextSession`), and is filled there as a market order is. */
export type MarketOnOpen = Extract<TimeInForce, { readonly type: 'market-on-open' }>

/** How long an order with a price of its own works. */
export type PricedTimeInForce = Exclude<TimeInForce, MarketOnOpen>

interface OrderBase {
  readonly symbolId: SymbolId
  readonly side: Side
  readonly volume: Lots
  /** Echoed on the order, at most 50 characters. */
  readonly clientOrderId?: ClientOrderId
  /** Kept on order and position, at most 100 characters. */
  readonly label?: string
  /** Acts on this position: the same side adds to it, the other side reduces it. Absent: as the account nets. */
  readonly positionId?: PositionId
}

/** What an order with a trigger price adds. */
interface Triggered {
  readonly stopPrice: Price
  /** Absent: `trade`. */
  readonly trigger?: StopTrigger
  readonly timeInForce?: PricedTimeInForce
}

/**
 * An instruction as we state it. Market orders take protection as a distance only, and are filled at once unless they
 * wait for the open of the market.
 */
export type OrderRequest =
  | (OrderBase &
      Protection<Distance> & {
        readonly type: 'market'
        /** Absent: at once. */
        readonly timeInForce?: MarketOnOpen
      })
  | (OrderBase &
      Protection<Distance> & {
        readonly type: 'market-range'
        readonly basePrice: Price
        readonly slippage: Pips
      })
  | (OrderBase &
      Protection & {
        readonly type: 'limit'
        readonly limitPrice: Price
        readonly timeInForce?: PricedTimeInForce
      })
  | (OrderBase & Protection & Triggered & { readonly type: 'stop' })
  | (OrderBase & Protection & Triggered & { readonly type: 'stop-limit'; readonly slippage: Pips })

/** The protection of the position that a pending order would open. */
interface PendingLevels {
  /** A price, or a distance from the fill. */
  readonly stopLoss?: Price | Distance
  /** A price, or a distance from the fill. */
  readonly takeProfit?: Price | Distance
  readonly trailing?: boolean
  readonly guaranteed?: boolean
}

/** What an order waits for that has a price of its own. */
export interface PricedTerms extends PendingLevels {
  readonly type: 'limit' | 'stop' | 'stop-limit' | 'market-range'
  /** The limit, the price that triggers a stop, or the base of a market range. */
  readonly price: Price
  /** How far from `price` a stop-limit or a market range may fill. */
  readonly slippage?: Pips
  /** `unknown`: a word of a later protocol. */
  readonly timeInForce: TimeInForce | { readonly type: 'unknown' }
  /** Of a stop or stop-limit. Absent: `trade`. */
  readonly trigger?: StopTrigger
}

/** What a market order waits for: the open of the market. It cannot be amended. */
export interface OnOpenTerms extends PendingLevels {
  readonly type: 'market'
  readonly timeInForce: MarketOnOpen
  readonly price?: never
  readonly slippage?: never
  readonly trigger?: never
}

/** What an order waits for; see {@link Order.terms}. */
export type PendingTerms = PricedTerms | OnOpenTerms

/**
 * What a pending order is to become. Volume, price, slippage and trigger that are left out stay; the protection and the expiry
 * are stated in full: what is left out is removed.
 */
export interface OrderAmendment {
  readonly volume?: Lots
  /** The limit of a limit order, the trigger of a stop or stop-limit. */
  readonly price?: Price
  /** Of a stop-limit. */
  readonly slippage?: Pips
  /** Of a stop or stop-limit. */
  readonly trigger?: StopTrigger
  /** Absent: the order works until it is cancelled. */
  readonly expiresAt?: UnixMs
  readonly stopLoss?: Price | Distance
  readonly takeProfit?: Price | Distance
  readonly trailing?: boolean
  readonly guaranteed?: boolean
}

/** What the broker's own order of a position carries. */
export interface ProtectiveTerms {
  /** As it stood when the order was told. */
  readonly stopLoss?: Price
  /** As it stood when the order was told. */
  readonly takeProfit?: Price
  /** Which of the two the order filled at. Absent: nothing is filled, or the venue does not say, as cTrader. */
  readonly filledBy?: 'stop-loss' | 'take-profit'
}

/** An order as the broker reports it. */
export interface Order {
  readonly id: OrderId
  /** Absent on orders that the broker made itself. */
  readonly clientOrderId?: ClientOrderId
  /** The position it opened or acts on, as soon as the broker has given one. */
  readonly positionId?: PositionId
  readonly symbolId: SymbolId
  /** `unknown` for a word of a later protocol: it may still work, and {@link Order.filledVolume} tells what was filled. */
  readonly status: 'accepted' | 'filled' | 'rejected' | 'expired' | 'cancelled' | 'unknown'
  readonly side: Side
  readonly volume: Lots
  readonly filledVolume: Lots
  /** It reduces or closes a position. */
  readonly closing: boolean
  /** The broker closes for lack of margin; absent on all other orders. */
  readonly stopOut?: true
  /** As the request gave it; tells a run its own orders. Absent when empty. */
  readonly label?: string
  /** Present on orders that wait for a price or for the open; absent on other market orders and on protective ones. */
  readonly terms?: PendingTerms
  /** Present on the broker's own order that carries the stop and the target of a position. */
  readonly protective?: ProtectiveTerms
}
