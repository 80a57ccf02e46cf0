import { lotsToCents, type PositionId, roundPoints } from '@openclaw-trading/trading-model'
import { pointCents } from '../../profit.ts'
import type {
  DelayedStep,
  ExchangeDeal,
  ExchangeOrder,
  ExchangePosition,
  ExchangeRequest,
  PendingLevels,
  PositionLevels,
} from '../exchange-types.ts'
import type { ExecutionListener } from '../execution-listener.ts'
import type { Market } from '../matching/matching.ts'
import { type BriefOrder, OpenPosition, positionOf } from '../matching/open-position.ts'
import type { Refusal } from './refusal.ts'
import type { WorkingOrder } from './new-order.ts'
import { type Opening, openingRefusal } from './permission.ts'
import type { Emit, ProtectionOrders } from './protection-orders.ts'
import { averagePoints, depthParts } from './depth-fill.ts'
import { fillParts } from './scripted-outcome.ts'
import type { VenueState } from '../venue-state.ts'

type MarketRequest = Extract<ExchangeRequest, { type: 'market' }>

/** A fill of a whole order at the instant of its acceptance. */
type BriefFill = Pick<OrderFill<unknown>, 'market' | 'at' | 'pricePoints'>

/** A fill of an order, in one part or several. */
export interface OrderFill<Tag> {
  readonly market: Market
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

/** What became of an order that fills in parts. */
interface FilledParts<Tag> {
  /** The position that it opened or added to, if it did. */
  readonly grown: OpenPosition | undefined
  /** At the average price of the parts. */
  readonly filled: OrderFill<Tag>
}

/**
 * Fills accepted orders: opens positions, adds to them, reduces and flips them, and protects what is open then.
 *
 * An order acts on the position that it names, on a netted account else on the one of its symbol: the same side adds to
 * it at the average price, the other side reduces it; what is left of an order on a netted account opens a new position.
 */
export class OrderFiller<Tag> {
  private readonly state: VenueState
  private readonly protections: ProtectionOrders<Tag>
  private readonly emit: Emit<Tag>
  private readonly listener: ExecutionListener | undefined

  /** Creates a filler over a state. */
  constructor(
    state: VenueState,
    protections: ProtectionOrders<Tag>,
    emit: Emit<Tag>,
    listener: ExecutionListener | undefined,
  ) {
    this.state = state
    this.protections = protections
    this.emit = emit
    this.listener = listener
  }

  /** Why an order must not open so much at a price; `undefined` when it may, or opens nothing. */
  refusal(market: Market, order: Opening, openingCents: number, pricePoints: number): Refusal | undefined {
    if (openingCents === 0) return undefined
    const refusal = openingRefusal(this.state, market, order, openingCents)
    if (refusal !== undefined) return refusal
    const { money, account } = this.state
    if (!market.money.needsNoRate && !money.hasConversions(market))
      return { code: 'NO_QUOTES', description: 'There is no quote yet to convert to the deposit currency' }
    if (
      pricePoints * openingCents >= market.money.safeValue &&
      isBeyondMoney(pricePoints, openingCents, account.digits)
    )
      return {
        code: 'TRADING_BAD_VOLUME',
        description: `The value is beyond money of ${account.digits} digits`,
      }
    const required = money.requiredMarginMinor(market, order.side, openingCents, pricePoints)
    if (required <= 0) return undefined
    const free = money.freeMarginMinor()
    if (required <= free) return undefined
    return { code: 'NOT_ENOUGH_MONEY', description: `Margin ${required} is needed, ${free} is free` }
  }

  /**
   * Fills an order as far as its script says, else as far as the depth of the market goes, else whole; the rest of one
   * that does not wait is cancelled.
   *
   * @param target - What it acts on now.
   */
  fill(order: WorkingOrder, target: OpenPosition | undefined, fill: OrderFill<Tag>): void {
    const rest = order.volumeCents - order.filledCents
    // It adds to what it has opened before.
    const goesOn = order.filledCents > 0 && this.state.open.get(order.positionId)?.side === order.side
    let filled = fill
    let grown: OpenPosition | undefined
    if (order.outcome === undefined && fill.market.depth === undefined)
      grown = this.fillPart(order, target, rest, fill)
    else ({ grown, filled } = this.fillInParts(order, rest, fill))
    if (order.filledCents < order.volumeCents && !filled.restWaits) this.cancelRest(order, fill)
    if (grown === undefined) return
    const hasLevels =
      order.stopDistancePoints !== undefined ||
      order.targetDistancePoints !== undefined ||
      order.stopPoints !== undefined ||
      order.targetPoints !== undefined
    // An order with levels states the full set; one without them leaves what the position has.
    if (hasLevels && !goesOn) this.setLevels(grown, order, filled)
    else if (grown.protection !== undefined)
      this.protections.replace(grown, { market: fill.market, at: fill.at, server: true, tag: fill.tag })
  }

  /** Opens a position whole by an order that nobody reads as a whole; its levels protect it from the first on. */
  open(order: BriefOrder, request: MarketRequest, id: PositionId, fill: BriefFill): void {
    const { market, at, pricePoints } = fill
    const position = new OpenPosition(id, market, order.side, at, request)
    const deal = this.state.openDeal(position, order, market, at, pricePoints, request.volumeCents)
    if (request.stopDistancePoints !== undefined || request.targetDistancePoints !== undefined)
      this.protections.begin(position, levelsOf(request, market, pricePoints), at)
    this.listener?.dealt(order, position, deal)
  }

  /** Closes a position or a part of it by an order that nobody reads as a whole. */
  close(order: BriefOrder, position: OpenPosition, volumeCents: number, fill: BriefFill): void {
    const { market, at, pricePoints } = fill
    const { protection } = position
    const deal = this.state.closeDeal(position, order, market, at, pricePoints, volumeCents)
    this.listener?.dealt(order, position, deal)
    if (protection !== undefined) this.reduced(position, volumeCents, { market, at })
  }

  /** Nothing fills of an order that must fill whole and does not. */
  private fillInParts(order: WorkingOrder, rest: number, fill: OrderFill<Tag>): FilledParts<Tag> {
    const { instrument, depth } = fill.market
    // A script is for the first fill: what is left of an order that waits fills whole.
    const shares = order.filledCents === 0 ? order.outcome?.fill : undefined
    if (depth !== undefined && shares === undefined) return this.fillFromDepth(order, rest, fill)
    const step = lotsToCents(instrument, instrument.volumeStep)
    const parts = shares === undefined ? [rest] : fillParts(shares, rest, step)
    const isWhole = parts.reduce((sum, part) => sum + part, 0) === rest
    let grown: OpenPosition | undefined
    if (order.timeInForce === 'fok' && !isWhole) return { grown, filled: fill }
    for (const part of parts) grown = this.fillPart(order, this.state.targetOf(order), part, fill) ?? grown
    return { grown, filled: fill }
  }

  /** A limit goes on waiting for what its price has not brought; what takes any price does not. */
  private fillFromDepth(order: WorkingOrder, rest: number, fill: OrderFill<Tag>): FilledParts<Tag> {
    const { market } = fill
    const fillable = this.fillableCents(order, rest)
    const parts = depthParts(market, order, fillable, fill)
    const found = parts.reduce((sum, { volumeCents }) => sum + volumeCents, 0)
    const restWaits = fill.restWaits && order.type === 'limit'
    if (found < fillable && !restWaits) this.state.ordersCut += 1
    let grown: OpenPosition | undefined
    if (order.timeInForce === 'fok' && found < rest) return { grown, filled: fill }
    for (const { pricePoints, volumeCents, offers } of parts) {
      this.state.takeDepth(market, order.side, offers)
      const target = this.state.targetOf(order)
      grown = this.fillPart(order, target, volumeCents, { ...fill, pricePoints }) ?? grown
    }
    const pricePoints = averagePoints(parts) ?? fill.pricePoints
    return { grown, filled: { ...fill, pricePoints, restWaits } }
  }

  /** How much of an order can fill: one that only reduces a position not more than it has. */
  private fillableCents(order: ExchangeOrder, volumeCents: number): number {
    const target = this.state.targetOf(order)
    if (target === undefined) return order.onlyReduces === true ? 0 : volumeCents
    if (target.side === order.side || this.mayTurn(order)) return volumeCents
    return Math.min(volumeCents, target.volumeCents)
  }

  /** A named position must not be turned round; nor must one that was to be closed. */
  private mayTurn(order: ExchangeOrder): boolean {
    return this.state.account.hedged === false && order.onlyReduces !== true
  }

  /** Protects a position as the script of an order said, where it is still there. */
  protect({ positionId, at, tag, ...levels }: Extract<DelayedStep<Tag>, { type: 'protect' }>): void {
    const position = this.state.open.get(positionId)
    if (position === undefined) return
    const { market } = position
    this.protections.set(position, levels, { market, at, server: true, tag })
  }

  /** @returns the position that it opened or added to, if it did */
  private fillPart(
    order: WorkingOrder,
    target: OpenPosition | undefined,
    volumeCents: number,
    fill: OrderFill<Tag>,
  ): OpenPosition | undefined {
    let position = target
    let opening = volumeCents
    // Much may have happened between the acceptance of a close and a part of it.
    if (position === undefined && order.onlyReduces === true) return undefined
    if (position !== undefined && position.side !== order.side) {
      opening -= this.reduce(order, position, Math.min(volumeCents, position.volumeCents), fill)
      if (opening === 0 || !this.mayTurn(order)) return undefined
      position = undefined
    }
    const { market, at, pricePoints } = fill
    if (position === undefined) {
      // The id of a position that is gone, or was turned round, is not given out again.
      const isUsed = order.onPosition === true || order.filledCents > 0
      const id = isUsed ? this.state.takePositionId() : order.positionId
      position = new OpenPosition(id, market, order.side, at, order)
    }
    const deal = this.state.openDeal(position, order, market, at, pricePoints, opening)
    this.tell(order, position, 'open', deal, fill)
    return position
  }

  /** @returns what it has taken off the position */
  private reduce(
    order: WorkingOrder,
    position: OpenPosition,
    volumeCents: number,
    fill: OrderFill<Tag>,
  ): number {
    const { market, at, tag, pricePoints } = fill
    const { protection } = position
    const deal = this.state.closeDeal(position, order, market, at, pricePoints, volumeCents)
    const status = position.volumeCents > 0 ? 'open' : protection === undefined ? 'closed' : 'created'
    this.tell(order, position, status, deal, fill)
    if (protection !== undefined) this.reduced(position, volumeCents, { market, at, tag })
    return volumeCents
  }

  /** What protects a position protects less of it, or nothing any more. */
  private reduced(
    position: OpenPosition,
    closedCents: number,
    { market, at, tag }: Pick<OrderFill<Tag>, 'market' | 'at'> & { readonly tag?: Tag | undefined },
  ): void {
    const change = { market, at, server: true, tag }
    if (position.volumeCents > 0) this.protections.replace(position, change)
    else this.protections.cancel(position, closedCents, 'closed', change)
  }

  private tell(
    order: WorkingOrder,
    position: OpenPosition,
    status: 'open' | 'created' | 'closed',
    deal: ExchangeDeal,
    fill: OrderFill<Tag>,
  ): void {
    const filledCents = order.filledCents + deal.volumeCents
    order.positionId = position.id
    order.status = filledCents === order.volumeCents ? 'filled' : 'accepted'
    order.filledCents = filledCents
    order.fillPoints = fill.pricePoints
    order.updatedAt = fill.at
    if (this.listener !== undefined) this.listener.filled(order, position, deal)
    else this.emitFill(order, position.copy(status), deal, fill)
  }

  private emitFill(
    order: WorkingOrder,
    position: ExchangePosition,
    deal: ExchangeDeal,
    { at, server, tag }: OrderFill<Tag>,
  ): void {
    // What is not done goes on changing.
    if (order.status === 'filled') this.emit({ type: 'order-filled', at, server, order, position, deal }, tag)
    else this.emit({ type: 'order-partially-filled', at, server, order: { ...order }, position, deal }, tag)
  }

  private cancelRest(order: WorkingOrder, { at, tag }: OrderFill<Tag>): void {
    order.status = 'cancelled'
    order.updatedAt = at
    const position = this.state.open.get(order.positionId)?.copy('open') ?? positionOf(order, 'closed', at)
    this.emit({ type: 'order-cancelled', at, server: true, order, position }, tag)
  }

  /** Protects what an order with levels has opened or added to, at once or when its script says. */
  private setLevels(position: OpenPosition, order: ExchangeOrder, fill: OrderFill<Tag>): void {
    const { market, at, pricePoints, tag } = fill
    const levels = levelsOf(order, market, pricePoints)
    const followUpMs = order.outcome?.followUpMs ?? 0
    if (followUpMs === 0) return this.protections.set(position, levels, { market, at, server: true, tag })
    const step = { type: 'protect', at: at + followUpMs, positionId: position.id, ...levels } as const
    this.state.delay(tag === undefined ? step : { ...step, tag })
  }
}

/** A value that no safe integer holds. */
function isBeyondMoney(pricePoints: number, volumeCents: number, digits: number): boolean {
  return pointCents(pricePoints, volumeCents, digits) / 10_000_000n > BigInt(Number.MAX_SAFE_INTEGER)
}

/** How much of the volume of an order would open `target` or add to it. */
export function openingCents(
  order: Pick<ExchangeOrder, 'side' | 'onlyReduces'>,
  target: OpenPosition | undefined,
  volumeCents: number,
): number {
  if (order.onlyReduces === true) return 0
  if (target === undefined || target.side === order.side) return volumeCents
  return Math.max(0, volumeCents - target.volumeCents)
}

/** What an order says of the levels of its position. */
type LevelTerms = Pick<ExchangeOrder, 'side' | keyof PendingLevels>

function levelsOf(order: LevelTerms, market: Market, fillPoints: number): PositionLevels {
  const { stopDistancePoints: stop, targetDistancePoints: target } = order
  const sign = order.side === 'buy' ? 1 : -1
  const stopPoints = stop === undefined ? order.stopPoints : priceOf(market, fillPoints - sign * stop)
  const isTrailing = order.trailing === true && stopPoints !== undefined
  return {
    stopPoints,
    targetPoints: target === undefined ? order.targetPoints : priceOf(market, fillPoints + sign * target),
    // The stop keeps the distance that it has from the fill.
    trailingPoints: isTrailing ? Math.abs(fillPoints - stopPoints) : undefined,
    guaranteed: order.guaranteed === true,
  }
}

/** The nearest price of the symbol; only of a fill at an average price is it another one. */
function priceOf({ instrument, tick }: Market, points: number): number {
  return points % tick === 0 ? points : roundPoints(instrument, points)
}
