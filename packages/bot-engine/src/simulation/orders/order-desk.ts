import { oppositeSide, type PositionId } from '@openclaw-trading/trading-model'
import type { DelayedStep, ExchangeDeal, ExchangeOrder, ExchangeRequest } from '../exchange-types.ts'
import { isReached, isWithinRange, type Market } from '../matching/matching.ts'
import {
  type BriefOrder,
  type OpenPosition,
  positionOf,
  type ProtectionOrder,
} from '../matching/open-position.ts'
import { closedRefusal, closeVolumeRefusal, tradingRefusal, volumeRefusal } from './order-checks.ts'
import type { Refusal } from './refusal.ts'
import type { ExecutionListener } from '../execution-listener.ts'
import { closingOrder, placedOrder, type WorkingOrder } from './new-order.ts'
import { openingCents, OrderFiller } from './order-filler.ts'
import { isOnOpen, PendingDesk } from './pending-desk.ts'
import { NO_TRADING, symbolRefusal } from './permission.ts'
import { amendmentRefusal, orderedRefusal } from './protection-checks.ts'
import { type Emit, ProtectionOrders } from './protection-orders.ts'
import type { ScriptedOutcome } from './scripted-outcome.ts'
import type { VenueState } from '../venue-state.ts'

type MarketRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'market' }>
type CloseRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'close' }>
type AmendRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'amend-protection' }>
/**
 * Executes requests at their instant and emits what follows in the venue's sequence: market orders, closes and
 * protection here (sequences A to F, J), what waits for a price or for the open at the {@link PendingDesk} (sequence G),
 * fills by the {@link OrderFiller} (sequence H).
 */
export class OrderDesk<Tag> {
  private readonly state: VenueState
  private readonly slippageTicks: number
  private readonly emit: Emit<Tag>
  private readonly listener: ExecutionListener | undefined
  private readonly protections: ProtectionOrders<Tag>
  private readonly filler: OrderFiller<Tag>
  /** Orders that wait for a price or for the open. */
  readonly pending: PendingDesk<Tag>

  /** Creates a desk over a state. */
  constructor(state: VenueState, slippageTicks: number, emit: Emit<Tag>, listener?: ExecutionListener) {
    this.state = state
    this.slippageTicks = slippageTicks
    this.emit = emit
    this.listener = listener
    this.protections = new ProtectionOrders(state, this.emit, listener)
    this.filler = new OrderFiller(state, this.protections, this.emit, listener)
    this.pending = new PendingDesk(state, slippageTicks, this.filler, this.emit)
  }

  /** Executes or refuses a request at `at`, at the prevailing quote. */
  run(request: ExchangeRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const code = outcome?.reject
    if (code !== undefined)
      return this.reject(request, at, { code, description: `Refused by a script: ${code}` })
    if (this.state.accessRights === 'no-trading') return this.reject(request, at, NO_TRADING)
    switch (request.type) {
      case 'market':
        return isOnOpen(request)
          ? this.pending.run(request, at, outcome)
          : this.runMarket(request, at, outcome)
      case 'close':
        return this.runClose(request, at, outcome)
      case 'amend-protection':
        return this.runAmend(request, at)
      default:
        return this.pending.run(request, at, outcome)
    }
  }

  /** Executes the next delayed step, at its instant. */
  runDelayed(): void {
    const [step, ...others] = this.state.delayed as readonly DelayedStep<Tag>[]
    if (step === undefined) return
    this.state.delayed = others
    if (step.type === 'protect') return this.filler.protect(step)
    const { order, at, tag } = step
    const market = this.state.markets.get(order.symbolId)
    const code = order.outcome?.rejectAfterAcceptance ?? this.lateRefusal(order, market, at)?.code
    if (code !== undefined) return this.rejectAccepted(order, at, code, tag)
    const pricePoints = market.fillPoints(order.side, this.slippageOf(order))
    const fill = { market, at, pricePoints, server: order.stopOut === true, tag, restWaits: false }
    this.filler.fill({ ...order }, this.state.targetOf(order), fill)
  }

  /** Closes a position by its protection order: one single event (sequence F). */
  hit(position: OpenPosition, at: number, price: number, isTarget: boolean): void {
    const { protection } = position
    if (protection === undefined) return
    if (this.state.hasDepth && (isTarget || !position.guaranteed))
      return this.hitDepth(position, protection, at, price, isTarget)
    this.closeHit(position, protection, at, price, position.volumeCents, isTarget)
  }

  /**
   * A stop takes any level, a target those that are no worse. What is left stays protected: the next quote that reaches
   * the level closes more.
   */
  private hitDepth(
    position: OpenPosition,
    protection: ProtectionOrder,
    at: number,
    price: number,
    isTarget: boolean,
  ): void {
    const { market } = position
    const worst = isTarget ? position.targetPoints : undefined
    const side = oppositeSide(position.side)
    const offers = market.depth?.offers(side, price, position.volumeCents, worst)
    for (const offer of offers ?? []) {
      const { pricePoints, volumeCents } = offer
      this.state.takeDepth(market, side, [offer])
      this.closeHit(position, protection, at, pricePoints, volumeCents, isTarget)
    }
  }

  private closeHit(
    position: OpenPosition,
    protection: ProtectionOrder,
    at: number,
    price: number,
    volumeCents: number,
    isTarget: boolean,
  ): void {
    const { id, createdAt } = protection
    const { label } = position
    const filledBy = isTarget ? 'take-profit' : 'stop-loss'
    const side = oppositeSide(position.side)
    const hit: BriefOrder = { id, createdAt, side, filledBy, clientOrderId: undefined, label }
    const deal = this.state.closeDeal(position, hit, position.market, at, price, volumeCents)
    protection.filledCents += volumeCents
    protection.updatedAt = at
    if (this.listener === undefined)
      this.emitHit(position.copyHit(protection, hit, price), position, at, deal)
    else this.listener.hit(hit, protection, position, deal)
  }

  private emitHit(order: ExchangeOrder, position: OpenPosition, at: number, deal: ExchangeDeal): void {
    const isDone = order.status === 'filled'
    this.emit(
      {
        type: isDone ? 'order-filled' : 'order-partially-filled',
        at,
        server: true,
        order,
        position: position.copy(isDone ? 'closed' : 'open'),
        deal,
      },
      undefined,
    )
  }

  /** Moves a trailing stop: no event but its own, and the position is no newer for it (sequence J). */
  trail(position: OpenPosition, at: number, stopPoints: number): void {
    const { protection } = position
    if (protection === undefined) return
    position.stopPoints = stopPoints
    position.market.watch(this.state)
    const orderId = protection.id
    this.emit(
      { type: 'trailing-moved', at, server: true, orderId, position: position.copy('open') },
      undefined,
    )
  }

  private runMarket(request: MarketRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const state = this.state
    const market = state.markets.find(request.symbolId)
    if (market === undefined) return this.rejectSymbol(request, at)
    const { side, volumeCents, positionId } = request
    const target = state.targetOf(request)
    const opening = openingCents(request, target, volumeCents)
    const price = market.fillPoints(side, outcome?.slippageTicks ?? this.slippageTicks)
    const refusal =
      tradingRefusal(market, at) ??
      volumeRefusal(market, volumeCents) ??
      (positionId === undefined ? undefined : this.targetRefusal(request, positionId)) ??
      orderedRefusal(state, market, price, request, opening) ??
      this.filler.refusal(market, request, opening, price)
    if (refusal !== undefined) return this.reject(request, at, refusal)
    const onPosition = target === undefined ? undefined : true
    const id = state.takeOrderId()
    const newId = target?.id ?? state.takePositionId()
    if (target === undefined && this.isBrief(market, outcome)) {
      const { clientOrderId, label } = request
      const brief = { id, createdAt: at, side, filledBy: undefined, clientOrderId, label }
      if (this.listener?.accepted(brief) === true)
        return this.filler.open(brief, request, newId, { market, at, pricePoints: price })
    }
    const order = placedOrder(request, id, newId, onPosition, at)
    if (outcome !== undefined) order.outcome = outcome
    if (target !== undefined && target.side !== side && volumeCents <= target.volumeCents)
      order.closing = true
    this.accept(order, target, market, price, at, request.tag)
  }

  private runClose(request: CloseRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const position = this.state.open.get(request.positionId)
    if (position === undefined) return this.rejectUnknown(request, at)
    const { volumeCents } = request
    const market = position.market
    const refusal = tradingRefusal(market, at) ?? closeVolumeRefusal(market, position, volumeCents)
    if (refusal !== undefined) return this.reject(request, at, refusal)
    const id = this.state.takeOrderId()
    const side = oppositeSide(position.side)
    const price = market.fillPoints(side, outcome?.slippageTicks ?? this.slippageTicks)
    if (this.isBrief(market, outcome)) {
      const { label } = position
      const brief = { id, createdAt: at, side, filledBy: undefined, clientOrderId: undefined, label }
      if (this.listener?.accepted(brief) === true)
        return this.filler.close(brief, position, volumeCents, { market, at, pricePoints: price })
    }
    const order = closingOrder(position, volumeCents, id, outcome, at)
    this.accept(order, position, market, price, at, request.tag)
  }

  /** What is accepted is filled whole at once, and nobody reads the order as a whole: most orders of a backtest. */
  private isBrief({ depth }: Market, outcome: ScriptedOutcome | undefined): boolean {
    return outcome === undefined && depth === undefined && this.listener?.takesBriefs === true
  }

  /** Closes a position or a part of it for lack of margin (sequence K). */
  stopOut(position: OpenPosition, volumeCents: number, at: number): void {
    const order = closingOrder(position, volumeCents, this.state.takeOrderId(), undefined, at)
    order.stopOut = true
    const market = position.market
    const price = market.fillPoints(order.side, this.slippageTicks)
    this.accept(order, position, market, price, at, undefined)
  }

  /** Accepts an order for at once, and fills it, then at this price or when its script says. */
  private accept(
    order: WorkingOrder,
    target: OpenPosition | undefined,
    market: Market,
    pricePoints: number,
    at: number,
    tag: Tag | undefined,
  ): void {
    const isTold = order.outcome !== undefined || this.listener?.accepted(order) !== true
    if (isTold && !this.tellAccepted(order, target, at, tag)) return
    const server = order.stopOut === true
    // What was told does not change.
    const working = isTold ? { ...order } : order
    this.filler.fill(working, target, { market, at, pricePoints, server, tag, restWaits: false })
  }

  /** @returns whether the order is to be filled at once; its script may say otherwise */
  private tellAccepted(
    order: WorkingOrder,
    target: OpenPosition | undefined,
    at: number,
    tag: Tag | undefined,
  ): boolean {
    const position = target?.copy('open') ?? positionOf(order, 'created', at)
    this.emit({ type: 'order-accepted', at, server: order.stopOut === true, order, position }, tag)
    const { fillDelayMs = 0, rejectAfterAcceptance: code } = order.outcome ?? {}
    if (fillDelayMs > 0)
      this.state.delay({ type: 'fill', at: at + fillDelayMs, order, ...(tag !== undefined && { tag }) })
    else if (code !== undefined) this.rejectAccepted(order, at, code, tag)
    return fillDelayMs === 0 && code === undefined
  }

  /** A limit never pays slippage. */
  private slippageOf({ type, outcome }: ExchangeOrder): number {
    return type === 'limit' ? 0 : (outcome?.slippageTicks ?? this.slippageTicks)
  }

  /** Much may have happened between its acceptance and a delayed fill. */
  private lateRefusal(order: ExchangeOrder, market: Market, at: number): Refusal | undefined {
    const closed = closedRefusal(market, at)
    if (closed !== undefined) return closed
    const target = this.state.targetOf(order)
    if (order.onPosition === true && target === undefined)
      return { code: 'POSITION_NOT_FOUND', description: `Position ${order.positionId} not found` }
    const pricePoints = market.fillPoints(order.side, this.slippageOf(order))
    const isLeft = order.type === 'limit' && !isReached(order, market.bid, market.ask)
    if (isLeft || !isWithinRange(order, pricePoints, market.tick))
      return { code: 'TRADING_BAD_PRICES', description: 'The price has left the limit or range of the order' }
    return this.filler.refusal(market, order, openingCents(order, target, order.volumeCents), pricePoints)
  }

  private rejectAccepted(order: ExchangeOrder, at: number, code: string, tag: Tag | undefined): void {
    const target = order.onPosition === true ? this.state.open.get(order.positionId) : undefined
    const position = target?.copy('open') ?? positionOf(order, 'closed', at)
    const rejected: ExchangeOrder = { ...order, status: 'rejected', updatedAt: at }
    this.emit(
      { type: 'order-rejected-after-acceptance', at, server: false, code, order: rejected, position },
      tag,
    )
  }

  private runAmend(request: AmendRequest<Tag>, at: number): void {
    const position = this.state.open.get(request.positionId)
    if (position === undefined) return this.rejectUnknown(request, at)
    const market = position.market
    const refusal = symbolRefusal(market) ?? amendmentRefusal(this.state, market, position, request)
    if (refusal !== undefined) return this.reject(request, at, refusal)
    const { stopPoints, targetPoints, stopTrigger, trailing, guaranteed, tag } = request
    position.updatedAt = at
    const change = { market, at, server: false, tag }
    if (stopPoints === undefined && targetPoints === undefined)
      return this.protections.cancel(position, position.volumeCents, 'open', change)
    const isTrailing = trailing === true && stopPoints !== undefined
    const trailingPoints = isTrailing ? Math.abs(market.exitPoints(position.side) - stopPoints) : undefined
    this.protections.set(
      position,
      { stopPoints, targetPoints, stopTrigger, trailingPoints, guaranteed },
      change,
    )
  }

  /** An order that names a position must find it, and must not turn it round. */
  private targetRefusal(
    { symbolId, side, volumeCents }: MarketRequest<Tag>,
    positionId: PositionId,
  ): Refusal | undefined {
    const target = this.state.open.get(positionId)
    if (target === undefined || target.symbolId !== symbolId)
      return { code: 'POSITION_NOT_FOUND', description: `Position ${positionId} not found` }
    if (this.state.account.hedged === false || target.side === side) return undefined
    if (volumeCents <= target.volumeCents) return undefined
    const description = `Volume ${volumeCents} is more than the ${target.volumeCents} of position ${positionId}`
    return { code: 'TRADING_BAD_VOLUME', description }
  }

  private rejectSymbol(request: MarketRequest<Tag>, at: number): void {
    const description = `Symbol ${request.symbolId} is not traded here`
    this.reject(request, at, { code: 'SYMBOL_NOT_FOUND', description })
  }

  private rejectUnknown(request: CloseRequest<Tag> | AmendRequest<Tag>, at: number): void {
    const description = `Position ${request.positionId} not found`
    this.reject(request, at, { code: 'POSITION_NOT_FOUND', description })
  }

  private reject(request: ExchangeRequest<Tag>, at: number, refusal: Refusal): void {
    const ids = {
      ...('positionId' in request && request.positionId !== undefined && { positionId: request.positionId }),
      ...('orderId' in request && { orderId: request.orderId }),
    }
    this.emit({ type: 'order-rejected', at, server: false, ...refusal, request, ...ids }, request.tag)
  }
}
