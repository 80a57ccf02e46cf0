import type { Instrument, OrderId, Side, StopTrigger } from '@openclaw-trading/trading-model'
import { lotsToCents, pointsPerTick } from '@openclaw-trading/trading-model'
import type { ExchangeAccount, ExchangeOrder } from '../exchange-types.ts'
import { MarketMoney } from '../money/market-money.ts'
import type { DepthModel } from '../venue-model.ts'
import { MarketDepth } from './market-depth.ts'
import { OpenHours } from './open-hours.ts'
import { isDouble, isOpposite, isStopReached } from './stop-trigger.ts'
import { type TrailedPosition, trailingMovesAt } from './trailing.ts'

const LEAST_DISTANCES = [
  'minStopDistance',
  'minTargetDistance',
  'minGuaranteedStopDistance',
  'minGuaranteedStopDistancePercent',
  'minStopDistancePercent',
  'minTargetDistancePercent',
] as const

/** A position as a quote meets it. */
export interface LevelledPosition extends TrailedPosition {
  readonly market: Market
  readonly targetPoints: number | undefined
  readonly guaranteed: boolean
  readonly stopTrigger: StopTrigger
  /** A double trigger has seen the first of its two quotes. */
  stopTouched: boolean
}

/** What has levels. */
export interface WatchedLevels {
  readonly open: { readonly list: readonly LevelledPosition[] }
  readonly pending: ReadonlyMap<OrderId, ExchangeOrder>
}

/** A market of the venue: its rules, its prevailing quote, and the nearest levels that a quote can hit. */
export class Market {
  readonly instrument: Instrument
  /** Points in one step of the last digit. */
  readonly tick: number
  /** Volumes that an order may have, in hundredths of a unit. */
  readonly leastCents: number
  readonly mostCents: number
  readonly stepCents: number
  readonly hours: OpenHours
  readonly money: MarketMoney
  /** Orders, closes and amendments are taken. */
  readonly takesOrders: boolean
  /** Levels have to keep a distance from the market. */
  readonly keepsDistance: boolean
  /** Not every order that the account has money for may open a position. */
  readonly limitsOpening: boolean
  /** Absent: the market has everything at its quote. */
  readonly depth: MarketDepth | undefined
  /** Time of the prevailing quote; −1 before the first. */
  at = -1
  bid = 0
  ask = 0
  // Nearest levels over all open positions and pending orders: a quote inside all four hits nothing.
  private bidLow = Number.NEGATIVE_INFINITY
  private bidHigh = Number.POSITIVE_INFINITY
  private askLow = Number.NEGATIVE_INFINITY
  private askHigh = Number.POSITIVE_INFINITY

  /** Creates a market without a quote. @throws {@link EngineError} `invalid-options` */
  constructor(instrument: Instrument, account: ExchangeAccount, depth?: DepthModel) {
    const { tradingMode = 'enabled', shortSelling, maxExposure } = instrument
    this.instrument = instrument
    this.hours = new OpenHours(instrument)
    this.money = new MarketMoney(instrument, account)
    this.takesOrders = tradingMode === 'enabled' || tradingMode === 'close-only'
    this.keepsDistance = LEAST_DISTANCES.some(name => (instrument.costs[name] ?? 0) > 0)
    this.limitsOpening = tradingMode === 'close-only' || shortSelling === false || maxExposure !== undefined
    this.tick = pointsPerTick(instrument)
    this.leastCents = lotsToCents(instrument, instrument.minVolume)
    this.mostCents = lotsToCents(instrument, instrument.maxVolume)
    this.stepCents = lotsToCents(instrument, instrument.volumeStep)
    this.depth = depth && new MarketDepth(depth, instrument, this.tick)
  }

  /** Makes a quote the prevailing one. */
  take(at: number, bid: number, ask: number): void {
    this.at = at
    this.bid = bid
    this.ask = ask
  }

  /**
   * Makes the close of a bar the prevailing quote, unless the way from `low` to `high` can hit a level; all are bids. A
   * quote is a bar of one price.
   *
   * @returns whether it can hit none; if not, nothing has changed
   */
  pass(at: number, low: number, high: number, close: number, spread: number): boolean {
    if (
      low <= this.bidLow ||
      high >= this.bidHigh ||
      low + spread <= this.askLow ||
      high + spread >= this.askHigh
    )
      return false
    this.at = at
    this.bid = close
    this.ask = close + spread
    return true
  }

  /** Recomputes the nearest levels; to be called whenever a level, a position or a pending order came, moved or went. */
  watch({ open, pending: orders }: WatchedLevels): void {
    const { id } = this.instrument
    const positions = open.list
    this.bidLow = this.askLow = Number.NEGATIVE_INFINITY
    this.bidHigh = this.askHigh = Number.POSITIVE_INFINITY
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i] as LevelledPosition
      if (position.market === this) this.watchPosition(position)
    }
    if (orders.size > 0)
      for (const order of orders.values()) if (order.symbolId === id) this.watchOrder(order)
    // The next quote brings anew what was taken, whatever its price.
    if (this.depth?.isTaken === true) this.bidLow = Number.POSITIVE_INFINITY
  }

  private watchPosition(position: LevelledPosition): void {
    const { side, stopPoints, targetPoints } = position
    const isLong = side === 'buy'
    if (stopPoints !== undefined)
      this.watchStop(isLong ? 'down' : 'up', stopPoints, position.stopTrigger, position.stopTouched)
    const movesAt = position.trailingPoints === undefined ? undefined : trailingMovesAt(position, this.tick)
    if (isLong)
      this.bidHigh = Math.min(
        this.bidHigh,
        targetPoints ?? Number.POSITIVE_INFINITY,
        movesAt ?? Number.POSITIVE_INFINITY,
      )
    else
      this.askLow = Math.max(
        this.askLow,
        targetPoints ?? Number.NEGATIVE_INFINITY,
        movesAt ?? Number.NEGATIVE_INFINITY,
      )
  }

  private watchOrder({ type, side, pricePoints = 0, trigger, touched }: ExchangeOrder): void {
    // The one that opens the market may have any price.
    if (type === 'market') this.bidLow = Number.POSITIVE_INFINITY
    else if (type !== 'limit')
      this.watchStop(side === 'buy' ? 'up' : 'down', pricePoints, trigger, touched === true)
    else if (side === 'buy') this.askLow = Math.max(this.askLow, pricePoints)
    else this.bidHigh = Math.min(this.bidHigh, pricePoints)
  }

  private watchStop(
    direction: 'up' | 'down',
    level: number,
    trigger: StopTrigger | undefined,
    isTouched: boolean,
  ): void {
    // The second of two quotes in a row is the next one, whatever its price: every quote counts.
    if (isTouched) this.bidLow = Number.POSITIVE_INFINITY
    else if (direction === 'up' && isOpposite(trigger)) this.bidHigh = Math.min(this.bidHigh, level)
    else if (direction === 'up') this.askHigh = Math.min(this.askHigh, level)
    else if (isOpposite(trigger)) this.askLow = Math.max(this.askLow, level)
    else this.bidLow = Math.max(this.bidLow, level)
  }

  /** Price of a market fill in points: buy at ask, sell at bid, slippage against the taker. */
  fillPoints(side: Side, slippageTicks: number): number {
    const slippage = slippageTicks * this.tick
    return side === 'buy' ? this.ask + slippage : this.bid - slippage
  }

  /** The price at which a position of this side would close now. */
  exitPoints(side: Side): number {
    return side === 'buy' ? this.bid : this.ask
  }
}

/**
 * The exit by the stop at a quote, in points; `undefined` when it is not hit. A long is protected by bid, a short by ask,
 * unless its stop triggers by another method; it leaves at that quote, with a guaranteed stop at the stop.
 *
 * Notes on the position that a double trigger has seen its first quote, or that the second was none.
 */
export function stopAtQuote(position: LevelledPosition, bid: number, ask: number): number | undefined {
  const { side, stopPoints, stopTrigger } = position
  if (stopPoints === undefined) return undefined
  const isReached = isStopReached(side === 'buy' ? 'down' : 'up', stopPoints, stopTrigger, bid, ask)
  const waits = isReached && isDouble(stopTrigger) && !position.stopTouched
  if (isReached && !waits) return position.guaranteed ? stopPoints : side === 'buy' ? bid : ask
  position.stopTouched = waits
  return undefined
}

/** The exit by the target at a quote that the stop has not hit, in points; `undefined` when it is not hit either. */
export function targetAtQuote(
  { side, targetPoints }: LevelledPosition,
  bid: number,
  ask: number,
): number | undefined {
  if (targetPoints === undefined) return undefined
  const price = side === 'buy' ? bid : ask
  return (side === 'buy' ? price >= targetPoints : price <= targetPoints) ? price : undefined
}

/**
 * Tells whether a quote reaches the price of a pending order that has one: a limit waits for a better price and a stop for a worse
 * one. A buy looks at the ask, a sell at the bid, a stop as its trigger says; whether a double trigger has had both of
 * its quotes is not asked here.
 */
export function isReached(order: ExchangeOrder, bid: number, ask: number): boolean {
  const { pricePoints = 0, side, type, trigger } = order
  if (type === 'limit') return side === 'buy' ? ask <= pricePoints : bid >= pricePoints
  return isStopReached(side === 'buy' ? 'up' : 'down', pricePoints, trigger, bid, ask)
}

/** Tells whether a fill lies within the range of a stop-limit or market range; for other orders it always does. */
export function isWithinRange(order: ExchangeOrder, fillPoints: number, tick: number): boolean {
  const { side, pricePoints = 0, rangeTicks } = order
  if (rangeTicks === undefined) return true
  const beyond = side === 'buy' ? fillPoints - pricePoints : pricePoints - fillPoints
  return beyond <= rangeTicks * tick
}
