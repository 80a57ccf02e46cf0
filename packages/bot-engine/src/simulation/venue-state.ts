import type { DealId, OrderId, PositionId, SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { checkCurrency, commissionMinor } from './costs.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { ExchangeAccount, ExchangeDeal, ExchangeOrder, ExchangeState } from './exchange-types.ts'
import { Ledger, type RealisedClosing } from './ledger.ts'
import { freeMarginMinor } from './margin.ts'
import { Market } from './matching.ts'
import { OpenPosition } from './open-position.ts'

/** What a new order of the venue is made from. */
export interface NewOrder {
  readonly symbolId: ExchangeOrder['symbolId']
  readonly side: ExchangeOrder['side']
  readonly volumeCents: number
  /** Present on closing orders. */
  readonly positionId?: PositionId | undefined
  readonly stopDistancePoints?: number | undefined
  readonly targetDistancePoints?: number | undefined
  readonly clientOrderId?: string | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
}

/** Everything that orders change: markets, open positions, balance, and the counters of ids. */
export class VenueState {
  readonly account: ExchangeAccount
  readonly ledger: Ledger
  /** By id, which is also the order of opening. */
  readonly open = new Map<PositionId, OpenPosition>()
  readonly #markets = new Map<SymbolId, Market>()
  #nextOrderId: number
  #nextPositionId: number
  #nextDealId: number

  /** Creates the state anew, or as `options.state` has it. @throws {@link EngineError} `invalid-options` */
  constructor(options: Pick<ExchangeOptions, 'instruments' | 'account' | 'state'>) {
    this.account = options.account
    for (const instrument of options.instruments) {
      checkCurrency(instrument, options.account)
      this.#markets.set(instrument.id, new Market(instrument))
    }
    const { state } = options
    this.ledger = new Ledger(state?.balanceMinor ?? options.account.balanceMinor, options.account.digits)
    this.#nextOrderId = state?.nextOrderId ?? 1
    this.#nextPositionId = state?.nextPositionId ?? 1
    this.#nextDealId = state?.nextDealId ?? 1
    if (state !== undefined) this.#restore(state)
  }

  /** The market of a symbol, if it is traded here. */
  findMarket(symbolId: SymbolId): Market | undefined {
    return this.#markets.get(symbolId)
  }

  /** The market of a symbol. @throws {@link EngineError} `unknown-symbol` */
  market(symbolId: SymbolId): Market {
    const market = this.#markets.get(symbolId)
    if (market !== undefined) return market
    throw new EngineError(
      'unknown-symbol',
      `The exchange has no symbol ${symbolId}. Pass its instrument to createExchange.`,
      { details: { symbolId } },
    )
  }

  /** The next order id. */
  takeOrderId(): OrderId {
    return this.#nextOrderId++ as OrderId
  }

  /** Makes an accepted market order; an opening one gets a new position id. */
  newOrder(from: NewOrder, at: number): ExchangeOrder {
    return marketOrder(
      this.takeOrderId(),
      from.positionId ?? (this.#nextPositionId++ as PositionId),
      from,
      at,
    )
  }

  /** The order of {@link VenueState.newOrder} once it is filled. */
  filledOrder(order: ExchangeOrder, from: NewOrder, price: number): ExchangeOrder {
    return marketOrder(order.id, order.positionId, from, order.createdAt, price)
  }

  /** Makes the opening deal of an order and puts its volume and commission on the position. */
  openDeal(position: OpenPosition, order: ExchangeOrder, at: number, price: number): ExchangeDeal {
    const { instrument } = this.market(order.symbolId)
    position.volumeCents = order.volumeCents
    position.entryPoints = price
    position.commissionMinor = commissionMinor(instrument, order.volumeCents, price, this.account.digits)
    this.open.set(position.id, position)
    return this.#newDeal(order, at, price, position.commissionMinor)
  }

  /** Books a closing deal; the position leaves the open ones when nothing is left of it. */
  closeDeal(position: OpenPosition, order: ExchangeOrder, at: number, price: number): ExchangeDeal {
    const market = this.market(position.symbolId)
    const sideMinor = commissionMinor(market.instrument, order.volumeCents, price, this.account.digits)
    const closing = this.ledger.close(position, order.volumeCents, price, sideMinor)
    position.updatedAt = at
    if (position.volumeCents === 0) this.open.delete(position.id)
    market.watch(this.open.values())
    return this.#newDeal(order, at, price, sideMinor, closing)
  }

  /** Money free for new positions, in minor units, at the prevailing quotes. */
  freeMargin(): number {
    if (this.open.size === 0) return this.ledger.balanceMinor
    const positions = Array.from(this.open.values(), position => ({
      side: position.side,
      volumeCents: position.volumeCents,
      entryPoints: position.entryPoints,
      commissionMinor: position.commissionMinor,
      swapMinor: position.swapMinor,
      exitPoints: this.market(position.symbolId).exitPoints(position.side),
    }))
    return freeMarginMinor(this.account, this.ledger.balanceMinor, positions)
  }

  /** Copies of the protection orders that work. */
  protectionOrders(): readonly ExchangeOrder[] {
    return Array.from(this.open.values()).flatMap(position =>
      position.protection === undefined
        ? []
        : [position.copyProtection(position.protection, 'accepted', position.volumeCents)],
    )
  }

  /** A copy for a restart, without the waiting requests. */
  copy(): Omit<ExchangeState, 'due' | 'lastDueAt'> {
    return {
      balanceMinor: this.ledger.balanceMinor,
      nextOrderId: this.#nextOrderId,
      nextPositionId: this.#nextPositionId,
      nextDealId: this.#nextDealId,
      positions: Array.from(this.open.values(), position => position.copy('open')),
      protectionOrders: this.protectionOrders(),
      quotes: Array.from(this.#markets.values())
        .filter(market => market.at >= 0)
        .map(({ instrument, at, bid, ask }) => ({
          symbolId: instrument.id,
          at,
          bidPoints: bid,
          askPoints: ask,
        })),
    }
  }

  #newDeal(
    order: ExchangeOrder,
    at: number,
    price: number,
    commission: number,
    closing?: RealisedClosing,
  ): ExchangeDeal {
    const deal: { -readonly [K in keyof ExchangeDeal]: ExchangeDeal[K] } = {
      id: this.#nextDealId++ as DealId,
      orderId: order.id,
      positionId: order.positionId,
      symbolId: order.symbolId,
      side: order.side,
      volumeCents: order.volumeCents,
      pricePoints: price,
      createdAt: order.createdAt,
      executedAt: at,
      commissionMinor: commission,
    }
    if (closing !== undefined) deal.closing = closing
    return deal
  }

  #restore(state: ExchangeState): void {
    for (const copy of state.positions) {
      const order = state.protectionOrders.find(candidate => candidate.positionId === copy.id)
      this.open.set(copy.id, OpenPosition.from(copy, order))
    }
    for (const { symbolId, at, bidPoints, askPoints } of state.quotes) {
      const market = this.#markets.get(symbolId)
      if (market !== undefined) Object.assign(market, { at, bid: bidPoints, ask: askPoints })
    }
    for (const market of this.#markets.values()) market.watch(this.open.values())
  }
}

function marketOrder(
  id: OrderId,
  positionId: PositionId,
  from: NewOrder,
  at: number,
  fillPoints?: number,
): ExchangeOrder {
  const { stopDistancePoints, targetDistancePoints, clientOrderId, label, comment } = from
  const order: { -readonly [K in keyof ExchangeOrder]: ExchangeOrder[K] } = {
    id,
    positionId,
    symbolId: from.symbolId,
    type: 'market',
    side: from.side,
    volumeCents: from.volumeCents,
    closing: from.positionId !== undefined,
    status: fillPoints === undefined ? 'accepted' : 'filled',
    filledCents: fillPoints === undefined ? 0 : from.volumeCents,
    createdAt: at,
    updatedAt: at,
  }
  if (fillPoints !== undefined) order.fillPoints = fillPoints
  if (stopDistancePoints !== undefined) order.stopDistancePoints = stopDistancePoints
  if (targetDistancePoints !== undefined) order.targetDistancePoints = targetDistancePoints
  if (clientOrderId !== undefined) order.clientOrderId = clientOrderId
  if (label !== undefined) order.label = label
  if (comment !== undefined) order.comment = comment
  return order
}
