import type { SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { AccountDesk } from './account-desk.ts'
import { checkAccount } from './account-checks.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type {
  Exchange,
  ExchangeOrder,
  ExchangePosition,
  ExchangeRequest,
  ExchangeState,
} from './exchange-types.ts'
import { exitWithinBar, isHit, type Market } from './matching.ts'
import { OrderDesk } from './order-desk.ts'
import type { Emit } from './position-opener.ts'
import type { VenueModel } from './venue-model.ts'
import { VenueState } from './venue-state.ts'

/** Requests that may wait at once: far above what one account may send within a latency. */
export const MAX_WAITING_REQUESTS = 10_000

/**
 * Creates the matching core of a simulated venue: market and pending orders, closes, protection, swap, margin calls and
 * stop-out on one hedged account.
 *
 * Pure and deterministic: market time comes from the caller, ids are counters. Stop trigger methods other than `trade`,
 * partial fills, trailing stops and netted accounts are later work.
 *
 * @throws {@link EngineError} `invalid-options` when no symbols lead to the currency of the account, or account or venue
 *   model have no meaning
 */
export function createExchange<Tag = unknown>(options: ExchangeOptions<Tag>): Exchange<Tag> {
  checkVenue(options.venue)
  checkAccount(options.account)
  return new MatchingExchange(options)
}

/** Checks the ranges of a venue model. @throws {@link EngineError} `invalid-options` */
export function checkVenue(venue: VenueModel): void {
  const { latencyMs, slippageTicks = 0, barSpreadTicks = 0 } = venue
  for (const [name, value] of Object.entries({ latencyMs, slippageTicks, barSpreadTicks }))
    if (!Number.isSafeInteger(value) || value < 0)
      throw new EngineError('invalid-options', `venue.${name} is ${value}. Pass a whole number from 0 up.`, {
        details: { name, value },
      })
}

class MatchingExchange<Tag> implements Exchange<Tag> {
  readonly #latencyMs: number
  readonly #state: VenueState
  readonly #desk: OrderDesk<Tag>
  readonly money: AccountDesk<Tag>
  readonly #due: { readonly dueAt: number; readonly request: ExchangeRequest<Tag> }[]
  #market: Market | undefined
  #lastDueAt: number
  nextDueAt: number

  constructor(options: ExchangeOptions<Tag>) {
    this.#latencyMs = options.venue.latencyMs
    this.#state = new VenueState(options)
    const emit: Emit<Tag> = (event, tag) => options.onEvent(tag === undefined ? event : { ...event, tag })
    this.#desk = new OrderDesk(this.#state, options.venue.slippageTicks ?? 0, emit)
    this.money = new AccountDesk(this.#state, this.#desk, emit, options.state)
    this.#due = [...(options.state?.due ?? [])]
    this.#lastDueAt = options.state?.lastDueAt ?? 0
    this.nextDueAt = Number.POSITIVE_INFINITY
    this.#schedule()
  }

  get waitingRequests(): number {
    return this.#due.length
  }

  get balanceMinor(): number {
    return this.#state.ledger.balanceMinor
  }

  get positions(): readonly ExchangePosition[] {
    return Array.from(this.#state.open.values(), position => position.copy('open'))
  }

  get protectionOrders(): readonly ExchangeOrder[] {
    return this.#state.protectionOrders()
  }

  get pendingOrders(): readonly ExchangeOrder[] {
    return [...this.#state.pending.values()]
  }

  submit(request: ExchangeRequest<Tag>, decidedAt: number): void {
    if (this.#due.length >= MAX_WAITING_REQUESTS)
      throw new EngineError(
        'invalid-options',
        `${MAX_WAITING_REQUESTS} requests wait at the simulated venue. Run what is due before submitting more.`,
      )
    // Arrival order holds: nothing overtakes a request that came earlier.
    this.#lastDueAt = Math.max(this.#lastDueAt, decidedAt + this.#latencyMs)
    this.#due.push({ dueAt: this.#lastDueAt, request })
    if (this.#due.length === 1) this.#schedule()
  }

  runDue(): void {
    const requestAt = this.#due[0]?.dueAt ?? Number.POSITIVE_INFINITY
    const { nextExpiryAt, money } = this.#state
    const at = Math.min(nextExpiryAt, money.nextSwapAt, requestAt)
    if (at === Number.POSITIVE_INFINITY) return
    if (nextExpiryAt === at) this.#desk.pending.expireNext()
    else if (money.nextSwapAt === at) this.money.chargeSwap(at)
    else {
      const next = this.#due.shift()
      if (next !== undefined) this.#desk.run(next.request, next.dueAt)
    }
    this.#tellMargins(at)
    this.#schedule()
  }

  quote(symbolId: SymbolId, at: number, bidPoints: number, askPoints: number, opens = false): void {
    let market = this.#market
    if (market === undefined || market.instrument.id !== symbolId) {
      market = this.#state.market(symbolId)
      this.#market = market
    }
    const previousAt = market.at
    market.at = at
    market.bid = bidPoints
    market.ask = askPoints
    if (market.touches(bidPoints, askPoints)) this.#touch(market, previousAt, opens)
    if (this.money.isWatching && this.#state.open.size > 0) this.#watch(at)
  }

  bar(symbolId: SymbolId, at: number, highPoints: number, lowPoints: number, spreadPoints: number): void {
    const market = this.#state.market(symbolId)
    while (this.#state.money.nextSwapAt < at) this.money.chargeSwap(this.#state.money.nextSwapAt)
    const touched =
      this.#state.nextExpiryAt <= at ||
      market.touches(lowPoints, lowPoints + spreadPoints) ||
      market.touches(highPoints, highPoints + spreadPoints)
    if (!touched) return this.#schedule()
    for (const position of [...this.#state.open.values()]) {
      if (position.symbolId !== symbolId) continue
      const exit = exitWithinBar(position, highPoints, lowPoints, spreadPoints)
      if (exit !== undefined) this.#desk.hit(position, at, exit)
    }
    for (const position of this.#desk.pending.bar(market, at, highPoints, lowPoints, spreadPoints))
      this.#desk.hit(position, at, position.stopPoints ?? position.entryPoints)
    this.#tellMargins(at)
    this.#schedule()
  }

  state(): ExchangeState<Tag> {
    return {
      ...this.#state.copy(),
      ...this.money.copy(),
      lastDueAt: this.#lastDueAt,
      due: [...this.#due],
    }
  }

  /** Open positions in ascending position id first, then pending orders in ascending order id. */
  #touch(market: Market, previousAt: number, opens: boolean): void {
    const { at, bid, ask, instrument } = market
    for (const position of [...this.#state.open.values()])
      if (position.symbolId === instrument.id && isHit(position, bid, ask))
        this.#desk.hit(position, at, position.side === 'buy' ? bid : ask)
    if (this.#state.pending.size > 0) this.#desk.pending.quote(market, previousAt, opens)
    this.#tellMargins(at)
    this.#schedule()
  }

  #watch(at: number): void {
    this.money.watch(at)
    this.#tellMargins(at)
    this.#schedule()
  }

  #tellMargins(at: number): void {
    if (this.#state.money.marginChanged.size > 0) this.money.tellMargins(at)
  }

  #schedule(): void {
    this.nextDueAt = Math.min(
      this.#due[0]?.dueAt ?? Number.POSITIVE_INFINITY,
      this.#state.nextExpiryAt,
      this.#state.money.nextSwapAt,
    )
  }
}
