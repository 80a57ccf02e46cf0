import type { Order, OrderId } from '@openclaw-trading/trading-model'
import type { AccountLink } from '../account/account-link.ts'
import { decodeOrder } from '../decode/order.ts'
import { required } from '../decode/presence.ts'
import { isCTraderError } from '../errors.ts'
import { ProtoOAExecutionType, type ProtoOAExecutionEvent } from '../protocol/generated/messages.js'
import { lost } from '../session/loss.ts'
import { whenAborted } from '../when-aborted.ts'
import { refusalOfExecution, rejectedError } from '../session/server-error.ts'

const ENDS: ReadonlySet<number> = new Set([
  ProtoOAExecutionType.ORDER_FILLED,
  ProtoOAExecutionType.ORDER_CANCELLED,
  ProtoOAExecutionType.ORDER_EXPIRED,
  ProtoOAExecutionType.ORDER_REJECTED,
])
/** Ends of other orders that are kept while the id of ours is not known yet. */
const MAX_KEPT_ENDS = 1000

/**
 * Waits for the end of one order: its fill, or whatever else becomes of it.
 *
 * Made before the order is sent, because the end may come with the acceptance.
 */
export class OrderWatch {
  readonly #link: AccountLink
  readonly #ends = new Map<number, ProtoOAExecutionEvent>()
  #id: OrderId | undefined
  #resolve: (order: Order) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  /** Creates it and starts to listen. */
  constructor(link: AccountLink) {
    this.#link = link
    link.session.events.on('execution', this.#onExecution)
  }

  /**
   * Resolves with the order as it ended; after a gap the server is asked about it.
   *
   * @throws {@link CTraderError} `order-rejected`, `connection-lost`, or the reason of `signal`
   */
  async end(id: OrderId, signal: AbortSignal | undefined): Promise<Order> {
    const { events, session } = this.#link
    const onExecution = (event: { readonly type: string }): void => {
      if (event.type === 'resynced') void this.#ask(id)
    }
    const onLost = (cause: unknown): void => this.#reject(cause)
    const onClosed = (cause: unknown): void =>
      this.#reject(lost('the connection is closed', 'unknown', cause))
    const onAbort = (): void => this.#reject(signal?.reason)
    const endAbort = whenAborted(signal, onAbort)
    try {
      return await new Promise<Order>((resolve, reject) => {
        this.#resolve = resolve
        this.#reject = reject
        this.#id = id
        events.on('execution', onExecution).on('lost', onLost)
        session.events.on('closed', onClosed)
        const known = this.#ends.get(id)
        if (signal?.aborted === true) onAbort()
        else if (known !== undefined) this.#settle(known)
      })
    } finally {
      events.off('execution', onExecution).off('lost', onLost)
      session.events.off('closed', onClosed)
      endAbort()
    }
  }

  /** Stops listening. */
  close(): void {
    this.#link.session.events.off('execution', this.#onExecution)
  }

  readonly #onExecution = (event: ProtoOAExecutionEvent): void => {
    const orderId = event.order?.orderId
    if (orderId === undefined || event.ctidTraderAccountId !== this.#link.id) return
    if (!ENDS.has(event.executionType)) return
    if (this.#id === undefined) {
      this.#ends.set(orderId, event)
      const [oldest] = this.#ends.keys()
      if (this.#ends.size > MAX_KEPT_ENDS && oldest !== undefined) this.#ends.delete(oldest)
    } else if (orderId === this.#id) this.#settle(event)
  }

  #settle(event: ProtoOAExecutionEvent): void {
    try {
      if (event.executionType === ProtoOAExecutionType.ORDER_REJECTED)
        this.#reject(rejectedError('newOrder', refusalOfExecution(event)))
      else {
        const order = required(event.order, 'order')
        const instrument = this.#link.known(order.tradeData.symbolId)
        this.#resolve(decodeOrder(order, instrument, event.executionType))
      }
    } catch (error) {
      this.#reject(error)
    }
  }

  /** After a gap: it may have ended unseen. */
  async #ask(orderId: OrderId): Promise<void> {
    try {
      const params = { ctidTraderAccountId: this.#link.id, orderId }
      const { order } = await this.#link.session.query('orderDetails', params)
      const found = required(order, 'order')
      const known = decodeOrder(found, this.#link.known(found.tradeData.symbolId))
      if (known.status !== 'accepted') this.#resolve(known)
    } catch (error) {
      if (!isCTraderError(error)) throw error
      this.#reject(error)
    }
  }
}
