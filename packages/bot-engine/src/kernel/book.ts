import {
  accountMargin,
  type AccountSnapshot,
  type ClientOrderId,
  type ExecutionEvent,
  type Instrument,
  lotsToCents,
  type MarginMethod,
  NO_CONVERSION,
  type Order,
  type OrderId,
  type Position,
  type PositionId,
  priceToPoints,
  type Ratio,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { grossMinor, marginMinor } from '../profit.ts'

/** A position of this run with the whole numbers that equity is computed from. */
interface Held {
  readonly position: Position
  readonly entryPoints: number
  readonly volumeCents: number
  /** Swap and opening commission, not yet realised. */
  readonly costsMinor: number
}

/** What the margin of an account goes by. */
export interface MarginTerms {
  /** 100 = 1:100. */
  readonly leverage: number
  /** Default `sum`. */
  readonly marginMethod?: MarginMethod
}

/**
 * Orders, positions and balance of one run.
 *
 * Changed by executions and snapshots alone, never by what was asked for. Positions with another label belong to
 * others: they move the balance and take margin, and are not held.
 */
export class Book {
  readonly #label: string
  readonly #instrument: Instrument
  readonly #digits: number
  /** Oldest first. */
  readonly #held = new Map<PositionId, Held>()
  /** Of others on the account: they take margin. */
  readonly #foreign = new Map<PositionId, Position>()
  readonly #orders = new Map<OrderId, Order>()
  readonly #pending = new Set<ClientOrderId>()
  #positions: readonly Position[] | undefined
  balanceMinor: number

  /** Creates an empty book; `digits` are the decimal digits of the account's money. */
  constructor(label: string, instrument: Instrument, balanceMinor: number, digits: number) {
    this.#label = label
    this.#instrument = instrument
    this.#digits = digits
    this.balanceMinor = balanceMinor
  }

  /** This run's positions, oldest first. */
  get positions(): readonly Position[] {
    if (this.#positions === undefined) {
      const positions: Position[] = []
      for (const held of this.#held.values()) positions.push(held.position)
      this.#positions = positions
    }
    return this.#positions
  }

  /** Number of positions. */
  get size(): number {
    return this.#held.size
  }

  /** This run's orders that work at the broker. */
  get orders(): readonly Order[] {
    return [...this.#orders.values()]
  }

  /** Number of this run's orders that work at the broker. */
  get workingOrders(): number {
    return this.#orders.size
  }

  /** An order of this run that works, by either id. */
  order(id: ClientOrderId | OrderId): Order | undefined {
    if (typeof id === 'number') return this.#orders.get(id)
    for (const order of this.#orders.values()) if (order.clientOrderId === id) return order
    return undefined
  }

  /** Tells whether an entry was decided and neither filled, refused, cancelled nor expired. */
  isPending(id: ClientOrderId): boolean {
    return this.#pending.has(id)
  }

  /** Entries that may still open a position: on their way, or working as an order. */
  get pendingEntries(): number {
    return this.#pending.size
  }

  /** A position of this run. */
  position(id: PositionId): Position | undefined {
    return this.#held.get(id)?.position
  }

  /** Notes that an entry was decided. */
  expect(id: ClientOrderId): void {
    this.#pending.add(id)
  }

  /** An entry of which nothing was heard has reached the broker: only a working order is still pending. */
  arrived(id: ClientOrderId): void {
    if (this.order(id) === undefined) this.#pending.delete(id)
  }

  /** Takes over what the broker says of the account. */
  load(snapshot: AccountSnapshot): void {
    this.balanceMinor = snapshot.balance.minor
    // An order that worked and works no longer has become a position, or nothing.
    for (const { clientOrderId } of this.#orders.values())
      if (clientOrderId !== undefined) this.#pending.delete(clientOrderId)
    this.#held.clear()
    this.#orders.clear()
    this.#positions = undefined
    this.#foreign.clear()
    for (const position of snapshot.positions)
      if (!this.#isOwn(position)) this.#foreign.set(position.id, position)
    const own = snapshot.positions.filter(position => this.#isOwn(position))
    for (const position of own.sort((a, b) => a.openedAt - b.openedAt || a.id - b.id)) this.#hold(position)
    for (const order of [...snapshot.orders].sort((a, b) => a.id - b.id)) {
      if (order.label !== this.#label || order.symbolId !== this.#instrument.id) continue
      this.#orders.set(order.id, order)
      if (order.clientOrderId !== undefined && !order.closing) this.#pending.add(order.clientOrderId)
    }
  }

  /** Tells whether an event is about this run's orders and positions. */
  concerns(event: ExecutionEvent): boolean {
    switch (event.type) {
      case 'order-filled':
      case 'position-updated':
        return this.#isOwn(event.position)
      case 'order-rejected':
        if (event.orderId !== undefined && this.#orders.has(event.orderId)) return true
        return event.clientOrderId === undefined || this.#pending.has(event.clientOrderId)
      case 'cancel-rejected':
        return this.#orders.has(event.orderId)
      case 'balance-changed':
      case 'resynced':
        return true
      default:
        return this.#concernsOrder(event.order)
    }
  }

  /** Changes the book by what happened. */
  apply(event: ExecutionEvent): void {
    switch (event.type) {
      case 'order-filled':
        if (event.fill.closing !== undefined) this.balanceMinor = event.fill.closing.balance.minor
        if (!event.partial) this.#forget(event.order)
        // Orders of others fill in parts too, on every symbol of the account.
        else if (this.#concernsOrder(event.order)) this.#orders.set(event.order.id, event.order)
        return this.#update(event.position)
      case 'position-updated':
        return this.#update(event.position)
      case 'order-rejected':
        if (event.clientOrderId !== undefined) this.#pending.delete(event.clientOrderId)
        if (event.orderId !== undefined) this.#orders.delete(event.orderId)
        return
      case 'balance-changed':
        this.balanceMinor = event.balance.minor
        return
      case 'resynced':
        return this.load(event.snapshot)
      case 'order-accepted':
      case 'order-replaced':
        if (this.#concernsOrder(event.order)) this.#orders.set(event.order.id, event.order)
        return
      case 'order-cancelled':
      case 'order-expired':
        this.#forget(event.order)
    }
  }

  /** An order is over. */
  #forget({ id, clientOrderId }: Order): void {
    if (clientOrderId !== undefined) this.#pending.delete(clientOrderId)
    this.#orders.delete(id)
  }

  /** Equity in minor units at a quote; without one, open profit counts as 0. */
  equityMinor(bid: number, ask: number, conversion: Ratio = NO_CONVERSION): number {
    if (this.#held.size === 0) return this.balanceMinor
    let equity = this.balanceMinor
    for (const { position, entryPoints, volumeCents, costsMinor } of this.#held.values()) {
      const exit = position.side === 'buy' ? bid : ask
      equity += costsMinor
      if (exit > 0)
        equity += grossMinor(position.side, entryPoints, exit, volumeCents, this.#digits, conversion)
    }
    return equity
  }

  /**
   * Margin of the positions in minor units as the broker has stated it, also of those of others on the account: none of
   * it is free. One of this run of which it has not counts by the leverage of the account alone.
   */
  marginMinor({ leverage, marginMethod = 'sum' }: MarginTerms, conversion: Ratio = NO_CONVERSION): number {
    const symbols = new Map<SymbolId, { longMinor: number; shortMinor: number }>()
    const add = ({ symbolId, side }: Position, minor: number): void => {
      const sides = symbols.get(symbolId) ?? { longMinor: 0, shortMinor: 0 }
      if (side === 'buy') sides.longMinor += minor
      else sides.shortMinor += minor
      symbols.set(symbolId, sides)
    }
    for (const position of this.#foreign.values()) add(position, position.usedMargin?.minor ?? 0)
    for (const { position, entryPoints, volumeCents } of this.#held.values())
      add(
        position,
        position.usedMargin?.minor ??
          marginMinor(entryPoints, volumeCents, leverage, this.#digits, conversion),
      )
    return accountMargin(marginMethod, symbols.values())
  }

  #isOwn(position: Position): boolean {
    return position.label === this.#label && position.symbolId === this.#instrument.id
  }

  #concernsOrder(order: Order): boolean {
    if (order.clientOrderId !== undefined && this.#pending.has(order.clientOrderId)) return true
    return this.#orders.has(order.id) || (order.positionId !== undefined && this.#held.has(order.positionId))
  }

  #update(position: Position): void {
    if (!this.#isOwn(position)) {
      if (position.volume > 0) this.#foreign.set(position.id, position)
      else this.#foreign.delete(position.id)
      return
    }
    if (position.volume > 0) this.#hold(position)
    else {
      this.#held.delete(position.id)
      this.#positions = undefined
    }
  }

  #hold(position: Position): void {
    this.#held.set(position.id, {
      position,
      entryPoints: priceToPoints(position.entryPrice),
      volumeCents: lotsToCents(this.#instrument, position.volume),
      costsMinor: position.swap.minor + position.commission.minor,
    })
    this.#positions = undefined
  }
}
