import type {
  Bar,
  ClientOrderId,
  Instrument,
  Lots,
  Order,
  OrderAmendment,
  OrderId,
  Position,
  PositionId,
  Quote,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Random } from '../ports/random.ts'
import type { Explain } from '../strategy/explain.ts'
import type { AccountView, Context, Entry, StatedProtection, Sync } from '../strategy/context.ts'
import type { Series } from '../strategy/series.ts'
import type { Book } from './book.ts'
import type { OrderEntry } from './order-entry.ts'
import type { RunState } from './run-state.ts'
import type { Timers } from './timers.ts'

/** What {@link RunContext} shows and uses. */
export interface RunParts {
  readonly state: RunState
  readonly orders: OrderEntry
  readonly timers: Timers
  readonly series: ReadonlyMap<string, Series<Bar>>
  readonly random: Random
  readonly explain: Explain | undefined
  /** Ends the run after the handler. */
  readonly stop: (reason: string) => void
}

/** The {@link Context} of a run: one object for all handlers, of one shape. */
export class RunContext implements Context {
  readonly #parts: RunParts
  readonly #state: RunState
  readonly #book: Book
  readonly #orders: OrderEntry
  readonly explain: Explain | undefined

  /** Creates the context of a run. */
  constructor(parts: RunParts) {
    this.#parts = parts
    this.#state = parts.state
    this.#book = parts.state.book
    this.#orders = parts.orders
    this.explain = parts.explain
  }

  get now(): UnixMs {
    return this.#state.now as UnixMs
  }

  get instrument(): Instrument {
    return this.#state.instrument
  }

  get quote(): Quote | undefined {
    return this.#state.quote
  }

  get account(): AccountView {
    return this.#state.accountView
  }

  get position(): Position | undefined {
    return this.#book.oldest
  }

  get positions(): readonly Position[] {
    return this.#book.positions
  }

  get orders(): readonly Order[] {
    return this.#book.orders
  }

  get lastRequest(): ClientOrderId | undefined {
    return this.#orders.lastId
  }

  get pendingEntries(): number {
    return this.#book.pendingEntries
  }

  bars(feed: string): Series<Bar> {
    const series = this.#parts.series.get(feed)
    if (series !== undefined) return series
    const known = [...this.#parts.series.keys()].join(', ')
    throw new EngineError(
      'invalid-options',
      `There is no feed "${feed}". The strategy's feeds are: ${known}.`,
    )
  }

  buy(entry: Entry): ClientOrderId {
    return this.#orders.enter('buy', entry)
  }

  sell(entry: Entry): ClientOrderId {
    return this.#orders.enter('sell', entry)
  }

  close(position?: PositionId, volume?: Lots): Sync {
    this.#orders.close(position, volume)
  }

  setProtection(position: PositionId, protection: StatedProtection): Sync {
    this.#orders.setProtection(position, protection)
  }

  cancel(order: ClientOrderId | OrderId): Sync {
    this.#orders.cancel(order)
  }

  amend(order: ClientOrderId | OrderId, amendment: OrderAmendment): Sync {
    this.#orders.amend(order, amendment)
  }

  setTimer(name: string, at: UnixMs): Sync {
    this.#parts.timers.set(name, at)
  }

  random(): number {
    return this.#parts.random.next()
  }

  stop(reason: string): Sync {
    this.#parts.stop(reason)
  }
}
