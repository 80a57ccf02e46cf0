import type { OrderId, UnixMs } from '@openclaw-trading/trading-model'
import { toPosition } from '../execution-facts.ts'
import type { Executions } from '../kernel/executions.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { RunState } from '../kernel/run-state.ts'
import type { ExchangeDeal, ExchangeEvent, ExchangeOrder } from '../simulation/exchange-types.ts'
import { type ExecutionContext, toExecutionEvent, toFill, toOrder } from '../simulation/execution-event.ts'
import type { ExecutionListener } from '../simulation/execution-listener.ts'
import type { BriefOrder, OpenPosition, ProtectionOrder } from '../simulation/matching/open-position.ts'
import type { EquityCurve } from './equity-curve.ts'
import type { FillRecords } from './fill-records.ts'

/**
 * Tells a kernel what the exchange did, and keeps the fills.
 *
 * Fills and changed levels, which are nearly all there is, reach it as numbers unless somebody wants them in the words of
 * the model: their objects are most of what a fill costs.
 */
export class RunExecutions implements ExecutionListener {
  private readonly context: Omit<ExecutionContext, 'marketTime'>
  private readonly fills: FillRecords
  private readonly curve: EquityCurve
  private readonly wantsTrades: boolean
  private kernel: Kernel | undefined
  private state: RunState | undefined
  private executions: Executions | undefined
  private wantsEvents = true
  private wantsAcceptances = true
  private cancelOnAcceptance: ReadonlySet<string> = new Set()
  private acceptedId: OrderId | undefined

  /** Creates a listener; `wantsTrades`: somebody reads the trades themselves, and not their numbers alone. */
  constructor(
    context: Omit<ExecutionContext, 'marketTime'>,
    records: { readonly fills: FillRecords; readonly curve: EquityCurve },
    wantsTrades: boolean,
  ) {
    this.context = context
    this.fills = records.fills
    this.curve = records.curve
    this.wantsTrades = wantsTrades
  }

  /** Takes the kernel to tell, before the first request. */
  tell(kernel: Kernel): void {
    this.kernel = kernel
    this.state = kernel.state
    this.executions = kernel.executions
    this.wantsAcceptances = kernel.wantsExecutions
    this.wantsEvents = this.wantsTrades || this.wantsAcceptances
    this.cancelOnAcceptance = kernel.cancelOnAcceptance
  }

  /** Takes what the exchange tells as an event. */
  event(event: ExchangeEvent): void {
    this.curve.settle()
    const kernel = this.kernel as Kernel
    const { instrument, account } = this.context
    // Not begun with a spread: for each object that gains a property after one, V8 of Node 20 makes a hidden class anew,
    // in 0.5 µs, and 130 bytes live on until the next full collection.
    const execution = toExecutionEvent(event, { instrument, account, marketTime: kernel.state.now })
    if (execution !== undefined) kernel.execution(execution)
  }

  get takesBriefs(): boolean {
    const { now, dueAt } = this.state as RunState
    // Told by themselves, levels are one more message, and a timer that is set again for now runs with each. What was
    // drawn to arrive within a bar arrives behind its close: then the instant of the order says nothing of that.
    return !this.wantsEvents && now < dueAt
  }

  accepted({
    id,
    clientOrderId,
    createdAt,
  }: Pick<ExchangeOrder, 'id' | 'clientOrderId' | 'createdAt'>): boolean {
    // A bar that ends first may ask to cancel this very order.
    if (this.wantsAcceptances || createdAt >= (this.state as RunState).dueAt) return false
    const toCancel = this.cancelOnAcceptance
    // To look for an id that was just made takes ten times as long as to see that none is there.
    if (toCancel.size > 0 && clientOrderId !== undefined && toCancel.has(clientOrderId)) return false
    this.acceptedId = id
    return true
  }

  filled(order: ExchangeOrder, position: OpenPosition, deal: ExchangeDeal): void {
    this.curve.settle()
    this.fills.push(deal)
    const isAccepted = order.id === this.acceptedId
    if (this.wantsEvents) return this.tellFill(order, position, deal, isAccepted)
    const rest = order.status === 'filled' ? undefined : toOrder(order, this.context.instrument)
    ;(this.executions as Executions).filled(order, position, deal, isAccepted, rest)
  }

  dealt(order: BriefOrder, position: OpenPosition, deal: ExchangeDeal): void {
    this.curve.settle()
    this.fills.push(deal)
    ;(this.executions as Executions).filled(order, position, deal, order.id === this.acceptedId, undefined)
  }

  hit(hit: BriefOrder, protection: ProtectionOrder, position: OpenPosition, deal: ExchangeDeal): void {
    if (this.wantsEvents || position.volumeCents > 0)
      this.filled(position.copyHit(protection, hit, deal.pricePoints), position, deal)
    else this.dealt(hit, position, deal)
  }

  protectionChanged(position: OpenPosition, at: number): void {
    this.curve.settle()
    if (this.wantsEvents) this.tellProtection(position, at)
    else (this.executions as Executions).protectionChanged(position, at)
  }

  private tellFill(
    order: ExchangeOrder,
    position: OpenPosition,
    deal: ExchangeDeal,
    isAccepted: boolean,
  ): void {
    const context = this.context
    const kernel = this.kernel as Kernel
    kernel.execution(
      {
        type: 'order-filled',
        at: Math.max(deal.executedAt, kernel.state.now) as UnixMs,
        order: toOrder(order, context.instrument),
        fill: toFill(deal, context),
        position: toPosition(position, context),
        partial: order.status !== 'filled',
      },
      isAccepted,
    )
  }

  private tellProtection(position: OpenPosition, at: number): void {
    const kernel = this.kernel as Kernel
    kernel.execution({
      type: 'position-updated',
      at: Math.max(at, kernel.state.now) as UnixMs,
      position: toPosition(position, this.context),
    })
  }
}
