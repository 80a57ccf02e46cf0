import type { ExecutionEvent, Fill, Order, Position } from '@openclaw-trading/trading-model'
import type { DealFacts, OrderFacts, PositionFacts } from '../execution-facts.ts'
import { dated } from './dated.ts'
import type { HandlerHost } from './handler-host.ts'
import type { KernelListener } from './listener.ts'
import type { OrderEntry } from './order-entry.ts'
import type { RunState } from './run-state.ts'
import type { TradeBuilder } from './trade.ts'

/** Whom executions concern. */
export interface ExecutionParts {
  readonly state: RunState
  readonly trades: TradeBuilder
  readonly orders: OrderEntry
  readonly listener: KernelListener
  readonly host: HandlerHost
  /** Does what is due by a time that an execution has told. */
  readonly advance: (now: number) => void
  readonly hasEnded: () => boolean
  /** The strategy may have come to want quotes, or not any more. */
  readonly askForQuotes: () => void
}

/**
 * Takes executions: time, book, trade, listener, strategy, in this order.
 *
 * They come as events of the model, or as the numbers of the simulated venue where nobody reads their events: the objects
 * cost more than all the rest.
 */
export class Executions {
  private readonly parts: ExecutionParts
  private readonly state: RunState
  private readonly trades: TradeBuilder
  private readonly listener: KernelListener
  private readonly host: HandlerHost

  /** Creates it for a run. */
  constructor(parts: ExecutionParts) {
    this.parts = parts
    this.state = parts.state
    this.trades = parts.trades
    this.listener = parts.listener
    this.host = parts.host
  }

  /**
   * Takes an execution; one without a time of the broker's is of now, and moves no time: see {@link dated}.
   *
   * @param isAccepted - A fill whose order was accepted at the same instant, and of which no event told.
   */
  take(told: ExecutionEvent, isAccepted: boolean): void {
    const { book } = this.state
    const listener = this.listener
    const event = dated(told, this.state.now)
    this.moveTo(event.at)
    const concerns = book.concerns(event)
    const before = event.type === 'order-filled' ? book.position(event.position.id) : undefined
    book.apply(event)
    if (!concerns) return
    listener.onExecution?.(event)
    const trade = this.trades.take(event, before, isAccepted)
    if (event.type === 'order-accepted') this.parts.orders.accepted(event.order)
    if (trade !== undefined) listener.onTrade?.(trade)
    if (event.type === 'order-filled' || event.type === 'position-updated' || event.type === 'resynced')
      listener.onPositions?.(book.positions)
    if (!this.parts.hasEnded()) this.host.execution(event)
    this.parts.askForQuotes()
  }

  /** Takes a closing that nobody saw: the book has it from a snapshot, and it becomes a trade, once. */
  closedUnseen(fill: Fill, before: Position): void {
    const trade = this.trades.filledUnseen(fill, before)
    if (trade !== undefined) this.listener.onTrade?.(trade)
  }

  /**
   * Takes a fill of this run as numbers; its trade is told as numbers too.
   *
   * @param isAccepted - Its order was accepted at the same instant, and no event told.
   * @param rest - The order that works on, when it was filled in part.
   */
  filled(
    order: OrderFacts,
    position: PositionFacts,
    deal: DealFacts,
    isAccepted: boolean,
    rest: Order | undefined,
  ): void {
    this.moveTo(deal.executedAt)
    const before = this.state.book.fill(order, position, deal.closing, rest)
    const trade = this.trades.dealt(order, position, deal, before, isAccepted, rest === undefined)
    if (trade !== undefined) this.listener.onClosed?.(trade)
    if (this.host.settles || this.host.picksQuotes) this.followUp()
  }

  /** Takes a position of this run whose levels changed as numbers. */
  protectionChanged(position: PositionFacts, at: number): void {
    this.moveTo(at)
    this.state.book.protect(position)
    this.trades.protected(position)
    if (this.host.settles || this.host.picksQuotes) this.followUp()
  }

  private moveTo(at: number): void {
    const state = this.state
    if (at > state.now) state.now = at
    // Before any message has told the time there is none to begin at.
    if (state.now >= state.dueAt && state.now > 0) this.parts.advance(state.now)
  }

  /** What follows where the strategy wants no executions. */
  private followUp(): void {
    if (!this.parts.hasEnded()) this.host.executed()
    this.parts.askForQuotes()
  }
}
