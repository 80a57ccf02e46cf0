import type {
  Bar,
  ClientOrderId,
  Distance,
  Instrument,
  Lots,
  Money,
  Order,
  OrderId,
  Position,
  PositionId,
  Price,
  Protection,
  Quote,
  UnixMs,
} from '@openclaw-trading/trading-model'
import type { Feeds } from './feeds.ts'
import type { Series } from './series.ts'

/** Forbids `async` handlers: a Promise is not assignable to this union, though it would be to `void`. */
export type Sync = void | undefined

/** Volume, or the share of equity lost if the stop is hit; the second form requires a stop. */
export type Sizing<Level> =
  | (Protection<Level> & { readonly volume: Lots; readonly riskPercent?: never })
  | (Protection<Level> & { readonly riskPercent: number; readonly stopLoss: Level; readonly volume?: never })

/**
 * What a strategy asks to enter with.
 *
 * A market order takes protection as a distance from the fill. Entries with `limit` or `stop` are later work and end
 * the run with `invalid-options`.
 */
export type Entry =
  | (Sizing<Distance> & { readonly limit?: never; readonly stop?: never })
  | (Sizing<Price | Distance> & { readonly limit: Price; readonly stop?: never })
  | (Sizing<Price | Distance> & { readonly stop: Price; readonly limit?: never })

/** Money as a handler sees it, at the last quote. */
export interface AccountView {
  /** Moves with closing deals alone. */
  readonly balance: Money
  /** Balance + open profit + open swap − opening commission, of this run's positions. */
  readonly equity: Money
  /** Equity less the margin of this run's positions. */
  readonly freeMargin: Money
}

/** Everything a handler may see or do; the same object in every call of a run. */
export interface Context<F extends Feeds = Feeds> {
  /** Market time of the message that is handled. */
  readonly now: UnixMs
  readonly instrument: Instrument
  /** The last quote that counted; while a bar closes, the one before the message that closed it. */
  readonly quote: Quote | undefined
  readonly account: AccountView
  /** This run's oldest position. */
  readonly position: Position | undefined
  /** This run's positions, oldest first. */
  readonly positions: readonly Position[]
  /** This run's orders that work at the broker. */
  readonly orders: readonly Order[]
  /** Entries decided whose fill or refusal has not arrived. */
  readonly pendingEntries: number
  /** Closed bars of a feed. */
  bars(feed: keyof F & string): Series<Bar>
  /** Buys; returns the id of the order, also when the order was blocked before it was sent. */
  buy(entry: Entry): ClientOrderId
  /** Sells; returns the id of the order, also when the order was blocked before it was sent. */
  sell(entry: Entry): ClientOrderId
  /** Closes a position or a part of it; without an id all positions of this run. */
  close(position?: PositionId, volume?: Lots): Sync
  /** States the full set of levels; a level left out is removed. */
  setProtection(position: PositionId, protection: Protection): Sync
  /** Cancels a pending order. Pending orders are later work: ends the run with `invalid-options`. */
  cancel(order: ClientOrderId | OrderId): Sync
  /** Calls `onTimer` with the first message at or after `at`; the same name again moves the timer. */
  setTimer(name: string, at: UnixMs): Sync
  /** Uniform in [0, 1), seeded; the only source of randomness. */
  random(): number
  /** Ends the run after this handler; positions stay open under their protection. */
  stop(reason: string): Sync
}
