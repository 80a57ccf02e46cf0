import { symbolOfRow } from '@openclaw-trading/bot-engine/data'
import type { Exchange } from '@openclaw-trading/bot-engine/simulation'
import type { SymbolId } from '@openclaw-trading/trading-model'
import { broadcast } from '../session/broadcast.ts'
import type { BarPage } from '../past/bars.ts'
import type { Connection } from '../session/connection.ts'
import type { DealHistory } from '../past/deals.ts'
import { SimulatorError } from '../errors.ts'
import { invalid } from '../handlers/call.ts'
import type { Refusal, Venue, VenueFacts } from '../venue.ts'
import type { OrderTag, VenueEvent, VenueQuote, VenueRequest } from '../venue-events.ts'
import type { OrderHistory } from '../past/orders.ts'
import { Awake } from './awake.ts'
import { ReplayBook } from './book.ts'
import { isCounted, ReplayFeed } from './feed.ts'
import { LookaheadGate, RewindGate } from './gate.ts'
import { FLUSH_BYTES, MAX_BACKLOG_BYTES, MAX_STEPS } from './limits.ts'
import { markOf, placeOf, quoteBefore, quotesBefore } from './places.ts'
import type { ReplaySummary } from './summary.ts'
import { StallWatch } from './stall-watch.ts'
import { bookOptionsOf, type ReplayFailure, type ReplayVenueOptions } from './venue-options.ts'

/** A venue that sends recorded quotes as fast as its one bot confirms them, and stays exact. */
export class ReplayVenue implements Venue {
  readonly facts: VenueFacts
  readonly accounts: readonly [Venue] = [this]
  readonly marketOf = () => undefined
  /** A replay has no past. */
  readonly bars = (): BarPage => ({ bars: [], hasMore: false })
  /** Resolves when the bot has confirmed the last message; rejects when the replay cannot be completed. */
  readonly finished: Promise<ReplaySummary>
  readonly #options: ReplayVenueOptions
  readonly #gate: LookaheadGate | RewindGate
  readonly #book: ReplayBook
  readonly #awake: Awake | undefined
  readonly #feed: ReplayFeed
  readonly #stall: StallWatch
  #phase: 'waiting' | 'running' | 'over' = 'waiting'
  #admitted: Connection | undefined
  #bot: Connection | undefined
  #row = 0
  #checkedRow = -1
  #lastInstant = Number.NEGATIVE_INFINITY
  #hasChanged = false
  #requests = 0
  #rewinds = 0
  #startedMs = 0
  #isScheduled = false
  #resolve: (summary: ReplaySummary) => void = () => {}
  #reject: (error: SimulatorError) => void = () => {}

  /** Creates the venue; the quotes start with the bot's subscription. */
  constructor(options: ReplayVenueOptions) {
    const { facts, mode, model, ticks } = options
    this.facts = facts
    this.#options = options
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Whoever does not ask must not be ended by it.
    this.finished.catch(() => {})
    this.#book = new ReplayBook(bookOptionsOf(options, event => this.#onEvent(event)))
    this.#gate =
      mode.gate === 'rewind'
        ? new RewindGate()
        : new LookaheadGate(model.latencyMs, mode.plant === 'gate-too-wide')
    this.#stall = new StallWatch(mode.stallAfterMs, silence =>
      this.#fail('replay-stalled', `${silence}: ${this.#marks()}. Look where its strategy hangs.`),
    )
    this.#awake = mode.polling === true ? new Awake() : undefined
    this.#feed = new ReplayFeed({
      gate: this.#gate,
      ticks,
      plant: mode.plant,
      plantAt: mode.plantAt ?? Math.floor(ticks.length / 2),
      latencyMs: model.latencyMs,
      tell: (event, connection) => this.#tell(event, connection),
      ctidTraderAccountId: facts.ctidTraderAccountId,
    })
  }

  get exchange(): Exchange<OrderTag> {
    return this.#book.exchange
  }

  /** What the bot has confirmed. */
  get deals(): DealHistory {
    return this.#book.deals
  }

  /** Time of the last quote sent; 0 before the first. */
  get now(): number {
    return this.#row === 0 ? 0 : (this.#options.ticks.at[this.#row - 1] as number)
  }

  /** As the bot has confirmed them. */
  get orders(): OrderHistory {
    return this.#book.orders
  }

  quoteOf(symbolId: number): VenueQuote | undefined {
    return quoteBefore(this.#options.ticks, symbolId as SymbolId, this.#row)
  }

  /** One connection only: what two would be sent could not be confirmed by both. */
  admit(connection: Connection): Refusal | undefined {
    if (this.#admitted !== undefined && this.#admitted !== connection)
      return { errorCode: 'CONNECTIONS_LIMIT_EXCEEDED', description: 'A replay serves one connection' }
    this.#admitted = connection
    return undefined
  }

  subscribed(connection: Connection, symbolIds: readonly number[]): void {
    const isReplayed = (id: SymbolId): boolean => symbolIds.includes(id)
    if (this.#phase !== 'waiting' || !this.#options.ticks.symbolIds.some(isReplayed)) return
    this.#phase = 'running'
    this.#bot = connection
    this.#startedMs = performance.now()
    this.#stall.start()
    this.#options.logger.info({ quotes: this.#options.ticks.length }, 'replay started')
    this.#pump()
  }

  submit(
    connection: Connection,
    request: VenueRequest,
    clientMsgId: string | undefined,
  ): Refusal | undefined {
    const place = placeOf(clientMsgId)
    if (place === undefined || clientMsgId === undefined)
      return invalid(
        'In a replay a trading request carries the clientMsgId "n.k": its k-th while message n is handled',
      )
    if (this.#phase !== 'running') return invalid('The replay is not running')
    this.#stall.heard()
    const gate = this.#gate
    const decidedAt = gate.timeOf(place.message)
    if (decidedAt === undefined || (gate instanceof RewindGate && !gate.shut(place.message))) {
      return this.#fail(
        'mark-violation',
        `The request ${clientMsgId} belongs to message ${place.message}, but ${this.#marks()}. Send requests before the mark of their message.`,
      )
    }
    const dueAt = Math.max(this.exchange.lastDueAt, decidedAt + this.#options.model.latencyMs)
    if (this.#isTooLate(dueAt)) {
      return this.#fail(
        'lookahead-broken',
        `The request ${clientMsgId} is due at ${dueAt}, but the replay has processed ${this.#lastInstant}. Its result would be wrong; report it.`,
      )
    }
    this.#requests += 1
    this.#book.take({ ...request, tag: { connectionId: connection.id, clientMsgId } }, place, decidedAt)
    return undefined
  }

  heartbeat(connection: Connection, clientMsgId: string | undefined): void {
    if (clientMsgId === undefined || connection !== this.#bot || this.#phase !== 'running') return
    this.#stall.heard()
    if (!this.#gate.confirm(markOf(clientMsgId) ?? Number.NaN))
      return this.#fail(
        'mark-violation',
        `The mark "${clientMsgId}" is no number of a message, or ${this.#marks()}. Confirm handled messages only, in order.`,
      )
    this.#book.confirm(this.#gate.confirmed)
    this.#pump()
  }

  /** A barrier "n": every order decided on message n has come, and what was sent behind n has been dropped. */
  versionTold(connection: Connection, clientMsgId: string | undefined): void {
    const gate = this.#gate
    if (!(gate instanceof RewindGate) || connection !== this.#bot || this.#phase !== 'running') return
    const number = markOf(clientMsgId)
    if (number === undefined) return
    if (!gate.open(number))
      return this.#fail(
        'mark-violation',
        `The barrier "${clientMsgId}" names no open message, or ${this.#marks()}. Send it behind the orders of its message.`,
      )
    this.#rewind(gate, number)
    gate.confirm(number)
    this.#book.confirm(number)
    this.#pump()
  }

  left(connection: Connection): void {
    if (connection === this.#admitted) this.#admitted = undefined
    if (connection === this.#bot && this.#phase === 'running')
      this.#fail(
        'connection-lost',
        `The bot's connection was lost after ${this.#row} of ${this.#options.ticks.length} quotes. Start the replay again: it is never resumed.`,
      )
  }

  /** Ends a replay that has not ended by itself. */
  close(): void {
    if (this.#phase !== 'over')
      this.#fail(
        'closed',
        `The simulator was closed after ${this.#row} of ${this.#options.ticks.length} quotes.`,
      )
  }

  /** Something else went wrong; the replay is over. */
  abort(error: unknown): void {
    if (this.#phase !== 'over')
      this.#fail('closed', `The replay stopped at quote ${this.#row}: ${String(error)}.`, error)
  }

  #rewind(gate: RewindGate, number: number): void {
    const row = gate.rowAfter(number) ?? 0
    const time = gate.timeOf(number) ?? 0
    const toldBefore = this.#book.rewind(number, quotesBefore(this.#options.ticks, row))
    this.#feed.rewind(time, row, toldBefore)
    gate.takeBack(number)
    this.#row = row
    this.#checkedRow = row - 1
    this.#rewinds += 1
  }

  #isTooLate(dueAt: number): boolean {
    const { gate, plant } = this.#options.mode
    return gate === 'lookahead' && plant !== 'gate-too-wide' && dueAt < this.#lastInstant
  }

  /** Processes as much as the gate allows. */
  #pump(): void {
    const bot = this.#bot
    if (bot === undefined || this.#phase !== 'running') return
    const flushBytes = FLUSH_BYTES[this.#options.mode.gate]
    let steps = 0
    while (bot.backlog <= MAX_BACKLOG_BYTES && this.#step(bot)) {
      if (bot.waiting >= flushBytes) bot.flush()
      if (++steps < MAX_STEPS) continue
      this.#schedule()
      break
    }
    if (this.#row === this.#options.ticks.length) {
      this.#feed.release(bot)
      if (this.#gate.confirmed === this.#gate.sent) return this.#finish(bot)
    }
    // The last mark may come before the news that its messages have left, and no other would follow.
    if (bot.backlog > MAX_BACKLOG_BYTES && this.#gate.confirmed === this.#gate.sent) this.#schedule()
    bot.flush()
    this.#awake?.extend()
  }

  /** Processes the next instant. @returns `false` when nothing is left or allowed */
  #step(bot: Connection): boolean {
    const { at, length } = this.#options.ticks
    if (this.#row === length) return false
    const quoteAt = at[this.#row] as number
    const dueAt = this.exchange.nextDueAt
    const instant = dueAt < quoteAt ? dueAt : quoteAt
    this.#feed.release(bot, instant)
    if (!this.#gate.allows(instant)) return false
    if (instant > this.#lastInstant) this.#lastInstant = instant
    const begin = this.#gate.sent - this.#feed.toldBefore
    const { silentChanges } = this.exchange
    if (dueAt < quoteAt) this.#runDue()
    else this.#takeQuote(bot)
    if (this.#hasChanged || this.exchange.silentChanges !== silentChanges)
      this.#book.changed(begin, this.#gate.sent)
    this.#hasChanged = false
    return true
  }

  #runDue(): void {
    if (this.#options.mode.plant === 'protection-before-due') this.#checkRow()
    this.exchange.runDue()
  }

  #takeQuote(bot: Connection): void {
    this.#checkRow()
    this.#feed.quote(this.#row, bot)
    this.#row += 1
  }

  /** Gives the quote to come to the exchange, once. */
  #checkRow(): void {
    const { ticks } = this.#options
    const row = this.#row
    if (this.#checkedRow === row || ticks.told?.has(row) === true) return
    this.#checkedRow = row
    const at = ticks.at[row] as number
    this.exchange.quote(symbolOfRow(ticks, row), at, ticks.bid[row] as number, ticks.ask[row] as number)
  }

  #onEvent(event: VenueEvent): void {
    const bot = this.#bot
    this.#hasChanged = true
    if (!isCounted(event)) return
    this.#book.count(event)
    if (bot !== undefined) this.#feed.event(event, bot)
  }

  #tell(event: VenueEvent, bot: Connection): void {
    this.#book.tells(event, this.#gate.sent)
    broadcast(event, [bot], this.facts, this.#book.balanceVersion)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#pump()
    })
  }

  #finish(bot: Connection): void {
    this.#phase = 'over'
    this.#awake?.stop()
    this.#stall.stop()
    bot.send(2148, { reason: 'replay-ended' })
    bot.flush()
    const summary: ReplaySummary = {
      quotes: this.#row,
      countedMessages: this.#gate.sent,
      requests: this.#requests,
      unfilled: this.exchange.state().due.length,
      deals: this.deals.all.length,
      balanceMinor: this.exchange.balanceMinor,
      rewinds: this.#rewinds,
      elapsedMs: performance.now() - this.#startedMs,
    }
    this.#options.logger.info({ ...summary }, 'replay ended')
    this.#resolve(summary)
  }

  #fail(code: ReplayFailure, message: string, cause?: unknown): undefined {
    this.#phase = 'over'
    this.#awake?.stop()
    this.#stall.stop()
    const error = new SimulatorError(code, message, {
      ...(cause === undefined ? {} : { cause }),
      details: { row: this.#row },
    })
    this.#options.logger.error({ code, row: this.#row }, 'replay failed')
    if (this.#bot !== undefined && !this.#bot.closed) {
      this.#bot.send(2148, { reason: `replay-failed: ${error.message}` })
      this.#bot.end()
    }
    this.#reject(error)
  }

  #marks(): string {
    return `${this.#gate.confirmed} of ${this.#gate.sent} messages are confirmed`
  }
}
