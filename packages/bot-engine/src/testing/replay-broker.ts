import {
  type AccountSnapshot,
  type ClientOrderId,
  type Bar,
  type ExecutionEvent,
  type Instrument,
  type MarketEvent,
  money,
  pointsToPrice,
  type SymbolId,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { TickColumns } from '../data/columns.ts'
import { EngineError } from '../errors.ts'
import { toPosition } from '../execution-facts.ts'
import type { Broker, BrokerEnd, BrokerFeed, Command, Decision, SubmitOutcome } from '../ports/broker.ts'
import { createExchange } from '../simulation/exchange.ts'
import type { Exchange, ExchangeAccount, ExchangeEvent } from '../simulation/exchange-types.ts'
import { toExecutionEvent, toOrder } from '../simulation/execution-event.ts'
import { toExchangeRequest } from '../simulation/request.ts'
import type { VenueModel } from '../simulation/venue-model.ts'

/** What a {@link ReplayBroker} replays. */
export interface ReplayBrokerOptions {
  readonly instrument: Instrument
  readonly account: ExchangeAccount
  readonly venue: VenueModel
  /** Quotes of the instrument, in time order. */
  readonly data: TickColumns
  /** Bars from before the data. Default: none. */
  readonly history?: { readonly closed: readonly Bar[]; readonly forming?: Bar }
}

/** A decision's place: the orders of a message are dated and queued by it, however late they are sent. */
interface Place {
  readonly at: number
  command: Command | undefined
  id: ClientOrderId | undefined
  released: boolean
  resolve: (outcome: SubmitOutcome) => void
}

/**
 * A broker in this process: recorded quotes through the matching core, in the order that parity rests on.
 *
 * Like a venue that replays, it does not go on while a decision is neither sent nor given up.
 */
export class ReplayBroker implements Broker {
  readonly ended: Promise<BrokerEnd>
  protected readonly options: ReplayBrokerOptions
  protected readonly exchange: Exchange<Place>
  /** Where quotes and executions go; set by `start`. */
  protected onEvent: (event: MarketEvent | ExecutionEvent) => void = () => undefined
  /** Time of the last message that carried one. */
  protected marketTime = 0
  #end: (end: BrokerEnd) => void = () => undefined
  #places: Place[] = []
  #wake: (() => void) | undefined
  #closed = false

  /** Creates a broker; nothing is delivered before `start`. @throws {@link EngineError} `invalid-options` */
  constructor(options: ReplayBrokerOptions) {
    this.options = options
    this.ended = new Promise(resolve => {
      this.#end = resolve
    })
    this.exchange = createExchange<Place>({
      instruments: [options.instrument],
      account: options.account,
      venue: options.venue,
      onEvent: event => this.#onExchangeEvent(event),
    })
  }

  async instrument(name: string): Promise<Instrument> {
    const { instrument } = this.options
    if (name === instrument.name) return instrument
    throw new EngineError(
      'unknown-symbol',
      `The replay has no symbol ${name}. It replays ${instrument.name}.`,
    )
  }

  async snapshot(): Promise<AccountSnapshot> {
    const { account, instrument } = this.options
    return {
      at: this.marketTime as UnixMs,
      balance: money(this.exchange.balanceMinor, account.digits, account.currency),
      leverage: account.leverage,
      ...(account.marginMethod === undefined ? {} : { marginMethod: account.marginMethod }),
      positions: this.exchange.positions.map(position => toPosition(position, { instrument, account })),
      orders: this.exchange.pendingOrders.map(order => toOrder(order, instrument)),
    }
  }

  async history(_symbol: SymbolId, _timeframe: Timeframe, count: number): ReturnType<Broker['history']> {
    const { history } = this.options
    return history === undefined ? { closed: [] } : { ...history, closed: history.closed.slice(-count) }
  }

  async start(
    _feeds: readonly BrokerFeed[],
    onEvent: (event: MarketEvent | ExecutionEvent) => void,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    this.onEvent = onEvent
    signal.addEventListener('abort', () => this.#finish({ type: 'closed' }), { once: true })
    void this.#replay()
  }

  decide(): Decision {
    return this.#take()
  }

  submit(command: Command, { decision, id }: Parameters<Broker['submit']>[1]): Promise<SubmitOutcome> {
    return new Promise(resolve => {
      const place = this.#places.find(candidate => this.#decisions.get(candidate) === decision)
      if (place === undefined || this.#closed) {
        resolve({ type: 'unknown', cause: new EngineError('broker-unavailable', 'The replay has ended.') })
        return
      }
      place.command = command
      place.id = id
      place.resolve = resolve
      this.#wake?.()
    })
  }

  async close(): Promise<void> {
    this.#finish({ type: 'closed' })
  }

  /** Delivers one row: what is due before it, then what it hits, then the quote. */
  protected async step(row: number): Promise<void> {
    await this.runDueBefore(this.options.data.at[row] as number)
    this.hit(row)
    this.tell(row)
  }

  /** Executes what is due before an instant, each event delivered at once. */
  protected async runDueBefore(at: number): Promise<void> {
    await this.settle()
    while (this.exchange.nextDueAt < at) {
      this.exchange.runDue()
      await this.settle()
    }
  }

  /** Checks protection on a quote and makes it the prevailing one. */
  protected hit(row: number): void {
    const { symbolId, at, bid, ask } = this.options.data
    this.exchange.quote(symbolId, at[row] as number, bid[row] as number, ask[row] as number)
  }

  /** Delivers a quote. */
  protected tell(row: number): void {
    const { symbolId, at, bid, ask } = this.options.data
    this.marketTime = at[row] as number
    this.onEvent({
      type: 'quote',
      symbolId,
      at: this.marketTime as UnixMs,
      bid: pointsToPrice(bid[row] as number),
      ask: pointsToPrice(ask[row] as number),
    })
  }

  /** Waits until every decision was sent or given up, and hands the orders to the exchange in deciding order. */
  protected async settle(): Promise<void> {
    while (this.#places.some(place => place.command === undefined && !place.released) && !this.#closed)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    const places = this.#places
    if (places.length === 0) return
    this.#places = []
    for (const place of places) {
      if (place.command === undefined) continue
      const request = toExchangeRequest(place.command, this.options.instrument, place.id)
      this.exchange.submit({ ...request, tag: place }, place.at)
    }
  }

  readonly #decisions = new WeakMap<Place, Decision>()

  #take(): Decision {
    const place: Place = {
      at: this.marketTime,
      command: undefined,
      id: undefined,
      released: false,
      resolve: () => undefined,
    }
    const decision: Decision = {
      release: () => {
        place.released = true
        this.#wake?.()
      },
    }
    this.#decisions.set(place, decision)
    this.#places.push(place)
    return decision
  }

  async #replay(): Promise<void> {
    for (let row = 0; row < this.options.data.length && !this.#closed; row++) await this.step(row)
    this.#finish({ type: 'data-ended' })
  }

  #onExchangeEvent(event: ExchangeEvent<Place>): void {
    const { instrument, account } = this.options
    const execution = toExecutionEvent(event, { instrument, account, marketTime: this.marketTime })
    if (execution === undefined) return
    this.marketTime = execution.at
    this.onEvent(execution)
    if (event.type === 'order-rejected') event.tag?.resolve({ type: 'rejected', reason: event.code })
    else event.tag?.resolve({ type: 'accepted' })
  }

  #finish(end: BrokerEnd): void {
    this.#closed = true
    this.#wake?.()
    this.#end(end)
  }
}

/** Creates a {@link ReplayBroker}. */
export function createReplayBroker(options: ReplayBrokerOptions): Broker {
  return new ReplayBroker(options)
}
