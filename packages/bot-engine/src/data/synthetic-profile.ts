import type { Instrument } from '@openclaw-trading/trading-model'

/** How a synthetic market of one symbol behaves; times of day are New York's, as the trading day is. */
export interface SyntheticProfile {
  /** Where the price starts, in quote currency. */
  readonly startPrice: number
  /** Standard deviation of the relative move over the square root of one second at activity 1. */
  readonly volatilityPerSecond: number
  /** Ticks per second at activity 1. */
  readonly ticksPerSecond: number
  /** Usual spread in quote currency. */
  readonly spread: number
  /** Jumps per hour at activity 1. */
  readonly jumpsPerHour: number
  /** Typical relative size of a jump. */
  readonly jumpSize: number
  /** Typical relative move over a weekend. */
  readonly weekendGap: number
}

/** Activity by hour of New York: quiet Asia, London from 3, the overlap 8 to 11, a tired afternoon. */
export const ACTIVITY_BY_HOUR: readonly number[] = [
  0.55, 0.6, 0.8, 1.1, 1.1, 0.95, 0.85, 0.95, 1.35, 1.5, 1.4, 1.15, 0.95, 0.85, 0.75, 0.65, 0.5, 0.3, 0.35,
  0.5, 0.6, 0.6, 0.55, 0.5,
]

/** Spread by hour of New York, as a multiple of the usual one: widest around the rollover at 17:00. */
export const SPREAD_BY_HOUR: readonly number[] = [
  1.15, 1.1, 1.05, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.05, 1.1, 1.15, 1.6, 3, 2.4, 1.4, 1.2, 1.15, 1.15, 1.15,
]

// 3.2e-5 × √(21.6 million trading seconds a year) = 15 % a year for gold; 1.6e-5 = 7.5 % for the euro.
const GOLD: SyntheticProfile = {
  startPrice: 2640,
  volatilityPerSecond: 3.2e-5,
  ticksPerSecond: 2,
  spread: 0.22,
  jumpsPerHour: 0.25,
  jumpSize: 6e-4,
  weekendGap: 1.2e-3,
}

const EURO: SyntheticProfile = {
  startPrice: 1.035,
  volatilityPerSecond: 1.6e-5,
  ticksPerSecond: 1.6,
  spread: 0.00008,
  jumpsPerHour: 0.2,
  jumpSize: 3e-4,
  weekendGap: 8e-4,
}

/** The profile of a symbol; one that is not known by name trades like gold at a price of 100. */
export function profileOf(instrument: Pick<Instrument, 'name' | 'digits'>): SyntheticProfile {
  if (instrument.name.startsWith('XAU')) return GOLD
  if (instrument.name.startsWith('EUR')) return EURO
  return { ...GOLD, startPrice: 100, spread: Math.max(0.01, 2 * 10 ** -instrument.digits) }
}
