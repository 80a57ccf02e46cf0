import {
  type AccountSnapshot,
  type ClientOrderId,
  type ExecutionEvent,
  type Instrument,
  NO_CONVERSION,
  type Order,
  type OrderId,
  type Position,
  type PositionId,
  type Ratio,
} from '@openclaw-trading/trading-model'
import {
  type ClosingFacts,
  type MoneyTerms,
  type OrderFacts,
  type PositionFacts,
  toPosition,
} from '../execution-facts.ts'
import { type Held, heldCopy, heldPosition, takeLevels } from './held.ts'
import {
  heldEquityMinor,
  heldMarginMinor,
  type MarginTerms,
  type SampledBids,
  sampleHeldEquity,
} from './held-money.ts'
import { byId, remove, removeAt } from './short-list.ts'

/**
 * Orders, positions and balance of one run.
 *
 * Changed by executions and snapshots alone, never by what was asked for. Positions with another label belong to
 * others: they move the balance and take margin, and are not held.
 */
export class Book {
  private readonly label: string
  private readonly instrument: Instrument
  /** What a position is told in. */
  private readonly terms: { readonly instrument: Instrument; readonly account: MoneyTerms }
  private readonly digits: number
  // Lists and no maps: a run has few of each, and a map that keeps becoming empty is made anew each time.
  /** Oldest first. */
  private held: Held[] = []
  /** Of others on the account: they take margin. */
  private readonly foreign = new Map<PositionId, Position>()
  /** In the order of acceptance. */
  private working: Order[] = []
  private pending: ClientOrderId[] = []
  private positionObjects: readonly Position[] | undefined
  balanceMinor: number

  /** Creates an empty book. */
  constructor(
    label: string,
    instrument: Instrument,
    account: MoneyTerms & { readonly balanceMinor: number },
  ) {
    this.label = label
    this.instrument = instrument
    this.terms = { instrument, account }
    this.digits = account.digits
    this.balanceMinor = account.balanceMinor
  }

  /** This run's positions, oldest first. */
  get positions(): readonly Position[] {
    this.positionObjects ??= this.held.map(held => this.read(held))
    return this.positionObjects
  }

  /** This run's oldest position. */
  get oldest(): Position | undefined {
    const held = this.held
    // To read beyond the end of a list costs a backtest its compiled code.
    return held.length === 0 ? undefined : this.read(held[0] as Held)
  }

  /** Number of positions. */
  get size(): number {
    return this.held.length
  }

  /** Neither a position nor an order at work. */
  get isIdle(): boolean {
    return this.held.length === 0 && this.working.length === 0
  }

  /** This run's orders that work at the broker. */
  get orders(): readonly Order[] {
    return [...this.working]
  }

  /** An order of this run that works, by either id. */
  order(id: ClientOrderId | OrderId): Order | undefined {
    const orders = this.working
    for (let i = 0; i < orders.length; i++) {
      const order = orders[i] as Order
      if (order.id === id || order.clientOrderId === id) return order
    }
    return undefined
  }

  /** Tells whether an entry was decided and neither filled, refused, cancelled nor expired. */
  isPending(id: ClientOrderId): boolean {
    return this.pending.includes(id)
  }

  /** Entries that may still open a position: on their way, or working as an order. */
  get pendingEntries(): number {
    return this.pending.length
  }

  /** Of those, the ones of which no word has come from the broker: neither an order that works nor an end. */
  get entriesInFlight(): number {
    const inFlight = new Set(this.pending)
    for (const { clientOrderId } of this.working)
      if (clientOrderId !== undefined) inFlight.delete(clientOrderId)
    return inFlight.size
  }

  /** A position of this run. */
  position(id: PositionId): Position | undefined {
    const held = byId(this.held, id)
    return held === undefined ? undefined : this.read(held)
  }

  /** Tells whether a position of this run is open. */
  holds(id: PositionId): boolean {
    return byId(this.held, id) !== undefined
  }

  /** The object of a position, made once: it stays the same one while nothing changes. */
  private read(held: Held): Position {
    held.position ??= toPosition(held, this.terms)
    return held.position
  }

  /** Notes that an entry was decided. */
  expect(id: ClientOrderId): void {
    if (!this.pending.includes(id)) this.pending.push(id)
  }

  /** An entry of which nothing was heard has reached the broker: only a working order is still pending. */
  arrived(id: ClientOrderId): void {
    if (this.order(id) === undefined) remove(this.pending, id)
  }

  /** Takes over what the broker says of the account. */
  load(snapshot: AccountSnapshot): void {
    this.balanceMinor = snapshot.balance.minor
    // An order that worked and works no longer has become a position, or nothing.
    for (const { clientOrderId } of this.working)
      if (clientOrderId !== undefined) remove(this.pending, clientOrderId)
    this.held = []
    this.working = []
    this.positionObjects = undefined
    this.foreign.clear()
    for (const position of snapshot.positions)
      if (!this.isOwn(position)) this.foreign.set(position.id, position)
    const own = snapshot.positions.filter(position => this.isOwn(position))
    for (const position of own.sort((a, b) => a.openedAt - b.openedAt || a.id - b.id))
      this.put(position.id, heldPosition(position, this.instrument))
    for (const order of [...snapshot.orders].sort((a, b) => a.id - b.id)) {
      if (order.label !== this.label || order.symbolId !== this.instrument.id) continue
      this.work(order)
      if (order.clientOrderId !== undefined && !order.closing) this.expect(order.clientOrderId)
    }
  }

  /** Tells whether an event is about this run's orders and positions. */
  concerns(event: ExecutionEvent): boolean {
    switch (event.type) {
      case 'order-filled':
      case 'position-updated':
        return this.isOwn(event.position)
      case 'order-rejected':
        if (event.orderId !== undefined && this.order(event.orderId) !== undefined) return true
        return event.clientOrderId === undefined || this.isPending(event.clientOrderId)
      case 'cancel-rejected':
        return this.order(event.orderId) !== undefined
      case 'balance-changed':
      case 'resynced':
        return true
      default:
        return this.concernsOrder(event.order)
    }
  }

  /** Changes the book by what happened. */
  apply(event: ExecutionEvent): void {
    switch (event.type) {
      case 'order-filled':
        if (event.fill.closing !== undefined) this.balanceMinor = event.fill.closing.balance.minor
        if (event.partial) this.workOn(event.order)
        else this.forget(event.order)
        return this.takePosition(event.position)
      case 'position-updated':
        return this.takePosition(event.position)
      case 'order-rejected':
        if (event.clientOrderId !== undefined) remove(this.pending, event.clientOrderId)
        if (event.orderId !== undefined) this.drop(event.orderId)
        return
      case 'balance-changed':
        this.balanceMinor = event.balance.minor
        return
      case 'resynced':
        return this.load(event.snapshot)
      case 'order-accepted':
      case 'order-replaced':
        if (this.concernsOrder(event.order)) this.work(event.order)
        return
      case 'order-cancelled':
      case 'order-expired':
        this.forget(event.order)
    }
  }

  /**
   * Takes a fill of this run; `rest` is its order when that works on.
   *
   * @returns the position as it stood
   */
  fill(
    order: OrderFacts,
    position: PositionFacts,
    closing: ClosingFacts | undefined,
    rest: Order | undefined,
  ): PositionFacts | undefined {
    if (closing !== undefined) this.balanceMinor = closing.balanceMinor
    if (rest === undefined) this.forget(order)
    else this.workOn(rest)
    return this.put(position.id, position.volumeCents > 0 ? heldCopy(position) : undefined)
  }

  /** Takes the levels of a position of this run as they are now. */
  protect(position: PositionFacts): void {
    const held = byId(this.held, position.id)
    if (held === undefined) return
    takeLevels(held, position)
    this.positionObjects = undefined
  }

  private put(id: PositionId, held: Held | undefined): Held | undefined {
    const list = this.held
    let index = 0
    while (index < list.length && (list[index] as Held).id !== id) index += 1
    const before = index < list.length ? list[index] : undefined
    this.positionObjects = undefined
    if (held !== undefined) list[index] = held
    else if (before !== undefined) removeAt(list, index)
    return before
  }

  /** A part of an order was filled: orders of others fill in parts too, on every symbol of the account. */
  private workOn(order: Order): void {
    if (this.concernsOrder(order) && !this.isProtection(order)) this.work(order)
  }

  /** An order is over. */
  private forget({ id, clientOrderId }: OrderFacts): void {
    if (clientOrderId !== undefined) remove(this.pending, clientOrderId as ClientOrderId)
    if (this.working.length > 0) this.drop(id)
  }

  /** An order works, as it is told now. */
  private work(order: Order): void {
    const known = this.order(order.id)
    if (known === undefined) this.working.push(order)
    else this.working[this.working.indexOf(known)] = order
  }

  /** An order works no longer. */
  private drop(id: OrderId): void {
    const order = this.order(id)
    if (order !== undefined) remove(this.working, order)
  }

  /** Equity in minor units at a quote; without one, open profit counts as 0. */
  equityMinor(bid: number, ask: number, conversion: Ratio = NO_CONVERSION): number {
    if (this.held.length === 0) return this.balanceMinor
    return heldEquityMinor(this.balanceMinor, this.held, this.digits, bid, ask, conversion)
  }

  /** Writes the equity at many quotes `into` a column from `first` on, as {@link sampleHeldEquity} does. */
  sampleEquity(bids: SampledBids, into: Float64Array, first: number): void {
    sampleHeldEquity(this.balanceMinor, this.held, this.digits, bids, into, first)
  }

  /** Margin in minor units, also of the positions of others, as {@link heldMarginMinor} counts it. */
  marginMinor(terms: MarginTerms, conversion: Ratio = NO_CONVERSION): number {
    return heldMarginMinor(this.held, this.foreign.values(), this.digits, terms, conversion)
  }

  private isOwn(position: Position): boolean {
    return position.label === this.label && position.symbolId === this.instrument.id
  }

  private concernsOrder(order: Order): boolean {
    if (order.clientOrderId !== undefined && this.isPending(order.clientOrderId)) return true
    return (
      this.order(order.id) !== undefined || (order.positionId !== undefined && this.holds(order.positionId))
    )
  }

  /** The broker's own order of a position: nobody hears of its acceptance, nor of its end. */
  private isProtection({ id, closing, clientOrderId }: Order): boolean {
    return closing && clientOrderId === undefined && this.order(id) === undefined
  }

  private takePosition(position: Position): void {
    if (!this.isOwn(position)) {
      if (position.volume > 0) this.foreign.set(position.id, position)
      else this.foreign.delete(position.id)
      return
    }
    this.put(position.id, position.volume > 0 ? heldPosition(position, this.instrument) : undefined)
  }
}
