import { centsToLots, type Instrument, type Lots, lotsToCents } from '@openclaw-trading/trading-model'

/** Decodes a volume in 1/100 of a unit. */
export function decodeVolume(instrument: Pick<Instrument, 'lotSize'>, cents: number): Lots {
  return centsToLots(instrument, cents)
}

/** Encodes a volume in 1/100 of a unit, whole. */
export function encodeVolume(instrument: Pick<Instrument, 'lotSize'>, volume: Lots): number {
  return lotsToCents(instrument, volume)
}
