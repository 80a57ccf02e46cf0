import {
  type Instrument,
  type Lots,
  pipsToPoints,
  type Side,
  type SymbolId,
} from '@openclaw-trading/trading-model'
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

/**
 * Plans an entry at the market; `fixedVolume` replaces its own.
 *
 * @returns `undefined` when it is another one, or something is wrong with it
 */
export function plainEntry(
  entry: Entry,
  side: Side,
  instrument: Instrument,
  fixedVolume: Lots | undefined,
): PlainEntry | undefined {
  if (!isPlainEntry(entry)) return undefined
  const { stopLoss, takeProfit } = entry
  const volume = fixedVolume ?? entry.volume
  const stopPoints = typeof stopLoss === 'object' ? pipsToPoints(instrument, stopLoss.pips) : undefined
  const targetPoints = typeof takeProfit === 'object' ? pipsToPoints(instrument, takeProfit.pips) : undefined
  // Strategies also run uncompiled: what becomes of another volume, a command says.
  if (typeof volume !== 'number') return undefined
  if (stopPoints !== undefined && !(stopPoints > 0 && stopPoints < MOST_POINTS)) return undefined
  if (targetPoints !== undefined && !(targetPoints > 0 && targetPoints < MOST_POINTS)) return undefined
  return { symbolId: instrument.id, side, volume, stopPoints, targetPoints }
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
