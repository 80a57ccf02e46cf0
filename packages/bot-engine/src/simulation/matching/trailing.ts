import type { Side } from '@openclaw-trading/trading-model'

/** A position whose stop may follow the market. */
export interface TrailedPosition {
  readonly side: Side
  readonly stopPoints: number | undefined
  /** Distance that a trailing stop keeps. */
  readonly trailingPoints: number | undefined
}

/**
 * Where a quote moves a trailing stop to; `undefined` when it stays.
 *
 * The stop keeps its distance from the price at which the position would close, to a whole step of the last digit away
 * from the market, and never goes back.
 */
export function trailedStop(
  position: TrailedPosition,
  bid: number,
  ask: number,
  tick: number,
): number | undefined {
  const { side, stopPoints, trailingPoints } = position
  if (stopPoints === undefined || trailingPoints === undefined) return undefined
  if (side === 'buy') {
    const next = Math.floor((bid - trailingPoints) / tick) * tick
    return next > stopPoints ? next : undefined
  }
  const next = Math.ceil((ask + trailingPoints) / tick) * tick
  return next < stopPoints ? next : undefined
}

/** The nearest price of the favourable side that moves a trailing stop; `undefined` when none does. */
export function trailingMovesAt(position: TrailedPosition, tick: number): number | undefined {
  const { side, stopPoints, trailingPoints } = position
  if (stopPoints === undefined || trailingPoints === undefined) return undefined
  return side === 'buy' ? stopPoints + trailingPoints + tick : stopPoints - trailingPoints - tick
}
