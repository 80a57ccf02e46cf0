import { isOpen, type UnixMs } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangeRequest, OrderEvent } from './exchange-types.ts'
import { exitWithinBar, isReached, isWithinRange, type Market } from './matching.ts'
import { OpenPosition } from './open-position.ts'
import { marketRefusal, type Refusal } from './order-checks.ts'
import { pendingRefusal } from './pending-checks.ts'
import type { Emit, PositionOpener } from './position-opener.ts'
import type { VenueState } from './venue-state.ts'

type PlaceRequest<Tag> = Extract<ExchangeRequest<Tag>, { pricePoints: number }>
type CancelRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'cancel' }>
type AmendRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'amend-order' }>
/** What the desk executes. */
export type PendingRequest<Tag> = PlaceRequest<Tag> | CancelRequest<Tag> | AmendRequest<Tag>

/** Orders that may wait for a price at once. */
export const MAX_PENDING_ORDERS = 1000
/** A quote after a longer silence opens the market anew: at half an hour no session is that quiet. */
const SILENCE_MS = 1_800_000

/**
 * Orders that wait for a price: limit, stop, stop-limit, and the market range, which waits for nothing.
 *
 * Accepted with a new position id, then replaced, cancelled, expired or filled (sequence G); a fill is followed by the
 * protection (sequence B). What a quote causes is the venue's own event, without the tag of the request. An order that
 * cannot be filled as stated – out of its range, or without the margin – is cancelled.
 *
 * | order | reached | fills at |
 * |---|---|---|
 * | limit | buy: ask ≤ limit; sell: bid ≥ limit | its limit; the quote when it is reached on acceptance or the market opens beyond it |
 * | stop | buy: ask ≥ price; sell: bid ≤ price | the quote that reaches it, also through a gap, plus slippage |
 * | stop-limit | as a stop | as a stop when within its range, else cancelled |
 * | market range | on acceptance | the prevailing quote plus slippage when within its range, else cancelled |
 */
export class PendingDesk<Tag> {
  readonly #state: VenueState
  readonly #slippageTicks: number
  readonly #opener: PositionOpener<Tag>
  readonly #emit: Emit<Tag>

  /** Creates a desk over a state. */
  constructor(state: VenueState, slippageTicks: number, opener: PositionOpener<Tag>, emit: Emit<Tag>) {
    this.#state = state
    this.#slippageTicks = slippageTicks
    this.#opener = opener
    this.#emit = emit
  }

  /** Executes or refuses a request at `at`, at the prevailing quote. */
  run(request: PendingRequest<Tag>, at: number): void {
    if (request.type === 'cancel') this.#cancel(request, at)
    else if (request.type === 'amend-order') this.#amend(request, at)
    else this.#place(request, at)
  }

  /** Lets the next order expire, at its own instant: the lowest id of those that expire first. */
  expireNext(): void {
    const at = this.#state.nextExpiryAt
    for (const order of this.#state.pending.values())
      if (order.expiresAt === at) return this.#end(order, 'expired', at, true, undefined)
  }

  /** Fills what a quote reaches, in ascending order id; `previousAt` is the time of the quote before. */
  quote(market: Market, previousAt: number, opens: boolean): void {
    const { at, bid, ask, instrument } = market
    if (!isOpen(instrument, at as UnixMs)) return
    const isOpening = opens || at - previousAt >= SILENCE_MS || !isOpen(instrument, previousAt as UnixMs)
    for (const order of [...this.#state.pending.values()]) {
      if (order.symbolId !== instrument.id || !isReached(order, bid, ask)) continue
      const price =
        order.type === 'limit' && !isOpening
          ? (order.pricePoints ?? 0)
          : this.#marketPrice(market, order.type, order.side)
      this.#execute(order, at, price, true, undefined)
    }
  }

  /** Fills what a bar reaches, each at its own price; the stop of a position opened so counts within the bar. */
  bar(market: Market, at: number, high: number, low: number, spread: number): readonly OpenPosition[] {
    const opened: OpenPosition[] = []
    for (const order of [...this.#state.pending.values()]) {
      const isUp = (order.side === 'buy') !== (order.type === 'limit')
      const edge = isUp ? high : low
      if (order.symbolId !== market.instrument.id || !isReached(order, edge, edge + spread)) continue
      const slippage = order.type === 'limit' ? 0 : this.#slippageTicks * market.tick
      const price = (order.pricePoints ?? 0) + (order.side === 'buy' ? slippage : -slippage)
      this.#execute(order, at, price, true, undefined)
      const position = this.#state.open.get(order.positionId)
      if (position !== undefined && this.#isStopped(position, high, low, spread)) opened.push(position)
    }
    while (this.#state.nextExpiryAt <= at) this.expireNext()
    return opened
  }

  #isStopped(position: OpenPosition, high: number, low: number, spread: number): boolean {
    return (
      position.stopPoints !== undefined && exitWithinBar(position, high, low, spread) === position.stopPoints
    )
  }

  #place(request: PlaceRequest<Tag>, at: number): void {
    const market = this.#state.findMarket(request.symbolId)
    if (market === undefined) {
      const description = `Symbol ${request.symbolId} is not traded here`
      return this.#reject(request, at, { code: 'SYMBOL_NOT_FOUND', description })
    }
    const refusal =
      this.#timeRefusal(market, request.timeInForce, at) ??
      this.#roomRefusal() ??
      pendingRefusal(market, request, at)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    const { type, tag, symbolId, side, volumeCents, clientOrderId, label, comment, ...terms } = request
    const pending = { type, ...terms }
    const order = this.#state.newOrder(
      { symbolId, side, volumeCents, clientOrderId, label, comment, pending },
      at,
    )
    this.#tell('order-accepted', order, 'created', at, false, tag)
    this.#work(market, order, at, tag)
  }

  /** Fills an order that its market has reached already, lets it wait, or cancels what may not wait. */
  #work(market: Market, order: ExchangeOrder, at: number, tag: Tag | undefined): void {
    const isNow = order.type === 'market-range' || isReached(order, market.bid, market.ask)
    if (isNow && isOpen(market.instrument, at as UnixMs))
      return this.#execute(order, at, this.#marketPrice(market, order.type, order.side), false, tag)
    if (order.timeInForce === 'ioc' || order.timeInForce === 'fok')
      return this.#end(order, 'cancelled', at, true, tag)
    this.#state.setPending(order, true)
  }

  #execute(order: ExchangeOrder, at: number, price: number, server: boolean, tag: Tag | undefined): void {
    const { tick } = this.#state.market(order.symbolId)
    const isPossible =
      isWithinRange(order, price, tick) && this.#opener.moneyRefusal(order, price) === undefined
    if (!isPossible) return this.#end(order, 'cancelled', at, true, tag)
    this.#state.setPending(order, false)
    this.#opener.fill(order, positionOf(order, at), { at, pricePoints: price, server, tag })
  }

  #cancel(request: CancelRequest<Tag>, at: number): void {
    const order = this.#state.pending.get(request.orderId)
    if (order === undefined) return this.#rejectUnknown(request, at)
    this.#end(order, 'cancelled', at, false, request.tag)
  }

  #amend(request: AmendRequest<Tag>, at: number): void {
    const order = this.#state.pending.get(request.orderId)
    if (order === undefined) return this.#rejectUnknown(request, at)
    const market = this.#state.market(order.symbolId)
    const amended = amendedOrder(order, request, at)
    if (amended === undefined) {
      const description = `A ${order.type} order has no such price`
      return this.#reject(request, at, { code: 'UNABLE_TO_AMEND_ORDER', description })
    }
    const refusal = pendingRefusal(market, amended, at)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    this.#state.setPending(amended, true)
    this.#tell('order-replaced', amended, 'created', at, false, request.tag)
    // A limit moved beyond the market fills at once, as a new one would.
    if (isReached(amended, market.bid, market.ask)) this.#work(market, amended, at, request.tag)
  }

  #end(
    order: ExchangeOrder,
    status: 'cancelled' | 'expired',
    at: number,
    server: boolean,
    tag: Tag | undefined,
  ): void {
    this.#state.setPending(order, false)
    this.#tell(`order-${status}`, { ...order, status, updatedAt: at }, 'closed', at, server, tag)
  }

  #tell(
    type: Exclude<OrderEvent['type'], 'order-filled'>,
    order: ExchangeOrder,
    status: 'created' | 'closed',
    at: number,
    server: boolean,
    tag: Tag | undefined,
  ): void {
    this.#emit({ type, at, server, order, position: positionOf(order, at).copy(status) }, tag)
  }

  /** A limit never pays slippage: it is no worse than its price, and a better quote is taken as it is. */
  #marketPrice(market: Market, type: ExchangeOrder['type'], side: ExchangeOrder['side']): number {
    return market.fillPoints(side, type === 'limit' ? 0 : this.#slippageTicks)
  }

  /** Orders that wait may come at any hour, but not before the first quote. */
  #timeRefusal(market: Market, timeInForce: string, at: number): Refusal | undefined {
    const refusal = marketRefusal(market, at)
    const waits = timeInForce === 'gtc' || timeInForce === 'gtd'
    if (!waits || refusal?.code !== 'MARKET_CLOSED') return refusal
    return market.at < 0 ? { code: 'NO_QUOTES', description: 'There is no quote yet' } : undefined
  }

  #roomRefusal(): Refusal | undefined {
    if (this.#state.pending.size < MAX_PENDING_ORDERS) return undefined
    return { code: 'TOO_MANY_POSITIONS', description: `${MAX_PENDING_ORDERS} orders work already` }
  }

  #rejectUnknown(request: CancelRequest<Tag> | AmendRequest<Tag>, at: number): void {
    const description = `Order not found with id ${request.orderId}`
    this.#reject(request, at, { code: 'ORDER_NOT_FOUND', description })
  }

  #reject(request: PendingRequest<Tag>, at: number, refusal: Refusal): void {
    const order = 'orderId' in request ? { orderId: request.orderId } : {}
    this.#emit({ type: 'order-rejected', at, server: false, ...refusal, request, ...order }, request.tag)
  }
}

function positionOf(order: ExchangeOrder, at: number): OpenPosition {
  const position = new OpenPosition(order.positionId, order.symbolId, order.side, order.createdAt, order)
  position.updatedAt = at
  return position
}

/** The order with what the request states; `undefined` when it states the price of another type. */
function amendedOrder<Tag>(
  order: ExchangeOrder,
  request: AmendRequest<Tag>,
  at: number,
): ExchangeOrder | undefined {
  const { limitPoints, triggerPoints, rangeTicks, expiresAt, volumeCents, orderId, tag, type, ...levels } =
    request
  const [own, other] = order.type === 'limit' ? [limitPoints, triggerPoints] : [triggerPoints, limitPoints]
  if (other !== undefined || (rangeTicks !== undefined && order.rangeTicks === undefined)) return undefined
  return {
    ...withoutFullSet(order),
    ...levels,
    timeInForce: expiresAt === undefined ? 'gtc' : 'gtd',
    updatedAt: at,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(volumeCents !== undefined && { volumeCents }),
    ...(own !== undefined && { pricePoints: own }),
    ...(rangeTicks !== undefined && { rangeTicks }),
  }
}

/** What an amendment removes unless it states it again. */
function withoutFullSet(order: ExchangeOrder): ExchangeOrder {
  const { expiresAt, stopPoints, targetPoints, stopDistancePoints, targetDistancePoints, ...rest } = order
  return rest
}
