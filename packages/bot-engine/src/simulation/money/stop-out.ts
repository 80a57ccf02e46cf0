import { lotsToCents } from '@openclaw-trading/trading-model'
import type { StopOutRules } from '../../ports/account-rules.ts'
import type { Market } from '../matching/matching.ts'
import type { OpenPosition } from '../matching/open-position.ts'

/** A position with what the choice depends on. */
export interface StopOutCandidate {
  readonly position: OpenPosition
  /** Gross + swap + opening commission. */
  readonly netMinor: number
}

/** The position that a stop-out closes first; of equals the lowest id. */
export function stopOutFirst(
  candidates: readonly StopOutCandidate[],
  { first }: StopOutRules,
): OpenPosition | undefined {
  let chosen: StopOutCandidate | undefined
  for (const candidate of candidates) {
    const isWorse =
      chosen === undefined ||
      (first === 'most-losing'
        ? candidate.netMinor < chosen.netMinor
        : candidate.position.usedMarginMinor > chosen.position.usedMarginMinor)
    if (isWorse) chosen = candidate
  }
  return chosen?.position
}

/**
 * How much of a position a stop-out closes: all of it, or – a partial stop-out – as many steps as bring the margin down
 * to what the equity allows, if a tradable rest stays.
 */
export function stopOutCents(
  position: OpenPosition,
  { instrument }: Market,
  { closes, levelPercent }: StopOutRules,
  equityMinor: number,
  marginMinor: number,
): number {
  const { volumeCents, usedMarginMinor } = position
  if (closes === 'whole' || usedMarginMinor <= 0 || equityMinor <= 0) return volumeCents
  const excess = marginMinor - (equityMinor * 100) / levelPercent
  const step = lotsToCents(instrument, instrument.volumeStep)
  // One step more than the share: at the threshold itself positions are still closed.
  const steps = Math.floor((volumeCents * Math.max(excess, 0)) / usedMarginMinor / step) + 1
  const rest = volumeCents - steps * step
  return rest < lotsToCents(instrument, instrument.minVolume) ? volumeCents : steps * step
}
