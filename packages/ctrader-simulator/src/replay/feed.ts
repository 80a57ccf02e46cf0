import { symbolOfRow } from '@openclaw-trading/bot-engine/data'
import type { Connection } from '../session/connection.ts'
import type { PlantedFault } from '../options.ts'
import type { VenueEvent } from '../venue-events.ts'
import { type ReplayTicks, sendBadQuote } from './bad-quotes.ts'
import type { ReplayGate } from './gate.ts'

/** What a {@link ReplayFeed} is made of. */
export interface ReplayFeedOptions {
  readonly gate: ReplayGate
  readonly ticks: ReplayTicks
  readonly plant: PlantedFault | undefined
  readonly plantAt: number
  readonly latencyMs: number
  /** Encodes and sends an event, which is the last message of the gate. */
  readonly tell: (event: VenueEvent, connection: Connection) => void
  readonly ctidTraderAccountId: number
}

/** Tells whether an event is a counted message; others have no place in a replay, which leaves them out. */
export function isCounted({ type }: VenueEvent): boolean {
  return type !== 'margin-call'
}

/** The counted messages of a replay in their order, and the faults that can be planted into it. */
export class ReplayFeed {
  readonly #options: ReplayFeedOptions
  // Time of the last message that has one: the clock that a bot reads.
  #marketTime = Number.NEGATIVE_INFINITY
  #lastQuoteAt = Number.NEGATIVE_INFINITY
  #heldEvents: VenueEvent[] = []
  #heldRow = -1
  #heldSince = 0
  #nextRow = 0
  #toldBefore = 0
  /** Of the quote that is sent; one object for all, because there are millions. */
  readonly #spot = { ctidTraderAccountId: 0, symbolId: 0, bid: 0, ask: 0, timestamp: 0 }

  /** Creates a feed that has sent nothing. */
  constructor(options: ReplayFeedOptions) {
    this.#options = options
    this.#spot.ctidTraderAccountId = options.ctidTraderAccountId
  }

  /** Messages to come that have been told before a rewind; they are passed over. */
  get toldBefore(): number {
    return this.#toldBefore
  }

  /** Goes back to a market time, behind all quotes before a row; the next `toldBefore` messages are not sent again. */
  rewind(marketTime: number, nextRow: number, toldBefore: number): void {
    this.#marketTime = marketTime
    this.#nextRow = nextRow
    this.#lastQuoteAt = this.#options.ticks.at[nextRow - 1] ?? Number.NEGATIVE_INFINITY
    this.#toldBefore = toldBefore
    this.#heldEvents = []
    this.#heldRow = -1
  }

  /** Sends an event; a refusal does not move the clock. */
  event(event: VenueEvent, connection: Connection): void {
    this.release(connection)
    const { plant } = this.#options
    if (plant === 'event-after-tick') this.#heldEvents.push(event)
    else if (plant === 'event-dated-tick-before' && !event.server)
      this.#sendEvent(dated(event, this.#lastQuoteAt), connection)
    else this.#sendEvent(event, connection)
  }

  /** Sends the quote of a row, unless the bot does not watch its symbol. */
  quote(row: number, connection: Connection): void {
    const { plant, plantAt, ticks } = this.#options
    this.#lastQuoteAt = ticks.at[row] as number
    this.#nextRow = row + 1
    if (plant === undefined) return this.#sendQuote(row, row, connection)
    if (plant === 'tick-dropped' && row === plantAt) return
    if (plant === 'conflated') {
      if (this.#heldRow < 0) this.#heldSince = this.#lastQuoteAt
      this.#heldRow = row
      return
    }
    const isSwapped = plant === 'ticks-swapped' && (row === plantAt || row === plantAt + 1)
    this.#sendQuote(row, isSwapped ? 2 * plantAt + 1 - row : row, connection)
    for (const event of this.#heldEvents.splice(0)) this.#sendEvent(event, connection)
  }

  /** Sends the quote that conflation holds back, once the next instant lies outside its window. */
  release(connection: Connection, nextInstant = Number.POSITIVE_INFINITY): void {
    const row = this.#heldRow
    if (row < 0 || nextInstant <= this.#heldSince + this.#options.latencyMs) return
    this.#heldRow = -1
    this.#sendQuote(row, row, connection)
  }

  #sendQuote(timeRow: number, priceRow: number, connection: Connection): void {
    const { gate, ticks } = this.#options
    const symbolId = symbolOfRow(ticks, priceRow)
    const spot = this.#spot
    if (
      ticks.symbols !== undefined &&
      !connection.sessions.get(spot.ctidTraderAccountId)?.spots.has(symbolId)
    )
      return
    const at = ticks.at[timeRow] as number
    if (ticks.told?.has(priceRow) === true) {
      sendBadQuote(ticks, priceRow, spot.ctidTraderAccountId, connection)
      return gate.push(this.#marketTime, this.#nextRow)
    }
    spot.symbolId = symbolId
    spot.bid = ticks.bid[priceRow] as number
    spot.ask = ticks.ask[priceRow] as number
    spot.timestamp = at
    connection.sendSpot(spot)
    if (at > this.#marketTime) this.#marketTime = at
    gate.push(this.#marketTime, this.#nextRow)
  }

  #sendEvent(event: VenueEvent, connection: Connection): void {
    const { gate, tell } = this.#options
    if (event.type !== 'order-rejected' && event.at > this.#marketTime) this.#marketTime = event.at
    if (this.#toldBefore > 0) {
      this.#toldBefore -= 1
      return
    }
    gate.push(this.#marketTime, this.#nextRow)
    tell(event, connection)
  }
}

/** The event as if it had happened at another instant, in every place that tells the time. */
function dated(event: VenueEvent, at: number): VenueEvent {
  if (!('order' in event)) return { ...event, at }
  const order = { ...event.order, updatedAt: at }
  return event.type === 'order-filled' || event.type === 'order-partially-filled'
    ? { ...event, at, order, deal: { ...event.deal, executedAt: at } }
    : { ...event, at, order }
}
