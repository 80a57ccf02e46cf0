import type {
  Bar,
  ClientOrderId,
  Distance,
  Instrument,
  Lots,
  Money,
  Order,
  OrderAmendment,
  OrderId,
  Pips,
  Position,
  PositionId,
  Price,
  Protection,
  Quote,
  StopTrigger,
  MarketOnOpen,
  PricedTimeInForce,
  UnixMs,
} from '@openclaw-trading/trading-model'
import type { Command } from '../ports/broker.ts'
import type { Explain } from './explain.ts'
import type { Feeds } from './feeds.ts'
import type { Series } from './series.ts'

/** Forbids `async` handlers: a Promise is not assignable to this union, though it would be to `void`. */
export type Sync = void | undefined

/** Volume, or the share of equity lost if the stop is hit; the second form requires a stop. */
export type Sizing<Level> =
  | (Protection<Level> & { readonly volume: Lots; readonly riskPercent?: never })
  | (Protection<Level> & { readonly riskPercent: number; readonly stopLoss: Level; readonly volume?: never })

/** How long an order with a `stop` works: until it is cancelled (default), or until an instant. */
export type WaitingTime = Extract<PricedTimeInForce, { type: 'gtc' | 'gtd' }>

/**
 * What a strategy asks to enter with.
 *
 * - Neither `limit` nor `stop`: a market order; with `slippage` a market range, which fills at most that far from the
 *   quote of the decision, or not at all; with `timeInForce` `market-on-open` it waits for the next open of the market's
 *   hours and fills there. Protection is a distance from the fill.
 * - `limit`: fills at that price or better. `timeInForce` `ioc` and `fok`: at once or not at all.
 * - `stop`: becomes a market order when the price is reached; with `slippage` a stop-limit, which fills at most that far
 *   beyond the price, or is cancelled.
 *
 * Protection of an order with a price is a price of its own or a distance from the fill; risk is measured from the
 * order's price.
 */
export type Entry =
  | (Sizing<Distance> & {
      readonly limit?: never
      readonly stop?: never
      readonly slippage?: Pips
      readonly trigger?: never
      readonly timeInForce?: never
    })
  | (Sizing<Distance> & {
      readonly limit?: never
      readonly stop?: never
      readonly slippage?: never
      readonly trigger?: never
      readonly timeInForce: MarketOnOpen
    })
  | (Sizing<Price | Distance> & {
      readonly limit: Price
      readonly stop?: never
      readonly slippage?: never
      readonly trigger?: never
      readonly timeInForce?: PricedTimeInForce
    })
  | (Sizing<Price | Distance> & {
      readonly stop: Price
      readonly limit?: never
      readonly slippage?: Pips
      /** Which quotes trigger it. Absent: `trade`. */
      readonly trigger?: StopTrigger
      readonly timeInForce?: WaitingTime
    })

/** The full set of levels of a position, and which quotes trigger its stop. */
export type StatedProtection = Protection & { readonly stopTrigger?: StopTrigger }

/** Money as a handler sees it, at the last quote. */
export interface AccountView {
  /** Moves with closing deals alone. */
  readonly balance: Money
  /** Balance + open profit + open swap − opening commission, of this run's positions. */
  readonly equity: Money
  /** Equity less the margin that the broker holds back on the account, by its own rules: tiers, and both directions of a symbol. */
  readonly freeMargin: Money
}

/** A request to close, to protect, to amend or to cancel of which nobody knows whether it took effect. */
export interface UnansweredExit {
  /** As `ctx.lastRequest` told it. */
  readonly id: ClientOrderId
  readonly command: Exclude<Command, { readonly type: 'place' }>
}

/** Everything a handler may see or do; the same object in every call of a run. */
export interface Context<F extends Feeds = Feeds> {
  /**
   * Market time of the message that is handled. While a bar closes that of the message behind its end, which after the last
   * bar before a break is the first one after it; in a backtest over bars the end of the bar.
   */
  readonly now: UnixMs
  readonly instrument: Instrument
  /**
   * The last quote that counted; while a bar closes, the one before the message that closed it. `undefined` before the
   * first, and so in the whole warm-up.
   */
  readonly quote: Quote | undefined
  readonly account: AccountView
  /** This run's oldest position. */
  readonly position: Position | undefined
  /** This run's positions, oldest first. */
  readonly positions: readonly Position[]
  /** This run's orders that work at the broker, in the order of acceptance; `terms` says what each waits for. */
  readonly orders: readonly Order[]
  /**
   * Entries decided that may still open a position: on their way, or working as an order that waits for a price or for
   * the open. One counts until it is filled, refused, cancelled or expired.
   */
  readonly pendingEntries: number
  /**
   * The id of the last request that this run has decided, of any kind: read right after a `close` or `setProtection`, which
   * return none, it is what `refused.id` of an `order-rejected` names, where the broker can tell. `undefined` before the first.
   */
  readonly lastRequest: ClientOrderId | undefined
  /** Takes the reasons of the strategy; `undefined` unless the run explains itself. */
  readonly explain: Explain | undefined
  /** Closed bars of a feed. */
  bars(feed: keyof F & string): Series<Bar>
  /** Buys; returns the id of the order, also when the order was blocked before it was sent. */
  buy(entry: Entry): ClientOrderId
  /** Sells; returns the id of the order, also when the order was blocked before it was sent. */
  sell(entry: Entry): ClientOrderId
  /** Closes a position or a part of it; without an id all positions of this run. */
  close(position?: PositionId, volume?: Lots): Sync
  /** States the full set of levels; a level left out is removed. */
  setProtection(position: PositionId, protection: StatedProtection): Sync
  /**
   * Cancels an order that waits, by the id that `buy` or `sell` gave or by the broker's. One that is still
   * on its way is cancelled as soon as it is accepted; one that is gone is ignored.
   */
  cancel(order: ClientOrderId | OrderId): Sync
  /**
   * Changes an order that waits for a price: volume, price and slippage left out stay, expiry and levels left out are
   * removed. One that does not work, or waits for the open, is ignored.
   */
  amend(order: ClientOrderId | OrderId, amendment: OrderAmendment): Sync
  /** Calls `onTimer` with the first message at or after `at`; the same name again moves the timer. */
  setTimer(name: string, at: UnixMs): Sync
  /** Uniform in [0, 1), seeded; the only source of randomness. */
  random(): number
  /** Ends the run after this handler; positions stay open under their protection. The reason stands in the run's log. */
  stop(reason: string): Sync
}
