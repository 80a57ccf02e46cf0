import type { TickColumns } from '@openclaw-trading/bot-engine/data'
import { createExchange, type Exchange, type VenueModel } from '@openclaw-trading/bot-engine/simulation'
import { encodeSpotFrame } from '@openclaw-trading/ctrader-client/protocol'
import { broadcast } from '../broadcast.ts'
import type { BarPage } from '../bars.ts'
import type { Connection } from '../connection.ts'
import { DealHistory } from '../deals.ts'
import { SimulatorError } from '../errors.ts'
import { invalid } from '../handlers/call.ts'
import type { Logger, ReplayMode } from '../options.ts'
import type { OrderTag, Refusal, Venue, VenueEvent, VenueFacts, VenueQuote, VenueRequest } from '../venue.ts'
import { ReplayFeed } from './feed.ts'
import { LookaheadGate } from './gate.ts'
import { Inbox } from './inbox.ts'

/** What a replay did. */
export interface ReplaySummary {
  /** Rows sent. */
  readonly quotes: number
  /** Counted messages: quotes, executions, order errors. */
  readonly countedMessages: number
  /** Trading requests taken. */
  readonly requests: number
  /** Requests that were not yet due at the last quote; they stay unfilled. */
  readonly unfilled: number
  readonly deals: number
  /** Balance in minor units. */
  readonly balanceMinor: number
  /** Wall time from the subscription to the last confirmation. */
  readonly elapsedMs: number
}

/** What a {@link ReplayVenue} is made of. */
export interface ReplayVenueOptions {
  readonly facts: VenueFacts
  readonly model: VenueModel
  readonly ticks: TickColumns
  readonly mode: ReplayMode
  readonly logger: Logger
}

/** Bytes that leave in one write at most; the largest TLS record carries 16 KiB. */
const FLUSH_BYTES = 16_384
/** Bytes that may wait in the socket before the replay pauses until the next mark. */
const MAX_BACKLOG_BYTES = 1_048_576
/** Steps after which other work of the process gets its turn. */
const MAX_STEPS = 8192
/**
 * How long a polling venue spins for a mark before it sleeps. A mark takes 20 to 40 µs when both sides have a core; on
 * a crowded machine the bot waits for the very core that endless spinning would occupy.
 */
const AWAKE_MS = 0.05
const ORDER_ID = /^(\d{1,15})\.(\d{1,9})$/
const MARK = /^\d{1,15}$/

/** A venue that sends recorded quotes as fast as its one bot confirms them, and stays exact. */
export class ReplayVenue implements Venue {
  readonly facts: VenueFacts
  readonly exchange: Exchange<OrderTag>
  readonly deals = new DealHistory()
  /** Resolves when the bot has confirmed the last message; rejects when the replay cannot be completed. */
  readonly finished: Promise<ReplaySummary>
  readonly #options: ReplayVenueOptions
  readonly #gate: LookaheadGate
  readonly #feed: ReplayFeed
  readonly #inbox = new Inbox<VenueRequest>()
  #phase: 'waiting' | 'running' | 'over' = 'waiting'
  #admitted: Connection | undefined
  #bot: Connection | undefined
  #row = 0
  #checkedRow = -1
  #lastInstant = Number.NEGATIVE_INFINITY
  #overdrawn = false
  #requests = 0
  #startedMs = 0
  #isScheduled = false
  #isAwake = false
  #awakeUntilMs = 0
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
    this.exchange = createExchange<OrderTag>({
      instruments: facts.instruments,
      account: facts.account,
      venue: mode.plant === 'due-off-by-one' ? { ...model, latencyMs: model.latencyMs + 1 } : model,
      onEvent: event => this.#onEvent(event),
    })
    this.#gate = new LookaheadGate(model.latencyMs)
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

  quoteOf(symbolId: number): VenueQuote | undefined {
    const { ticks } = this.#options
    const row = this.#row - 1
    if (row < 0 || symbolId !== ticks.symbolId) return undefined
    return { at: ticks.at[row] as number, bid: ticks.bid[row] as number, ask: ticks.ask[row] as number }
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
    const [, number, place] = ORDER_ID.exec(clientMsgId ?? '') ?? []
    if (number === undefined || clientMsgId === undefined)
      return invalid(
        'In a replay a trading request carries the clientMsgId "n.k": its k-th while message n is handled',
      )
    if (this.#phase !== 'running') return invalid('The replay is not running')
    const decidedAt = this.#gate.timeOf(Number(number))
    if (decidedAt === undefined) {
      this.#fail(
        'mark-violation',
        `The request ${clientMsgId} belongs to message ${number}, but ${this.#marks()}. Send requests before the mark of their message.`,
      )
      return undefined
    }
    const dueAt = decidedAt + this.#options.model.latencyMs
    if (dueAt < this.#lastInstant && this.#options.mode.plant !== 'gate-too-wide') {
      this.#fail(
        'lookahead-broken',
        `The request ${clientMsgId} is due at ${dueAt}, but the replay has processed ${this.#lastInstant}. Its result would be wrong; report it.`,
      )
      return undefined
    }
    this.#requests += 1
    const tag = { connectionId: connection.id, clientMsgId }
    this.#inbox.add({ n: Number(number), k: Number(place), decidedAt, request: { ...request, tag } })
    return undefined
  }

  heartbeat(connection: Connection, clientMsgId: string | undefined): void {
    if (clientMsgId === undefined || connection !== this.#bot || this.#phase !== 'running') return
    if (!MARK.test(clientMsgId) || !this.#gate.confirm(Number(clientMsgId)))
      return this.#fail(
        'mark-violation',
        `The mark "${clientMsgId}" is no number of a message, or ${this.#marks()}. Confirm handled messages only, in order.`,
      )
    for (const { request, decidedAt } of this.#inbox.takeUpTo(this.#gate.confirmed))
      this.exchange.submit(request, decidedAt)
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

  /** Processes as much as the gate allows. */
  #pump(): void {
    const bot = this.#bot
    if (bot === undefined || this.#phase !== 'running') return
    let steps = 0
    while (this.#step(bot)) {
      if (bot.waiting >= FLUSH_BYTES) bot.flush()
      if (++steps < MAX_STEPS) continue
      this.#schedule()
      break
    }
    if (this.#row === this.#options.ticks.length) {
      this.#feed.release(bot)
      if (this.#gate.confirmed === this.#gate.sent) return this.#finish(bot)
    }
    bot.flush()
    this.#stayAwake()
  }

  /** Processes the next instant. @returns `false` when nothing is left, allowed, or read by the bot */
  #step(bot: Connection): boolean {
    const { at, length } = this.#options.ticks
    if (this.#row === length || bot.backlog > MAX_BACKLOG_BYTES) return false
    const quoteAt = at[this.#row] as number
    const dueAt = this.exchange.nextDueAt
    const instant = dueAt < quoteAt ? dueAt : quoteAt
    this.#feed.release(bot, instant)
    if (!this.#allows(instant)) return false
    if (instant > this.#lastInstant) this.#lastInstant = instant
    if (dueAt < quoteAt) this.#runDue()
    else this.#takeQuote(bot)
    return true
  }

  #allows(instant: number): boolean {
    if (this.#gate.allows(instant)) {
      this.#overdrawn = false
      return true
    }
    if (this.#options.mode.plant !== 'gate-too-wide' || this.#overdrawn) return false
    this.#overdrawn = true
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
    if (bot !== undefined) this.#feed.event(event, bot)
  }

  #tell(event: VenueEvent, bot: Connection): void {
    if (event.type === 'order-filled') this.deals.record(event.deal)
    broadcast(event, [bot], this.facts, this.deals.balanceVersion)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#pump()
    })
  }

  /** Keeps the process awake for the time in which a mark normally comes. */
  #stayAwake(): void {
    if (this.#options.mode.polling !== true) return
    this.#awakeUntilMs = performance.now() + AWAKE_MS
    if (this.#isAwake) return
    this.#isAwake = true
    setImmediate(() => this.#spin())
  }

  #spin(): void {
    this.#isAwake = this.#phase === 'running' && performance.now() < this.#awakeUntilMs
    if (this.#isAwake) setImmediate(() => this.#spin())
  }

  #finish(bot: Connection): void {
    this.#phase = 'over'
    bot.send(2148, { reason: 'replay-ended' })
    bot.flush()
    const summary: ReplaySummary = {
      quotes: this.#row,
      countedMessages: this.#gate.sent,
      requests: this.#requests,
      unfilled: this.exchange.waitingRequests + this.#inbox.size,
      deals: this.deals.all.length,
      balanceMinor: this.exchange.balanceMinor,
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
