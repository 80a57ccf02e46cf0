import type { Side } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { OpenPosition } from './open-position.ts'
import { isOpposite, type StopDirection } from './stop-trigger.ts'

// Within a bar ask = bid + spread, so that every level is a bid that the market must rise or fall to.

/** A bar behind its open, which was offered as a quote; prices in points. */
export interface BarRange {
  /** Of all that happens within the bar. */
  readonly at: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly spread: number
}

/** What a bid must do to reach a level. */
export interface Reach {
  readonly direction: StopDirection
  readonly bid: number
}

/** Where the stop of a position is; a double trigger needs one touch within a bar. */
export function stopReach(
  { side, stopPoints, stopTrigger }: Pick<OpenPosition, 'side' | 'stopPoints' | 'stopTrigger'>,
  spread: number,
): Reach | undefined {
  if (stopPoints === undefined) return undefined
  const opposite = isOpposite(stopTrigger)
  return side === 'buy'
    ? { direction: 'down', bid: opposite ? stopPoints - spread : stopPoints }
    : { direction: 'up', bid: opposite ? stopPoints : stopPoints - spread }
}

/** Where the target of a position is. */
export function targetReach({ side, targetPoints }: OpenPosition, spread: number): Reach | undefined {
  if (targetPoints === undefined) return undefined
  return side === 'buy'
    ? { direction: 'up', bid: targetPoints }
    : { direction: 'down', bid: targetPoints - spread }
}

/** Where a pending order is; nowhere when it waits for no price. */
export function orderReach(
  { side, type, pricePoints, trigger }: ExchangeOrder,
  spread: number,
): Reach | undefined {
  if (pricePoints === undefined) return undefined
  if (type === 'limit')
    return side === 'buy'
      ? { direction: 'down', bid: pricePoints - spread }
      : { direction: 'up', bid: pricePoints }
  const opposite = isOpposite(trigger)
  return side === 'buy'
    ? { direction: 'up', bid: opposite ? pricePoints : pricePoints - spread }
    : { direction: 'down', bid: opposite ? pricePoints - spread : pricePoints }
}

/** Tells whether a bar comes to a level. */
export function isWithin(reach: Reach | undefined, { high, low }: Pick<BarRange, 'high' | 'low'>): boolean {
  if (reach === undefined) return false
  return reach.direction === 'up' ? high >= reach.bid : low <= reach.bid
}

/** The bid at which a market that comes from `from` meets a level: at the level, or at once when it lies behind. */
export function meetingBid({ direction, bid }: Reach, from: number): number {
  return direction === 'up' ? Math.max(bid, from) : Math.min(bid, from)
}

/** What is paid or got at a bid. */
export function priceAt(side: Side, bid: number, spread: number): number {
  return side === 'buy' ? bid + spread : bid
}
