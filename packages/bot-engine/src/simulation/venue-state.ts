import {
  type DealId,
  multiplyRatios,
  NO_CONVERSION,
  type OrderId,
  type PositionId,
  type Ratio,
  ratioToNumber,
  type Side,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { grossMinor } from '../profit.ts'
import { Converter } from './conversion.ts'
import { checkCurrency, commissionMinor } from './costs.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type {
  ExchangeAccount,
  ExchangeDeal,
  ExchangeOrder,
  ExchangePosition,
  ExchangeState,
  PendingLevels,
} from './exchange-types.ts'
import { Ledger, type RealisedClosing } from './ledger.ts'
import { MarginRules } from './leverage.ts'
import { totalMarginMinor } from './margin.ts'
import { Market } from './matching.ts'
import { OpenPosition } from './open-position.ts'
import { firstChargeAt } from './swap.ts'

/** What a pending order has besides. */
export type PendingPart = Pick<
  ExchangeOrder,
  'type' | 'pricePoints' | 'rangeTicks' | 'timeInForce' | 'expiresAt' | keyof PendingLevels
>

/** What a new order of the venue is made from. */
export interface NewOrder {
  readonly symbolId: ExchangeOrder['symbolId']
  readonly side: ExchangeOrder['side']
  readonly volumeCents: number
  /** Present on closing orders. */
  readonly positionId?: PositionId | undefined
  readonly pending?: PendingPart | undefined
  readonly stopDistancePoints?: number | undefined
  readonly targetDistancePoints?: number | undefined
  readonly clientOrderId?: string | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
}

/** Everything that orders change: markets, open positions, pending orders, balance, and the counters of ids. */
export class VenueState {
  readonly account: ExchangeAccount
  readonly ledger: Ledger
  /** By id, ascending. A pending order takes its position id early, so this is not the order of opening. */
  readonly open = new Map<PositionId, OpenPosition>()
  /** Orders that wait for a price; by id, ascending, which is the order of acceptance. */
  readonly pending = new Map<OrderId, ExchangeOrder>()
  /** When the next pending order expires; `Infinity`: never. */
  nextExpiryAt = Number.POSITIVE_INFINITY
  /** When swap is charged next; `Infinity`: never. */
  nextSwapAt = Number.POSITIVE_INFINITY
  /** Positions whose margin moved because others came or went, and of which nothing has been told. */
  readonly marginChanged = new Set<OpenPosition>()
  readonly converter: Converter
  readonly #margins: MarginRules
  readonly #markets = new Map<SymbolId, Market>()
  #nextOrderId: number
  #nextPositionId: number
  #nextDealId: number

  /** Creates the state anew, or as `options.state` has it. @throws {@link EngineError} `invalid-options` */
  constructor(options: Pick<ExchangeOptions, 'instruments' | 'untraded' | 'account' | 'state'>) {
    this.account = options.account
    for (const instrument of options.instruments) this.#markets.set(instrument.id, new Market(instrument))
    this.converter = new Converter(options.instruments, id => this.#markets.get(id)?.bid ?? 0)
    this.#margins = new MarginRules(options.account, this.converter)
    for (const instrument of options.instruments) {
      if (options.untraded?.includes(instrument.id) === true) continue
      checkCurrency(instrument, options.account, this.converter)
    }
    const { state, account } = options
    const balanceMinor = state?.balanceMinor ?? account.balanceMinor
    this.ledger = new Ledger(balanceMinor, account.digits, state?.balanceVersion)
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

  /** Keeps a pending order, or takes it out; `order` is its newest copy. */
  setPending(order: ExchangeOrder, isWorking: boolean): void {
    if (isWorking) this.pending.set(order.id, order)
    else this.pending.delete(order.id)
    this.nextExpiryAt = Number.POSITIVE_INFINITY
    for (const { expiresAt } of this.pending.values())
      if (expiresAt !== undefined && expiresAt < this.nextExpiryAt) this.nextExpiryAt = expiresAt
    this.watch(order.symbolId)
  }

  /** To be called whenever a level of the symbol came, moved or went. */
  watch(symbolId: SymbolId): void {
    this.market(symbolId).watch(this.open.values(), this.pending.values())
  }

  /** Makes an accepted order; an opening one gets a new position id. */
  newOrder(from: NewOrder, at: number): ExchangeOrder {
    const { stopDistancePoints, targetDistancePoints, clientOrderId, label, comment } = from
    const order: { -readonly [K in keyof ExchangeOrder]: ExchangeOrder[K] } = {
      id: this.takeOrderId(),
      positionId: from.positionId ?? (this.#nextPositionId++ as PositionId),
      symbolId: from.symbolId,
      type: 'market',
      side: from.side,
      volumeCents: from.volumeCents,
      closing: from.positionId !== undefined,
      status: 'accepted',
      filledCents: 0,
      createdAt: at,
      updatedAt: at,
    }
    if (from.pending !== undefined) Object.assign(order, from.pending)
    if (stopDistancePoints !== undefined) order.stopDistancePoints = stopDistancePoints
    if (targetDistancePoints !== undefined) order.targetDistancePoints = targetDistancePoints
    if (clientOrderId !== undefined) order.clientOrderId = clientOrderId
    if (label !== undefined) order.label = label
    if (comment !== undefined) order.comment = comment
    return order
  }

  /** Makes the opening deal of an order and puts its volume, commission, margin and swap time on the position. */
  openDeal(position: OpenPosition, order: ExchangeOrder, at: number, price: number): ExchangeDeal {
    const { instrument } = this.market(order.symbolId)
    position.volumeCents = order.volumeCents
    position.entryPoints = price
    position.commissionMinor = this.#commission(instrument, order.volumeCents, price)
    position.openedAt = at
    position.updatedAt = at
    position.nextSwapAt = firstChargeAt(instrument, this.account.swapFree === true, at)
    Object.assign(position, this.#margins.prices(instrument))
    this.#insert(position)
    this.allocateMargin(position)
    this.scheduleSwap()
    const deal = this.#newDeal(order, at, price, position.commissionMinor)
    position.marginRate = deal.marginRate
    return deal
  }

  /** Keeps the open positions in ascending id. */
  #insert(position: OpenPosition): void {
    const later = Array.from(this.open.values()).filter(({ id }) => id > position.id)
    this.open.set(position.id, position)
    for (const next of later) {
      this.open.delete(next.id)
      this.open.set(next.id, next)
    }
  }

  /** Books a closing deal; the position leaves the open ones when nothing is left of it. */
  closeDeal(position: OpenPosition, order: ExchangeOrder, at: number, price: number): ExchangeDeal {
    const market = this.market(position.symbolId)
    const { instrument } = market
    const { volumeCents } = order
    const sideMinor = this.#commission(instrument, volumeCents, price)
    const conversion = this.#toDeposit(market)
    const closing = this.ledger.close(position, {
      market,
      volumeCents,
      exitPoints: price,
      sideMinor,
      conversion,
      isConverted: instrument.quote !== this.account.currency,
    })
    position.updatedAt = at
    if (position.volumeCents === 0) this.open.delete(position.id)
    this.allocateMargin(position)
    this.scheduleSwap()
    this.watch(position.symbolId)
    return this.#newDeal(
      order,
      at,
      price,
      sideMinor,
      conversion === NO_CONVERSION ? closing : { ...closing, conversionRate: ratioToNumber(conversion) },
    )
  }

  /** Gives every position of one symbol and direction its margin anew; to be called when the volume of one moved. */
  allocateMargin(position: OpenPosition): void {
    const { instrument } = this.market(position.symbolId)
    if (this.#margins.tiersOf(instrument) === undefined) {
      const [margin] = position.volumeCents > 0 ? this.#margins.margins(instrument, [position]) : []
      position.usedMarginMinor = margin ?? 0
      return
    }
    const side = this.#sideOf(position.symbolId, position.side)
    for (const [index, margin] of this.#margins.margins(instrument, side).entries()) {
      const other = side[index]
      if (other === undefined || other.usedMarginMinor === margin) continue
      other.usedMarginMinor = margin
      if (other !== position) this.marginChanged.add(other)
    }
  }

  /** To be called when a position that pays swap came or went, or its charge moved. */
  scheduleSwap(): void {
    this.nextSwapAt = Number.POSITIVE_INFINITY
    for (const { nextSwapAt } of this.open.values())
      if (nextSwapAt !== undefined && nextSwapAt < this.nextSwapAt) this.nextSwapAt = nextSwapAt
  }

  /** Margin that an opening fill would add, in minor units. */
  requiredMarginMinor(market: Market, side: Side, volumeCents: number, pricePoints: number): number {
    const { instrument } = market
    const prices = this.#margins.prices(instrument)
    const added = { symbolId: instrument.id, side, volumeCents, entryPoints: pricePoints, ...prices }
    const tiered = this.#margins.tiersOf(instrument) !== undefined
    const before = tiered ? this.#sideOf(instrument.id, side) : []
    const margins = this.#margins.margins(instrument, [...before, added])
    const usedMarginMinor = margins.at(-1) ?? 0
    const { marginMethod = 'sum' } = this.account
    if (marginMethod === 'sum') return usedMarginMinor
    const open = [...this.open.values()]
    const after = totalMarginMinor(marginMethod, [...open, { ...added, usedMarginMinor }])
    return after - totalMarginMinor(marginMethod, open)
  }

  /** Margin of what is open, in minor units. */
  marginMinor(): number {
    return totalMarginMinor(this.account.marginMethod ?? 'sum', this.open.values())
  }

  /** Gross of a position at the prevailing quote in minor units; 0 before a quote. */
  grossMinor({
    symbolId,
    side,
    entryPoints,
    volumeCents,
  }: Pick<ExchangePosition, 'symbolId' | 'side' | 'entryPoints' | 'volumeCents'>): number {
    const market = this.market(symbolId)
    if (market.at < 0) return 0
    const conversion = this.#toDeposit(market)
    return grossMinor(
      side,
      entryPoints,
      market.exitPoints(side),
      volumeCents,
      this.account.digits,
      conversion,
    )
  }

  /** Gross, swap and opening commission of a position in minor units. */
  netMinor(position: OpenPosition): number {
    return this.grossMinor(position) + position.swapMinor + position.commissionMinor
  }

  /** Balance and what is open, in minor units at the prevailing quotes. */
  equityMinor(): number {
    let equity = this.ledger.balanceMinor
    for (const position of this.open.values()) equity += this.netMinor(position)
    return equity
  }

  /** {@link equityMinor} in doubles, for a first look. */
  roughEquity(): number {
    let equity = this.ledger.balanceMinor
    for (const position of this.open.values()) {
      const { side, entryPoints, volumeCents, swapMinor, commissionMinor } = position
      const market = this.market(position.symbolId)
      const difference = (market.exitPoints(side) - entryPoints) * (side === 'buy' ? 1 : -1)
      const { quote } = market.instrument
      const rate = quote === this.account.currency ? 1 : ratioToNumber(this.#toDeposit(market))
      equity += (difference * volumeCents * 10 ** this.account.digits * rate) / 1e7
      equity += swapMinor + commissionMinor
    }
    return equity
  }

  /** Money free for new positions, in minor units, at the prevailing quotes. */
  freeMarginMinor(): number {
    return this.equityMinor() - this.marginMinor()
  }

  /** Tells whether the prices of every conversion that an order needs are known. */
  hasConversions({ instrument }: Market): boolean {
    const { currency } = this.account
    const pairs: [string, string][] = [[instrument.quote, currency]]
    const { commission, minCommission, rollover } = instrument.costs
    if (commission.type.startsWith('usd') || rollover !== undefined) pairs.push(['USD', currency])
    if (commission.type === 'usd-per-million' || this.#margins.tiersOf(instrument) !== undefined)
      pairs.push([instrument.quote, 'USD'])
    if (minCommission !== undefined) pairs.push([minCommission.currency, currency])
    return pairs.every(
      ([from, to]) =>
        from === to ||
        this.converter.chain(from, to) === undefined ||
        this.converter.ratio(from, to) !== undefined,
    )
  }

  #toDeposit({ instrument }: Market): Ratio {
    const { currency } = this.account
    return instrument.quote === currency
      ? NO_CONVERSION
      : (this.converter.ratio(instrument.quote, currency) ?? NO_CONVERSION)
  }

  #commission(instrument: Market['instrument'], volumeCents: number, price: number): number {
    const { currency, digits } = this.account
    return commissionMinor(instrument, volumeCents, price, digits, { converter: this.converter, currency })
  }

  #sideOf(symbolId: SymbolId, side: Side): readonly OpenPosition[] {
    return Array.from(this.open.values()).filter(open => open.symbolId === symbolId && open.side === side)
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
      balanceVersion: this.ledger.version,
      nextOrderId: this.#nextOrderId,
      nextPositionId: this.#nextPositionId,
      nextDealId: this.#nextDealId,
      positions: Array.from(this.open.values(), position => position.copy('open')),
      protectionOrders: this.protectionOrders(),
      pendingOrders: [...this.pending.values()],
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
    this.#addRates(deal)
    return deal
  }

  /** Only where they are not the price: the quote currency is neither the deposit currency nor the dollar. */
  #addRates(deal: { -readonly [K in keyof ExchangeDeal]: ExchangeDeal[K] }): void {
    const market = this.market(deal.symbolId)
    const { quote, base } = market.instrument
    const price = { numerator: BigInt(deal.pricePoints), denominator: 100_000n }
    if (quote !== this.account.currency)
      deal.marginRate = ratioToNumber(multiplyRatios(price, this.#toDeposit(market)))
    if (quote === 'USD') return
    const dollars = base === 'USD' ? undefined : this.converter.ratio(quote, 'USD')
    if (dollars !== undefined) deal.dollarRate = ratioToNumber(multiplyRatios(price, dollars))
    else if (base === 'USD') deal.dollarRate = 1
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
    for (const position of this.open.values()) this.allocateMargin(position)
    this.marginChanged.clear()
    this.scheduleSwap()
    for (const id of this.#markets.keys()) this.watch(id)
    for (const order of state.pendingOrders ?? []) this.setPending(order, true)
  }
}
