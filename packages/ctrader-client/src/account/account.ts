import {
  type AccountId,
  type AccountSnapshot,
  type Fill,
  type Instrument,
  isOpen,
  type LeverageTier,
  type Lots,
  nextClose,
  nextOpen,
  type Order,
  type OrderAmendment,
  type OrderId,
  type OrderRequest,
  type Position,
  type PositionId,
  type PositionProtection,
  type SymbolId,
  type UnixMs,
  type UnrealisedProfit,
} from '@openclaw-trading/trading-model'
import { AccountLink } from './account-link.ts'
import { AccountMarket } from './account-market.ts'
import type { AccountMode, MarginCall, TraderState } from '../decode/trader.ts'
import { AccountHistory } from '../history/account-history.ts'
import { AccountMoney } from '../money/account-money.ts'
import type { AccountEquity, Conversion, ExpectedMargin, PositionProfit } from '../money/money-records.ts'
import type { AccessToken, CallOptions, Logger } from '../options.ts'
import { AccountOrders } from '../orders/account-orders.ts'
import { findOrder } from '../orders/find-order.ts'
import type {
  CloseOutcome,
  FoundOrder,
  MarketOrderWithLevels,
  OrderPatch,
  OrderSearch,
  OwnFilter,
  PlaceOptions,
  ProtectionPatch,
} from '../orders/order-options.ts'
import type { CommandCall } from '../session/requests.ts'
import type { Session } from '../session/session.ts'
import type { OrderCommand, Submission } from '../orders/submission.ts'
import { type ArchivedSymbol, listArchived, listSymbols, type SymbolListing } from './symbol-listing.ts'

/** A trading account in the words of the model; made by {@link CTraderClient.authorize}. */
export class Account extends AccountMarket implements AsyncDisposable {
  readonly id: AccountId
  /** Deposit currency, as the broker names it. */
  readonly currency: string
  /** How positions of one symbol live together. */
  readonly mode: AccountMode
  /** The past: bars, ticks, orders, deals, cash. */
  readonly history: AccountHistory
  readonly #link: AccountLink
  readonly #orders: AccountOrders
  readonly #money: AccountMoney

  private constructor(link: AccountLink) {
    super(link)
    this.id = link.id
    this.currency = link.currency
    this.mode = link.trader.mode
    this.history = new AccountHistory(link)
    this.#link = link
    this.#orders = new AccountOrders(link)
    this.#money = new AccountMoney(link)
  }

  /** Authorises an account and keeps it so. For {@link CTraderClient.authorize}. */
  static async authorize(
    id: AccountId,
    token: AccessToken,
    session: Session,
    logger: Logger,
    options: CallOptions,
  ): Promise<Account> {
    return new Account(await AccountLink.open(id, token, session, logger, options))
  }

  // What it is

  /** Leverage, rights, margin method, broker: as last told. */
  get details(): TraderState {
    return this.#link.trader
  }

  /** Time of the last timestamped message of this account; `undefined` before the first. */
  get marketTime(): UnixMs | undefined {
    return this.#link.stream.marketTime
  }

  /** Positions, pending orders and balance as the server has them now. @see ProtoOAReconcileReq, ProtoOATraderReq */
  async snapshot(options: CallOptions = {}): Promise<AccountSnapshot> {
    return (await this.#link.book(options)).snapshot
  }

  /** Open positions; of one bot with its `label`. */
  positions(filter: OwnFilter = {}, options: CallOptions = {}): Promise<readonly Position[]> {
    return this.#orders.positions(filter, options)
  }

  /** Orders that wait for a price; of one bot with its `label`. */
  pendingOrders(filter: OwnFilter = {}, options: CallOptions = {}): Promise<readonly Order[]> {
    return this.#orders.pending(filter, options)
  }

  // Instruments

  /** The instrument of a name, exactly as the broker writes it. @throws {@link CTraderError} `invalid-argument` */
  instrument(name: string, options: CallOptions = {}): Promise<Instrument> {
    return this.#link.catalogue.byName(name, options)
  }

  /** The instruments of some ids, in their order. @throws {@link CTraderError} `invalid-argument` */
  instrumentsOf(ids: readonly SymbolId[], options: CallOptions = {}): Promise<readonly Instrument[]> {
    return this.#link.catalogue.ensure(ids, options)
  }

  /** Every enabled instrument; with thousands of them this takes many requests. {@link Account.symbols} takes three. */
  instruments(options: CallOptions = {}): Promise<readonly Instrument[]> {
    return this.#link.catalogue.all(options)
  }

  /** Every symbol with its category and asset class, without its rules. */
  symbols(options: CallOptions = {}): Promise<readonly SymbolListing[]> {
    return listSymbols(this.#link, options)
  }

  /** Symbols that are not traded any more. */
  archivedSymbols(options: CallOptions = {}): Promise<readonly ArchivedSymbol[]> {
    return listArchived(this.#link, options)
  }

  /**
   * Whether an instrument can be traded by its hours and holidays; quotes may come while it cannot.
   *
   * @param at - Default, here and below: market time, or this machine's clock before the account's first dated message,
   *   which is wrong for a venue with a clock of its own.
   */
  isOpen(instrument: Instrument, at: UnixMs = this.#link.now): boolean {
    return isOpen(instrument, at)
  }

  /** When an instrument opens next; `at` when it is open. `undefined`: not within 15 days. */
  nextOpen(instrument: Instrument, at: UnixMs = this.#link.now): UnixMs | undefined {
    return nextOpen(instrument, at)
  }

  /** When an instrument closes next; `at` when it is closed. `undefined`: not within 15 days. */
  nextClose(instrument: Instrument, at: UnixMs = this.#link.now): UnixMs | undefined {
    return nextClose(instrument, at)
  }

  // Orders

  /** Sends a trading request and lets the caller choose what to wait for; the calls below are made of it. */
  submit(command: OrderCommand, options: CommandCall = {}): Submission {
    return this.#orders.submit(command, options)
  }

  /**
   * Places an order: resolves when a market order, or one that is `ioc` or `fok`, is filled or gone, or a pending one
   * accepted; `until` chooses otherwise.
   *
   * An expiry is held against market time. Before the first dated message, which a subscription brings, it is held against
   * the clock of this machine on the broker's servers (`environment` by name), and not judged on any other.
   *
   * Volume must be a multiple of `instrument.volumeStep`. Market orders take protection as a distance; levels that are
   * prices are made distances from the newest quote.
   *
   * @returns the order as the broker reported it; `cancelled` when it could not be filled
   * @throws {@link CTraderError} `invalid-argument`, `order-rejected`, `rate-limited`, or `connection-lost` /
   *   `request-timeout`: with `delivery: 'unknown'` call {@link Account.findOrder} before placing another
   * @see ProtoOANewOrderReq, ProtoOAExecutionEvent, ProtoOAOrderErrorEvent
   */
  placeOrder(request: OrderRequest | MarketOrderWithLevels, options: PlaceOptions = {}): Promise<Order> {
    return this.#orders.place(request, options)
  }

  /** Cancels a pending order. @throws as {@link Account.placeOrder} @see ProtoOACancelOrderReq */
  cancelOrder(id: OrderId, options: CallOptions = {}): Promise<Order> {
    return this.#orders.cancel(id, options)
  }

  /**
   * Changes a pending order: volume, price and slippage left out stay, expiry and levels left out are removed.
   *
   * @throws as {@link Account.placeOrder} @see ProtoOAAmendOrderReq
   */
  amendOrder(id: OrderId, amendment: OrderAmendment, options: CallOptions = {}): Promise<Order> {
    return this.#orders.amend(id, amendment, options)
  }

  /** Changes what is named of a pending order and nothing else; reads it first. @throws as {@link Account.placeOrder} */
  editOrder(id: OrderId, patch: OrderPatch, options: CallOptions = {}): Promise<Order> {
    return this.#orders.edit(id, patch, options)
  }

  /** Replaces the whole set: a level left out is removed. @throws as {@link Account.placeOrder} @see ProtoOAAmendPositionSLTPReq */
  setProtection(
    id: PositionId,
    protection: PositionProtection,
    options: CallOptions = {},
  ): Promise<Position> {
    return this.#orders.setProtection(id, protection, options)
  }

  /** Changes what is named of a protection and nothing else; reads it first. @throws as {@link Account.placeOrder} */
  editProtection(id: PositionId, patch: ProtectionPatch, options: CallOptions = {}): Promise<Position> {
    return this.#orders.editProtection(id, patch, options)
  }

  /** Closes a position, or a part of it. @throws as {@link Account.placeOrder} @see ProtoOAClosePositionReq */
  closePosition(id: PositionId, options: CallOptions & { readonly volume?: Lots } = {}): Promise<Fill> {
    const { volume, ...call } = options
    return this.#orders.close(id, volume, call)
  }

  /** Closes every position that a filter means, each with its own outcome; `{}` means all of the account. */
  closePositions(filter: OwnFilter, options: CallOptions = {}): Promise<readonly CloseOutcome[]> {
    return this.#orders.closeAll(filter, options)
  }

  /**
   * Looks for an order of which nobody knows whether it arrived: among pending orders, positions, the order list and deals.
   *
   * @returns `undefined` when the server has none. Right after a loss it may still be on its way: ask again later
   */
  findOrder(search: OrderSearch, options: CallOptions = {}): Promise<FoundOrder | undefined> {
    return findOrder(this.#link, this.history, search, options)
  }

  // Money

  /** Margin that an order of this volume would need, by the server. @see ProtoOAExpectedMarginReq */
  expectedMargin(symbol: SymbolId, volume: Lots, options: CallOptions = {}): Promise<ExpectedMargin> {
    return this.#money.expectedMargin(symbol, volume, options)
  }

  /** Leverage by exposure; empty when only the account's counts. @see ProtoOAGetDynamicLeverageByIDReq */
  leverageTiers(symbol: SymbolId, options: CallOptions = {}): Promise<readonly LeverageTier[]> {
    return this.#money.leverageTiers(symbol, options)
  }

  /** The rate between two currencies now; subscribes the symbols between them. @see ProtoOASymbolsForConversionReq */
  conversion(from: string, to: string, options: CallOptions = {}): Promise<Conversion> {
    return this.#money.conversion(from, to, options)
  }

  /** What a position would bring now, from its quote and the conversion to the deposit currency. */
  profit(position: Position, options: CallOptions = {}): Promise<UnrealisedProfit> {
    return this.#money.profit(position, options)
  }

  /** What the server says that open positions would bring. @see ProtoOAGetPositionUnrealizedPnLReq */
  unrealizedProfits(options: CallOptions = {}): Promise<readonly PositionProfit[]> {
    return this.#money.unrealizedProfits(options)
  }

  /** Balance, equity, margin and margin level now. The wire has no equity: it is summed up from the server's profits. */
  equity(options: CallOptions = {}): Promise<AccountEquity> {
    return this.#money.equity(options)
  }

  /** Margin levels at which the broker warns: event `margin-call`. @see ProtoOAMarginCallListReq */
  marginCalls(options: CallOptions = {}): Promise<readonly MarginCall[]> {
    return this.#money.marginCalls(options)
  }

  /** Moves the threshold of a margin call, 1 to 3. @see ProtoOAMarginCallUpdateReq */
  setMarginCall(number: number, thresholdPercent: number, options: CallOptions = {}): Promise<void> {
    return this.#money.setMarginCall(number, thresholdPercent, options)
  }

  /** Stops the streams; the account stays authorised on the connection until that ends, and is not restored. */
  close(): void {
    this.#link.close()
  }

  /** Same as {@link Account.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close()
    return Promise.resolve()
  }
}
