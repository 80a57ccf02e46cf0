import {
  type Instrument,
  lotsToCents,
  type Position,
  priceToPoints,
  type StopTrigger,
} from '@openclaw-trading/trading-model'
import type { PositionFacts } from '../execution-facts.ts'

/** A position of a run: the numbers that equity, margin and trades are computed from, and the object that strategies see. */
export interface Held extends PositionFacts {
  // What changes without a fill; a fill makes another one.
  usedMarginMinor: number | undefined
  stopPoints: number | undefined
  targetPoints: number | undefined
  trailingPoints: number | undefined
  guaranteed: boolean | undefined
  stopTrigger: StopTrigger | undefined
  /** Swap and opening commission, not yet realised. */
  readonly costsMinor: number
  /** As it was told, else made when somebody reads it. */
  position: Position | undefined
}

/** Holds a position of the simulated venue as it stands: it changes afterwards. */
export function heldCopy(position: PositionFacts): Held {
  const { swapMinor, commissionMinor } = position
  return {
    id: position.id,
    symbolId: position.symbolId,
    side: position.side,
    volumeCents: position.volumeCents,
    entryPoints: position.entryPoints,
    openedAt: position.openedAt,
    swapMinor,
    commissionMinor,
    costsMinor: swapMinor + commissionMinor,
    usedMarginMinor: position.usedMarginMinor,
    stopPoints: position.stopPoints,
    targetPoints: position.targetPoints,
    trailingPoints: position.trailingPoints,
    guaranteed: position.guaranteed,
    stopTrigger: position.stopTrigger,
    label: position.label,
    position: undefined,
  }
}

/** Takes the levels of a position of the simulated venue, and the margin: of one that moved it may tell only later. */
export function takeLevels(held: Held, position: PositionFacts): void {
  held.usedMarginMinor = position.usedMarginMinor
  held.stopPoints = position.stopPoints
  held.targetPoints = position.targetPoints
  held.trailingPoints = position.trailingPoints
  held.guaranteed = position.guaranteed
  held.stopTrigger = position.stopTrigger
  held.position = undefined
}

/** Holds a position that was told in the words of the model; how far its stop trails nobody has told. */
export function heldPosition(position: Position, instrument: Instrument): Held {
  const { swap, commission, stopLoss, takeProfit } = position
  return {
    id: position.id,
    symbolId: position.symbolId,
    side: position.side,
    volumeCents: lotsToCents(instrument, position.volume),
    entryPoints: priceToPoints(position.entryPrice),
    openedAt: position.openedAt,
    swapMinor: swap.minor,
    commissionMinor: commission.minor,
    costsMinor: swap.minor + commission.minor,
    usedMarginMinor: position.usedMargin?.minor,
    stopPoints: stopLoss === undefined ? undefined : priceToPoints(stopLoss),
    targetPoints: takeProfit === undefined ? undefined : priceToPoints(takeProfit),
    trailingPoints: undefined,
    guaranteed: position.guaranteed,
    stopTrigger: position.stopTrigger,
    label: position.label,
    position,
  }
}
