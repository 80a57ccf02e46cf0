import type { Brand } from './brand.ts'
import { ModelError } from './errors.ts'
import type { Instrument } from './instrument.ts'
import { roundHalfAwayFromZero } from './rounding.ts'

/** Absolute price in quote currency, already rounded to the instrument's digits. */
export type Price = Brand<number, 'Price'>
/** Price distance; 1 pip = 10^−pipPosition. May be fractional. */
export type Pips = Brand<number, 'Pips'>

/** Price steps of 1/100000 in one unit of quote currency: the unit of the wire and of the matching core. */
export const POINTS_PER_UNIT = 100_000

/** Makes {@link Pips}; finite, may be negative. @throws {@link ModelError} `invalid-value` */
export function pips(value: number): Pips {
  if (!Number.isFinite(value))
    throw new ModelError(
      'invalid-value',
      `${value} pips is not a finite distance. Check the calculation before it.`,
    )
  return value as Pips
}

/** Points in a step of so many decimals. A power costs ten times as much, and every rounding needs one. */
const POINTS_PER_STEP: readonly number[] = [100_000, 10_000, 1000, 100, 10, 1]

/** Whole price steps of 1/100000 in one step of the instrument's last digit. */
export function pointsPerTick(instrument: Pick<Instrument, 'digits'>): number {
  return POINTS_PER_STEP[instrument.digits] ?? 10 ** (5 - instrument.digits)
}

function pointsPerPip({ pipPosition }: Pick<Instrument, 'pipPosition'>): number {
  return POINTS_PER_STEP[pipPosition] ?? 10 ** (5 - pipPosition)
}

/** Rounds 1/100000 steps to the instrument's digits, half away from zero. */
export function roundPoints(instrument: Pick<Instrument, 'digits'>, points: number): number {
  const tick = pointsPerTick(instrument)
  return roundHalfAwayFromZero(points / tick) * tick
}

/** Converts a price to whole steps of 1/100000. */
export function priceToPoints(price: number): number {
  return roundHalfAwayFromZero(price * POINTS_PER_UNIT)
}

/** Converts whole steps of 1/100000 to the nearest price; the steps must already suit the instrument's digits. */
export function pointsToPrice(points: number): Price {
  return (points / POINTS_PER_UNIT) as Price
}

/**
 * Rounds a number to a price of the instrument, half away from zero.
 *
 * @throws {@link ModelError} `invalid-value` when it is not finite or not above 0
 */
export function roundPrice(instrument: Pick<Instrument, 'name' | 'digits'>, value: number): Price {
  if (!Number.isFinite(value) || value <= 0)
    throw new ModelError(
      'invalid-value',
      `${value} is not a price of ${instrument.name}. A price is a finite number above 0.`,
    )
  return pointsToPrice(roundPoints(instrument, value * POINTS_PER_UNIT))
}

/** Moves a price by a distance and rounds the result to the instrument's digits. */
export function offsetPrice(
  instrument: Pick<Instrument, 'name' | 'digits' | 'pipPosition'>,
  from: Price,
  distance: Pips,
): Price {
  return roundPrice(instrument, from + distance * 10 ** -instrument.pipPosition)
}

/** Signed distance from one price to another, in pips, free of float dust. */
export function pipDistance(instrument: Pick<Instrument, 'pipPosition'>, from: Price, to: Price): Pips {
  return ((priceToPoints(to) - priceToPoints(from)) / pointsPerPip(instrument)) as Pips
}

/** Converts a distance to 1/100000 steps, rounded to the instrument's digits. */
export function pipsToPoints(
  { digits, pipPosition }: Pick<Instrument, 'digits' | 'pipPosition'>,
  distance: Pips,
): number {
  // In one step: every order states its distances, and each is converted twice on its way.
  const tick = POINTS_PER_STEP[digits] ?? 10 ** (5 - digits)
  const pip = POINTS_PER_STEP[pipPosition] ?? 10 ** (5 - pipPosition)
  return roundHalfAwayFromZero((distance * pip) / tick) * tick
}

/** Converts 1/100000 steps to a distance in pips. */
export function pointsToPips({ pipPosition }: Pick<Instrument, 'pipPosition'>, points: number): Pips {
  return (points / (POINTS_PER_STEP[pipPosition] ?? 10 ** (5 - pipPosition))) as Pips
}

/** Converts a price difference to a distance in pips, rounded to the instrument's digits; keeps the sign. */
export function differenceToPips(
  instrument: Pick<Instrument, 'digits' | 'pipPosition'>,
  difference: number,
): Pips {
  return pointsToPips(instrument, roundPoints(instrument, difference * POINTS_PER_UNIT))
}
