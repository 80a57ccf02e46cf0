import type { Side } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { OpenPosition } from './open-position.ts'
import { isOpposite } from './stop-trigger.ts'

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

/** The bid at which the stop of a position is reached, above the market of a short and below that of a long; a double trigger needs one touch within a bar. */
export function stopBid(
  { side, stopPoints, stopTrigger }: Pick<OpenPosition, 'side' | 'stopPoints' | 'stopTrigger'>,
  spread: number,
): number | undefined {
  if (stopPoints === undefined) return undefined
  const isOfAsk = (side === 'sell') !== isOpposite(stopTrigger)
  return isOfAsk ? stopPoints - spread : stopPoints
}

/** The bid at which the target of a position is reached, above the market of a long and below that of a short. */
export function targetBid({ side, targetPoints }: OpenPosition, spread: number): number | undefined {
  if (targetPoints === undefined) return undefined
  return side === 'buy' ? targetPoints : targetPoints - spread
}

/** The bid at which a pending order is reached; `undefined` when it waits for no price. */
export function orderBid(
  { side, type, pricePoints, trigger }: ExchangeOrder,
  spread: number,
): number | undefined {
  if (pricePoints === undefined) return undefined
  const isOfAsk = (side === 'buy') !== (type !== 'limit' && isOpposite(trigger))
  return isOfAsk ? pricePoints - spread : pricePoints
}

/** Whether the market rises to the price of a pending order, or falls to it. */
export function risesToOrder({ side, type }: ExchangeOrder): boolean {
  return type === 'limit' ? side === 'sell' : side === 'buy'
}

/** Tells whether a bar comes to a level. */
export function isWithin(
  bid: number | undefined,
  rises: boolean,
  { high, low }: Pick<BarRange, 'high' | 'low'>,
): boolean {
  if (bid === undefined) return false
  return rises ? high >= bid : low <= bid
}

/** {@link stopBid} where a bar comes to it. */
export function stopWithin(
  position: Pick<OpenPosition, 'side' | 'stopPoints' | 'stopTrigger'>,
  { high, low, spread }: BarRange,
): number | undefined {
  const bid = stopBid(position, spread)
  if (bid === undefined) return undefined
  return (position.side === 'sell' ? high >= bid : low <= bid) ? bid : undefined
}

/** Tells whether a bar comes to the target of a position. */
export function isTargetWithin(
  { side, targetPoints }: OpenPosition,
  { high, low, spread }: BarRange,
): boolean {
  if (targetPoints === undefined) return false
  return side === 'buy' ? high >= targetPoints : low <= targetPoints - spread
}

/** The bid at which a market that comes from `from` meets a level: at the level, or at once when it lies behind. */
export function meetingBid(bid: number, rises: boolean, from: number): number {
  return rises ? Math.max(bid, from) : Math.min(bid, from)
}

/** What an order pays or gets at a bid. */
export function priceAt(side: Side, bid: number, spread: number): number {
  return side === 'buy' ? bid + spread : bid
}

/** What a position pays or gets at a bid when it closes. */
export function exitAt({ side }: OpenPosition, bid: number, spread: number): number {
  return side === 'buy' ? bid : bid + spread
}
