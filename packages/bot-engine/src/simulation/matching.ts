import type { Instrument, Side } from '@openclaw-trading/trading-model'
import { pointsPerTick } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from './exchange-types.ts'
import type { OpenPosition } from './open-position.ts'

/** A market of the venue: its rules, its prevailing quote, and the nearest levels that a quote can hit. */
export class Market {
  readonly instrument: Instrument
  /** Points in one step of the last digit. */
  readonly tick: number
  /** Time of the prevailing quote; −1 before the first. */
  at = -1
  bid = 0
  ask = 0
  // Nearest levels over all open positions and pending orders: a quote inside all four hits nothing.
  #bidLow = Number.NEGATIVE_INFINITY
  #bidHigh = Number.POSITIVE_INFINITY
  #askLow = Number.NEGATIVE_INFINITY
  #askHigh = Number.POSITIVE_INFINITY

  /** Creates a market without a quote. */
  constructor(instrument: Instrument) {
    this.instrument = instrument
    this.tick = pointsPerTick(instrument)
  }

  /** Tells whether a quote can hit a level at all. */
  touches(bid: number, ask: number): boolean {
    return bid <= this.#bidLow || bid >= this.#bidHigh || ask <= this.#askLow || ask >= this.#askHigh
  }

  /** Recomputes the nearest levels; to be called whenever a level, a position or a pending order came, moved or went. */
  watch(positions: Iterable<OpenPosition>, orders: Iterable<ExchangeOrder>): void {
    this.#bidLow = this.#askLow = Number.NEGATIVE_INFINITY
    this.#bidHigh = this.#askHigh = Number.POSITIVE_INFINITY
    for (const { symbolId, side, stopPoints, targetPoints } of positions) {
      if (symbolId !== this.instrument.id) continue
      if (side === 'buy') {
        this.#bidLow = Math.max(this.#bidLow, stopPoints ?? Number.NEGATIVE_INFINITY)
        this.#bidHigh = Math.min(this.#bidHigh, targetPoints ?? Number.POSITIVE_INFINITY)
      } else {
        this.#askHigh = Math.min(this.#askHigh, stopPoints ?? Number.POSITIVE_INFINITY)
        this.#askLow = Math.max(this.#askLow, targetPoints ?? Number.NEGATIVE_INFINITY)
      }
    }
    for (const order of orders) if (order.symbolId === this.instrument.id) this.#watchOrder(order)
  }

  #watchOrder({ type, side, pricePoints = 0 }: ExchangeOrder): void {
    const isLimit = type === 'limit'
    if (side === 'buy' && isLimit) this.#askLow = Math.max(this.#askLow, pricePoints)
    else if (side === 'buy') this.#askHigh = Math.min(this.#askHigh, pricePoints)
    else if (isLimit) this.#bidHigh = Math.min(this.#bidHigh, pricePoints)
    else this.#bidLow = Math.max(this.#bidLow, pricePoints)
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

/** Tells whether a quote triggers the stop or the target: a long is protected by bid, a short by ask. */
export function isHit(position: OpenPosition, bid: number, ask: number): boolean {
  const { stopPoints, targetPoints } = position
  if (position.side === 'buy')
    return (
      (stopPoints !== undefined && bid <= stopPoints) || (targetPoints !== undefined && bid >= targetPoints)
    )
  return (
    (stopPoints !== undefined && ask >= stopPoints) || (targetPoints !== undefined && ask <= targetPoints)
  )
}

/**
 * The exit within a bar under the policy `worst`: the stop first, each at its own level.
 *
 * The open has been offered as a quote before, so gaps are settled. `spread` is added for a short.
 *
 * @returns the exit in points, or `undefined` when neither level was reached
 */
export function exitWithinBar(
  position: OpenPosition,
  high: number,
  low: number,
  spread: number,
): number | undefined {
  const { stopPoints, targetPoints } = position
  if (position.side === 'buy') {
    if (stopPoints !== undefined && low <= stopPoints) return stopPoints
    return targetPoints !== undefined && high >= targetPoints ? targetPoints : undefined
  }
  if (stopPoints !== undefined && high + spread >= stopPoints) return stopPoints
  return targetPoints !== undefined && low + spread <= targetPoints ? targetPoints : undefined
}

/**
 * Tells whether a quote reaches the price of a pending order: a buy looks at the ask, a sell at the bid, a limit waits
 * for a better price and a stop for a worse one (stop trigger method `trade`).
 */
export function isReached(order: ExchangeOrder, bid: number, ask: number): boolean {
  const { pricePoints = 0 } = order
  if (order.side === 'buy') return order.type === 'limit' ? ask <= pricePoints : ask >= pricePoints
  return order.type === 'limit' ? bid >= pricePoints : bid <= pricePoints
}

/** Tells whether a fill lies within the range of a stop-limit or market range; for other orders it always does. */
export function isWithinRange(order: ExchangeOrder, fillPoints: number, tick: number): boolean {
  const { side, pricePoints = 0, rangeTicks } = order
  if (rangeTicks === undefined) return true
  const beyond = side === 'buy' ? fillPoints - pricePoints : pricePoints - fillPoints
  return beyond <= rangeTicks * tick
}
