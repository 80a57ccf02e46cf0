import type {
  AccountSnapshot,
  ExecutionEvent,
  Order,
  OrderId,
  Position,
  PositionId,
  Quote,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import {
  decodeExecution,
  isUnknownExecution,
  symbolOfExecution,
  timeOfExecution,
} from '../decode/execution.ts'
import type { OrderRules } from '../decode/order.ts'
import { SpotDecoder } from '../decode/spot.ts'
import { CTraderError, isCTraderError } from '../errors.ts'
import { type BookReading, KnownBook } from '../account/known-book.ts'
import { LateExecutions } from '../orders/late-executions.ts'
import { type RequestSubject, RequestSubjects } from '../orders/request-subjects.ts'
import type {
  ProtoOAExecutionEvent,
  ProtoOAMarginChangedEvent,
  ProtoOAOrderErrorEvent,
  ProtoOATrailingSLChangedEvent,
} from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { decodePriceDouble } from '../protocol/units/price-e5.ts'
import type { SpotEvent } from '../protocol/spot-event.ts'
import { leavesUnknown, type Refusal, refusalOfOrderError } from '../session/server-error.ts'
import { MarketClock } from './market-clock.ts'
import type { MarketListener, MarketStreamOptions } from './market-stream-options.ts'
import { unknownType } from './unknown-type.ts'
import { isolated } from '../session/isolated.ts'

/** What may come between a snapshot and its delivery; more, and the snapshot is taken anew. */
const MAX_HELD = 1000
/** Refusals that outlive an attempt to take it; of more the oldest are forgotten. */
const MAX_HELD_REFUSALS = 100
const NO_SYMBOL: OrderRules = { lotSize: 1, digits: 5, pipPosition: 4 }

/** Decodes what the server tells of one account, in wire order, inside the read. */
export class MarketStream {
  readonly #options: MarketStreamOptions
  readonly #spots = new SpotDecoder()
  /** What our requests are about. */
  readonly requests = new RequestSubjects()
  readonly #book = new KnownBook()
  readonly #late: LateExecutions
  #listeners: readonly MarketListener[] = []
  readonly #clock = new MarketClock()
  /** During a gap: what is told after it. */
  #held: (() => void)[] | undefined
  #holdsExecutions = false
  #heldTooMuch = false
  /** Refusals among what is held. */
  #heldRefusals: (() => void)[] = []
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
    events.on('trailing-stop-changed', this.#onTrailing)
    events.on('margin-changed', this.#onMargin)
    events.on('order-error', this.#onOrderError)
    events.on('command-refused', this.#onCommandRefused)
  }

  /** Time of the market, see {@link MarketClock}; `undefined` before the first message. */
  get marketTime(): UnixMs | undefined {
    return this.#clock.time === 0 ? undefined : (this.#clock.time as UnixMs)
  }

  /** Adds a listener; returns what removes it. */
  listen(listener: MarketListener): () => void {
    const guarded = isolated(listener, this.#options.logger)
    this.#listeners = [...this.#listeners, guarded]
    return () => {
      this.#listeners = this.#listeners.filter(known => known !== guarded)
    }
  }

  /** Stops listening. */
  close(): void {
    const { events } = this.#options.session
    events.off('spot', this.#onSpot)
    events.off('execution', this.#onExecution)
    events.off('trailing-stop-changed', this.#onTrailing)
    events.off('margin-changed', this.#onMargin)
    events.off('order-error', this.#onOrderError)
    events.off('command-refused', this.#onCommandRefused)
    this.#listeners = []
  }

  /** A position as last told while it was open; it may be closed by now, and then the server says so. */
  position(id: PositionId): Position | undefined {
    return this.#book.position(id)
  }

  /** An order that waits or waited for a price, as last told. */
  order(id: OrderId): Order | undefined {
    return this.#book.order(id)
  }

  /** The last bid of a symbol in 1/100000, of this connection. */
  bidOf(symbol: number): number | undefined {
    return this.#spots.sides(symbol)?.bid || undefined
  }

  /** The last quote of a symbol, of this connection. */
  quote(symbol: SymbolId): Quote | undefined {
    return this.#spots.quote(symbol)
  }

  /** See {@link KnownBook.follow}. */
  follow(): BookReading {
    return this.#book.follow()
  }

  /** Events may be missing from now on: executions are dropped, because a snapshot will tell what they did. */
  suspend(): void {
    this.#paused = false
    // No snapshot tells a refusal: those of an attempt that failed wait for the next.
    this.#held = [...this.#heldRefusals]
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
    this.#heldRefusals = []
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
    this.#heldRefusals = []
    this.#paused = false
    // Told before the snapshot was made, and not readable until now: it has what they did.
    this.#late.clear()
    this.#book.reset(snapshot)
    for (const tell of [
      () => this.#dispatch({ type: 'resynced', at: snapshot.at, isUndated: true, snapshot }),
      ...held,
    ])
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
    const quote = this.#spots.decode(event, this.#clock.take(event.timestamp))
    if (quote !== undefined) this.#dispatch(quote)
  }

  readonly #onExecution = (event: ProtoOAExecutionEvent): void => {
    this.#inTurn(event, () => this.#take(event))
  }

  /** Tells something of this account, unless a snapshot to come tells it, or once that is told. */
  #inTurn({ ctidTraderAccountId }: { readonly ctidTraderAccountId: number }, tell: () => void): void {
    if (ctidTraderAccountId !== this.#options.accountId) return
    if (this.#held !== undefined && !this.#holdsExecutions) return
    if (!this.#postponed(tell)) tell()
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

  readonly #onTrailing = (event: ProtoOATrailingSLChangedEvent): void => {
    this.#inTurn(event, () => this.#tellTrailing(event))
  }

  /** It tells the new stop alone; a position that is not known here belongs to a symbol whose record is on its way. */
  #tellTrailing({ positionId, stopPrice, utcLastUpdateTimestamp }: ProtoOATrailingSLChangedEvent): void {
    const date = this.#dateOf(utcLastUpdateTimestamp)
    const position = this.#book.open(positionId)
    if (position === undefined)
      return this.#options.logger.info({ positionId }, 'trailing stop of an unknown position')
    const moved = { ...position, stopLoss: decodePriceDouble(stopPrice) }
    this.#dispatch({ type: 'position-updated', ...date, position: moved })
  }

  readonly #onMargin = (event: ProtoOAMarginChangedEvent): void => {
    this.#inTurn(event, () => this.#tellMargin(event))
  }

  /**
   * It tells the new margin alone, and no time: it is of the market's, which a quote dated far ahead does not move.
   */
  #tellMargin({ positionId, usedMargin, moneyDigits }: ProtoOAMarginChangedEvent): void {
    const position = this.#book.open(positionId ?? 0)
    if (position === undefined) return
    const moved = { ...position, usedMargin: decodeMoney(usedMargin, moneyDigits, this.#options.currency) }
    this.#dispatch({ type: 'position-updated', ...this.#dateOf(undefined), position: moved })
  }

  readonly #onOrderError = (event: ProtoOAOrderErrorEvent, clientMsgId: string | undefined): void => {
    if (event.ctidTraderAccountId !== this.#options.accountId) return
    this.#reject(refusalOfOrderError(event), clientMsgId)
  }

  readonly #onCommandRefused = (
    _method: string,
    refusal: Refusal,
    clientMsgId: string,
    accountId: number | undefined,
  ): void => {
    if (accountId === this.#options.accountId) this.#reject(refusal, clientMsgId)
  }

  #reject(refusal: Refusal, clientMsgId: string | undefined): void {
    // It may have taken effect: only the account can tell.
    if (leavesUnknown(refusal)) return
    const { serverCode } = refusal
    const subject = this.requests.of(clientMsgId)
    const tell = (): void => this.#tellRejected(serverCode, subject)
    if (!this.#postponed(tell)) return tell()
    this.#heldRefusals.push(tell)
    if (this.#heldRefusals.length > MAX_HELD_REFUSALS) this.#heldRefusals.shift()
  }

  #tellRejected(serverCode: string, subject: RequestSubject | undefined): void {
    this.#dispatch({
      type: 'order-rejected',
      // The server dates no refusal, and it does not move the clock: ours may be ahead of the market's.
      at: this.#clock.last as UnixMs,
      isUndated: true,
      reason: serverCode,
      ...subject,
    })
  }

  /** A date that the server has not stated so moves no clock but ours. A venue that replays has no other. */
  #dateOf(stated: number | undefined): Pick<ExecutionEvent, 'at' | 'isUndated'> {
    const isReplay = this.#options.session.replay !== undefined
    const at = this.#clock.takeExecution(stated, isReplay) as UnixMs
    const isUndated = stated === undefined || (at !== stated && !isReplay)
    return { at, ...(isUndated && { isUndated }) }
  }

  #tell(message: ProtoOAExecutionEvent, instrument: OrderRules): void {
    const { at, isUndated } = this.#dateOf(timeOfExecution(message))
    const event = this.#decode(message, instrument, at)
    if (event !== undefined) this.#dispatch(isUndated === true ? { ...event, isUndated } : event)
  }

  #decode(message: ProtoOAExecutionEvent, instrument: OrderRules, at: UnixMs): ExecutionEvent | undefined {
    const { currency, logger, onUnreadable } = this.#options
    const { executionType } = message
    try {
      const event = decodeExecution(message, { instrument, currency, at })
      if (event !== undefined) return event
      logger.info({ executionType }, 'execution without a word in the model')
      if (isUnknownExecution(message)) onUnreadable(unknownType(executionType))
      return undefined
    } catch (error) {
      if (!isCTraderError(error)) throw error
      logger.error({ executionType, reason: error.message }, 'execution not readable')
      // Whatever it did, a snapshot tells.
      onUnreadable(error)
      return undefined
    }
  }

  #dispatch(event: Quote | ExecutionEvent): void {
    if (event.type === 'quote') return this.#hear(event)
    this.#book.take(event)
    this.#hear(event)
    this.#book.settle(event)
  }

  #hear(event: Quote | ExecutionEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
