import { divideRounded, NO_CONVERSION, type Ratio, type Side } from '@openclaw-trading/trading-model'

// Money of a price difference in whole numbers: prices in 1/100000 ("points"), volume in 1/100 unit ("cents"),
// results in minor units of the account. Every result is rounded once, behind the conversion to the deposit currency.

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

/** `value × factor`, rounded half away from zero. @throws {@link ModelError} `money-overflow` */
export function scaled(value: bigint, { numerator, denominator }: Ratio): number {
  return divideRounded(value * numerator, denominator)
}

/** Profit of a position in minor units, before costs; negative is a loss. */
export function grossMinor(
  side: Side,
  entryPoints: number,
  exitPoints: number,
  volumeCents: number,
  digits: number,
  conversion: Ratio = NO_CONVERSION,
): number {
  const difference = side === 'buy' ? exitPoints - entryPoints : entryPoints - exitPoints
  if (difference === 0) return 0
  if (conversion !== NO_CONVERSION)
    return scaled(pointCents(difference, volumeCents, digits), perPointCent(conversion))
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
  conversion: Ratio = NO_CONVERSION,
): number {
  // Leverage has at most two decimals on the wire (leverageInCents).
  const leverageCents = BigInt(Math.round(leverage * 100))
  const { numerator, denominator } = perPointCent(conversion)
  return divideRounded(
    pointCents(pricePoints, volumeCents, digits) * 100n * numerator,
    denominator * leverageCents,
  )
}

/** Points × cents in minor units: to be multiplied by {@link perPointCent}. */
export function pointCents(points: number, cents: number, digits: number): bigint {
  return BigInt(points) * BigInt(cents) * 10n ** BigInt(digits)
}

/** Factor from points × cents in quote currency to whole units of the deposit currency. */
export function perPointCent({ numerator, denominator }: Ratio): Ratio {
  return { numerator, denominator: denominator * BigInt(POINT_CENTS) }
}
