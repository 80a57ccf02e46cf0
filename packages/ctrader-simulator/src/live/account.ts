import {
  type AccessRights,
  createExchange,
  type Exchange,
  type ExchangeState,
  type VenueModel,
} from '@openclaw-trading/bot-engine/simulation'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { BarPage, BarQuery } from '../past/bars.ts'
import { broadcast } from '../session/broadcast.ts'
import type { Connection } from '../session/connection.ts'
import { encodeMarginCall } from '../encode/account-events.ts'
import { encodeTrader } from '../encode/trader.ts'
import { DealHistory, type RecordedDeal } from '../past/deals.ts'
import { invalid } from '../handlers/call.ts'
import type { Logger } from '../options.ts'
import { OrderHistory } from '../past/orders.ts'
import type { Refusal, Venue, VenueFacts, RunningMarket } from '../venue.ts'
import type { OrderTag, VenueEvent, VenueQuote, VenueRequest } from '../venue-events.ts'
import type { AccountRecord } from './record.ts'
import { snapshotFrame } from './spots.ts'

/** What accounts share: the market, and everybody who is connected. */
export interface LiveHouse {
  /** Market time. */
  readonly now: number
  readonly accounts: readonly Venue[]
  readonly connections: () => Iterable<Connection>
  quoteOf(symbolId: number): VenueQuote | undefined
  marketOf(symbolId: number): RunningMarket | undefined
  bars(symbolId: number, query: BarQuery): BarPage
  /** Makes a change durable that is told as no event of the exchange. */
  save(): void
  /** An event has been told to the connections. */
  told(event: VenueEvent): void
}

/** What a {@link LiveAccount} is made of. */
export interface LiveAccountOptions {
  readonly facts: VenueFacts
  readonly model: VenueModel
  readonly house: LiveHouse
  /** Ids count from here, so that no two accounts of a venue share one. */
  readonly firstId: number
  /** What a restart left, oldest first; empty for an account that has just begun. */
  readonly records: readonly AccountRecord[]
  readonly logger: Logger
}

/** One account of a running venue: its orders, its positions, its past. */
export class LiveAccount implements Venue {
  readonly deals = new DealHistory()
  readonly orders = new OrderHistory()
  readonly #options: LiveAccountOptions
  #facts: VenueFacts
  #exchange: Exchange<OrderTag>
  #events: VenueEvent[] = []
  #newDeals: RecordedDeal[] = []

  /** Creates the account, or goes on where its records left off. */
  constructor(options: LiveAccountOptions) {
    const { facts, records } = options
    this.#facts = facts
    this.#options = options
    const last = records[records.length - 1]
    // Orders that waited were told to nobody: a client that asks finds no trace of them, so they must not act later.
    this.#exchange = this.#createExchange(
      last === undefined ? this.#firstState() : { ...last.exchange, due: [] },
    )
    for (const { deals, orders } of records) {
      this.deals.restore(deals)
      this.orders.restore(orders)
    }
    this.deals.balanceMoved(this.exchange.money.balanceVersion)
    this.#restate({ accessRights: this.exchange.accessRights })
  }

  /** With the symbols and rights of now. */
  get facts(): VenueFacts {
    return this.#facts
  }

  get exchange(): Exchange<OrderTag> {
    return this.#exchange
  }

  get accounts(): readonly Venue[] {
    return this.#options.house.accounts
  }

  quoteOf(symbolId: number): VenueQuote | undefined {
    return this.#options.house.quoteOf(symbolId)
  }

  marketOf(symbolId: number): RunningMarket | undefined {
    return this.#options.house.marketOf(symbolId)
  }

  bars(symbolId: number, query: BarQuery): BarPage {
    return this.#options.house.bars(symbolId, query)
  }

  admit(): undefined {
    return undefined
  }

  heartbeat(): void {}

  versionTold(): void {}

  left(): void {}

  subscribed(connection: Connection, symbolIds: readonly number[]): void {
    const { ctidTraderAccountId } = this.facts
    const spots = connection.sessions.get(ctidTraderAccountId)?.spots
    for (const symbolId of symbolIds) {
      const quote = this.quoteOf(symbolId)
      if (quote === undefined) continue
      const isTimed = spots?.get(symbolId) === true
      const close = this.#closeOfDayBefore(symbolId)
      connection.sendFrame(snapshotFrame(ctidTraderAccountId, symbolId, quote, isTimed, close))
    }
  }

  #closeOfDayBefore(symbolId: number): number | undefined {
    const days = this.bars(symbolId, { timeframe: 'd1', to: Number.MAX_SAFE_INTEGER, count: 2 }).bars
    return days.length === 2 ? days[0]?.close : undefined
  }

  submit(
    connection: Connection,
    request: VenueRequest,
    clientMsgId: string | undefined,
  ): Refusal | undefined {
    if (
      request.type === 'amend-protection' &&
      request.stopPoints === undefined &&
      request.targetPoints === undefined
    ) {
      const position = this.exchange.positions.find(({ id }) => id === request.positionId)
      if (position !== undefined && position.protectionOrderId === undefined)
        return invalid('Nothing to amend.')
    }
    const tag = { connectionId: connection.id, ...(clientMsgId === undefined ? {} : { clientMsgId }) }
    this.exchange.submit({ ...request, tag }, this.#options.house.now)
    return undefined
  }

  setMarginCall(index: number, percent: number): Refusal | undefined {
    const { house } = this.#options
    if (!this.exchange.money.setMarginCall(index, percent, house.now))
      return invalid(`The account has no margin call ${index + 1} at ${percent} %`)
    house.save()
    return undefined
  }

  marginCallMoved(index: number): void {
    const call = this.exchange.money.marginCalls[index]
    if (call === undefined) return
    const { ctidTraderAccountId } = this.facts
    for (const connection of this.#connected())
      connection.send(2171, { ctidTraderAccountId, marginCall: encodeMarginCall(index, call) })
  }

  /** Changes what the account may do, and tells every connection of it. */
  setAccessRights(accessRights: AccessRights): void {
    this.exchange.setAccessRights(accessRights)
    this.#restate({ accessRights })
    this.#options.house.save()
    const { facts, deals, exchange } = this
    const { ctidTraderAccountId } = facts
    const { balanceMinor } = exchange
    const trader = encodeTrader({ facts, balanceMinor, balanceVersion: deals.balanceVersion })
    for (const connection of this.#connected()) connection.send(2123, { ctidTraderAccountId, trader })
  }

  /** Trades by a changed symbol from now on, with everything that is open or waits, and tells every connection of it. */
  changeInstrument(changed: Instrument): void {
    const instruments = this.#facts.instruments.map(each => (each.id === changed.id ? changed : each))
    this.#facts = { ...this.#facts, instruments }
    this.#exchange = this.#createExchange(this.exchange.state())
    const { ctidTraderAccountId } = this.#facts
    for (const connection of this.#connected())
      connection.send(2120, { ctidTraderAccountId, symbolId: [changed.id] })
  }

  #restate(rules: { readonly accessRights: AccessRights }): void {
    this.#facts = { ...this.#facts, account: { ...this.#facts.account, ...rules } }
  }

  #connected(): readonly Connection[] {
    const { ctidTraderAccountId } = this.#facts
    return [...this.#options.house.connections()].filter(({ sessions }) => sessions.has(ctidTraderAccountId))
  }

  /** Something happened that {@link tell} has not told. */
  get hasNews(): boolean {
    return this.#events.length > 0
  }

  /** Puts what happened into the past. @returns what tells it, once it is durable */
  settle(): () => void {
    const events = this.#events
    this.#events = []
    const versions = events.map(event => {
      this.orders.record(event)
      if ('deal' in event) this.#newDeals.push(this.deals.record(event.deal))
      if (event.type === 'balance-changed') this.deals.balanceMoved(event.change.balanceVersion)
      return this.deals.balanceVersion
    })
    return () => {
      for (const [index, event] of events.entries()) this.#tell(event, versions[index] ?? 0)
    }
  }

  /** What changed since the record before. */
  record(): AccountRecord {
    const deals = this.#newDeals
    this.#newDeals = []
    return { exchange: this.exchange.state(), deals, orders: this.orders.takeChanged() }
  }

  /** Everything, for a file that holds nothing else. */
  snapshot(): AccountRecord {
    this.#newDeals = []
    this.orders.takeChanged()
    return { exchange: this.exchange.state(), deals: this.deals.all, orders: this.orders.all }
  }

  #tell(event: VenueEvent, balanceVersion: number): void {
    const { house, logger } = this.#options
    logger.info({ event: event.type, at: event.at, request: event.tag?.clientMsgId }, 'execution')
    broadcast(event, house.connections(), this.facts, balanceVersion)
    house.told(event)
  }

  #firstState(): ExchangeState<OrderTag> | undefined {
    const { firstId } = this.#options
    if (firstId === 1) return undefined
    const state = this.#createExchange().state()
    return { ...state, nextOrderId: firstId, nextPositionId: firstId, nextDealId: firstId }
  }

  #createExchange(state?: ExchangeState<OrderTag>): Exchange<OrderTag> {
    const { model } = this.#options
    const facts = this.#facts
    return createExchange<OrderTag>({
      instruments: facts.instruments,
      account: facts.account,
      venue: model,
      onEvent: event => this.#events.push(event),
      ...(state === undefined ? {} : { state }),
    })
  }
}
