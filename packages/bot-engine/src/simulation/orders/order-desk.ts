import { oppositeSide } from '@openclaw-trading/trading-model'
import type { DelayedStep, ExchangeDeal, ExchangeOrder, ExchangeRequest } from '../exchange-types.ts'
import { isReached, isWithinRange } from '../matching/matching.ts'
import { type OpenPosition, positionOf, type ProtectionOrder } from '../matching/open-position.ts'
import {
  closedRefusal,
  closeVolumeRefusal,
  distanceRefusal,
  marketRefusal,
  type Refusal,
  volumeRefusal,
} from './order-checks.ts'
import type { ExecutionListener } from '../execution-listener.ts'
import { OrderFiller } from './order-filler.ts'
import { isOnOpen, PendingDesk } from './pending-desk.ts'
import { accountRefusal, symbolRefusal } from './permission.ts'
import { amendmentRefusal, flagRefusal } from './protection-checks.ts'
import { type Emit, ProtectionOrders } from './protection-orders.ts'
import type { ScriptedOutcome } from './scripted-outcome.ts'
import type { VenueState } from '../venue-state.ts'
import type { NewOrder } from './new-order.ts'

type MarketRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'market' }>
type CloseRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'close' }>
type AmendRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'amend-protection' }>
/** Who closes: somebody who asked, or the venue itself. */
interface Cause<Tag> {
  readonly server: boolean
  readonly tag?: Tag | undefined
}

/**
 * Executes requests at their instant and emits what follows in the venue's sequence: market orders, closes and
 * protection here (sequences A to F, J), what waits for a price or for the open at the {@link PendingDesk} (sequence G),
 * fills by the {@link OrderFiller} (sequence H).
 */
export class OrderDesk<Tag> {
  readonly #state: VenueState
  readonly #slippageTicks: number
  readonly #emit: Emit<Tag>
  readonly #listener: ExecutionListener | undefined
  readonly #protections: ProtectionOrders<Tag>
  readonly #filler: OrderFiller<Tag>
  /** Orders that wait for a price or for the open. */
  readonly pending: PendingDesk<Tag>

  /** Creates a desk over a state. */
  constructor(state: VenueState, slippageTicks: number, emit: Emit<Tag>, listener?: ExecutionListener) {
    this.#state = state
    this.#slippageTicks = slippageTicks
    this.#emit = emit
    this.#listener = listener
    this.#protections = new ProtectionOrders(state, this.#emit, listener)
    this.#filler = new OrderFiller(state, this.#protections, this.#emit, listener)
    this.pending = new PendingDesk(state, slippageTicks, this.#filler, this.#emit)
  }

  /** Executes or refuses a request at `at`, at the prevailing quote. */
  run(request: ExchangeRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const code = outcome?.reject
    const refusal =
      code === undefined ? accountRefusal(this.#state) : { code, description: `Refused by a script: ${code}` }
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    switch (request.type) {
      case 'market':
        return isOnOpen(request)
          ? this.pending.run(request, at, outcome)
          : this.#runMarket(request, at, outcome)
      case 'close':
        return this.#runClose(request, at, outcome)
      case 'amend-protection':
        return this.#runAmend(request, at)
      default:
        return this.pending.run(request, at, outcome)
    }
  }

  /** Executes the next delayed step, at its instant. */
  runDelayed(): void {
    const [step, ...others] = this.#state.delayed as readonly DelayedStep<Tag>[]
    if (step === undefined) return
    this.#state.delayed = others
    if (step.type === 'protect') this.#filler.protect(step)
    else this.#fill(step.order, step.at, step.tag)
  }

  /** Closes a position by its protection order: one single event (sequence F). */
  hit(position: OpenPosition, at: number, price: number, isTarget: boolean): void {
    const { protection } = position
    if (protection === undefined) return
    if (this.#state.hasDepth && (isTarget || !position.guaranteed))
      return this.#hitDepth(position, protection, at, price, isTarget)
    const { volumeCents } = position
    const working = position.copyProtection(protection, 'accepted', volumeCents)
    const deal = this.#state.closeDeal(position, working, at, price, volumeCents)
    protection.updatedAt = at
    const filledBy = isTarget ? 'take-profit' : 'stop-loss'
    const order = position.copyProtection(protection, 'filled', volumeCents, { pricePoints: price, filledBy })
    this.#tellHit(order, position, at, deal)
  }

  /**
   * A stop takes any level, a target those that are no worse. What is left stays protected: the next quote that reaches
   * the level closes more.
   */
  #hitDepth(
    position: OpenPosition,
    protection: ProtectionOrder,
    at: number,
    price: number,
    isTarget: boolean,
  ): void {
    const market = this.#state.market(position.symbolId)
    const worst = isTarget ? position.targetPoints : undefined
    const filledBy = isTarget ? 'take-profit' : 'stop-loss'
    const offers = market.depth?.offers(oppositeSide(position.side), price, position.volumeCents, worst)
    for (const offer of offers ?? []) {
      const working = position.copyProtection(protection, 'accepted', position.volumeCents)
      this.#state.takeDepth(market, working.side, [offer])
      const deal = this.#state.closeDeal(position, working, at, offer.pricePoints, offer.volumeCents)
      protection.filledCents += offer.volumeCents
      protection.updatedAt = at
      const status = position.volumeCents === 0 ? 'filled' : 'accepted'
      const { pricePoints } = offer
      const order = position.copyProtection(protection, status, position.volumeCents, {
        pricePoints,
        filledBy,
      })
      this.#tellHit(order, position, at, deal)
    }
  }

  #tellHit(order: ExchangeOrder, position: OpenPosition, at: number, deal: ExchangeDeal): void {
    if (this.#listener !== undefined) return this.#listener.filled(order, position, deal)
    const isDone = order.status === 'filled'
    this.#emit(
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
    this.#state.watch(position.symbolId)
    const orderId = protection.id
    this.#emit(
      { type: 'trailing-moved', at, server: true, orderId, position: position.copy('open') },
      undefined,
    )
  }

  #runMarket(request: MarketRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const market = this.#state.findMarket(request.symbolId)
    if (market === undefined) {
      const description = `Symbol ${request.symbolId} is not traded here`
      return this.#reject(request, at, { code: 'SYMBOL_NOT_FOUND', description })
    }
    const price = market.fillPoints(request.side, outcome?.slippageTicks ?? this.#slippageTicks)
    const refusal =
      symbolRefusal(market) ??
      marketRefusal(market, at) ??
      volumeRefusal(market, request.volumeCents) ??
      this.#targetRefusal(request) ??
      flagRefusal(this.#state, market, request, this.#filler.openingCents(request)) ??
      distanceRefusal(market, price, request) ??
      this.#filler.refusal(request, price)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    const target = this.#state.targetOf(request)
    const closing =
      target !== undefined && target.side !== request.side && request.volumeCents <= target.volumeCents
    this.#accept(marketOrder(request, target, closing, outcome), target, at, {
      server: false,
      tag: request.tag,
    })
  }

  #runClose(request: CloseRequest<Tag>, at: number, outcome: ScriptedOutcome | undefined): void {
    const position = this.#state.open.get(request.positionId)
    if (position === undefined) return this.#rejectUnknown(request, at)
    const { volumeCents } = request
    const market = this.#state.market(position.symbolId)
    const refusal =
      symbolRefusal(market) ?? marketRefusal(market, at) ?? closeVolumeRefusal(market, position, volumeCents)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    const order = closingOrder(position, volumeCents, outcome)
    this.#accept(order, position, at, { server: false, tag: request.tag })
  }

  /** Closes a position or a part of it for lack of margin (sequence K). */
  stopOut(position: OpenPosition, volumeCents: number, at: number): void {
    const order = { ...closingOrder(position, volumeCents, undefined), stopOut: true } as const
    this.#accept(order, position, at, { server: true })
  }

  /** Accepts an order for at once, and fills it, then or when its script says. */
  #accept(from: NewOrder, target: OpenPosition | undefined, at: number, cause: Cause<Tag>): void {
    const { server, tag } = cause
    const order = this.#state.newOrder(from, at)
    const fillDelayMs = order.outcome?.fillDelayMs ?? 0
    const isKnown = order.outcome === undefined && this.#listener?.accepted(order) === true
    if (!isKnown) {
      const position = target?.copy('open') ?? positionOf(order, 'created', at)
      this.#emit({ type: 'order-accepted', at, server, order, position }, tag)
    }
    if (fillDelayMs === 0) return this.#fill(order, at, tag)
    this.#state.delay({ type: 'fill', at: at + fillDelayMs, order, ...(tag !== undefined && { tag }) })
  }

  #fill(order: ExchangeOrder, at: number, tag: Tag | undefined): void {
    const market = this.#state.market(order.symbolId)
    const ticks = order.type === 'limit' ? 0 : (order.outcome?.slippageTicks ?? this.#slippageTicks)
    const pricePoints = market.fillPoints(order.side, ticks)
    const code = order.outcome?.rejectAfterAcceptance ?? this.#lateRefusal(order, at, pricePoints)?.code
    if (code !== undefined) return this.#rejectAccepted(order, at, code, tag)
    const server = order.stopOut === true
    this.#filler.fill(order, { at, pricePoints, server, tag, restWaits: false })
  }

  /** Much may have happened between its acceptance and a delayed fill. */
  #lateRefusal(order: ExchangeOrder, at: number, pricePoints: number): Refusal | undefined {
    if (order.createdAt === at) return undefined
    const { instrument, tick, bid, ask } = this.#state.market(order.symbolId)
    const closed = closedRefusal(instrument, at)
    if (closed !== undefined) return closed
    if (order.onPosition === true && this.#state.targetOf(order) === undefined)
      return { code: 'POSITION_NOT_FOUND', description: `Position ${order.positionId} not found` }
    const isLeft = order.type === 'limit' && !isReached(order, bid, ask)
    if (isLeft || !isWithinRange(order, pricePoints, tick))
      return { code: 'TRADING_BAD_PRICES', description: 'The price has left the limit or range of the order' }
    return this.#filler.refusal(order, pricePoints)
  }

  #rejectAccepted(order: ExchangeOrder, at: number, code: string, tag: Tag | undefined): void {
    const target = order.onPosition === true ? this.#state.open.get(order.positionId) : undefined
    const position = target?.copy('open') ?? positionOf(order, 'closed', at)
    const rejected: ExchangeOrder = { ...order, status: 'rejected', updatedAt: at }
    this.#emit(
      { type: 'order-rejected-after-acceptance', at, server: false, code, order: rejected, position },
      tag,
    )
  }

  #runAmend(request: AmendRequest<Tag>, at: number): void {
    const position = this.#state.open.get(request.positionId)
    if (position === undefined) return this.#rejectUnknown(request, at)
    const market = this.#state.market(position.symbolId)
    const refusal = symbolRefusal(market) ?? amendmentRefusal(this.#state, market, position, request)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    const { stopPoints, targetPoints, stopTrigger, trailing, guaranteed, tag } = request
    position.updatedAt = at
    if (stopPoints === undefined && targetPoints === undefined)
      return this.#protections.cancel(position, position.volumeCents, 'open', { at, tag })
    const isTrailing = trailing === true && stopPoints !== undefined
    const trailingPoints = isTrailing ? Math.abs(market.exitPoints(position.side) - stopPoints) : undefined
    this.#protections.set(
      position,
      { stopPoints, targetPoints, stopTrigger, trailingPoints, guaranteed },
      { at, server: false, tag },
    )
  }

  /** An order that names a position must find it, and must not turn it round. */
  #targetRefusal({ positionId, symbolId, side, volumeCents }: MarketRequest<Tag>): Refusal | undefined {
    if (positionId === undefined) return undefined
    const target = this.#state.open.get(positionId)
    if (target === undefined || target.symbolId !== symbolId)
      return { code: 'POSITION_NOT_FOUND', description: `Position ${positionId} not found` }
    if (this.#state.account.hedged === false || target.side === side) return undefined
    if (volumeCents <= target.volumeCents) return undefined
    const description = `Volume ${volumeCents} is more than the ${target.volumeCents} of position ${positionId}`
    return { code: 'TRADING_BAD_VOLUME', description }
  }

  #rejectUnknown(request: CloseRequest<Tag> | AmendRequest<Tag>, at: number): void {
    const description = `Position ${request.positionId} not found`
    this.#reject(request, at, { code: 'POSITION_NOT_FOUND', description })
  }

  #reject(request: ExchangeRequest<Tag>, at: number, refusal: Refusal): void {
    const ids = {
      ...('positionId' in request && request.positionId !== undefined && { positionId: request.positionId }),
      ...('orderId' in request && { orderId: request.orderId }),
    }
    this.#emit({ type: 'order-rejected', at, server: false, ...refusal, request, ...ids }, request.tag)
  }
}

function marketOrder<Tag>(
  request: MarketRequest<Tag>,
  target: OpenPosition | undefined,
  closing: boolean,
  outcome: ScriptedOutcome | undefined,
): NewOrder {
  return {
    symbolId: request.symbolId,
    side: request.side,
    volumeCents: request.volumeCents,
    positionId: target?.id,
    closing,
    onlyReduces: undefined,
    trailing: request.trailing,
    guaranteed: request.guaranteed,
    outcome,
    stopDistancePoints: request.stopDistancePoints,
    targetDistancePoints: request.targetDistancePoints,
    clientOrderId: request.clientOrderId,
    label: request.label,
    comment: request.comment,
  }
}

function closingOrder(
  { symbolId, side, id, label, comment }: OpenPosition,
  volumeCents: number,
  outcome: ScriptedOutcome | undefined,
): NewOrder {
  return {
    symbolId,
    side: oppositeSide(side),
    volumeCents,
    positionId: id,
    closing: true,
    onlyReduces: true,
    trailing: undefined,
    guaranteed: undefined,
    outcome,
    stopDistancePoints: undefined,
    targetDistancePoints: undefined,
    clientOrderId: undefined,
    label,
    comment,
  }
}
