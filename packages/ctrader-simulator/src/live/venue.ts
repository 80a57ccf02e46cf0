import { createExchange, type Exchange } from '@openclaw-trading/bot-engine/simulation'
import { encodeSpotFrame } from '@openclaw-trading/ctrader-client/protocol'
import { isOpen, nextOpen, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarPage, BarQuery } from '../bars.ts'
import { broadcast } from '../broadcast.ts'
import { MarketClock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { DealHistory, type RecordedDeal } from '../deals.ts'
import { encodeMarginCall } from '../encode/account-events.ts'
import { invalid } from '../handlers/call.ts'
import type { Logger } from '../options.ts'
import type { StateFile } from '../persistence.ts'
import type { OrderTag, Refusal, Venue, VenueEvent, VenueFacts, VenueQuote, VenueRequest } from '../venue.ts'
import type { VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { VenueMarket } from './market.ts'
import type { Checkpoint, RestoredVenue, VenueHeader } from './record.ts'

/** What a {@link LiveVenue} is made of. */
export interface LiveVenueOptions {
  readonly facts: VenueFacts
  readonly model: VenueModel
  readonly speed: number
  readonly startAt: number
  /** See `LiveClockMode.waitsForWatchers`. */
  readonly waitsForWatchers: boolean
  readonly markets: readonly VenueMarket[]
  readonly restored: RestoredVenue
  readonly connections: () => Iterable<Connection>
  /** The venue cannot go on; called once. */
  readonly onFailure: (error: unknown) => void
  readonly logger: Logger
}

/** 40 pulses a second: at ×60 a pulse covers 1.5 s of market time, some three ticks. */
const PULSE_MS = 25
/** How much wall time a kill may cost at most. */
const CHECKPOINT_MS = 1000

/** A venue whose market runs on by itself. */
export class LiveVenue implements Venue {
  readonly facts: VenueFacts
  readonly exchange: Exchange<OrderTag>
  readonly deals = new DealHistory()
  readonly #options: LiveVenueOptions
  readonly #markets: ReadonlyMap<number, VenueMarket>
  readonly #header: VenueHeader
  readonly #file: StateFile | undefined
  readonly #clock: MarketClock
  #events: VenueEvent[] = []
  #newDeals: RecordedDeal[] = []
  #checkpointMs = performance.now()
  #timer: NodeJS.Timeout | undefined
  #isRunning = true
  #isClosed = false
  #hasFailed = false

  /** Creates the venue; its market stands still until {@link start}. */
  constructor(options: LiveVenueOptions) {
    const { facts, model, restored } = options
    this.facts = facts
    this.#options = options
    this.#header = restored.header
    this.#file = restored.file
    this.#markets = new Map(options.markets.map(market => [market.instrument.id, market]))
    const last = restored.checkpoints[restored.checkpoints.length - 1]
    this.exchange = createExchange<OrderTag>({
      instruments: facts.instruments,
      account: facts.account,
      venue: model,
      onEvent: event => this.#events.push(event),
      // Orders that waited were told to nobody: a client that asks finds no trace of them, so they must not act later.
      ...(last === undefined ? {} : { state: { ...last.exchange, due: [] } }),
    })
    for (const { deals } of restored.checkpoints) this.deals.restore(deals)
    this.deals.balanceMoved(this.exchange.money.balanceVersion)
    this.#clock = new MarketClock(options.speed, last?.clock ?? options.startAt, () => performance.now())
    if (last === undefined) this.#begin()
  }

  /** Lets the market run. @throws {@link SimulatorError} `state-unavailable` */
  start(): void {
    this.#compact()
    this.#timer = setInterval(() => this.#pulse(), PULSE_MS)
  }

  /** Market time. */
  get now(): number {
    return this.#clock.now()
  }

  /** Stops the market and makes its state durable. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#halt()
    if (this.#file === undefined) return
    try {
      if (!this.#hasFailed) this.#file.append(this.#checkpoint(this.#clock.advance()), true)
    } finally {
      this.#file.close()
    }
  }

  quoteOf(symbolId: number): VenueQuote | undefined {
    return this.#markets.get(symbolId)?.quote
  }

  bars(symbolId: number, query: BarQuery): BarPage {
    return this.#markets.get(symbolId)?.bars.query(query) ?? { bars: [], hasMore: false }
  }

  admit(): undefined {
    return undefined
  }

  heartbeat(): void {}

  versionTold(): void {}

  left(): void {}

  subscribed(connection: Connection, symbolIds: readonly number[]): void {
    for (const symbolId of symbolIds) {
      const quote = this.quoteOf(symbolId)
      if (quote !== undefined)
        connection.sendFrame(this.#spot(symbolId, quote, connection.spots.get(symbolId) === true))
    }
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
    this.exchange.submit({ ...request, tag }, this.#clock.now())
    return undefined
  }

  setMarginCall(index: number, percent: number): Refusal | undefined {
    const at = this.#clock.now()
    if (!this.exchange.money.setMarginCall(index, percent, at))
      return invalid(`The account has no margin call ${index + 1} at ${percent} %`)
    this.#file?.append(this.#checkpoint(at), true)
    return undefined
  }

  marginCallMoved(index: number): void {
    const call = this.exchange.money.marginCalls[index]
    if (call === undefined) return
    const { ctidTraderAccountId } = this.facts
    for (const connection of this.#options.connections())
      if (connection.accountAuthorized)
        connection.send(2171, { ctidTraderAccountId, marginCall: encodeMarginCall(index, call) })
  }

  /** Pays in or, with a negative amount, out. @returns `false` when the free margin does not allow it */
  changeBalance(deltaMinor: number, note?: string): boolean {
    const at = this.#clock.now()
    const isDone = this.exchange.money.changeBalance(deltaMinor, at, note)
    this.#settle(at)
    return isDone
  }

  /** The newest quotes of the past become the first ones of the exchange. */
  #begin(): void {
    for (const { instrument, quote } of this.#markets.values())
      if (quote !== undefined) this.exchange.quote(instrument.id, quote.at, quote.bid, quote.ask)
  }

  #pulse(): void {
    try {
      if (this.#isNeeded()) {
        if (!this.#isRunning) this.#setRunning(true)
        this.#run(this.#clock.advance())
        this.#skipClosedHours()
        if (performance.now() - this.#checkpointMs >= CHECKPOINT_MS) this.#saveClock()
      } else if (this.#isRunning) {
        this.#setRunning(false)
        this.#saveClock()
      }
      for (const connection of this.#options.connections()) connection.flush()
    } catch (error) {
      this.#hasFailed = true
      this.#halt()
      this.#options.onFailure(error)
    }
  }

  #isNeeded(): boolean {
    if (!this.#options.waitsForWatchers || this.exchange.waitingRequests > 0) return true
    for (const connection of this.#options.connections()) if (connection.spots.size > 0) return true
    return false
  }

  #setRunning(isRunning: boolean): void {
    this.#isRunning = isRunning
    this.#clock.setRunning(isRunning)
    this.#options.logger.info(
      { at: this.#clock.now() },
      isRunning ? 'market runs' : 'market waits for watchers',
    )
  }

  #saveClock(): void {
    this.#checkpointMs = performance.now()
    this.#file?.append(this.#checkpoint(this.#clock.now()), false)
    if (this.#file?.isLarge === true) this.#compact()
  }

  /** Handles quotes and due orders up to an instant, in market time. */
  #run(target: number): void {
    for (;;) {
      const market = this.#nextMarket()
      const quoteAt = market?.pending?.at ?? Number.POSITIVE_INFINITY
      const dueAt = this.exchange.nextDueAt
      if (Math.min(quoteAt, dueAt) > target) return
      if (dueAt < quoteAt) {
        this.exchange.runDue()
        this.#settle(dueAt)
      } else if (market !== undefined) this.#takeQuote(market)
    }
  }

  #takeQuote(market: VenueMarket): void {
    market.take()
    const { quote, instrument } = market
    if (quote === undefined) return
    this.exchange.quote(instrument.id, quote.at, quote.bid, quote.ask)
    this.#settle(quote.at)
    const frames: [Uint8Array?, Uint8Array?] = []
    for (const connection of this.#options.connections()) {
      const isTimed = connection.spots.get(instrument.id)
      if (isTimed === undefined) continue
      const index = isTimed ? 1 : 0
      frames[index] ??= this.#spot(instrument.id, quote, isTimed)
      connection.sendFrame(frames[index])
    }
  }

  /** Of quotes of the same time the lower symbol id comes first. */
  #nextMarket(): VenueMarket | undefined {
    let next: VenueMarket | undefined
    for (const market of this.#markets.values()) {
      const at = market.pending?.at
      if (at !== undefined && at < (next?.pending?.at ?? Number.POSITIVE_INFINITY)) next = market
    }
    return next
  }

  /** Makes what happened durable, and only then tells it. */
  #settle(at: number): void {
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    const versions = events.map(event => {
      if ('deal' in event) this.#newDeals.push(this.deals.record(event.deal))
      if (event.type === 'balance-changed') this.deals.balanceMoved(event.change.balanceVersion)
      return this.deals.balanceVersion
    })
    this.#file?.append(this.#checkpoint(at), true)
    for (const [index, event] of events.entries()) {
      this.#options.logger.info(
        { event: event.type, at: event.at, request: event.tag?.clientMsgId },
        'execution',
      )
      broadcast(event, this.#options.connections(), this.facts, versions[index] ?? 0)
    }
  }

  /** When every symbol is closed, the clock jumps to the next opening. */
  #skipClosedHours(): void {
    const now = this.#clock.now() as UnixMs
    const { instruments } = this.facts
    if (instruments.some(instrument => isOpen(instrument, now))) return
    const openings = instruments.map(instrument => nextOpen(instrument, now) ?? Number.POSITIVE_INFINITY)
    const opening = Math.min(...openings)
    if (opening === Number.POSITIVE_INFINITY) return
    this.#options.logger.info({ from: now, to: opening }, 'closed hours skipped')
    this.#clock.jumpTo(opening)
    this.#run(opening)
  }

  #spot(symbolId: number, { at, bid, ask }: VenueQuote, isTimed: boolean): Uint8Array {
    const { ctidTraderAccountId } = this.facts
    return encodeSpotFrame({ ctidTraderAccountId, symbolId, bid, ask, ...(isTimed ? { timestamp: at } : {}) })
  }

  #checkpoint(clock: number): Checkpoint {
    const deals = this.#newDeals
    this.#newDeals = []
    return {
      type: 'checkpoint',
      clock,
      exchange: this.exchange.state(),
      markets: Array.from(this.#markets.values(), market => market.record()),
      deals,
    }
  }

  #compact(): void {
    if (this.#file === undefined) return
    this.#newDeals = []
    const markets = Array.from(this.#markets.values(), market => market.snapshot())
    const snapshot: Checkpoint = {
      type: 'checkpoint',
      clock: this.#clock.now(),
      exchange: this.exchange.state(),
      markets,
      deals: this.deals.all,
    }
    this.#file.rewrite([this.#header, snapshot])
  }

  #halt(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
