import type {
  AccountSnapshot,
  ClientOrderId,
  ExecutionEvent,
  Order,
  OrderId,
  Position,
  PositionId,
  Price,
  Quote,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { decodeExecution, symbolOfExecution, timeOfExecution } from './decode/execution.ts'
import type { OrderRules } from './decode/order.ts'
import { SpotDecoder } from './decode/spot.ts'
import { CTraderError, isCTraderError } from './errors.ts'
import type { InstrumentCatalogue } from './instruments.ts'
import { LateExecutions } from './late-executions.ts'
import type { Logger } from './options.ts'
import type { ProtoOAExecutionEvent, ProtoOAOrderErrorEvent } from './protocol/generated/messages.js'
import type { SpotEvent } from './protocol/spot-event.ts'
import { type Refusal, refusalOfOrderError } from './session/server-error.ts'
import type { Session } from './session/session.ts'

/** Takes quotes and executions, synchronously and in wire order. */
export type MarketListener = (event: Quote | ExecutionEvent) => void

/** What a {@link MarketStream} needs. */
export interface MarketStreamOptions {
  readonly session: Session
  readonly accountId: number
  readonly currency: string
  readonly catalogue: InstrumentCatalogue
  readonly logger: Logger
  /** An execution could not be read: what it did is told by a snapshot. */
  readonly onUnreadable: () => void
}

/** Our orders whose refusal may still come; more are only in flight when the server does not answer. */
const MAX_REMEMBERED_ORDERS = 1024
/** Pending orders, working or ended, that amendments are encoded from. */
const MAX_KEPT_ORDERS = 2048
/** What may come between a snapshot and its delivery; more, and the snapshot is taken anew. */
const MAX_HELD = 1000
const NO_SYMBOL: OrderRules = { lotSize: 1, digits: 5, pipPosition: 4 }

/** Decodes what the server tells of one account, in wire order, inside the read. */
export class MarketStream {
  readonly #options: MarketStreamOptions
  readonly #spots = new SpotDecoder()
  readonly #clientOrderIds = new Map<string, ClientOrderId>()
  readonly #positions = new Map<number, Position>()
  readonly #orders = new Map<number, Order>()
  readonly #late: LateExecutions
  #listeners: readonly MarketListener[] = []
  #marketTime = 0
  /** During a gap: what is told after it. */
  #held: (() => void)[] | undefined
  #holdsExecutions = false
  #heldTooMuch = false
  #paused = false

  /** Creates it and starts to listen. */
  constructor(options: MarketStreamOptions) {
    this.#options = options
    this.#late = new LateExecutions({
      catalogue: options.catalogue,
      logger: options.logger,
      tell: (event, instrument) => this.#tell(event, instrument),
      onLost: options.onUnreadable,
      over: () => options.session.closed,
    })
    const { events } = options.session
    events.on('spot', this.#onSpot)
    events.on('execution', this.#onExecution)
    events.on('order-error', this.#onOrderError)
    events.on('command-refused', this.#onCommandRefused)
  }

  /** Time of the last timestamped message; `undefined` before the first. */
  get marketTime(): UnixMs | undefined {
    return this.#marketTime === 0 ? undefined : (this.#marketTime as UnixMs)
  }

  /** Adds a listener; returns what removes it. */
  listen(listener: MarketListener): () => void {
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter(known => known !== listener)
    }
  }

  /** Stops listening. */
  close(): void {
    const { events } = this.#options.session
    events.off('spot', this.#onSpot)
    events.off('execution', this.#onExecution)
    events.off('order-error', this.#onOrderError)
    events.off('command-refused', this.#onCommandRefused)
    this.#listeners = []
  }

  /** Remembers which order a request places: its refusal names only the request. */
  remember(clientMsgId: string, clientOrderId: ClientOrderId): void {
    if (this.#clientOrderIds.size >= MAX_REMEMBERED_ORDERS) {
      const [oldest] = this.#clientOrderIds.keys()
      if (oldest !== undefined) this.#clientOrderIds.delete(oldest)
    }
    this.#clientOrderIds.set(clientMsgId, clientOrderId)
  }

  /** Forgets a request that is over. */
  forget(clientMsgId: string): void {
    this.#clientOrderIds.delete(clientMsgId)
  }

  /** An open position as last told. */
  position(id: PositionId): Position | undefined {
    return this.#positions.get(id)
  }

  /** An order that waits or waited for a price, as last told. */
  order(id: OrderId): Order | undefined {
    return this.#orders.get(id)
  }

  /** The last bid of a symbol in 1/100000, of this connection. */
  bidOf(symbol: number): number | undefined {
    return this.#spots.sides(symbol)?.bid || undefined
  }

  /** The last quote of a symbol, of this connection. */
  quote(symbol: SymbolId): Quote | undefined {
    return this.#spots.quote(symbol, this.#marketTime)
  }

  /** The server moved the stop of a position. */
  moveStop(id: PositionId, stopLoss: Price): void {
    const position = this.#positions.get(id)
    if (position !== undefined) this.#positions.set(id, { ...position, stopLoss })
  }

  /** Takes a snapshot as the new truth. */
  reset({ positions, orders }: Pick<AccountSnapshot, 'positions' | 'orders'>): void {
    this.#positions.clear()
    for (const position of positions) this.#positions.set(position.id, position)
    this.#orders.clear()
    for (const order of orders) this.#keepOrder(order)
  }

  /** Events may be missing from now on: executions are dropped, because a snapshot will tell what they did. */
  suspend(): void {
    this.#paused = false
    this.#held = []
    this.#holdsExecutions = false
    this.#heldTooMuch = false
    this.#late.clear()
    this.#spots.reset()
  }

  /** The snapshot has been taken by the server: executions from now on are behind it. */
  hold(): void {
    this.#holdsExecutions = true
  }

  /** The server has taken a snapshot though nothing was lost: executions from now on are told behind it. */
  pause(): void {
    if (this.#held !== undefined) return
    this.#held = []
    this.#holdsExecutions = true
    this.#heldTooMuch = false
    this.#paused = true
  }

  /** A snapshot is being read though nothing was lost. */
  get paused(): boolean {
    return this.#paused
  }

  /** There will be no snapshot: tells what has happened since. */
  unpause(): void {
    if (!this.#paused) return
    const held = this.#held ?? []
    this.#paused = false
    this.#held = undefined
    for (const tell of held) tell()
  }

  /**
   * Tells the snapshot, and then what has happened since.
   *
   * @throws {@link CTraderError} `buffer-overflow` when too much has; then take another
   */
  resync(snapshot: AccountSnapshot): void {
    const held = this.#held ?? []
    if (this.#heldTooMuch)
      throw new CTraderError(
        'buffer-overflow',
        `More than ${MAX_HELD} events came before the snapshot was read. Take another.`,
        { stream: 'executions', capacity: MAX_HELD },
      )
    this.#held = undefined
    this.#paused = false
    this.reset(snapshot)
    for (const tell of [() => this.#dispatch({ type: 'resynced', at: snapshot.at, snapshot }), ...held])
      try {
        tell()
      } catch (error) {
        // A listener failed: its owner must hear of it, and the account is restored nevertheless.
        queueMicrotask(() => {
          throw error
        })
      }
  }

  /** Whether an event belongs behind the snapshot that is being taken. */
  #postponed(tell: () => void): boolean {
    if (this.#held === undefined) return false
    if (this.#held.length < MAX_HELD) this.#held.push(tell)
    else this.#heldTooMuch = true
    return true
  }

  readonly #onSpot = (event: SpotEvent): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    this.#advance(event.timestamp)
    const quote = this.#spots.decode(event, this.#marketTime)
    if (quote !== undefined) this.#dispatch(quote)
  }

  readonly #onExecution = (event: ProtoOAExecutionEvent): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    if (this.#held !== undefined && !this.#holdsExecutions) return
    if (this.#postponed(() => this.#take(event))) return
    this.#take(event)
  }

  #take(event: ProtoOAExecutionEvent): void {
    const symbol = symbolOfExecution(event)
    if (symbol === undefined) this.#tell(event, NO_SYMBOL)
    else {
      const instrument = this.#options.catalogue.get(symbol)
      if (instrument === undefined || this.#late.has(symbol)) this.#late.add(symbol, event)
      else this.#tell(event, instrument)
    }
  }

  readonly #onOrderError = (event: ProtoOAOrderErrorEvent, clientMsgId: string | undefined): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    this.#reject(refusalOfOrderError(event), clientMsgId)
  }

  readonly #onCommandRefused = (_method: string, refusal: Refusal, clientMsgId: string): void => {
    this.#reject(refusal, clientMsgId)
  }

  #reject({ serverCode }: Refusal, clientMsgId: string | undefined): void {
    const clientOrderId = clientMsgId === undefined ? undefined : this.#clientOrderIds.get(clientMsgId)
    const tell = (): void => this.#tellRejected(serverCode, clientOrderId)
    if (!this.#postponed(tell)) tell()
  }

  #tellRejected(serverCode: string, clientOrderId: ClientOrderId | undefined): void {
    this.#dispatch({
      type: 'order-rejected',
      // The server dates no refusal, and it does not move the clock.
      at: (this.#marketTime === 0 ? Date.now() : this.#marketTime) as UnixMs,
      reason: serverCode,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
    })
  }

  #advance(timestamp: number | undefined): void {
    const time = timestamp ?? (this.#marketTime === 0 ? Date.now() : this.#marketTime)
    if (time > this.#marketTime) this.#marketTime = time
  }

  #tell(message: ProtoOAExecutionEvent, instrument: OrderRules): void {
    this.#advance(timeOfExecution(message))
    const event = this.#decode(message, instrument)
    if (event !== undefined) this.#dispatch(event)
  }

  #decode(message: ProtoOAExecutionEvent, instrument: OrderRules): ExecutionEvent | undefined {
    const { currency, logger, onUnreadable } = this.#options
    const { executionType } = message
    try {
      const event = decodeExecution(message, { instrument, currency, marketTime: this.#marketTime })
      if (event === undefined) logger.info({ executionType }, 'execution without a word in the model')
      return event
    } catch (error) {
      if (!isCTraderError(error)) throw error
      logger.error({ executionType, reason: error.message }, 'execution not readable')
      // Whatever it did, a snapshot tells.
      onUnreadable()
      return undefined
    }
  }

  #dispatch(event: Quote | ExecutionEvent): void {
    const position =
      event.type === 'order-filled' || event.type === 'position-updated' ? event.position : undefined
    if (position !== undefined && position.volume > 0) this.#positions.set(position.id, position)
    if ('order' in event) this.#keepOrder(event.order)
    for (const listener of this.#listeners) listener(event)
    // Only now: a timer or bar that ends with this message is decided on the book before it, and the venue's answer to
    // an order about this position is the one that counts.
    if (position !== undefined && position.volume === 0) this.#positions.delete(position.id)
  }

  /** Keeps ended orders too: whoever changes one too late is to hear it from the server, not from us. */
  #keepOrder(order: Order): void {
    if (order.terms === undefined) return
    this.#orders.delete(order.id)
    this.#orders.set(order.id, order)
    const [oldest] = this.#orders.keys()
    if (this.#orders.size > MAX_KEPT_ORDERS && oldest !== undefined) this.#orders.delete(oldest)
  }
}
