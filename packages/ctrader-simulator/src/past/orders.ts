import type { ExchangeOrder } from '@openclaw-trading/bot-engine/simulation'
import type { VenueEvent } from '../venue-events.ts'

/** Orders kept for history requests; of older ones those that work no more are forgotten. */
export const MAX_ORDERS = 10_000

/** A page of orders, newest first, and whether the question covered more. */
export interface OrderPage {
  readonly orders: readonly ExchangeOrder[]
  readonly hasMore: boolean
}

/** Every order of an account as it was last told, in the order of those tellings. */
export class OrderHistory {
  // By id; an order that changes moves to the end, so that the map is sorted by last change.
  readonly #orders = new Map<number, ExchangeOrder>()
  #changed = new Map<number, ExchangeOrder>()

  /** Every order held, the one that changed last at the end. */
  get all(): readonly ExchangeOrder[] {
    return [...this.#orders.values()]
  }

  /** Takes what an event tells of an order. */
  record(event: VenueEvent): void {
    if (!('order' in event) || event.order === undefined) return
    this.#put(event.order)
    this.#changed.set(event.order.id, event.order)
  }

  /** Takes orders of an earlier run, as {@link all} or {@link takeChanged} gave them. */
  restore(orders: readonly ExchangeOrder[]): void {
    for (const order of orders) this.#put(order)
  }

  /** Orders that changed since the last call. */
  takeChanged(): readonly ExchangeOrder[] {
    const changed = [...this.#changed.values()]
    this.#changed = new Map()
    return changed
  }

  /** The order of an id. */
  find(orderId: number): ExchangeOrder | undefined {
    return this.#orders.get(orderId)
  }

  /** Orders that changed last in [from, to], newest first; of one position, or of all. */
  between(from: number, to: number, maxRows: number, positionId?: number): OrderPage {
    const found = this.all.filter(
      order =>
        order.updatedAt >= from &&
        order.updatedAt <= to &&
        (positionId === undefined || order.positionId === positionId),
    )
    return { orders: found.reverse().slice(0, maxRows), hasMore: found.length > maxRows }
  }

  #put(order: ExchangeOrder): void {
    this.#orders.delete(order.id)
    this.#orders.set(order.id, order)
    if (this.#orders.size > MAX_ORDERS) this.#forget()
  }

  /** Forgets the older half, but nothing that still works unless everything does. */
  #forget(): void {
    const orders = this.all
    const ended = orders.filter(({ status }) => status !== 'accepted')
    for (const { id } of (ended.length > 0 ? ended : orders).slice(0, MAX_ORDERS / 2)) this.#orders.delete(id)
  }
}
