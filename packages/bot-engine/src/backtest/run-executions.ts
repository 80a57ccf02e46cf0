import type { ClientOrderId, OrderId, UnixMs } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'
import type { ExchangeDeal, ExchangeEvent, ExchangeOrder } from '../simulation/exchange-types.ts'
import {
  type ExecutionContext,
  toExecutionEvent,
  toFill,
  toOrder,
  toPosition,
} from '../simulation/execution-event.ts'
import type { ExecutionListener } from '../simulation/execution-listener.ts'
import type { OpenPosition } from '../simulation/matching/open-position.ts'

/** Tells a kernel what the exchange did, in the words of the model, without the events in between. */
export class RunExecutions implements ExecutionListener {
  readonly #kernel: () => Kernel
  readonly #context: Omit<ExecutionContext, 'marketTime'>
  #accepted: OrderId | undefined

  /** Creates a listener for a kernel that is made later. */
  constructor(kernel: () => Kernel, context: Omit<ExecutionContext, 'marketTime'>) {
    this.#kernel = kernel
    this.#context = context
  }

  /** Takes what the exchange tells as an event. */
  event(event: ExchangeEvent): void {
    const kernel = this.#kernel()
    const execution = toExecutionEvent(event, { ...this.#context, marketTime: kernel.state.now })
    if (execution !== undefined) kernel.execution(execution)
  }

  accepted({ id, clientOrderId, createdAt }: ExchangeOrder): boolean {
    const kernel = this.#kernel()
    // A bar that ends first may ask to cancel this very order.
    if (createdAt >= kernel.dueAt) return false
    if (kernel.heedsAcceptance(clientOrderId as ClientOrderId | undefined)) return false
    this.#accepted = id
    return true
  }

  filled(order: ExchangeOrder, position: OpenPosition, deal: ExchangeDeal): void {
    const context = this.#context
    const kernel = this.#kernel()
    kernel.execution(
      {
        type: 'order-filled',
        at: Math.max(deal.executedAt, kernel.state.now) as UnixMs,
        order: toOrder(order, context.instrument),
        fill: toFill(deal, context),
        position: toPosition(position, context),
        partial: order.status !== 'filled',
      },
      order.id === this.#accepted,
    )
  }

  protectionChanged(position: OpenPosition, at: number): void {
    const kernel = this.#kernel()
    kernel.execution({
      type: 'position-updated',
      at: Math.max(at, kernel.state.now) as UnixMs,
      position: toPosition(position, this.#context),
    })
  }
}
