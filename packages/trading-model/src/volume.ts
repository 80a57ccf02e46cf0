import type { Brand } from './brand.ts'
import { ModelError } from './errors.ts'

/** Volume in lots; `instrument.lotSize` units each. */
export type Lots = Brand<number, 'Lots'>

/** The part of an instrument that turns lots into units. */
export interface LotSize {
  /** Units of base asset per lot. */
  readonly lotSize: number
}

/** Makes {@link Lots}; finite and not negative. @throws {@link ModelError} `invalid-value` */
export function lots(value: number): Lots {
  if (!Number.isFinite(value) || value < 0)
    throw new ModelError(
      'invalid-value',
      `${value} lots is not a volume. A volume is a finite number from 0 up.`,
    )
  return value as Lots
}

/** Converts lots to units of the base asset. */
export function lotsToUnits(instrument: LotSize, volume: Lots): number {
  return lotsToCents(instrument, volume) / 100
}

/** Converts units of the base asset to lots. */
export function unitsToLots(instrument: LotSize, units: number): Lots {
  return (units / instrument.lotSize) as Lots
}

/** Converts lots to hundredths of a unit, whole: the unit of the wire and of the matching core. */
export function lotsToCents(instrument: LotSize, volume: Lots): number {
  return Math.round(volume * instrument.lotSize * 100)
}

/** Converts hundredths of a unit to lots. */
export function centsToLots(instrument: LotSize, cents: number): Lots {
  return (cents / (instrument.lotSize * 100)) as Lots
}

/**
 * Rounds a number of lots to the instrument's step; `down` by default, so that risk never grows by rounding.
 *
 * The result may lie below `minVolume` (also 0) or above `maxVolume`: the caller decides what that means.
 */
export function roundVolume(
  instrument: LotSize & { readonly volumeStep: Lots },
  value: number,
  mode: 'down' | 'nearest' = 'down',
): Lots {
  if (!Number.isFinite(value) || value < 0)
    throw new ModelError(
      'invalid-value',
      `${value} lots cannot be rounded to a volume. Pass a finite number from 0 up.`,
    )
  const stepCents = lotsToCents(instrument, instrument.volumeStep)
  const steps = (value * instrument.lotSize * 100) / stepCents
  // 1e-9 steps: 0.29 / 0.01 is 28.999999999999996, which must stay 29 steps.
  const whole = mode === 'down' ? Math.floor(steps + 1e-9) : Math.round(steps)
  return centsToLots(instrument, whole * stepCents)
}
