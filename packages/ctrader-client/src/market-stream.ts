import type {
  AccountSnapshot,
  ClientOrderId,
  ExecutionEvent,
  Order,
  OrderId,
  Position,
  PositionId,
  Quote,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { decodeExecution, symbolOfExecution, timeOfExecution } from './decode/execution.ts'
import type { OrderRules } from './decode/order.ts'
import { SpotDecoder } from './decode/spot.ts'
import { CTraderError, isCTraderError } from './errors.ts'
import type { InstrumentCatalogue } from './instruments.ts'
import type { Logger } from './options.ts'
import type {
  ProtoOAExecutionEvent,
  ProtoOAOrderErrorEvent,
  ProtoOATrailingSLChangedEvent,
} from './protocol/generated/messages.js'
import { decodePriceDouble } from './protocol/units/price-e5.ts'
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
}

/** Our orders whose refusal may still come; more are only in flight when the server does not answer. */
const MAX_REMEMBERED_ORDERS = 1024
/** Pending orders, working or ended, that amendments are encoded from. */
const MAX_KEPT_ORDERS = 2048
/** Closed positions that requests are encoded from. */
const MAX_KEPT_CLOSED = 1024
/** Executions that may wait for the record of a symbol traded elsewhere. */
const MAX_LATE_EXECUTIONS = 1000
/** What may come between a snapshot and its delivery; more, and the snapshot is taken anew. */
const MAX_HELD = 1000
interface Late {
  readonly symbol: SymbolId
  readonly event: ProtoOAExecutionEvent
}

const NO_SYMBOL: OrderRules = { lotSize: 1, digits: 5, pipPosition: 4 }

/** Decodes what the server tells of one account, in wire order, inside the read. */
export class MarketStream {
  readonly #options: MarketStreamOptions
  readonly #spots = new SpotDecoder()
  readonly #clientOrderIds = new Map<string, ClientOrderId>()
  readonly #positions = new Map<number, Position>()
  readonly #closed = new Map<number, Position>()
  readonly #orders = new Map<number, Order>()
  readonly #late: Late[] = []
  #listeners: readonly MarketListener[] = []
  #marketTime = 0
  #fetching = false
  /** During a gap: what is told after it. */
  #held: (() => void)[] | undefined
  #holdsExecutions = false
  #heldTooMuch = false

  /** Creates it and starts to listen. */
  constructor(options: MarketStreamOptions) {
    this.#options = options
    const { events } = options.session
    events.on('spot', this.#onSpot)
    events.on('execution', this.#onExecution)
    events.on('trailing-stop-changed', this.#onTrailing)
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
    events.off('trailing-stop-changed', this.#onTrailing)
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

  /** A position as last told while it was open; it may be closed by now, and then the server says so. */
  position(id: PositionId): Position | undefined {
    return this.#positions.get(id) ?? this.#closed.get(id)
  }

  /** An order that waits or waited for a price, as last told. */
  order(id: OrderId): Order | undefined {
    return this.#orders.get(id)
  }

  /** Takes a snapshot as the new truth. */
  reset({ positions, orders }: Pick<AccountSnapshot, 'positions' | 'orders'>): void {
    for (const id of this.#positions.keys())
      if (!positions.some(position => position.id === id)) this.#close(id as PositionId)
    this.#positions.clear()
    for (const position of positions) this.#positions.set(position.id, position)
    this.#orders.clear()
    for (const order of orders) this.#keepOrder(order)
  }

  /** Events may be missing from now on: executions are dropped, because a snapshot will tell what they did. */
  suspend(): void {
    this.#held = []
    this.#holdsExecutions = false
    this.#heldTooMuch = false
    this.#late.length = 0
    this.#spots.reset()
  }

  /** The snapshot has been taken by the server: executions from now on are behind it. */
  hold(): void {
    this.#holdsExecutions = true
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
      if (instrument === undefined || this.#late.some(waiting => waiting.symbol === symbol))
        this.#postpone(symbol, event)
      else this.#tell(event, instrument)
    }
  }

  readonly #onTrailing = (event: ProtoOATrailingSLChangedEvent): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    if (this.#held !== undefined && !this.#holdsExecutions) return
    const tell = (): void => this.#tellTrailing(event)
    if (!this.#postponed(tell)) tell()
  }

  /** It tells the new stop alone; a position that is not known here belongs to a symbol whose record is on its way. */
  #tellTrailing({ positionId, stopPrice, utcLastUpdateTimestamp }: ProtoOATrailingSLChangedEvent): void {
    this.#advance(utcLastUpdateTimestamp)
    const position = this.#positions.get(positionId)
    if (position === undefined)
      return this.#options.logger.info({ positionId }, 'trailing stop of an unknown position')
    const at = this.#marketTime as UnixMs
    const moved = { ...position, stopLoss: decodePriceDouble(stopPrice) }
    this.#dispatch({ type: 'position-updated', at, position: moved })
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
    const { currency, logger } = this.#options
    this.#advance(timeOfExecution(message))
    const event = decodeExecution(message, { instrument, currency, marketTime: this.#marketTime })
    if (event === undefined)
      logger.info({ executionType: message.executionType }, 'execution without a word in the model')
    else this.#dispatch(event)
  }

  #dispatch(event: Quote | ExecutionEvent): void {
    const position =
      event.type === 'order-filled' || event.type === 'position-updated' ? event.position : undefined
    if (position !== undefined && position.volume > 0) this.#positions.set(position.id, position)
    if ('order' in event) this.#keepOrder(event.order)
    for (const listener of this.#listeners) listener(event)
    // Only now: a timer or bar that ends with this message is decided on the book before it, and the venue's answer to
    // an order about this position is the one that counts.
    if (position !== undefined && position.volume === 0) this.#close(position.id)
  }

  /** Keeps it: whoever changes a position too late is to hear it from the server, not from us. */
  #close(id: PositionId): void {
    const position = this.#positions.get(id)
    if (position === undefined) return
    this.#positions.delete(id)
    this.#closed.set(id, position)
    const [oldest] = this.#closed.keys()
    if (this.#closed.size > MAX_KEPT_CLOSED && oldest !== undefined) this.#closed.delete(oldest)
  }

  /** Keeps ended orders too: whoever changes one too late is to hear it from the server, not from us. */
  #keepOrder(order: Order): void {
    if (order.terms === undefined) return
    this.#orders.delete(order.id)
    this.#orders.set(order.id, order)
    const [oldest] = this.#orders.keys()
    if (this.#orders.size > MAX_KEPT_ORDERS && oldest !== undefined) this.#orders.delete(oldest)
  }

  /** A symbol that was traded elsewhere: its executions follow, in their order, once its record is here. */
  #postpone(symbol: SymbolId, event: ProtoOAExecutionEvent): void {
    if (this.#late.length >= MAX_LATE_EXECUTIONS) {
      this.#options.logger.error(
        { symbolId: symbol, limit: MAX_LATE_EXECUTIONS },
        'execution dropped: too many wait for symbol records',
      )
      return
    }
    this.#late.push({ symbol, event })
    if (!this.#fetching) void this.#fetchLate()
  }

  async #fetchLate(): Promise<void> {
    this.#fetching = true
    for (;;) {
      const [next] = this.#late
      if (next === undefined || this.#options.session.closed) break
      const tell = await this.#tellLate(next)
      // A gap has emptied the queue meanwhile: its snapshot tells the rest.
      if (this.#late[0] !== next) continue
      this.#late.shift()
      this.#tellOrDrop(next.symbol, tell)
    }
    this.#fetching = false
  }

  /** An execution that cannot be read is dropped alone: those behind it follow. */
  #tellOrDrop(symbol: SymbolId, tell: () => void): void {
    try {
      tell()
    } catch (error) {
      if (!isCTraderError(error)) throw error
      this.#options.logger.error({ symbolId: symbol, reason: error.message }, 'execution dropped')
    }
  }

  async #tellLate({ symbol, event }: Late): Promise<() => void> {
    const { catalogue, logger } = this.#options
    try {
      const [instrument] = await catalogue.ensure([symbol])
      return () => this.#tell(event, instrument ?? NO_SYMBOL)
    } catch (error) {
      if (!isCTraderError(error)) throw error
      const reason = error.message
      return () => logger.error({ symbolId: symbol, reason }, 'execution dropped: no symbol record')
    }
  }
}
