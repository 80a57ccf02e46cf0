import { createExchange, type Exchange, type ExchangeOptions } from '@openclaw-trading/bot-engine/simulation'
import { DealHistory } from '../past/deals.ts'
import type { ReplayMode } from '../options.ts'
import { OrderHistory } from '../past/orders.ts'
import type { OrderTag, VenueEvent, VenueRequest } from '../venue-events.ts'
import { comparePlaces, type OrderPlace } from './places.ts'

type State = ReturnType<Exchange<OrderTag>['state']>

/** The matching state behind a step that changed it. */
interface Copy {
  /** Numbers of the last message before the step, and of its last message. */
  readonly begin: number
  readonly end: number
  readonly state: State
  /** Requests received until then. */
  readonly received: number
  readonly balanceVersion: number
}

/** A request whose message is not confirmed. */
interface Arrived {
  readonly request: VenueRequest
  readonly place: OrderPlace
  readonly decidedAt: number
}

/** What a {@link ReplayBook} is made of. */
export interface ReplayBookOptions {
  readonly exchange: Omit<ExchangeOptions<OrderTag>, 'state'>
  /** Keeps what {@link ReplayBook.rewind} needs. */
  readonly canRewind: boolean
  readonly plant: ReplayMode['plant']
}

/**
 * The matching of a replay, and the way back.
 *
 * Quotes do not depend on orders, so only the small state of the matching core can be wrong: positions, balance, ids,
 * waiting requests. A copy of it is kept behind each step that changes it, for as long as the bot may still order on a
 * message before; between two copies only the prevailing quote moves.
 */
export class ReplayBook {
  /** Deals that the bot has confirmed. */
  readonly deals = new DealHistory()
  /** Orders as the bot has confirmed them. */
  readonly orders = new OrderHistory()
  readonly #options: ReplayBookOptions
  #exchange: Exchange<OrderTag>
  #copies: Copy[] = []
  #arrived: Arrived[] = []
  // Requests from number #firstReceived on: what came is never undone, only what became of it.
  #received: Omit<Arrived, 'place'>[] = []
  #firstReceived = 0
  #unconfirmed: { readonly number: number; readonly event: VenueEvent }[] = []
  #balanceVersion = 0

  /** Creates a book that nothing has happened to. */
  constructor(options: ReplayBookOptions) {
    this.#options = options
    this.#exchange = createExchange(options.exchange)
    if (options.canRewind) this.#copy(0, 0)
  }

  /** The matching core as it stands now. */
  get exchange(): Exchange<OrderTag> {
    return this.#exchange
  }

  /** Closing deals so far, also those that are not confirmed. */
  get balanceVersion(): number {
    return this.#balanceVersion
  }

  /** Copies kept. */
  get copies(): number {
    return this.#copies.length
  }

  /** Takes a request decided at an instant. It waits until its message is confirmed: then all of that message are here. */
  take(request: VenueRequest, place: OrderPlace, decidedAt: number): void {
    this.#arrived.push({ request, place, decidedAt })
  }

  /** Message `number` tells of an event. */
  tells(event: VenueEvent, number: number): void {
    this.#unconfirmed.push({ number, event })
  }

  /** Counts an event that moves the balance, before it is told. */
  count(event: VenueEvent): void {
    const isClosing = 'deal' in event && event.deal.closing !== undefined
    if (isClosing || event.type === 'balance-changed') this.#balanceVersion += 1
  }

  /** A step changed the matching state; its messages are those behind `begin`, up to `end`. */
  changed(begin: number, end: number): void {
    if (this.#options.canRewind) this.#copy(begin, end)
  }

  /** Everything up to a message is certain. */
  confirm(number: number): void {
    this.#recordPast(number)
    for (const { request, decidedAt } of this.#takeArrived(number)) this.#exchange.submit(request, decidedAt)
    let base = 0
    while ((this.#copies[base + 1]?.end ?? Number.POSITIVE_INFINITY) <= number) base += 1
    if (base === 0) return
    this.#copies.splice(0, base)
    const first = this.#copies[0]?.received ?? 0
    this.#received.splice(0, first - this.#firstReceived)
    this.#firstReceived = first
  }

  /**
   * Goes back to the state behind a message, with every request that has been received since.
   *
   * @param quotes - Those that prevail then, one of each symbol that has had one.
   * @returns how many messages of the step to come have been told before: message `number` lies inside it
   */
  rewind(number: number, quotes: State['quotes']): number {
    let undone: Copy | undefined
    while ((this.#copies.at(-1)?.end ?? 0) > number) undone = this.#copies.pop()
    const copy = this.#copies.at(-1)
    if (copy === undefined) return 0
    this.#exchange = createExchange({
      ...this.#options.exchange,
      state: { ...copy.state, ...this.#forgotten(), quotes },
    })
    this.#received.push(...this.#takeArrived(number))
    for (const { request, decidedAt } of this.#received.slice(copy.received - this.#firstReceived))
      this.#exchange.submit(request, decidedAt)
    this.#balanceVersion = copy.balanceVersion
    this.#unconfirmed = this.#unconfirmed.filter(told => told.number <= number)
    return undone === undefined ? 0 : Math.max(0, number - undone.begin)
  }

  /** Takes out what was decided on messages up to one, in the order of the decisions. */
  #takeArrived(number: number): readonly Arrived[] {
    if (this.#arrived.length === 0) return this.#arrived
    const taken = this.#arrived.filter(({ place }) => place.message <= number)
    this.#arrived = this.#arrived.filter(({ place }) => place.message > number)
    return taken.sort((a, b) => comparePlaces(a.place, b.place))
  }

  #recordPast(number: number): void {
    let certain = 0
    for (const told of this.#unconfirmed) {
      if (told.number > number) break
      if ('deal' in told.event) this.deals.record(told.event.deal)
      this.orders.record(told.event)
      certain += 1
    }
    if (certain > 0) this.#unconfirmed.splice(0, certain)
  }

  /** What a planted fault leaves as it is. */
  #forgotten(): Partial<State> {
    const { nextOrderId, nextPositionId, nextDealId, balanceMinor } = this.#exchange.state()
    if (this.#options.plant === 'rewind-forgets-ids') return { nextOrderId, nextPositionId, nextDealId }
    return this.#options.plant === 'rewind-forgets-balance' ? { balanceMinor } : {}
  }

  #copy(begin: number, end: number): void {
    this.#copies.push({
      begin,
      end,
      state: this.#exchange.state(),
      received: this.#firstReceived + this.#received.length,
      balanceVersion: this.#balanceVersion,
    })
  }
}
