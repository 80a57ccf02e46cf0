import { type Instrument, isOpen, nextOpen, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarPage, BarQuery } from '../past/bars.ts'
import { MarketClock } from '../clock.ts'
import type { Connection } from '../session/connection.ts'
import type { StateFile } from '../persistence.ts'
import type { VenueFacts } from '../venue.ts'
import type { VenueEvent, VenueQuote } from '../venue-events.ts'
import type { AccessRights } from '@openclaw-trading/bot-engine/simulation'
import { LiveAccount, type LiveHouse } from './account.ts'
import type { VenueMarket } from './market.ts'
import type { Checkpoint, VenueHeader } from './record.ts'
import { sendQuote } from './spots.ts'
import type { LiveVenueOptions } from './venue-options.ts'

/** 40 pulses a second: at ×60 a pulse covers 1.5 s of market time, some three ticks. */
const PULSE_MS = 25
/** How much wall time a kill may cost at most. */
const CHECKPOINT_MS = 1000
/** Ids of orders, positions and deals that one account of a venue may use up. */
const IDS_PER_ACCOUNT = 1_000_000_000

/** A venue whose market runs on by itself. */
export class LiveVenue implements LiveHouse {
  /** The first is that of the credentials. */
  readonly accounts: readonly [LiveAccount, ...LiveAccount[]]
  readonly connections: () => Iterable<Connection>
  readonly #options: LiveVenueOptions
  readonly #markets: ReadonlyMap<number, VenueMarket>
  readonly #header: VenueHeader
  readonly #file: StateFile | undefined
  readonly #clock: MarketClock
  /** Symbols that were changed while the venue ran, by id. */
  readonly #changed: Map<number, Instrument>
  #speed: number
  #checkpointMs = performance.now()
  #timer: NodeJS.Timeout | undefined
  #isRunning = true
  #listeners: readonly ((event: VenueEvent) => void)[] = []
  #isClosed = false
  #hasFailed = false

  /** Creates the venue; its market stands still until {@link start}. */
  constructor(options: LiveVenueOptions) {
    const { accounts, restored } = options
    const [first, ...others] = accounts
    this.#options = options
    this.#speed = options.speed
    this.connections = options.connections
    this.#header = restored.header
    this.#file = restored.file
    this.#markets = new Map(options.markets.map(market => [market.instrument.id, market]))
    this.#changed = new Map(
      restored.checkpoints.flatMap(({ instruments = [] }) => instruments.map(each => [each.id, each])),
    )
    this.accounts = [
      this.#createAccount(first, 0),
      ...others.map((facts, index) => this.#createAccount(facts, index + 1)),
    ]
    const last = restored.checkpoints[restored.checkpoints.length - 1]
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

  /** Moves market time on, with everything that is due until then, and tells it at once; never back. */
  advanceTo(at: number): void {
    this.#clock.jumpTo(at)
    this.#catchUp()
  }

  /** Market milliseconds per wall millisecond from now on; 0: time moves when it is told. */
  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed)
    this.#speed = speed
  }

  /** Makes a quote the newest one now. */
  injectQuote(symbolId: number, bid: number, ask: number): void {
    const market = this.#markets.get(symbolId)
    if (market === undefined) return
    this.#catchUp()
    const before = market.quote
    market.inject({ at: this.#clock.now(), bid, ask })
    this.#tellQuote(market, before)
    this.#catchUp()
  }

  /** Calls back with each event, after it has been told to the connections; returns what ends that. */
  observe(listener: (event: VenueEvent) => void): () => void {
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter(each => each !== listener)
    }
  }

  told(event: VenueEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  save(): void {
    this.#file?.append(this.#checkpoint(this.#clock.now()), true)
  }

  /** Pays into an account or, with a negative amount, out. @returns `false` when its free margin does not allow it */
  changeBalance({ exchange }: LiveAccount, deltaMinor: number, note?: string): boolean {
    this.#catchUp()
    const at = this.#clock.now()
    const isDone = exchange.money.changeBalance(deltaMinor, at, note)
    this.#settle(at)
    this.#flush()
    return isDone
  }

  /** Changes what an account may do from now on. */
  setAccessRights(account: LiveAccount, rights: AccessRights): void {
    this.#catchUp()
    account.setAccessRights(rights)
    this.#flush()
  }

  /** Changes a symbol for every account from now on; durable before anybody is told. */
  changeInstrument(changed: Instrument): void {
    this.#catchUp()
    this.#changed.set(changed.id, changed)
    this.#file?.append({ ...this.#checkpoint(this.#clock.now()), instruments: [changed] }, true)
    for (const account of this.accounts) account.changeInstrument(changed)
    this.#flush()
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

  marketOf(symbolId: number): VenueMarket | undefined {
    return this.#markets.get(symbolId)
  }

  bars(symbolId: number, query: BarQuery): BarPage {
    return this.#markets.get(symbolId)?.bars.query(query) ?? { bars: [], hasMore: false }
  }

  /** The newest quotes of the past become the first ones of the exchange. */
  #begin(): void {
    for (const { instrument, quote } of this.#markets.values())
      if (quote !== undefined)
        for (const { exchange } of this.accounts)
          exchange.quote(instrument.id, quote.at, quote.bid, quote.ask)
  }

  #createAccount(facts: VenueFacts, index: number): LiveAccount {
    const { logger, model, restored } = this.#options
    const instruments = facts.instruments.map(each => this.#changed.get(each.id) ?? each)
    return new LiveAccount({
      facts: { ...facts, instruments },
      model,
      house: this,
      firstId: index * IDS_PER_ACCOUNT + 1,
      records: restored.checkpoints.flatMap(({ accounts }) => accounts[index] ?? []),
      logger,
    })
  }

  #catchUp(): void {
    this.#run(this.#clock.advance())
    this.#flush()
  }

  #flush(): void {
    for (const connection of this.connections()) connection.flush()
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
      this.#flush()
    } catch (error) {
      this.#hasFailed = true
      this.#halt()
      this.#options.onFailure(error)
    }
  }

  #isNeeded(): boolean {
    if (!this.#options.waitsForWatchers) return true
    if (this.accounts.some(({ exchange }) => exchange.waitingRequests > 0)) return true
    for (const { sessions } of this.connections())
      for (const { spots } of sessions.values()) if (spots.size > 0) return true
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
      const account = this.#nextAccount()
      const dueAt = account.exchange.nextDueAt
      if (Math.min(quoteAt, dueAt) > target) return
      if (dueAt < quoteAt) {
        account.exchange.runDue()
        this.#settle(dueAt)
      } else if (market !== undefined) this.#takeQuote(market)
    }
  }

  #takeQuote(market: VenueMarket): void {
    const before = market.quote
    market.take()
    this.#tellQuote(market, before)
  }

  #tellQuote(market: VenueMarket, before: VenueQuote | undefined): void {
    const { quote, instrument } = market
    if (quote === undefined) return
    for (const { exchange } of this.accounts) exchange.quote(instrument.id, quote.at, quote.bid, quote.ask)
    this.#settle(quote.at)
    const bidMoved = quote.bid !== before?.bid
    sendQuote(this.connections(), { symbolId: instrument.id, market, quote, bidMoved })
  }

  /** Of accounts with something due at the same time the first comes first. */
  #nextAccount(): LiveAccount {
    let [next] = this.accounts
    for (const account of this.accounts)
      if (account.exchange.nextDueAt < next.exchange.nextDueAt) next = account
    return next
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
    const changed = this.accounts.filter(({ hasNews }) => hasNews)
    if (changed.length === 0) return
    const tellings = changed.map(account => account.settle())
    this.#file?.append(this.#checkpoint(at), true)
    for (const tell of tellings) tell()
  }

  /** When every symbol is closed, the clock jumps to the next opening. */
  #skipClosedHours(): void {
    // Time that is told where to go is told so through closed hours too.
    if (this.#speed === 0) return
    const now = this.#clock.now() as UnixMs
    const { instruments } = this.accounts[0].facts
    if (instruments.some(instrument => isOpen(instrument, now))) return
    const openings = instruments.map(instrument => nextOpen(instrument, now) ?? Number.POSITIVE_INFINITY)
    const opening = Math.min(...openings)
    if (opening === Number.POSITIVE_INFINITY) return
    this.#options.logger.info({ from: now, to: opening }, 'closed hours skipped')
    this.#clock.jumpTo(opening)
    this.#run(opening)
  }

  #checkpoint(clock: number): Checkpoint {
    return {
      type: 'checkpoint',
      clock,
      accounts: this.accounts.map(account => account.record()),
      markets: Array.from(this.#markets.values(), market => market.record()),
    }
  }

  #compact(): void {
    if (this.#file === undefined) return
    const markets = Array.from(this.#markets.values(), market => market.snapshot())
    const snapshot: Checkpoint = {
      type: 'checkpoint',
      clock: this.#clock.now(),
      accounts: this.accounts.map(account => account.snapshot()),
      markets,
      ...(this.#changed.size === 0 ? {} : { instruments: [...this.#changed.values()] }),
    }
    this.#file.rewrite([this.#header, snapshot])
  }

  #halt(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
