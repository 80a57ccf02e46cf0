import type { PositionId, SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { AccessRights } from '../ports/account-rules.ts'
import { AccountDesk } from './orders/account-desk.ts'
import { BarDesk } from './orders/bar-desk.ts'
import { checkAccount } from './orders/account-checks.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type {
  DelayedStep,
  DueRequest,
  Exchange,
  ExchangeOrder,
  ExchangePosition,
  ExchangeRequest,
  ExchangeState,
  PassingBar,
} from './exchange-types.ts'
import { drawnLatencyMs } from './matching/latency.ts'
import { type Market, stopAtQuote, targetAtQuote } from './matching/matching.ts'
import type { OpenPosition } from './matching/open-position.ts'
import { checkScript, OutcomeScript, type OutcomeRule } from './orders/scripted-outcome.ts'
import { trailedStop } from './matching/trailing.ts'
import { OrderDesk } from './orders/order-desk.ts'
import type { Emit } from './orders/protection-orders.ts'
import { type BarSpread, checkDepth, type VenueModel } from './venue-model.ts'
import { VenueState } from './venue-state.ts'

/** Requests that may wait at once: far above what one account may send within a latency. */
export const MAX_WAITING_REQUESTS = 10_000

/**
 * Creates the matching core of a simulated venue: market and pending orders, closes, protection, swap, margin calls and
 * stop-out on one account.
 *
 * Pure and deterministic: market time comes from the caller, ids are counters.
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
  const { latencyMs, latencySpreadMs = 0, seed = 1, slippageTicks = 0 } = venue
  for (const [name, value] of Object.entries({ latencyMs, latencySpreadMs, seed, slippageTicks }))
    if (!Number.isSafeInteger(value) || value < 0)
      throw new EngineError('invalid-options', `venue.${name} is ${value}. Pass a whole number from 0 up.`, {
        details: { name, value },
      })
  checkSpread(venue.barSpreadTicks ?? 0)
  checkScript(venue.script ?? [])
  if (venue.depth !== undefined) checkDepth(venue.depth)
}

function checkSpread(spread: BarSpread): void {
  const ticks = typeof spread === 'number' ? [spread] : spread === 'recorded' ? [] : spread
  const isWhole = ticks.every(value => Number.isSafeInteger(value) && value >= 0)
  if (isWhole && (typeof spread !== 'object' || spread.length === 24)) return
  throw new EngineError(
    'invalid-options',
    `venue.barSpreadTicks is ${JSON.stringify(spread)}. Pass a whole number from 0 up, 24 of them by hour of the day ` +
      "(UTC), or 'recorded'.",
  )
}

class MatchingExchange<Tag> implements Exchange<Tag> {
  private readonly venue: VenueModel
  private readonly venueState: VenueState
  private readonly desk: OrderDesk<Tag>
  private readonly bars: BarDesk<Tag>
  private readonly due: DueRequest<Tag>[]
  /** For tests of the parity check: trailing stops move by the quote before. */
  private readonly trailsLate: boolean
  private outcomes: OutcomeScript
  private requests: number
  /** Requests take a while to arrive. */
  private readonly waits: boolean
  readonly money: AccountDesk<Tag>
  /** That of the quote before. */
  private market: Market | undefined
  private latestDueAt: number
  nextDueAt: number

  constructor(options: ExchangeOptions<Tag>) {
    this.venue = options.venue
    this.trailsLate = options.trailsLate ?? false
    this.outcomes = new OutcomeScript(
      options.state?.script ?? { rules: options.venue.script ?? [], used: [] },
    )
    this.requests = options.state?.requests ?? 0
    this.waits = options.venue.latencyMs > 0 || (options.venue.latencySpreadMs ?? 0) > 0
    this.venueState = new VenueState(options)
    const emit: Emit<Tag> = (event, tag) => options.onEvent(tag === undefined ? event : { ...event, tag })
    this.desk = new OrderDesk(this.venueState, options.venue.slippageTicks ?? 0, emit, options.executions)
    this.money = new AccountDesk(this.venueState, this.desk, emit, options.state)
    this.bars = new BarDesk(this.venueState, this.desk, this.money, options.intrabar ?? 'worst')
    this.due = [...(options.state?.due ?? [])]
    this.latestDueAt = options.state?.lastDueAt ?? 0
    this.nextDueAt = Number.POSITIVE_INFINITY
    this.settle(0)
  }

  get lastDueAt(): number {
    return this.latestDueAt
  }

  get isImmediate(): boolean {
    return !this.waits && this.outcomes.isEmpty
  }

  get waitingRequests(): number {
    return this.due.length
  }

  get silentChanges(): number {
    return this.venueState.silentChanges
  }

  get ordersCut(): number {
    return this.venueState.ordersCut
  }

  get accessRights(): AccessRights {
    return this.venueState.accessRights
  }

  get dependentPositions(): ReadonlyMap<PositionId, number> {
    return this.bars.dependent
  }

  get balanceMinor(): number {
    return this.venueState.ledger.balanceMinor
  }

  get positions(): readonly ExchangePosition[] {
    return this.venueState.open.list.map(position => position.copy('open'))
  }

  get protectionOrders(): readonly ExchangeOrder[] {
    return this.venueState.protectionOrders()
  }

  get pendingOrders(): readonly ExchangeOrder[] {
    return [...this.venueState.pending.values()]
  }

  submit(request: ExchangeRequest<Tag>, decidedAt: number): void {
    if (this.due.length >= MAX_WAITING_REQUESTS) throw tooManyWaiting()
    const outcome = this.outcomes.isEmpty ? undefined : this.outcomes.take(request, this.symbolOf(request))
    const { latencyMs, latencySpreadMs = 0, seed = 1 } = this.venue
    let dueAt = decidedAt + latencyMs
    if (latencySpreadMs > 0) dueAt += drawnLatencyMs(latencySpreadMs, seed, this.requests)
    if (outcome?.latencyMs !== undefined) dueAt = Math.max(dueAt, decidedAt + outcome.latencyMs)
    // Arrival order holds: nothing overtakes a request that came earlier.
    if (dueAt < this.latestDueAt) dueAt = this.latestDueAt
    this.latestDueAt = dueAt
    this.requests += 1
    this.due.push(outcome === undefined ? { dueAt, request } : { dueAt, request, outcome })
    if (dueAt < this.nextDueAt) this.nextDueAt = dueAt
  }

  execute(request: ExchangeRequest<Tag>, at: number): void {
    this.latestDueAt = at
    this.requests += 1
    this.desk.run(request, at, undefined)
    this.settle(at)
  }

  runDue(): void {
    const at = this.nextDueAt
    if (at === Number.POSITIVE_INFINITY) return
    const { nextExpiryAt, money, delayed } = this.venueState
    if (nextExpiryAt === at) this.desk.pending.expireNext()
    else if (money.nextSwapAt === at) this.money.chargeSwap(at)
    else if (delayed.length > 0 && (delayed[0] as DelayedStep).at === at) this.desk.runDelayed()
    else {
      const next = this.due.shift()
      if (next !== undefined) this.desk.run(next.request, next.dueAt, next.outcome)
    }
    this.settle(at)
  }

  quote(symbolId: SymbolId, at: number, bidPoints: number, askPoints: number, opens = false): void {
    const market = this.market?.instrument.id === symbolId ? this.market : this.marketOf(symbolId)
    if (!market.pass(at, bidPoints, bidPoints, bidPoints, askPoints - bidPoints))
      this.touch(market, { at, bid: bidPoints, ask: askPoints }, opens)
    if (this.money.isWatching && this.venueState.open.list.length > 0 && this.money.watch(at)) this.settle(at)
  }

  bar(
    symbolId: SymbolId,
    at: number,
    highPoints: number,
    lowPoints: number,
    closePoints: number,
    spreadPoints: number,
  ): void {
    const market = this.market?.instrument.id === symbolId ? this.market : this.marketOf(symbolId)
    const { money } = this.venueState
    const isCharged = money.nextSwapAt < at
    while (money.nextSwapAt < at) this.money.chargeSwap(money.nextSwapAt)
    const isPassed =
      this.venueState.nextExpiryAt > at &&
      !(this.money.isWatching && this.venueState.open.list.length > 0) &&
      market.pass(at, lowPoints, highPoints, closePoints, spreadPoints)
    if (!isPassed) {
      const bar = { at, high: highPoints, low: lowPoints, close: closePoints, spread: spreadPoints }
      if (this.venueState.executes(market)) this.bars.run(market, bar)
      else while (this.venueState.nextExpiryAt <= at) this.desk.pending.expireNext()
      if (market.depth !== undefined) this.venueState.refill(market)
      market.take(at, closePoints, closePoints + spreadPoints)
    }
    if (isCharged || !isPassed) this.settle(at)
  }

  passBar(symbolId: SymbolId, bar: PassingBar): boolean {
    const { lastAt, close, spread } = bar
    if (this.nextDueAt <= lastAt || (this.money.isWatching && this.venueState.open.list.length > 0))
      return false
    const market = this.market?.instrument.id === symbolId ? this.market : this.marketOf(symbolId)
    return market.pass(lastAt, bar.low, bar.high, close, spread)
  }

  script(rules: readonly OutcomeRule[]): void {
    checkScript(rules)
    this.outcomes = new OutcomeScript({ rules, used: [] })
  }

  setAccessRights(rights: AccessRights): void {
    this.venueState.accessRights = rights
  }

  state(): ExchangeState<Tag> {
    return {
      ...this.venueState.copy(),
      ...this.money.copy(),
      lastDueAt: this.latestDueAt,
      due: [...this.due],
      requests: this.requests,
      script: this.outcomes.state(),
    } as ExchangeState<Tag>
  }

  /** Open positions in ascending position id first, then pending orders in ascending order id. */
  private touch(market: Market, { at, bid, ask }: Quote, opens: boolean): void {
    const previous = { at: market.at, bid: market.bid, ask: market.ask }
    market.take(at, bid, ask)
    if (market.depth !== undefined) this.venueState.refill(market)
    if (!this.venueState.executes(market)) return
    const positions = this.venueState.positionsOf(market)
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i] as OpenPosition
      const wasTouched = position.stopTouched
      const stop = stopAtQuote(position, bid, ask)
      const exit = stop ?? targetAtQuote(position, bid, ask)
      if (exit !== undefined) this.desk.hit(position, at, exit, stop === undefined)
      else if (!opens) this.trail(position, market, this.trailsLate ? previous : market)
      if (position.stopTouched === wasTouched) continue
      this.venueState.silentChanges += 1
      market.watch(this.venueState)
    }
    if (this.venueState.pending.size > 0) this.desk.pending.quote(market, previous.at, opens)
    this.settle(at)
  }

  private trail(
    position: OpenPosition,
    { tick, at }: Pick<Market, 'tick' | 'at'>,
    { bid, ask }: Pick<Quote, 'bid' | 'ask'>,
  ): void {
    const moved = trailedStop(position, bid, ask, tick)
    if (moved !== undefined) this.desk.trail(position, at, moved)
  }

  /** Takes up the market of a symbol. Every quote and bar asks first whether it has the one of the quote before. */
  private marketOf(symbolId: SymbolId): Market {
    this.market = this.venueState.markets.get(symbolId)
    return this.market
  }

  /** The symbol that a request acts on; `undefined` when what it names is not there. */
  private symbolOf(request: ExchangeRequest<Tag>): SymbolId | undefined {
    if ('symbolId' in request) return request.symbolId
    if ('orderId' in request) return this.venueState.pending.get(request.orderId)?.symbolId
    return this.venueState.open.get(request.positionId)?.symbolId
  }

  /** Tells of margins that moved, and finds out what is due next. */
  private settle(at: number): void {
    const due = this.due
    const { delayed, nextExpiryAt, money } = this.venueState
    if (money.marginChanged.size > 0) this.money.tellMargins(at)
    let next = Math.min(nextExpiryAt, money.nextSwapAt)
    if (delayed.length > 0) next = Math.min(next, (delayed[0] as DelayedStep).at)
    if (due.length > 0) next = Math.min(next, (due[0] as DueRequest<Tag>).dueAt)
    this.nextDueAt = next
  }
}

function tooManyWaiting(): EngineError {
  return new EngineError(
    'invalid-options',
    `${MAX_WAITING_REQUESTS} requests wait at the simulated venue. Run what is due before submitting more.`,
  )
}

/** A quote that prevailed. */
interface Quote {
  readonly at: number
  readonly bid: number
  readonly ask: number
}
