import { lotsToCents, roundPoints } from '@openclaw-trading/trading-model'
import { minorPerUnit, pointCents } from '../../profit.ts'
import type { DelayedStep, ExchangeDeal, ExchangeOrder, PositionLevels } from '../exchange-types.ts'
import type { ExecutionListener } from '../execution-listener.ts'
import type { Market } from '../matching/matching.ts'
import { OpenPosition, positionOf } from '../matching/open-position.ts'
import type { Refusal } from './order-checks.ts'
import { openingRefusal } from './permission.ts'
import type { Emit, ProtectionOrders } from './protection-orders.ts'
import { averagePoints, depthParts } from './depth-fill.ts'
import { fillParts } from './scripted-outcome.ts'
import type { VenueState } from '../venue-state.ts'

/** A fill of an order, in one part or several. */
export interface OrderFill<Tag> {
  readonly at: number
  readonly pricePoints: number
  /** The venue caused it by itself: a quote reached a pending order. */
  readonly server: boolean
  readonly tag: Tag | undefined
  /** Whether what does not fill now goes on waiting. */
  readonly restWaits: boolean
  /** The best price of the market, where it is not that of the prevailing quote. */
  readonly bestPoints?: number | undefined
}

/**
 * Fills accepted orders: opens positions, adds to them, reduces and flips them, and protects what is open then.
 *
 * An order acts on the position that it names, on a netted account else on the one of its symbol: the same side adds to
 * it at the average price, the other side reduces it; what is left of an order on a netted account opens a new position.
 */
export class OrderFiller<Tag> {
  readonly #state: VenueState
  readonly #protections: ProtectionOrders<Tag>
  readonly #emit: Emit<Tag>
  readonly #listener: ExecutionListener | undefined

  /** Creates a filler over a state. */
  constructor(
    state: VenueState,
    protections: ProtectionOrders<Tag>,
    emit: Emit<Tag>,
    listener: ExecutionListener | undefined,
  ) {
    this.#state = state
    this.#protections = protections
    this.#emit = emit
    this.#listener = listener
  }

  /** Why an order must not open what it would at a price; `undefined` when it may, or opens nothing. */
  refusal(order: OrderTerms, pricePoints: number): Refusal | undefined {
    const openingCents = this.openingCents(order)
    if (openingCents === 0) return undefined
    return (
      openingRefusal(this.#state, order, openingCents) ?? this.#moneyRefusal(order, openingCents, pricePoints)
    )
  }

  /** How much of an order would open or add to a position. */
  openingCents(order: OrderTerms): number {
    if (order.onlyReduces === true) return 0
    const target = this.#state.targetOf(order)
    if (target === undefined || target.side === order.side) return order.volumeCents
    return Math.max(0, order.volumeCents - target.volumeCents)
  }

  /**
   * Fills an order as far as its script says, else as far as the depth of the market goes, else whole.
   *
   * @returns the order as it is then; the rest of one that does not wait is cancelled
   */
  fill(order: ExchangeOrder, fill: OrderFill<Tag>): ExchangeOrder {
    const market = this.#state.market(order.symbolId)
    const { instrument } = market
    const rest = order.volumeCents - order.filledCents
    // A script is for the first fill: what is left of an order that waits fills whole.
    const outcome = order.filledCents === 0 ? order.outcome : undefined
    if (market.depth !== undefined && outcome?.fill === undefined)
      return this.#fillFromDepth(market, order, rest, fill)
    const goesOn = this.#goesOn(order)
    let current = order
    if (outcome?.fill === undefined) current = this.#fillPart(order, rest, fill)
    else {
      const parts = fillParts(outcome.fill, rest, lotsToCents(instrument, instrument.volumeStep))
      const isWhole = parts.reduce((sum, part) => sum + part, 0) === rest
      if (order.timeInForce === 'fok' && !isWhole) return this.#cancelRest(order, fill)
      for (const part of parts) current = this.#fillPart(current, part, fill)
    }
    return this.#finish(order, current, fill, goesOn)
  }

  /** A limit goes on waiting for what its price has not brought; what takes any price does not. */
  #fillFromDepth(market: Market, order: ExchangeOrder, rest: number, fill: OrderFill<Tag>): ExchangeOrder {
    const fillable = this.#fillableCents(order, rest)
    const parts = depthParts(market, order, fillable, fill)
    const found = parts.reduce((sum, { volumeCents }) => sum + volumeCents, 0)
    const restWaits = fill.restWaits && order.type === 'limit'
    if (found < fillable && !restWaits) this.#state.ordersCut += 1
    if (order.timeInForce === 'fok' && found < rest) return this.#cancelRest(order, fill)
    const goesOn = this.#goesOn(order)
    let current = order
    for (const { pricePoints, volumeCents, offers } of parts) {
      this.#state.takeDepth(market, order.side, offers)
      current = this.#fillPart(current, volumeCents, { ...fill, pricePoints })
    }
    const pricePoints = averagePoints(parts) ?? fill.pricePoints
    return this.#finish(order, current, { ...fill, pricePoints, restWaits }, goesOn)
  }

  /** How much of an order can fill: one that only reduces a position not more than it has. */
  #fillableCents(order: ExchangeOrder, volumeCents: number): number {
    const target = this.#state.targetOf(order)
    if (target === undefined) return order.onlyReduces === true ? 0 : volumeCents
    if (target.side === order.side || this.#mayTurn(order)) return volumeCents
    return Math.min(volumeCents, target.volumeCents)
  }

  /** A named position must not be turned round; nor must one that was to be closed. */
  #mayTurn(order: ExchangeOrder): boolean {
    return this.#state.account.hedged === false && order.onlyReduces !== true
  }

  /** Whether an order has opened what it adds to now. */
  #goesOn(order: ExchangeOrder): boolean {
    return order.filledCents > 0 && this.#state.open.get(order.positionId)?.side === order.side
  }

  #finish(order: ExchangeOrder, filled: ExchangeOrder, fill: OrderFill<Tag>, goesOn: boolean): ExchangeOrder {
    const isCut = filled.filledCents < filled.volumeCents && !fill.restWaits
    const current = isCut ? this.#cancelRest(filled, fill) : filled
    const position = this.#state.open.get(current.positionId)
    if (position !== undefined && position.side === order.side && current.filledCents > order.filledCents)
      this.#protect(position, order, fill, !goesOn)
    return current
  }

  /** Protects a position as an order said, now or when its script says. */
  protect({ positionId, at, tag, ...levels }: Extract<DelayedStep<Tag>, { type: 'protect' }>): void {
    const position = this.#state.open.get(positionId)
    if (position !== undefined) this.#protections.set(position, levels, { at, server: true, tag })
  }

  #fillPart(order: ExchangeOrder, volumeCents: number, fill: OrderFill<Tag>): ExchangeOrder {
    const target = this.#state.targetOf(order)
    // Much may have happened between the acceptance of a close and a part of it.
    if (target === undefined && order.onlyReduces === true) return order
    if (target === undefined || target.side === order.side)
      return this.#open(order, target, volumeCents, fill)
    const reducing = Math.min(volumeCents, target.volumeCents)
    const reduced = this.#reduce(order, target, reducing, fill)
    if (reducing === volumeCents || !this.#mayTurn(order)) return reduced
    return this.#open(reduced, undefined, volumeCents - reducing, fill)
  }

  #open(
    order: ExchangeOrder,
    target: OpenPosition | undefined,
    volumeCents: number,
    fill: OrderFill<Tag>,
  ): ExchangeOrder {
    const { at, pricePoints } = fill
    const position = target ?? this.#newPosition(order, at)
    const deal = this.#state.openDeal(position, order, at, pricePoints, volumeCents)
    return this.#tell(order, position, 'open', deal, fill)
  }

  /** The id of a position that is gone, or was turned round, is not given out again. */
  #newPosition(order: ExchangeOrder, at: number): OpenPosition {
    const isUsed = order.onPosition === true || order.filledCents > 0
    const id = isUsed ? this.#state.takePositionId() : order.positionId
    return new OpenPosition(id, order.symbolId, order.side, at, order)
  }

  #reduce(
    order: ExchangeOrder,
    position: OpenPosition,
    volumeCents: number,
    fill: OrderFill<Tag>,
  ): ExchangeOrder {
    const { at, tag } = fill
    const { protection } = position
    const deal = this.#state.closeDeal(position, order, at, fill.pricePoints, volumeCents)
    const status = position.volumeCents > 0 ? 'open' : protection === undefined ? 'closed' : 'created'
    const told = this.#tell(order, position, status, deal, fill)
    if (status === 'created') this.#protections.cancel(position, volumeCents, 'closed', { at, tag })
    else this.#protections.replace(position, { at, server: true, tag })
    return told
  }

  #tell(
    order: ExchangeOrder,
    position: OpenPosition,
    status: 'open' | 'created' | 'closed',
    deal: ExchangeDeal,
    { at, pricePoints, server, tag }: OrderFill<Tag>,
  ): ExchangeOrder {
    const filledCents = order.filledCents + deal.volumeCents
    const isDone = filledCents === order.volumeCents
    const filled: ExchangeOrder = {
      ...order,
      positionId: position.id,
      status: isDone ? 'filled' : 'accepted',
      filledCents,
      fillPoints: pricePoints,
      updatedAt: at,
    }
    if (this.#listener !== undefined) this.#listener.filled(filled, position, deal)
    else
      this.#emit(
        {
          type: isDone ? 'order-filled' : 'order-partially-filled',
          at,
          server,
          order: filled,
          position: position.copy(status),
          deal,
        },
        tag,
      )
    return filled
  }

  #cancelRest(order: ExchangeOrder, { at, tag }: OrderFill<Tag>): ExchangeOrder {
    const cancelled: ExchangeOrder = { ...order, status: 'cancelled', updatedAt: at }
    const position = this.#state.open.get(order.positionId)?.copy('open') ?? positionOf(order, 'closed', at)
    this.#emit({ type: 'order-cancelled', at, server: true, order: cancelled, position }, tag)
    return cancelled
  }

  /** An order with levels states the full set; one without them leaves what the position has. */
  #protect(position: OpenPosition, order: ExchangeOrder, fill: OrderFill<Tag>, isFirst: boolean): void {
    const { at, pricePoints, tag } = fill
    const levels = levelsOf(order, this.#state.market(order.symbolId), pricePoints)
    if (!isFirst || (levels.stopPoints === undefined && levels.targetPoints === undefined))
      return this.#protections.replace(position, { at, server: true, tag })
    const followUpMs = order.outcome?.followUpMs ?? 0
    const step = { type: 'protect', at: at + followUpMs, positionId: position.id, ...levels } as const
    if (followUpMs === 0) this.protect(tag === undefined ? step : { ...step, tag })
    else this.#state.delay(tag === undefined ? step : { ...step, tag })
  }

  #moneyRefusal(
    { symbolId, side }: Pick<ExchangeOrder, 'symbolId' | 'side'>,
    volumeCents: number,
    pricePoints: number,
  ): Refusal | undefined {
    const market = this.#state.market(symbolId)
    const { digits } = this.#state.account
    if (!this.#state.money.hasConversions(market))
      return { code: 'NO_QUOTES', description: 'There is no quote yet to convert to the deposit currency' }
    if (isBeyondMoney(pricePoints, volumeCents, digits))
      return { code: 'TRADING_BAD_VOLUME', description: `The value is beyond money of ${digits} digits` }
    const required = this.#state.money.requiredMarginMinor(market, side, volumeCents, pricePoints)
    const free = this.#state.money.freeMarginMinor()
    if (required <= 0 || required <= free) return undefined
    return { code: 'NOT_ENOUGH_MONEY', description: `Margin ${required} is needed, ${free} is free` }
  }
}

/** A value that no safe integer holds. */
function isBeyondMoney(pricePoints: number, volumeCents: number, digits: number): boolean {
  // Doubles err by far less than a tenth.
  if ((pricePoints * volumeCents * minorPerUnit(digits)) / 10_000_000 < Number.MAX_SAFE_INTEGER * 0.9)
    return false
  return pointCents(pricePoints, volumeCents, digits) / 10_000_000n > BigInt(Number.MAX_SAFE_INTEGER)
}

/** What decides what an order would do. */
export type OrderTerms = Pick<ExchangeOrder, 'symbolId' | 'side' | 'volumeCents'> &
  Partial<Pick<ExchangeOrder, 'positionId' | 'onlyReduces'>>

function levelsOf(order: ExchangeOrder, market: Market, fillPoints: number): PositionLevels {
  const { stopDistancePoints, targetDistancePoints } = order
  const sign = order.side === 'buy' ? 1 : -1
  const level = (distance: number) => roundPoints(market.instrument, fillPoints + sign * distance)
  const stopPoints = stopDistancePoints === undefined ? order.stopPoints : level(-stopDistancePoints)
  const isTrailing = order.trailing === true && stopPoints !== undefined
  return {
    stopPoints,
    targetPoints: targetDistancePoints === undefined ? order.targetPoints : level(targetDistancePoints),
    // The stop keeps the distance that it has from the fill.
    trailingPoints: isTrailing ? Math.abs(fillPoints - stopPoints) : undefined,
    guaranteed: order.guaranteed === true,
  }
}
