import {
  type DealId,
  NO_CONVERSION,
  type OrderId,
  type PositionId,
  type Side,
} from '@openclaw-trading/trading-model'
import type { AccessRights } from '../ports/account-rules.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type {
  DelayedStep,
  ExchangeAccount,
  ExchangeDeal,
  ExchangeOrder,
  ExchangeState,
  RealisedClosing,
} from './exchange-types.ts'
import { Ledger } from './money/ledger.ts'
import { Market } from './matching/matching.ts'
import { Markets } from './matching/markets.ts'
import type { DepthOffer } from './matching/market-depth.ts'
import { OpenPosition } from './matching/open-position.ts'
import { OpenPositions } from './matching/open-positions.ts'
import { MoneyState } from './money/money-state.ts'

/** Positions that may be open at once unless the account says otherwise. */
export const MAX_OPEN_POSITIONS = 1000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What a deal tells of its order. */
export type DealtOrder = Pick<ExchangeOrder, 'id' | 'side' | 'createdAt'>

/** Everything that orders change: markets, open positions, pending orders, balance, and the counters of ids. */
export class VenueState {
  readonly account: ExchangeAccount
  readonly ledger: Ledger
  readonly open = new OpenPositions()
  /** Orders that wait for a price; by id, ascending, which is the order of acceptance. */
  readonly pending = new Map<OrderId, ExchangeOrder>()
  /** Steps that wait for their instant, by instant. */
  delayed: readonly DelayedStep[] = []
  accessRights: AccessRights
  /** Positions that may be open at once. */
  readonly maxPositions: number
  /** Markets have so much at each price, not everything. */
  readonly hasDepth: boolean
  /** See {@link Exchange.silentChanges}. */
  silentChanges = 0
  /** See {@link Exchange.ordersCut}. */
  ordersCut = 0
  /** When the next pending order expires; `Infinity`: never. */
  nextExpiryAt = Number.POSITIVE_INFINITY
  /** Money of the positions: conversion, margin, equity, swap. */
  readonly money: MoneyState
  readonly markets = new Markets()
  private nextOrderId: number
  private nextPositionId: number
  private nextDealId: number

  /** Creates the state anew, or as `options.state` has it. @throws {@link EngineError} `invalid-options` */
  constructor(options: Pick<ExchangeOptions, 'instruments' | 'untraded' | 'account' | 'venue' | 'state'>) {
    this.account = options.account
    this.accessRights = options.state?.accessRights ?? options.account.accessRights ?? 'full-access'
    this.maxPositions = options.account.maxPositions ?? MAX_OPEN_POSITIONS
    const { depth } = options.venue
    this.hasDepth = depth !== undefined
    for (const instrument of options.instruments) {
      const isTraded = options.untraded?.includes(instrument.id) !== true
      this.markets.add(new Market(instrument, options.account, isTraded ? depth : undefined))
    }
    const { state, account } = options
    const balanceMinor = state?.balanceMinor ?? account.balanceMinor
    this.ledger = new Ledger(balanceMinor, account.digits, state?.balanceVersion)
    this.money = new MoneyState(options, this.markets, this.open, this.ledger)
    this.nextOrderId = state?.nextOrderId ?? 1
    this.nextPositionId = state?.nextPositionId ?? 1
    this.nextDealId = state?.nextDealId ?? 1
    if (state !== undefined) this.restore(state)
  }

  /**
   * The position that an order would act on now: the one it names, or that of its symbol on a netted account, unless it
   * was to close the one it names.
   */
  targetOf({
    positionId,
    symbolId,
    onlyReduces,
  }: Pick<ExchangeOrder, 'symbolId' | 'onlyReduces'> & { readonly positionId?: PositionId }):
    | OpenPosition
    | undefined {
    const named = positionId === undefined ? undefined : this.open.get(positionId)
    if (named !== undefined || this.account.hedged !== false || onlyReduces === true) return named
    return this.open.list.find(position => position.symbolId === symbolId)
  }

  /** The open positions of a market as they stand, in ascending id. */
  positionsOf(market: Market): readonly OpenPosition[] {
    const open = this.open.list
    return this.markets.all.size === 1 ? open : open.filter(position => position.market === market)
  }

  /** Whether stops, targets and pending orders of a symbol execute at all. */
  executes({ instrument }: Market): boolean {
    return this.accessRights !== 'no-trading' && instrument.tradingMode !== 'disabled'
  }

  /** Puts a step off; of the same instant the earlier one stays first. */
  delay(step: DelayedStep): void {
    const index = this.delayed.findIndex(({ at }) => at > step.at)
    this.delayed =
      index < 0
        ? [...this.delayed, step]
        : [...this.delayed.slice(0, index), step, ...this.delayed.slice(index)]
  }

  /** A position id that was never given out. */
  takePositionId(): PositionId {
    return this.nextPositionId++ as PositionId
  }

  /** The next order id. */
  takeOrderId(): OrderId {
    return this.nextOrderId++ as OrderId
  }

  /** Keeps a pending order, or takes it out; `order` is its newest copy. */
  setPending(order: ExchangeOrder, isWorking: boolean): void {
    if (!isWorking) this.pending.delete(order.id)
    else if (this.pending.has(order.id)) this.pending.set(order.id, order)
    else insertAscending(this.pending, order)
    this.nextExpiryAt = Number.POSITIVE_INFINITY
    for (const { expiresAt } of this.pending.values())
      if (expiresAt !== undefined && expiresAt < this.nextExpiryAt) this.nextExpiryAt = expiresAt
    this.markets.get(order.symbolId).watch(this)
  }

  /** An order takes what a market has offered it. */
  takeDepth(market: Market, side: Side, offers: readonly DepthOffer[]): void {
    market.depth?.take(side, offers)
    market.watch(this)
  }

  /** Every level of a market is there anew. */
  refill(market: Market): void {
    if (market.depth?.isTaken !== true) return
    market.depth.refill()
    this.silentChanges += 1
    market.watch(this)
  }

  /**
   * Makes the opening deal of an order and puts its volume, commission, margin and swap time on the position, which may
   * be open: then its swap time and the prices of its conversion stay.
   */
  openDeal(
    position: OpenPosition,
    order: DealtOrder,
    market: Market,
    at: number,
    price: number,
    volumeCents: number,
  ): ExchangeDeal {
    const { money } = this
    const commission =
      market.money.commission.minor(volumeCents, price) ?? money.commissionMinor(market, volumeCents, price)
    const isNew = position.volumeCents === 0
    position.commissionMinor += commission
    position.updatedAt = at
    if (isNew) {
      position.volumeCents = volumeCents
      position.entryPoints = price
      position.openedAt = at
      if (market.money.isCharged || !market.money.isPlain) money.begin(position, market, at)
      this.open.add(position)
    } else position.increase(volumeCents, price)
    money.allocateMargin(position, market)
    if (position.nextSwapAt !== undefined) money.scheduleSwap()
    const deal = this.newDeal(position, order, at, price, volumeCents, commission, undefined)
    if (market.money.isDollar) return deal
    money.addRates(deal, market)
    if (isNew) position.marginRate = deal.marginRate
    return deal
  }

  /** Books a closing deal; the position leaves the open ones when nothing is left of it. */
  closeDeal(
    position: OpenPosition,
    order: DealtOrder,
    market: Market,
    at: number,
    price: number,
    volumeCents: number,
  ): ExchangeDeal {
    const { money } = this
    const commission =
      market.money.commission.minor(volumeCents, price) ?? money.commissionMinor(market, volumeCents, price)
    const conversion = market.money.isHome ? NO_CONVERSION : money.toDeposit(market)
    const closing = this.ledger.close(position, market, volumeCents, price, commission, conversion)
    position.updatedAt = at
    const isOver = position.volumeCents === 0
    if (isOver) this.open.delete(position.id)
    if (isOver && market.money.tiers === undefined) position.usedMarginMinor = 0
    else money.allocateMargin(position, market)
    if (position.nextSwapAt !== undefined) money.scheduleSwap()
    if (position.stopPoints !== undefined || position.targetPoints !== undefined) market.watch(this)
    const deal = this.newDeal(position, order, at, price, volumeCents, commission, closing)
    if (!market.money.isDollar) money.addRates(deal, market)
    return deal
  }

  /** Copies of the protection orders that work. */
  protectionOrders(): readonly ExchangeOrder[] {
    return this.open.list.flatMap(position =>
      position.protection === undefined
        ? []
        : [position.copyProtection(position.protection, 'accepted', position.volumeCents)],
    )
  }

  /** A copy for a restart, without the waiting requests. */
  copy(): Omit<ExchangeState, 'due' | 'lastDueAt' | 'requests' | 'script'> {
    return {
      balanceMinor: this.ledger.balanceMinor,
      balanceVersion: this.ledger.version,
      nextOrderId: this.nextOrderId,
      nextPositionId: this.nextPositionId,
      nextDealId: this.nextDealId,
      positions: this.open.list.map(position => position.copy('open')),
      protectionOrders: this.protectionOrders(),
      pendingOrders: [...this.pending.values()],
      delayed: this.delayed,
      accessRights: this.accessRights,
      ...this.copyDepth(),
      quotes: this.markets
        .values()
        .filter(market => market.at >= 0)
        .map(({ instrument, at, bid, ask }) => ({
          symbolId: instrument.id,
          at,
          bidPoints: bid,
          askPoints: ask,
        })),
    }
  }

  /** Most of the time nothing is taken. */
  private copyDepth(): Pick<ExchangeState, 'takenDepth'> {
    const taken = this.markets
      .values()
      .flatMap(({ instrument, depth }) =>
        depth?.isTaken === true ? [{ symbolId: instrument.id, ...depth.copy() }] : [],
      )
    return taken.length === 0 ? {} : { takenDepth: taken }
  }

  private newDeal(
    position: OpenPosition,
    order: DealtOrder,
    at: number,
    price: number,
    volumeCents: number,
    commission: number,
    closing: RealisedClosing | undefined,
  ): Mutable<ExchangeDeal> {
    return {
      id: this.nextDealId++ as DealId,
      orderId: order.id,
      positionId: position.id,
      symbolId: position.symbolId,
      side: order.side,
      volumeCents,
      pricePoints: price,
      createdAt: order.createdAt,
      executedAt: at,
      commissionMinor: commission,
      marginRate: undefined,
      dollarRate: undefined,
      closing,
    }
  }

  private restore(state: ExchangeState): void {
    for (const copy of state.positions) {
      const order = state.protectionOrders.find(candidate => candidate.positionId === copy.id)
      this.open.add(OpenPosition.from(copy, this.markets.get(copy.symbolId), order))
    }
    for (const { symbolId, at, bidPoints, askPoints } of state.quotes) {
      const market = this.markets.find(symbolId)
      if (market !== undefined) Object.assign(market, { at, bid: bidPoints, ask: askPoints })
    }
    for (const { symbolId, ...taken } of state.takenDepth ?? [])
      this.markets.find(symbolId)?.depth?.restore(taken)
    for (const position of this.open.list) this.money.allocateMargin(position, position.market)
    this.money.marginChanged.clear()
    this.money.scheduleSwap()
    for (const market of this.markets.values()) market.watch(this)
    for (const order of state.pendingOrders ?? []) this.setPending(order, true)
    this.delayed = state.delayed ?? []
  }
}

/** Puts something in its place by id: what filled in parts comes back behind younger ones. */
function insertAscending<Id extends number, T extends { readonly id: Id }>(all: Map<Id, T>, added: T): void {
  const later = Array.from(all.values()).filter(({ id }) => id > added.id)
  all.set(added.id, added)
  for (const next of later) {
    all.delete(next.id)
    all.set(next.id, next)
  }
}
