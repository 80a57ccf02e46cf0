import type {
  AccountSnapshot,
  ExecutionEvent,
  Order,
  OrderId,
  Position,
  PositionId,
} from '@openclaw-trading/trading-model'

/** Pending orders, working or ended, that amendments are encoded from. */
const MAX_KEPT_ORDERS = 2048
/** Closed positions that requests are encoded from. */
const MAX_KEPT_CLOSED = 1024

/** Executions that may come while a snapshot is read; with more, what was told is believed alone. */
const MAX_FOLLOWED = 1000

/** A snapshot that is being read. */
export interface BookReading {
  /** It is read: takes it as the truth of when it was made, and what has been told since. */
  done(snapshot: Pick<AccountSnapshot, 'positions' | 'orders'>): void
  /** It is over, also without a snapshot. */
  end(): void
}

/**
 * Positions and orders as last told, from which requests are encoded.
 *
 * Ended ones are kept too: whoever changes one too late is to hear it from the server, not from us.
 */
export class KnownBook {
  readonly #open = new Map<number, Position>()
  readonly #closed = new Map<number, Position>()
  readonly #orders = new Map<number, Order>()
  readonly #followed = new Set<ExecutionEvent[]>()

  /** A position as last told while it was open. */
  position(id: PositionId): Position | undefined {
    return this.#open.get(id) ?? this.#closed.get(id)
  }

  /** A position that is open as far as was told. */
  open(id: number): Position | undefined {
    return this.#open.get(id)
  }

  /** An order that waits or waited for a price, as last told. */
  order(id: OrderId): Order | undefined {
    return this.#orders.get(id)
  }

  /** Follows what is told while a snapshot is read: it does not have it. To be called when the server has made it. */
  follow(): BookReading {
    const told: ExecutionEvent[] = []
    this.#followed.add(told)
    return {
      done: snapshot => {
        if (!this.#followed.delete(told) || told.length > MAX_FOLLOWED) return
        this.reset(snapshot)
        for (const event of told) this.#again(event)
      },
      end: () => void this.#followed.delete(told),
    }
  }

  #again(event: ExecutionEvent): void {
    if (event.type === 'resynced') return this.reset(event.snapshot)
    this.#apply(event)
    this.settle(event)
  }

  /** Takes a snapshot as the new truth. */
  reset({ positions, orders }: Pick<AccountSnapshot, 'positions' | 'orders'>): void {
    const now = new Set<number>(positions.map(({ id }) => id))
    for (const id of this.#open.keys()) if (!now.has(id)) this.#close(id)
    this.#open.clear()
    for (const position of positions) this.#open.set(position.id, position)
    this.#orders.clear()
    for (const order of orders) this.#keepOrder(order)
  }

  /** Takes what an event tells, before its listeners hear it. */
  take(event: ExecutionEvent): void {
    for (const told of this.#followed) if (told.length <= MAX_FOLLOWED) told.push(event)
    this.#apply(event)
  }

  #apply(event: ExecutionEvent): void {
    if ('position' in event && event.position.volume > 0) this.#open.set(event.position.id, event.position)
    if ('order' in event) this.#keepOrder(event.order)
  }

  /**
   * Takes that a position was closed, after its listeners have heard it: a timer or bar that ends with this message is
   * decided on the book before it, and the venue's answer to an order about this position is the one that counts.
   */
  settle(event: ExecutionEvent): void {
    if ('position' in event && event.position.volume === 0) this.#close(event.position.id)
  }

  #close(id: number): void {
    const position = this.#open.get(id)
    if (position === undefined) return
    this.#open.delete(id)
    this.#closed.set(id, position)
    const [oldest] = this.#closed.keys()
    if (this.#closed.size > MAX_KEPT_CLOSED && oldest !== undefined) this.#closed.delete(oldest)
  }

  #keepOrder(order: Order): void {
    if (order.terms === undefined) return
    this.#orders.delete(order.id)
    this.#orders.set(order.id, order)
    const [oldest] = this.#orders.keys()
    if (this.#orders.size > MAX_KEPT_ORDERS && oldest !== undefined) this.#orders.delete(oldest)
  }
}
