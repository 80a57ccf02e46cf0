import type { Exchange } from '@openclaw-trading/bot-engine/simulation'
import { encodeSpotFrame } from '@openclaw-trading/ctrader-client/protocol'
import { broadcast } from '../broadcast.ts'
import type { BarPage } from '../bars.ts'
import type { Connection } from '../connection.ts'
import type { DealHistory } from '../deals.ts'
import { SimulatorError } from '../errors.ts'
import { invalid } from '../handlers/call.ts'
import type { OrderTag, Refusal, Venue, VenueEvent, VenueFacts, VenueQuote, VenueRequest } from '../venue.ts'
import { Awake } from './awake.ts'
import { ReplayBook } from './book.ts'
import { isCounted, ReplayFeed } from './feed.ts'
import { LookaheadGate, RewindGate } from './gate.ts'
import { markOf, placeOf, quoteBefore } from './places.ts'
import type { ReplaySummary } from './summary.ts'
import type { ReplayVenueOptions } from './venue-options.ts'

/**
 * Bytes that leave in one write at most. The largest TLS record carries 16 KiB; a rewinding replay sends its window in
 * parts, so that the bot handles one while the next is made.
 */
const FLUSH_BYTES = { lookahead: 16_384, rewind: 4096 } as const
/** Bytes that may wait in the socket before the replay pauses until the next mark. */
const MAX_BACKLOG_BYTES = 1_048_576
/** Steps after which other work of the process gets its turn. */
const MAX_STEPS = 8192

/** A venue that sends recorded quotes as fast as its one bot confirms them, and stays exact. */
export class ReplayVenue implements Venue {
  readonly facts: VenueFacts
  /** Resolves when the bot has confirmed the last message; rejects when the replay cannot be completed. */
  readonly finished: Promise<ReplaySummary>
  readonly #options: ReplayVenueOptions
  readonly #gate: LookaheadGate | RewindGate
  readonly #book: ReplayBook
  readonly #awake: Awake | undefined
  readonly #feed: ReplayFeed
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
    this.#book = new ReplayBook({
      exchange: {
        instruments: facts.instruments,
        account: facts.account,
        venue: mode.plant === 'due-off-by-one' ? { ...model, latencyMs: model.latencyMs + 1 } : model,
        onEvent: event => this.#onEvent(event),
        trailsLate: mode.plant === 'trailing-late',
      },
      canRewind: mode.gate === 'rewind',
      plant: mode.plant,
    })
    this.#gate =
      mode.gate === 'rewind'
        ? new RewindGate()
        : new LookaheadGate(model.latencyMs, mode.plant === 'gate-too-wide')
    this.#awake = mode.polling === true ? new Awake() : undefined
    const { ctidTraderAccountId } = facts
    const { symbolId } = ticks
    this.#feed = new ReplayFeed({
      gate: this.#gate,
      ticks,
      plant: mode.plant,
      plantAt: mode.plantAt ?? Math.floor(ticks.length / 2),
      latencyMs: model.latencyMs,
      tell: (event, connection) => this.#tell(event, connection),
      encodeSpot: (timestamp, bid, ask) =>
        encodeSpotFrame({ ctidTraderAccountId, symbolId, bid, ask, timestamp }),
    })
  }

  get exchange(): Exchange<OrderTag> {
    return this.#book.exchange
  }

  /** What the bot has confirmed. */
  get deals(): DealHistory {
    return this.#book.deals
  }

  quoteOf(symbolId: number): VenueQuote | undefined {
    const { ticks } = this.#options
    return symbolId === ticks.symbolId ? quoteBefore(ticks, this.#row) : undefined
  }

  /** A replay has no past. */
  bars(): BarPage {
    return { bars: [], hasMore: false }
  }

  /** One connection only: what two would be sent could not be confirmed by both. */
  admit(connection: Connection): Refusal | undefined {
    if (this.#admitted !== undefined && this.#admitted !== connection)
      return { errorCode: 'CONNECTIONS_LIMIT_EXCEEDED', description: 'A replay serves one connection' }
    this.#admitted = connection
    return undefined
  }

  subscribed(connection: Connection, symbolIds: readonly number[]): void {
    if (this.#phase !== 'waiting' || !symbolIds.includes(this.#options.ticks.symbolId)) return
    this.#phase = 'running'
    this.#bot = connection
    this.#startedMs = performance.now()
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
    const gate = this.#gate
    const decidedAt = gate.timeOf(place.message)
    if (decidedAt === undefined || (gate instanceof RewindGate && !gate.shut(place.message))) {
      this.#fail(
        'mark-violation',
        `The request ${clientMsgId} belongs to message ${place.message}, but ${this.#marks()}. Send requests before the mark of their message.`,
      )
      return undefined
    }
    const dueAt = Math.max(this.exchange.lastDueAt, decidedAt + this.#options.model.latencyMs)
    if (this.#isTooLate(dueAt)) {
      this.#fail(
        'lookahead-broken',
        `The request ${clientMsgId} is due at ${dueAt}, but the replay has processed ${this.#lastInstant}. Its result would be wrong; report it.`,
      )
      return undefined
    }
    this.#requests += 1
    this.#book.take({ ...request, tag: { connectionId: connection.id, clientMsgId } }, place, decidedAt)
    return undefined
  }

  heartbeat(connection: Connection, clientMsgId: string | undefined): void {
    if (clientMsgId === undefined || connection !== this.#bot || this.#phase !== 'running') return
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
    const toldBefore = this.#book.rewind(number, quoteBefore(this.#options.ticks, row))
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
    while (this.#step(bot)) {
      if (bot.waiting >= flushBytes) bot.flush()
      if (++steps < MAX_STEPS) continue
      this.#schedule()
      break
    }
    if (this.#row === this.#options.ticks.length) {
      this.#feed.release(bot)
      if (this.#gate.confirmed === this.#gate.sent) return this.#finish(bot)
    }
    bot.flush()
    this.#awake?.extend()
  }

  /** Processes the next instant. @returns `false` when nothing is left, allowed, or read by the bot */
  #step(bot: Connection): boolean {
    const { at, length } = this.#options.ticks
    if (this.#row === length || bot.backlog > MAX_BACKLOG_BYTES) return false
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
    if (this.#checkedRow === this.#row) return
    this.#checkedRow = this.#row
    const { symbolId, at, bid, ask } = this.#options.ticks
    const row = this.#row
    this.exchange.quote(symbolId, at[row] as number, bid[row] as number, ask[row] as number)
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

  #fail(
    code: 'lookahead-broken' | 'mark-violation' | 'connection-lost' | 'closed',
    message: string,
    cause?: unknown,
  ): void {
    this.#phase = 'over'
    this.#awake?.stop()
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
