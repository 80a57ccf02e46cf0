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
import { isCTraderError } from './errors.ts'
import type { InstrumentCatalogue } from './instruments.ts'
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
}

/** Our orders whose refusal may still come; more are only in flight when the server does not answer. */
const MAX_REMEMBERED_ORDERS = 1024
/** Pending orders, working or ended, that amendments are encoded from. */
const MAX_KEPT_ORDERS = 2048
/** Executions that may wait for the record of a symbol traded elsewhere. */
const MAX_LATE_EXECUTIONS = 1000
const NO_SYMBOL: OrderRules = { lotSize: 1, digits: 5, pipPosition: 4 }

/** Decodes what the server tells of one account, in wire order, inside the read. */
export class MarketStream {
  readonly #options: MarketStreamOptions
  readonly #spots = new SpotDecoder()
  readonly #clientOrderIds = new Map<string, ClientOrderId>()
  readonly #positions = new Map<number, Position>()
  readonly #orders = new Map<number, Order>()
  readonly #late: { readonly symbol: SymbolId; readonly event: ProtoOAExecutionEvent }[] = []
  #listeners: readonly MarketListener[] = []
  #marketTime = 0
  #fetching = false

  /** Creates it and starts to listen. */
  constructor(options: MarketStreamOptions) {
    this.#options = options
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

  /** Takes a snapshot as the new truth. */
  reset({ positions, orders }: Pick<AccountSnapshot, 'positions' | 'orders'>): void {
    this.#positions.clear()
    for (const position of positions) this.#positions.set(position.id, position)
    this.#orders.clear()
    for (const order of orders) this.#keepOrder(order)
  }

  readonly #onSpot = (event: SpotEvent): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    this.#advance(event.timestamp)
    const quote = this.#spots.decode(event, this.#marketTime)
    if (quote !== undefined) this.#dispatch(quote)
  }

  readonly #onExecution = (event: ProtoOAExecutionEvent): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    const symbol = symbolOfExecution(event)
    if (symbol === undefined) this.#tell(event, NO_SYMBOL)
    else {
      const instrument = this.#options.catalogue.get(symbol)
      if (instrument === undefined || this.#late.some(waiting => waiting.symbol === symbol))
        this.#postpone(symbol, event)
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
    if (event.type === 'order-filled' || event.type === 'position-updated') this.#keep(event.position)
    if ('order' in event) this.#keepOrder(event.order)
    for (const listener of this.#listeners) listener(event)
  }

  #keep(position: Position): void {
    if (position.volume > 0) this.#positions.set(position.id, position)
    else this.#positions.delete(position.id)
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
    const { catalogue, session, logger } = this.#options
    this.#fetching = true
    while (this.#late.length > 0 && !session.closed) {
      const [next] = this.#late
      if (next === undefined) break
      try {
        const [instrument] = await catalogue.ensure([next.symbol])
        this.#late.shift()
        if (instrument !== undefined) this.#tell(next.event, instrument)
      } catch (error) {
        if (!isCTraderError(error)) throw error
        this.#late.shift()
        logger.error({ symbolId: next.symbol, reason: error.message }, 'execution dropped: no symbol record')
      }
    }
    this.#fetching = false
  }
}
