import type { Lots, Side, SymbolId } from '@openclaw-trading/trading-model'
import type { Entry } from '../strategy/context.ts'

/** Distances below it are told in pips to the point, as a command tells them. */
const MOST_POINTS = 2 ** 48

/** An entry at the market as numbers. */
export interface PlainEntry {
  readonly symbolId: SymbolId
  readonly side: Side
  readonly volume: Lots
  /** Distance from the fill in 1/100000, above 0. */
  readonly stopPoints: number | undefined
  /** Distance from the fill in 1/100000, above 0. */
  readonly targetPoints: number | undefined
}

/** Nothing is wrong with a plain entry. Strategies also run uncompiled: what becomes of another volume, a command says. */
export function isPlanned<T extends Pick<PlainEntry, 'stopPoints' | 'targetPoints'>>(
  entry: T & { readonly volume: Lots | undefined },
): entry is T & { readonly volume: Lots } {
  const { stopPoints, targetPoints } = entry
  return (
    typeof entry.volume === 'number' &&
    (stopPoints === undefined || (stopPoints > 0 && stopPoints < MOST_POINTS)) &&
    (targetPoints === undefined || (targetPoints > 0 && targetPoints < MOST_POINTS))
  )
}

/**
 * At the market, with nothing stated but a volume and distances: most entries. Only the distances can be wrong.
 *
 * Each other field is asked for as well: an accessor of a class is not among the names of its object.
 */
export function isPlainEntry(entry: Entry): boolean {
  const { stopLoss, takeProfit } = entry
  for (const name in entry)
    if (name !== 'volume' && name !== 'stopLoss' && name !== 'takeProfit') return false
  return (
    (stopLoss === undefined || typeof stopLoss === 'object') &&
    (takeProfit === undefined || typeof takeProfit === 'object') &&
    entry.riskPercent === undefined &&
    entry.trailing === undefined &&
    entry.guaranteed === undefined &&
    entry.limit === undefined &&
    entry.stop === undefined &&
    entry.slippage === undefined &&
    entry.trigger === undefined &&
    entry.timeInForce === undefined
  )
}
