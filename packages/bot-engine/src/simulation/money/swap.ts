import { type Instrument, pointsPerTick, type Ratio, type Side } from '@openclaw-trading/trading-model'
import { perPointCent, scaled } from '../../profit.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const RATE_SCALE = 100_000_000
/** Days of the year by which an annual rate is divided: 360, as banks count; 365 is not excluded. */
const YEAR_DAYS = 360
/** Charges looked at for the first one that counts: a skipped period takes one, a weekend two days. */
const MAX_LOOKS = 10_000
/** When swap-free accounts are charged on a symbol that states no swap time: 20:59 UTC. */
const ROLLOVER_MINUTE = 1259

/** When a position is charged: the account decides which of the two applies. */
interface ChargeTimes {
  readonly firstMs: number
  readonly periodMs: number
  readonly skipped: number
  readonly atWeekends: boolean
  readonly tripleDay: number | undefined
}

function timesOf({ costs }: Instrument, swapFree: boolean): ChargeTimes | undefined {
  const { swap, rollover } = costs
  if (swapFree)
    return rollover === undefined
      ? undefined
      : {
          firstMs: (swap?.firstChargeMinute ?? ROLLOVER_MINUTE) * 60_000,
          periodMs: DAY_MS,
          skipped: rollover.skippedDays,
          atWeekends: false,
          tripleDay: rollover.tripleDay,
        }
  if (swap === undefined || (swap.long === 0 && swap.short === 0)) return undefined
  return {
    firstMs: swap.firstChargeMinute * 60_000,
    periodMs: swap.periodHours * HOUR_MS,
    skipped: swap.skippedPeriods,
    atWeekends: swap.chargedAtWeekends,
    tripleDay: swap.tripleDay,
  }
}

/** The next instant of the series behind `after`: each day anew from its first charge, or every so many days. */
function nextInstant({ firstMs, periodMs }: ChargeTimes, after: number): number {
  if (periodMs >= DAY_MS) return (Math.floor((after - firstMs) / periodMs) + 1) * periodMs + firstMs
  const start = Math.floor((after - firstMs) / DAY_MS) * DAY_MS + firstMs
  return Math.min(start + (Math.floor((after - start) / periodMs) + 1) * periodMs, start + DAY_MS)
}

/** Day number 0 (1970-01-01) was a Thursday. */
function weekday(at: number): number {
  return (((Math.floor(at / DAY_MS) + 4) % 7) + 7) % 7
}

function nextCharge(times: ChargeTimes, after: number, skipped: number): number | undefined {
  let at = after
  let left = skipped
  for (let look = 0; look < MAX_LOOKS; look++) {
    at = nextInstant(times, at)
    const day = weekday(at)
    if (!times.atWeekends && (day === 0 || day === 6)) continue
    if (left === 0) return at
    left -= 1
  }
  return undefined
}

/** Whether positions of a symbol are ever charged. */
export function isCharged(instrument: Instrument, swapFree: boolean): boolean {
  return timesOf(instrument, swapFree) !== undefined
}

/** When a position opened at `openedAt` is first charged; `undefined`: never. Days are counted in UTC. */
export function firstChargeAt(
  instrument: Instrument,
  swapFree: boolean,
  openedAt: number,
): number | undefined {
  const times = timesOf(instrument, swapFree)
  return times === undefined ? undefined : nextCharge(times, openedAt, times.skipped)
}

/** When a position charged at `chargedAt` is charged again. */
export function nextChargeAt(
  instrument: Instrument,
  swapFree: boolean,
  chargedAt: number,
): number | undefined {
  const times = timesOf(instrument, swapFree)
  return times === undefined ? undefined : nextCharge(times, chargedAt, 0)
}

/** What a charge is made of. */
export interface Charge {
  readonly at: number
  readonly side: Side
  readonly volumeCents: number
  /** At which the position would close now. */
  readonly pricePoints: number
  /** Digits of the account. */
  readonly digits: number
  /** Quote currency → deposit currency. */
  readonly conversion: Ratio
}

/**
 * Swap of one charge in minor units; negative is charged. Rounded once, half away from zero.
 *
 * A rate in pips or points is the price difference of one charge; a rate in percent is annual, of the value at the
 * price, over 360 days. On the triple day it counts three times.
 *
 * @see ctrader-protocol §5.4
 */
export function swapMinor(instrument: Instrument, charge: Charge): number {
  const { swap } = instrument.costs
  if (swap === undefined) return 0
  const rate = Math.round((charge.side === 'buy' ? swap.long : swap.short) * RATE_SCALE)
  const times = weekday(charge.at) === swap.tripleDay ? 3n : 1n
  const value = BigInt(rate) * BigInt(charge.volumeCents) * times * 10n ** BigInt(charge.digits)
  const { numerator, denominator } = perPointCent(charge.conversion)
  const unit = pointsOfRate(instrument, swap.unit, charge.pricePoints)
  return scaled(value * BigInt(unit.points), {
    numerator: numerator * BigInt(unit.hours),
    denominator: denominator * BigInt(RATE_SCALE) * BigInt(unit.divisor),
  })
}

function pointsOfRate(
  instrument: Instrument,
  unit: 'pips' | 'points' | 'percent',
  pricePoints: number,
): { readonly points: number; readonly hours: number; readonly divisor: number } {
  if (unit === 'percent')
    return {
      points: pricePoints,
      hours: instrument.costs.swap?.periodHours ?? 24,
      divisor: 100 * 24 * YEAR_DAYS,
    }
  const points = unit === 'points' ? pointsPerTick(instrument) : 10 ** (5 - instrument.pipPosition)
  return { points, hours: 1, divisor: 1 }
}

/** Rollover commission of one charge of a swap-free account in minor units; 0 or negative. */
export function rolloverMinor(instrument: Instrument, charge: Omit<Charge, 'pricePoints' | 'side'>): number {
  const { rollover } = instrument.costs
  if (rollover === undefined) return 0
  const rate = Math.round(rollover.usdPerLot * RATE_SCALE)
  const times = weekday(charge.at) === rollover.tripleDay ? 3n : 1n
  const value = BigInt(rate) * BigInt(charge.volumeCents) * times * 10n ** BigInt(charge.digits)
  const { numerator, denominator } = charge.conversion
  const lotCents = BigInt(Math.round(instrument.lotSize * 100))
  const minor = scaled(value, { numerator, denominator: denominator * BigInt(RATE_SCALE) * lotCents })
  return minor === 0 ? 0 : -minor
}
