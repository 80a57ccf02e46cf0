import type { PositionId } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { OpenPosition } from '../matching/open-position.ts'
import {
  type BarRange,
  exitAt,
  isTargetWithin,
  isWithin,
  meetingBid,
  orderBid,
  priceAt,
  risesToOrder,
  stopBid,
  stopWithin,
  targetBid,
} from '../matching/reach.ts'
import { trailedStop } from '../matching/trailing.ts'
import type { PathPolicy } from '../venue-model.ts'
import type { VenueState } from '../venue-state.ts'
import type { AccountDesk } from './account-desk.ts'
import type { OrderDesk } from './order-desk.ts'

/** What a path meets next. */
interface Meeting {
  readonly bid: number
  readonly act: () => void
}

/**
 * Decides what a bar does behind its open.
 *
 * `worst`: stops of open positions first, else their targets; then pending orders; of a position opened so its stop
 * counts and its target does not; trailing stops move last. A stop fills at its level, or at the price from which it was
 * watched where that lies beyond; everything else at its own price.
 *
 * `path`: open → nearer extreme → other extreme → close, the low first of two that are equally near. Whatever the path
 * meets happens in that order, at one price positions before orders, each in ascending id; trailing stops move with it.
 */
export class BarDesk<Tag> {
  private readonly state: VenueState
  private readonly desk: OrderDesk<Tag>
  private readonly money: AccountDesk<Tag>
  private readonly policy: PathPolicy
  /** Positions whose fate hung on the policy, with the first such instant. */
  readonly dependent = new Map<PositionId, number>()
  /** Positions that their protection has closed as far as the depth goes: what is left of them rests until the next open. */
  private readonly left = new Set<OpenPosition>()

  /** Creates a desk over a state. */
  constructor(state: VenueState, desk: OrderDesk<Tag>, money: AccountDesk<Tag>, policy: PathPolicy) {
    this.state = state
    this.desk = desk
    this.money = money
    this.policy = policy
  }

  /** Executes what a bar reaches; its open is the prevailing quote. */
  run(market: Market, bar: BarRange): void {
    if (this.policy === 'worst') this.runWorst(market, bar)
    else this.runPath(market, bar)
    while (this.state.nextExpiryAt <= bar.at) this.desk.pending.expireNext()
    if (this.left.size > 0) this.left.clear()
  }

  private runWorst(market: Market, bar: BarRange): void {
    const { at, high, low, spread } = bar
    const from = market.bid
    const before = this.state.positionsOf(market)
    for (let i = 0; i < before.length; i++) {
      const position = before[i] as OpenPosition
      const stop = stopWithin(position, bar)
      const ends = isTargetWithin(position, bar)
      this.noteReached(position, bar, stop !== undefined, ends, false)
      if (stop !== undefined) this.hitStop(position, bar, stop, from)
      else if (ends) this.hit(position, at, position.targetPoints as number, true)
    }
    if (this.state.pending.size > 0) this.ordersOnBar(market, bar, from)
    for (let i = 0; i < before.length; i++) {
      const position = before[i] as OpenPosition
      if (position.volumeCents > 0) this.trail(position, market, at, high, low + spread)
    }
    if (this.money.isWatching) this.watchWorst(market, bar)
  }

  /** Fills pending orders within the bar; the stops of what they opened or added to count from then on. */
  private ordersOnBar(market: Market, bar: BarRange, from: number): void {
    const opened = new Map<OpenPosition, number>()
    for (const order of [...this.state.pending.values()]) {
      const level = orderBid(order, bar.spread)
      const rises = risesToOrder(order)
      if (level === undefined || order.symbolId !== market.instrument.id || !isWithin(level, rises, bar))
        continue
      const bid = meetingBid(level, rises, from)
      for (const position of this.fill(order, market, bar, bid)) opened.set(position, bid)
    }
    for (const [position, bid] of opened) {
      const stop = this.left.has(position) ? undefined : stopWithin(position, bar)
      if (stop !== undefined) this.hitStop(position, bar, stop, bid)
    }
  }

  /** Whatever happens within a bar meets all of the depth: nobody knows how often the market moved before. */
  private hit(position: OpenPosition, at: number, price: number, isTarget: boolean): void {
    if (this.state.hasDepth) {
      this.state.refill(position.market)
      this.left.add(position)
    }
    this.desk.hit(position, at, price, isTarget)
  }

  /** Closes a position at its stop, which is reached at the bid `stop` by a market that comes from `from`. */
  private hitStop(position: OpenPosition, { at, spread }: BarRange, stop: number, from: number): void {
    const price = position.guaranteed
      ? (position.stopPoints as number)
      : exitAt(position, meetingBid(stop, position.side === 'sell', from), spread)
    this.hit(position, at, price, false)
  }

  private runPath(market: Market, bar: BarRange): void {
    const { at, high, low, close, spread } = bar
    const open = market.bid
    const corners = high - open < open - low ? [high, low, close] : [low, high, close]
    const done = new Set<ExchangeOrder['id']>()
    for (const position of this.state.positionsOf(market)) this.note(position, bar, false)
    this.trailAll(market, at)
    for (const corner of corners) {
      for (;;) {
        const meeting = this.nextMeeting(market, bar, corner, done)
        if (meeting === undefined) break
        market.bid = meeting.bid
        market.ask = meeting.bid + spread
        meeting.act()
      }
      market.bid = corner
      market.ask = corner + spread
      this.trailAll(market, at)
      if (this.money.isWatching) this.watchMoney(market, at)
    }
  }

  /** The first thing between the prevailing bid and a corner; `undefined` when the way is free. */
  private nextMeeting(
    market: Market,
    bar: BarRange,
    corner: number,
    done: Set<ExchangeOrder['id']>,
  ): Meeting | undefined {
    let next: Meeting | undefined
    const from = market.bid
    const range = { high: Math.max(from, corner), low: Math.min(from, corner) }
    const offer = (level: number | undefined, rises: boolean, act: (bid: number) => void) => {
      if (level === undefined || !isWithin(level, rises, range)) return
      const bid = meetingBid(level, rises, from)
      if (next === undefined || Math.abs(bid - from) < Math.abs(next.bid - from))
        next = { bid, act: () => act(bid) }
    }
    for (const position of this.state.positionsOf(market)) {
      if (this.left.has(position)) continue
      const isLong = position.side === 'buy'
      offer(stopBid(position, bar.spread), !isLong, bid => this.hitStop(position, bar, bid, bid))
      offer(targetBid(position, bar.spread), isLong, bid =>
        this.hit(position, bar.at, exitAt(position, bid, bar.spread), true),
      )
    }
    for (const order of this.state.pending.values())
      if (order.symbolId === market.instrument.id && !done.has(order.id))
        offer(orderBid(order, bar.spread), risesToOrder(order), bid => {
          done.add(order.id)
          this.fill(order, market, bar, bid)
        })
    return next
  }

  /** A limit fills at its own price, a stop at the price that the market has then. @returns what grew by it */
  private fill(order: ExchangeOrder, market: Market, bar: BarRange, bid: number): readonly OpenPosition[] {
    const { at, spread } = bar
    const { pending } = this.desk
    const before = new Map(this.state.positionsOf(market).map(position => [position, position.volumeCents]))
    const slippage = pending.slippageOf(order) * market.tick
    const best = priceAt(order.side, bid, spread)
    const price = best + (order.side === 'buy' ? slippage : -slippage)
    if (this.state.hasDepth) this.state.refill(market)
    pending.fill(order, at, order.type === 'limit' ? (order.pricePoints ?? 0) : price, best)
    const grown = this.state
      .positionsOf(market)
      .filter(position => position.volumeCents > (before.get(position) ?? 0))
    for (const position of grown) this.note(position, bar, true)
    return grown
  }

  private trailAll(market: Market, at: number): void {
    for (const position of this.state.positionsOf(market))
      this.trail(position, market, at, market.bid, market.ask)
  }

  private trail(position: OpenPosition, { tick }: Market, at: number, bid: number, ask: number): void {
    const moved = trailedStop(position, bid, ask, tick)
    if (moved !== undefined) this.desk.trail(position, at, moved)
  }

  /** Looks at the margin level at both extremes, at the worse one first. */
  private watchWorst(market: Market, { at, high, low, spread }: BarRange): void {
    const equityAt = (bid: number) => {
      market.bid = bid
      market.ask = bid + spread
      return this.state.money.equityMinor()
    }
    const order = equityAt(low) <= equityAt(high) ? [low, high] : [high, low]
    for (const bid of order) {
      equityAt(bid)
      this.watchMoney(market, at)
    }
  }

  private watchMoney(market: Market, at: number): void {
    if (this.state.hasDepth) this.state.refill(market)
    this.money.watch(at)
  }

  private note(position: OpenPosition, bar: BarRange, openedWithin: boolean): void {
    const stops = stopWithin(position, bar) !== undefined
    this.noteReached(position, bar, stops, isTargetWithin(position, bar), openedWithin)
  }

  /** Notes a position of which the order of prices within the bar decides; the bar reaches its stop, or its target. */
  private noteReached(
    position: OpenPosition,
    bar: BarRange,
    stops: boolean,
    meetsTarget: boolean,
    openedWithin: boolean,
  ): void {
    const ends = meetsTarget || (this.state.pending.size > 0 && this.isReducedBy(position, bar))
    const isOpen = openedWithin ? stops || ends : stops && ends
    if (!isOpen && (position.trailingPoints === undefined || !this.trailsInto(position, bar))) return
    if (!this.dependent.has(position.id)) this.dependent.set(position.id, bar.at)
  }

  /** A pending order that would reduce the position is reached. */
  private isReducedBy(position: OpenPosition, bar: BarRange): boolean {
    for (const order of this.state.pending.values())
      if (order.side !== position.side && this.state.targetOf(order) === position)
        if (isWithin(orderBid(order, bar.spread), risesToOrder(order), bar)) return true
    return false
  }

  /** The best price of the bar would move a trailing stop to where the worst one reaches it. */
  private trailsInto(position: OpenPosition, bar: BarRange): boolean {
    const { side, stopTrigger, market } = position
    const stopPoints = trailedStop(position, bar.high, bar.low + bar.spread, market.tick)
    if (stopPoints === undefined) return false
    return stopWithin({ side, stopPoints, stopTrigger }, bar) !== undefined
  }
}
