import type { Side } from '@openclaw-trading/trading-model'

// Money of a price difference in whole numbers: prices in 1/100000 ("points"), volume in 1/100 unit ("cents"),
// results in minor units of an account whose currency is the quote currency. Every result is rounded once.

/** Points × cents per whole unit of quote currency. */
const POINT_CENTS = 10_000_000

/** `a × b ÷ divisor` without loss, rounded half away from zero; all whole, `divisor` above 0. */
export function multiplyDivide(a: number, b: number, divisor: number): number {
  const product = a * b
  if (Number.isSafeInteger(product)) {
    // All exact: the quotient may be off by one only where a division rounds up to a whole number; the rest shows it.
    let whole = Math.trunc(product / divisor)
    let rest = product - whole * divisor
    if (rest !== 0 && rest < 0 !== product < 0) {
      whole += product < 0 ? 1 : -1
      rest = product - whole * divisor
    }
    if (Math.abs(rest) * 2 >= divisor) whole += product < 0 ? -1 : 1
    return whole === 0 ? 0 : whole
  }
  return divideRounded(BigInt(a) * BigInt(b), BigInt(divisor))
}

/** `numerator ÷ denominator`, rounded half away from zero; `denominator` above 0. */
export function divideRounded(numerator: bigint, denominator: bigint): number {
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = Number((magnitude * 2n + denominator) / (denominator * 2n))
  return numerator < 0n && rounded !== 0 ? -rounded : rounded
}

/** Profit of a position in minor units, before costs; negative is a loss. */
export function grossMinor(
  side: Side,
  entryPoints: number,
  exitPoints: number,
  volumeCents: number,
  digits: number,
): number {
  const difference = side === 'buy' ? exitPoints - entryPoints : entryPoints - exitPoints
  if (difference === 0) return 0
  return digits <= 7
    ? multiplyDivide(difference, volumeCents, POINT_CENTS / 10 ** digits)
    : multiplyDivide(difference, volumeCents * 10 ** (digits - 7), 1)
}

/** Money held back for a position in minor units: volume × price ÷ leverage. */
export function marginMinor(
  pricePoints: number,
  volumeCents: number,
  leverage: number,
  digits: number,
): number {
  // Leverage has at most two decimals on the wire (leverageInCents).
  const leverageCents = BigInt(Math.round(leverage * 100))
  const numerator = BigInt(pricePoints) * BigInt(volumeCents) * 10n ** BigInt(digits) * 100n
  return divideRounded(numerator, BigInt(POINT_CENTS) * leverageCents)
}
