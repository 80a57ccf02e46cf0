import { ModelError } from './errors.ts'
import { type Ratio, ratioToNumber } from './ratio.ts'

/** Leverage of a part of the exposure in one symbol and direction. */
export interface LeverageTier {
  /** Upper end of the part in US dollars; absent: open-ended. */
  readonly upToUsd?: number
  /** 100 = 1:100. */
  readonly leverage: number
}

/** How the margins of the two directions of a symbol make one. */
export type MarginMethod =
  /** The greater one. */
  | 'max'
  /** Both. */
  | 'sum'
  /** What one exceeds the other by. */
  | 'net'

/** Margins of one symbol in minor units. */
export interface SideMargin {
  readonly longMinor: number
  readonly shortMinor: number
}

/**
 * Margin of the exposure between two amounts of US dollar cents, in cents, exact.
 *
 * Each part of the exposure is divided by the leverage of its tier or by that of the account, whichever is less. Beyond
 * the last tier its leverage goes on. Without tiers the leverage of the account counts.
 *
 * @param fromUsdCents - exposure of the same symbol and direction that came before
 * @throws {@link ModelError} `invalid-value` when tiers do not ascend or a leverage is not above 0
 */
export function tieredMargin(
  tiers: readonly LeverageTier[],
  accountLeverage: number,
  fromUsdCents: bigint,
  toUsdCents: bigint,
): Ratio {
  let margin: Ratio = { numerator: 0n, denominator: 1n }
  let start = 0n
  const last = tiers.length - 1
  const parts = tiers.length === 0 ? [{ leverage: accountLeverage }] : tiers
  for (const [index, tier] of parts.entries()) {
    const end = tierEnd(tier, index >= last, start, toUsdCents)
    const slice = overlap(start, end, fromUsdCents, toUsdCents)
    if (slice > 0n) {
      const { numerator, denominator } = margin
      const leverage = leverageCents(Math.min(tier.leverage, accountLeverage))
      // slice × 100 ÷ leverageCents, added as fractions
      margin = {
        numerator: numerator * leverage + slice * 100n * denominator,
        denominator: denominator * leverage,
      }
    }
    start = end
  }
  return margin
}

function tierEnd(tier: LeverageTier, isLast: boolean, start: bigint, to: bigint): bigint {
  if (isLast || tier.upToUsd === undefined) return to > start ? to : start
  const end = BigInt(Math.round(tier.upToUsd * 100))
  if (end > start) return end
  throw new ModelError(
    'invalid-value',
    `A leverage tier up to ${tier.upToUsd} USD does not lie above the one before it. Sort the tiers.`,
  )
}

function overlap(start: bigint, end: bigint, from: bigint, to: bigint): bigint {
  const low = start > from ? start : from
  const high = end < to ? end : to
  return high > low ? high - low : 0n
}

/** Leverage has two decimals on the wire. */
function leverageCents(leverage: number): bigint {
  const cents = Math.round(leverage * 100)
  if (cents > 0 && Number.isSafeInteger(cents)) return BigInt(cents)
  throw new ModelError(
    'invalid-value',
    `${leverage} is not a leverage. Use a number from 0.01 up; 100 is 1:100.`,
  )
}

/** Leverage of an exposure of US dollars over all tiers it reaches; 100 = 1:100. */
export function effectiveLeverage(
  tiers: readonly LeverageTier[],
  accountLeverage: number,
  exposureUsd: number,
): number {
  const cents = BigInt(Math.round(exposureUsd * 100))
  if (cents <= 0n) return Math.min(tiers[0]?.leverage ?? accountLeverage, accountLeverage)
  const { numerator, denominator } = tieredMargin(tiers, accountLeverage, 0n, cents)
  return ratioToNumber({ numerator: cents * denominator, denominator: numerator })
}

/** Margin of an account in minor units: the margin of each symbol by the account's method, added up. */
export function accountMargin(method: MarginMethod, symbols: Iterable<SideMargin>): number {
  let margin = 0
  for (const { longMinor, shortMinor } of symbols)
    if (method === 'sum') margin += longMinor + shortMinor
    else margin += method === 'max' ? Math.max(longMinor, shortMinor) : Math.abs(longMinor - shortMinor)
  return margin
}
