import { nextSession, type UnixMs } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangeRequest } from '../exchange-types.ts'
import { isReached, isWithinRange, type Market } from '../matching/matching.ts'
import { positionOf } from '../matching/open-position.ts'
import { isOfHours, marketRefusal } from './order-checks.ts'
import type { Refusal } from './refusal.ts'
import { type OnOpenRequest, onOpenRefusal, pendingRefusal } from './pending-checks.ts'
import { pendingOrder, type WorkingOrder } from './new-order.ts'
import { openingCents, type OrderFiller } from './order-filler.ts'
import { type Opening, symbolRefusal } from './permission.ts'
import { flagRefusal } from './protection-checks.ts'
import type { Emit } from './protection-orders.ts'
import type { ScriptedOutcome } from './scripted-outcome.ts'
import { isDouble } from '../matching/stop-trigger.ts'
import type { VenueState } from '../venue-state.ts'

type PlaceRequest<Tag> = Extract<ExchangeRequest<Tag>, { pricePoints: number }> | OnOpenRequest<Tag>
type CancelRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'cancel' }>
type AmendRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'amend-order' }>
/** What the desk executes. */
export type PendingRequest<Tag> = PlaceRequest<Tag> | CancelRequest<Tag> | AmendRequest<Tag>

/** Whether a market order waits for the open. */
export function isOnOpen<Tag>(
  request: Extract<ExchangeRequest<Tag>, { type: 'market' }>,
): request is OnOpenRequest<Tag> {
  return request.timeInForce === 'market-on-open'
}

/** Orders that may wait at once. */
export const MAX_PENDING_ORDERS = 1000
/** A quote after a longer silence opens the market anew: at half an hour no session is that quiet. */
const SILENCE_MS = 1_800_000

/**
 * Orders that wait: limit, stop and stop-limit for a price, a market order for the open; and the market range, which
 * waits for nothing.
 *
 * Accepted with a new position id, then replaced, cancelled, expired or filled (sequence G); a fill is followed by the
 * protection (sequence B). What a quote causes is the venue's own event, without the tag of the request. An order that
 * cannot be filled as stated – out of its range, or without the margin – is cancelled.
 *
 * | order | reached | fills at |
 * |---|---|---|
 * | limit | buy: ask ≤ limit; sell: bid ≥ limit | its limit; the quote when it is reached on acceptance or the market opens beyond it |
 * | stop | buy: ask ≥ price; sell: bid ≤ price; or as its trigger says | the quote that reaches it, also through a gap, plus slippage |
 * | stop-limit | as a stop | as a stop when within its range, else cancelled |
 * | market on open | by the first quote of the session that opens after its acceptance | that quote plus slippage |
 * | market range | on acceptance | the prevailing quote plus slippage when within its range, else cancelled |
 */
export class PendingDesk<Tag> {
  private readonly state: VenueState
  private readonly slippageTicks: number
  private readonly filler: OrderFiller<Tag>
  private readonly emit: Emit<Tag>

  /** Creates a desk over a state. */
  constructor(state: VenueState, slippageTicks: number, filler: OrderFiller<Tag>, emit: Emit<Tag>) {
    this.state = state
    this.slippageTicks = slippageTicks
    this.filler = filler
    this.emit = emit
  }

  /** Executes or refuses a request at `at`, at the prevailing quote. */
  run(request: PendingRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    if (request.type === 'cancel') this.cancel(request, at)
    else if (request.type === 'amend-order') this.amend(request, at)
    else this.place(request, at, outcome)
  }

  /** Lets the next order expire, at its own instant: the lowest id of those that expire first. */
  expireNext(): void {
    const at = this.state.nextExpiryAt
    for (const order of this.state.pending.values())
      if (order.expiresAt === at) return this.end(order, 'expired', at, true, undefined)
  }

  /** Fills what a quote reaches, in ascending order id; `previousAt` is the time of the quote before. */
  quote(market: Market, previousAt: number, opens: boolean): void {
    const { at, instrument, hours } = market
    if (!hours.isOpen(at)) return
    const isOpening = opens || at - previousAt >= SILENCE_MS || !hours.isOpen(previousAt)
    for (const order of [...this.state.pending.values()]) {
      if (order.symbolId !== instrument.id || !this.isTriggered(order, market)) continue
      const price =
        order.type === 'limit' && !isOpening ? (order.pricePoints ?? 0) : this.marketPrice(market, order)
      this.execute(order, at, price, true, undefined)
    }
  }

  /** Tells whether an order fills at a quote; of a double trigger, notes that the first quote came or that it was none. */
  private isTriggered(order: ExchangeOrder, { at, bid, ask }: Market): boolean {
    if (order.type === 'market') return at >= (order.opensAt ?? 0)
    const reached = isReached(order, bid, ask)
    if (!isDouble(order.trigger) || (reached && order.touched === true)) return reached
    if (reached === (order.touched === true)) return false
    const { touched: _, ...untouched } = order
    this.state.silentChanges += 1
    this.state.setPending(reached ? { ...order, touched: true } : untouched, true)
    return false
  }

  /** Fills an order at a price that the market has reached within a bar, as the venue's own doing. */
  fill(order: ExchangeOrder, at: number, price: number, bestPoints: number): void {
    this.execute(order, at, price, true, undefined, bestPoints)
  }

  /** What an order pays against it, in steps of the last digit. */
  slippageOf({ outcome }: ExchangeOrder): number {
    return outcome?.slippageTicks ?? this.slippageTicks
  }

  private place(request: PlaceRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const market = this.state.markets.find(request.symbolId)
    if (market === undefined) {
      const description = `Symbol ${request.symbolId} is not traded here`
      return this.reject(request, at, { code: 'SYMBOL_NOT_FOUND', description })
    }
    const isWaiting = request.type === 'market'
    const opensAt = isWaiting ? nextSession(market.instrument, at as UnixMs) : undefined
    const refusal =
      symbolRefusal(market) ??
      this.timeRefusal(market, request.timeInForce, at) ??
      this.roomRefusal() ??
      (isWaiting ? onOpenRefusal(market, request, opensAt) : pendingRefusal(market, request, at)) ??
      this.targetRefusal(request) ??
      flagRefusal(this.state, market, request, this.openingCents(request))
    if (refusal !== undefined) return this.reject(request, at, refusal)
    const { tag, positionId = this.state.takePositionId() } = request
    const order = pendingOrder(request, this.state.takeOrderId(), positionId, opensAt, at)
    if (outcome !== undefined) order.outcome = outcome
    this.tell('order-accepted', order, 'created', at, false, tag)
    const code = outcome?.rejectAfterAcceptance
    if (code !== undefined) return this.rejectAccepted(order, at, code, tag)
    this.work(market, order, at, tag)
  }

  private rejectAccepted(order: ExchangeOrder, at: number, code: string, tag: Tag | undefined): void {
    const rejected: ExchangeOrder = { ...order, status: 'rejected', updatedAt: at }
    const position = positionOf(order, 'closed', at)
    this.emit(
      { type: 'order-rejected-after-acceptance', at, server: false, code, order: rejected, position },
      tag,
    )
  }

  /** An order that names a position must find it; what it does to it is decided when it fills. */
  private targetRefusal({ positionId, symbolId }: PlaceRequest<Tag>): Refusal | undefined {
    if (positionId === undefined || this.state.open.get(positionId)?.symbolId === symbolId) return undefined
    return { code: 'POSITION_NOT_FOUND', description: `Position ${positionId} not found` }
  }

  /** Fills an order that its market has reached already, lets it wait, or cancels what may not wait. */
  private work(market: Market, order: ExchangeOrder, at: number, tag: Tag | undefined): void {
    if (order.type === 'market') return this.state.setPending(order, true)
    const isNow = order.type === 'market-range' || isReached(order, market.bid, market.ask)
    if (isNow && market.hours.isOpen(at)) return this.executeNow(market, order, at, tag)
    if (waits(order)) this.state.setPending(order, true)
    else this.end(order, 'cancelled', at, true, tag)
  }

  /** A script may put the fill of an order for at once off; it works no longer then, and cannot be cancelled. */
  private executeNow(market: Market, order: ExchangeOrder, at: number, tag: Tag | undefined): void {
    const { fillDelayMs = 0 } = order.outcome ?? {}
    const isImmediate =
      order.type === 'market-range' || order.timeInForce === 'ioc' || order.timeInForce === 'fok'
    if (fillDelayMs === 0 || !isImmediate)
      return this.execute(order, at, this.marketPrice(market, order), false, tag)
    this.state.delay({ type: 'fill', at: at + fillDelayMs, order, ...(tag !== undefined && { tag }) })
  }

  private execute(
    order: ExchangeOrder,
    at: number,
    price: number,
    server: boolean,
    tag: Tag | undefined,
    bestPoints?: number,
  ): void {
    const market = this.state.markets.get(order.symbolId)
    const target = this.state.targetOf(order)
    const opening = openingCents(order, target, order.volumeCents - order.filledCents)
    const isPossible =
      !(order.onPosition === true && target === undefined) &&
      isWithinRange(order, price, market.tick) &&
      this.filler.refusal(market, order, opening, price) === undefined
    if (!isPossible) return this.end(order, 'cancelled', at, true, tag)
    this.state.setPending(order, false)
    const working: WorkingOrder = { ...order }
    const fill = { market, at, pricePoints: price, server, tag, restWaits: waits(order), bestPoints }
    this.filler.fill(working, target, fill)
    const { status, ...filled } = working
    if (status === 'accepted') this.state.setPending({ ...filled, status }, true)
  }

  private openingCents(order: Opening & Pick<ExchangeOrder, 'volumeCents'>): number {
    return openingCents(order, this.state.targetOf(order), order.volumeCents)
  }

  private cancel(request: CancelRequest<Tag>, at: number): void {
    const order = this.state.pending.get(request.orderId)
    if (order !== undefined) return this.end(order, 'cancelled', at, false, request.tag)
    const filling = this.state.delayed.find(step => step.type === 'fill' && step.order.id === request.orderId)
    if (filling?.type !== 'fill') return this.rejectUnknown(request, at)
    const position = positionOf(filling.order, 'created', at)
    const code = 'UNABLE_TO_CANCEL_ORDER'
    this.emit(
      { type: 'cancel-rejected', at, server: false, code, order: filling.order, position },
      request.tag,
    )
  }

  private amend(request: AmendRequest<Tag>, at: number): void {
    const order = this.state.pending.get(request.orderId)
    if (order === undefined) return this.rejectUnknown(request, at)
    const market = this.state.markets.get(order.symbolId)
    const amended = amendedOrder(order, request, at)
    if (amended === undefined) {
      const description = `A ${order.type} order has no such price, or cannot be amended`
      return this.reject(request, at, { code: 'UNABLE_TO_AMEND_ORDER', description })
    }
    const refusal =
      symbolRefusal(market) ??
      restRefusal(amended) ??
      pendingRefusal(market, amended, at) ??
      flagRefusal(this.state, market, amended, this.openingCents(amended))
    if (refusal !== undefined) return this.reject(request, at, refusal)
    this.state.setPending(amended, true)
    this.tell('order-replaced', amended, 'created', at, false, request.tag)
    // A limit moved beyond the market fills at once, as a new one would.
    if (isReached(amended, market.bid, market.ask)) this.work(market, amended, at, request.tag)
  }

  private end(
    order: ExchangeOrder,
    status: 'cancelled' | 'expired',
    at: number,
    server: boolean,
    tag: Tag | undefined,
  ): void {
    this.state.setPending(order, false)
    const open = order.filledCents > 0 ? this.state.open.get(order.positionId) : undefined
    const ended: ExchangeOrder = { ...order, status, updatedAt: at }
    const position = open?.copy('open') ?? positionOf(order, 'closed', at)
    this.emit({ type: `order-${status}`, at, server, order: ended, position }, tag)
  }

  private tell(
    type: 'order-accepted' | 'order-replaced',
    order: ExchangeOrder,
    status: 'created',
    at: number,
    server: boolean,
    tag: Tag | undefined,
  ): void {
    this.emit({ type, at, server, order, position: positionOf(order, status, at) }, tag)
  }

  /** A limit never pays slippage: it is no worse than its price, and a better quote is taken as it is. */
  private marketPrice(market: Market, order: ExchangeOrder): number {
    return market.fillPoints(order.side, order.type === 'limit' ? 0 : this.slippageOf(order))
  }

  /** Orders that wait may come at any hour, but not before the first quote. */
  private timeRefusal(market: Market, timeInForce: string, at: number): Refusal | undefined {
    const refusal = marketRefusal(market, at)
    const waits = timeInForce !== 'ioc' && timeInForce !== 'fok'
    if (!waits || !isOfHours(refusal)) return refusal
    return market.at < 0 ? { code: 'NO_QUOTES', description: 'There is no quote yet' } : undefined
  }

  private roomRefusal(): Refusal | undefined {
    if (this.state.pending.size < MAX_PENDING_ORDERS) return undefined
    return { code: 'TOO_MANY_POSITIONS', description: `${MAX_PENDING_ORDERS} orders work already` }
  }

  private rejectUnknown(request: CancelRequest<Tag> | AmendRequest<Tag>, at: number): void {
    const description = `Order not found with id ${request.orderId}`
    this.reject(request, at, { code: 'ORDER_NOT_FOUND', description })
  }

  private reject(request: PendingRequest<Tag>, at: number, refusal: Refusal): void {
    const order = 'orderId' in request ? { orderId: request.orderId } : {}
    this.emit({ type: 'order-rejected', at, server: false, ...refusal, request, ...order }, request.tag)
  }
}

/** Whether an order goes on working that is not filled, or not whole. */
function waits({ type, timeInForce, outcome }: ExchangeOrder): boolean {
  if (timeInForce === 'ioc') return type === 'limit' && outcome?.restStays === true
  return timeInForce === 'gtc' || timeInForce === 'gtd'
}

/** Why an order cannot be made as small as what has filled of it. */
function restRefusal({ volumeCents, filledCents }: ExchangeOrder): Refusal | undefined {
  if (filledCents === 0 || volumeCents > filledCents) return undefined
  const description = `Volume ${volumeCents} is not more than the ${filledCents} that have filled`
  return { code: 'TRADING_BAD_VOLUME', description }
}

/** The order with what the request states; `undefined` when it states the price of another type, or waits for the open. */
function amendedOrder<Tag>(
  order: ExchangeOrder,
  request: AmendRequest<Tag>,
  at: number,
): ExchangeOrder | undefined {
  const {
    limitPoints,
    triggerPoints,
    rangeTicks,
    expiresAt,
    volumeCents,
    trigger,
    orderId,
    tag,
    type,
    ...levels
  } = request
  if (order.type === 'market') return undefined
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
    ...(trigger !== undefined && { trigger }),
  }
}

/** What an amendment removes unless it states it again. */
function withoutFullSet(order: ExchangeOrder): ExchangeOrder {
  const { expiresAt, stopPoints, targetPoints, stopDistancePoints, targetDistancePoints, ...others } = order
  // A moved trigger begins to count anew.
  const { trailing, guaranteed, touched, ...rest } = others
  return rest
}
