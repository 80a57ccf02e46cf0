import {
  type ExecutionEvent,
  type Fill,
  type Lots,
  type Money,
  money,
  type Order,
  type OrderId,
  type Position,
  type PositionId,
  pointsToPrice,
  type Price,
  type Side,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { ClosingFacts, DealFacts, OrderFacts, PositionFacts } from '../execution-facts.ts'
import { DealMemory } from './deal-memory.ts'
import { type ExitReason, protectiveLevel, reachedLevel } from './exit-reason.ts'
import { byId, remove } from './short-list.ts'
import type { TradeFacts } from './trade-facts.ts'

/** A round trip, or the closed part of one: one for each closing fill. */
export interface Trade {
  readonly positionId: PositionId
  readonly side: Side
  readonly volume: Lots
  readonly entryPrice: Price
  readonly openedAt: UnixMs
  readonly exitPrice: Price
  readonly closedAt: UnixMs
  /** The opening fill; absent for a position taken over from an earlier session. */
  readonly entry?: Fill
  readonly exit: Fill
  /** Its first stop: what the trade risked. Absent: it had none, or was taken over from an earlier session. */
  readonly initialStopLoss?: Price
  /** In force when it closed. */
  readonly stopLoss?: Price
  /** In force when it closed. */
  readonly takeProfit?: Price
  readonly exitReason: ExitReason
  readonly gross: Money
  /** Of both sides; negative is charged. */
  readonly commission: Money
  /** Negative is charged. */
  readonly swap: Money
  /** Negative is charged. */
  readonly conversionFee: Money
  /** Gross + commission + swap + conversion fee. */
  readonly net: Money
  /** Of the account, after the closing fill. */
  readonly balance: Money
}

type Filled = Extract<ExecutionEvent, { type: 'order-filled' }>
/** A fill seen as an event, or known from the broker's records alone. */
type ClosingFill = Pick<Filled, 'fill' | 'position'> & {
  readonly order: Pick<Filled['order'], 'id' | 'stopOut' | 'protective' | 'clientOrderId' | 'label'>
}

/** What is known of a position while it is open. */
interface Known {
  readonly id: PositionId
  /** The opening fill, once it was seen as an event. */
  entry: Fill | undefined
  /** The first stop that was seen with it, once that was. */
  initialStopLoss: Price | undefined
  /** The opening fill, once it was seen as numbers. */
  opening: DealFacts | undefined
  /** The first stop that was seen with it, once that was. */
  initialStopPoints: number | undefined
  /** This run asked to close it or a part of it. */
  isRequested: boolean
}

/**
 * Turns executions into {@link Trade}s; the same code in backtest and live.
 *
 * A stop-out is marked, and so is the protective order of a position; which of its levels it filled at is told by the
 * simulation alone, else {@link filledLevel} decides. An order that was accepted first came from somebody's request – on a
 * netted account also one that was not meant to close. Of any other nothing is known: price and levels tell.
 */
export class TradeBuilder {
  // Lists and no maps: a run has few of either at a time, and a map that keeps becoming empty is made anew each time.
  private known: Known[] = []
  private acceptedIds: OrderId[] = []
  private readonly deals = new DealMemory()

  /** Notes that this run asked to close a position or a part of it. */
  closeRequested(id: PositionId): void {
    this.know(id).isRequested = true
  }

  /** Notes an order that the broker accepted. */
  accepted({ id }: Pick<Order, 'id'>): void {
    if (!this.acceptedIds.includes(id)) this.acceptedIds.push(id)
  }

  /** Notes that an order will not fill any more. */
  over({ id }: Pick<Order, 'id'>): void {
    remove(this.acceptedIds, id)
  }

  /** Notes the first stop of a position that was seen to open: some venues tell it with the fill, some right after. */
  protectedBy({ id, stopLoss }: Pick<Position, 'id' | 'stopLoss'>): void {
    const known = byId(this.known, id)
    if (known?.entry !== undefined) known.initialStopLoss ??= stopLoss
  }

  /** The same of a position as numbers. */
  protected({ id, stopPoints }: PositionFacts): void {
    const known = byId(this.known, id)
    if (known?.opening !== undefined) known.initialStopPoints ??= stopPoints
  }

  /**
   * Takes any execution; `before` is the position of a fill as it stood. Returns the trade when a fill closed something
   * new.
   *
   * @param isAccepted - The order of a fill was accepted at the same instant.
   */
  take(event: ExecutionEvent, before: Position | undefined, isAccepted: boolean): Trade | undefined {
    switch (event.type) {
      case 'order-filled':
        return this.filled(event, before, isAccepted)
      case 'position-updated':
        this.protectedBy(event.position)
        break
      case 'order-accepted':
        this.accepted(event.order)
        break
      case 'order-cancelled':
      case 'order-expired':
        this.over(event.order)
        break
      case 'order-rejected':
        if (event.orderId !== undefined) this.over({ id: event.orderId })
    }
    return undefined
  }

  /**
   * Takes a fill; `before` is the position as it stood. Returns the trade when the fill closed something new.
   *
   * @param isAccepted - Its order was accepted at the same instant.
   */
  filled(event: Filled, before: Position | undefined, isAccepted = false): Trade | undefined {
    const { fill, position, order } = event
    if (!this.deals.isNew(fill.dealId)) return undefined
    if (isAccepted) this.accepted(order)
    if (fill.closing === undefined) {
      const known = this.know(position.id)
      known.entry ??= fill
      known.initialStopLoss ??= position.stopLoss
      if (!event.partial) this.over(order)
      return undefined
    }
    const trade = this.trade(event, fill.closing, before)
    if (!event.partial) this.over(order)
    const known = byId(this.known, position.id)
    if (known !== undefined && position.volume === 0) remove(this.known, known)
    return trade
  }

  /**
   * Takes a fill as numbers: what {@link TradeBuilder.filled} takes as an event. Each is told once: no wire repeats them.
   *
   * @param before - The position as it stood.
   * @param isAccepted - Its order was accepted at the same instant.
   * @param isOver - Nothing is left of its order.
   */
  dealt(
    order: OrderFacts,
    position: PositionFacts,
    deal: DealFacts,
    before: PositionFacts | undefined,
    isAccepted: boolean,
    isOver: boolean,
  ): TradeFacts | undefined {
    const wasAccepted = isAccepted || this.acceptedIds.includes(order.id)
    if (!isOver && isAccepted) this.accepted(order)
    // Most orders are accepted and over at one instant: they were never noted.
    if (isOver && this.acceptedIds.length > 0) this.over(order)
    const { closing } = deal
    if (closing !== undefined) return this.closed(order, position, deal, closing, before, wasAccepted)
    const known = this.know(position.id)
    known.opening ??= deal
    known.initialStopPoints ??= position.stopPoints
    return undefined
  }

  private closed(
    order: OrderFacts,
    position: PositionFacts,
    deal: DealFacts,
    closing: ClosingFacts,
    before: PositionFacts | undefined,
    wasAccepted: boolean,
  ): TradeFacts {
    const known = byId(this.known, position.id)
    let exitReason: ExitReason | undefined = order.stopOut === true ? 'stop-out' : order.filledBy
    if (exitReason === undefined)
      exitReason = wasAccepted
        ? requestReason(known, order, position)
        : reachedBy(position.side, deal, before)
    const isOpen = position.volumeCents > 0
    if (!isOpen && known !== undefined) remove(this.known, known)
    return {
      positionId: position.id,
      openedAt: position.openedAt,
      entryDeal: known?.opening?.id,
      openedPoints: known?.opening?.pricePoints,
      initialStopPoints: known?.initialStopPoints,
      stopPoints: before?.stopPoints,
      targetPoints: before?.targetPoints,
      exitReason,
      netMinor: closing.grossMinor + closing.commissionMinor + closing.swapMinor + closing.conversionFeeMinor,
      isOpen,
    }
  }

  /** Takes a closing fill that is known from the broker's records alone; `before` is the position as it stood. */
  filledUnseen(fill: Fill, before: Position): Trade | undefined {
    const { closing } = fill
    if (closing === undefined || !this.deals.isNew(fill.dealId)) return undefined
    const trade = this.trade({ fill, position: before, order: { id: fill.orderId } }, closing, before)
    const isOurs = trade.exitReason === 'external' && byId(this.known, before.id)?.isRequested === true
    return isOurs ? { ...trade, exitReason: 'strategy' } : trade
  }

  private trade(
    event: ClosingFill,
    closing: NonNullable<Fill['closing']>,
    before: Position | undefined,
  ): Trade {
    const { fill, position } = event
    const known = byId(this.known, position.id)
    const entry = known?.entry
    const stopLoss = before?.stopLoss
    const takeProfit = before?.takeProfit
    const { gross, commission, swap, conversionFee } = closing
    const trade: { -readonly [K in keyof Trade]: Trade[K] } = {
      positionId: position.id,
      side: position.side,
      volume: fill.volume,
      entryPrice: closing.entryPrice,
      openedAt: position.openedAt,
      exitPrice: fill.price,
      closedAt: fill.at,
      // Stated at once in the usual case: a field that is added later takes an array of its own.
      entry: entry ?? fill,
      exit: fill,
      exitReason: this.reasonOf(event, stopLoss, takeProfit),
      gross,
      commission,
      swap,
      conversionFee,
      net: money(
        gross.minor + commission.minor + swap.minor + conversionFee.minor,
        gross.digits,
        gross.currency,
      ),
      balance: closing.balance,
    }
    if (known?.initialStopLoss !== undefined) trade.initialStopLoss = known.initialStopLoss
    if (stopLoss !== undefined) trade.stopLoss = stopLoss
    if (takeProfit !== undefined) trade.takeProfit = takeProfit
    if (entry === undefined) delete trade.entry
    return trade
  }

  private reasonOf(
    { fill, position, order }: ClosingFill,
    stopLoss: Price | undefined,
    takeProfit: Price | undefined,
  ): ExitReason {
    if (order.stopOut === true) return 'stop-out'
    const { protective } = order
    if (protective !== undefined)
      return protectiveLevel(position.side, fill.price, protective, stopLoss, takeProfit)
    if (!this.acceptedIds.includes(order.id))
      return reachedLevel(position.side, fill.price, stopLoss, takeProfit)
    return requestReason(byId(this.known, position.id), order, position)
  }

  private know(id: PositionId): Known {
    const known = byId(this.known, id)
    if (known !== undefined) return known
    const added: Known = {
      id,
      entry: undefined,
      initialStopLoss: undefined,
      opening: undefined,
      initialStopPoints: undefined,
      isRequested: false,
    }
    this.known.push(added)
    return added
  }
}

function reachedBy(side: Side, { pricePoints }: DealFacts, before: PositionFacts | undefined): ExitReason {
  return reachedLevel(
    side,
    pointsToPrice(pricePoints),
    levelOf(before?.stopPoints),
    levelOf(before?.targetPoints),
  )
}

function levelOf(points: number | undefined): Price | undefined {
  return points === undefined ? undefined : pointsToPrice(points)
}

/** An order that was accepted: the run asked for a close, which carries no client order id, or reduced the position. */
function requestReason(
  known: Known | undefined,
  { clientOrderId, label }: Pick<OrderFacts, 'clientOrderId' | 'label'>,
  position: Pick<PositionFacts, 'label'>,
): 'strategy' | 'external' {
  if (known?.isRequested === true) return 'strategy'
  return clientOrderId !== undefined && label === position.label ? 'strategy' : 'external'
}
