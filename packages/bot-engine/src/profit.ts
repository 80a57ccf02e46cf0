import { divideRounded, NO_CONVERSION, type Ratio, type Side } from '@openclaw-trading/trading-model'

// Money of a price difference in whole numbers: prices in 1/100000 ("points"), volume in 1/100 unit ("cents"),
// results in minor units of the account. Every result is rounded once, behind the conversion to the deposit currency.

/** Points × cents per whole unit of quote currency. */
const POINT_CENTS = 10_000_000
/** Points × cents in one minor unit, by the digits of the account; a power costs more than all the rest of a profit. */
const POINT_CENTS_PER_MINOR: readonly number[] = [1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 10, 1]

const MINOR_PER_UNIT: readonly number[] = [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

/** `a × b ÷ divisor` without loss, rounded half away from zero; all whole, `divisor` above 0. */
export function multiplyDivide(a: number, b: number, divisor: number): number {
  const product = a * b
  // So far below 2^53 the quotient lies further from a tie than division and addition can err, or on it exactly.
  if (!(Math.abs(product) < 2 ** 50 && divisor < 2 ** 50)) return multiplyDivideLarge(a, b, divisor)
  const quotient = product / divisor
  // Never −0. Profits change their sign at random, which no processor foresees: only a loss on a tie takes another way.
  const rounded = Math.floor(quotient + 0.5)
  return quotient < 0 && rounded - quotient === 0.5 ? rounded - 1 : rounded
}

function multiplyDivideLarge(a: number, b: number, divisor: number): number {
  const value = a * b
  if (!Number.isSafeInteger(value)) return divideRounded(BigInt(a) * BigInt(b), BigInt(divisor))
  // All exact: the quotient may be off by one only where a division rounds up to a whole number; the rest shows it.
  let whole = Math.trunc(value / divisor)
  let rest = value - whole * divisor
  if (rest !== 0 && rest < 0 !== value < 0) {
    whole += value < 0 ? 1 : -1
    rest = value - whole * divisor
  }
  if (Math.abs(rest) * 2 >= divisor) whole += value < 0 ? -1 : 1
  return whole === 0 ? 0 : whole
}

/**
 * A fraction of whole numbers in lowest terms: products with its parts stay safe integers for longest. Parts are `NaN`
 * when one of the two is no safe integer above 0: no product with them is safe.
 */
export function inLowestTerms(
  parts: number,
  divisor: number,
): { readonly parts: number; readonly divisor: number } {
  if (!Number.isSafeInteger(parts) || !Number.isSafeInteger(divisor) || parts <= 0 || divisor <= 0)
    return { parts: Number.NaN, divisor: 1 }
  let [common, rest] = [divisor, parts % divisor]
  while (rest > 0) [common, rest] = [rest, common % rest]
  return { parts: parts / common, divisor: divisor / common }
}

/** Minor units in one whole unit of an account's money, by its digits. */
export function minorPerUnit(digits: number): number {
  return MINOR_PER_UNIT[digits] ?? 10 ** digits
}

/**
 * Rounds a quotient of doubles half away from zero, where doubles cannot be wrong about it; else `undefined`, and the
 * caller computes exactly.
 *
 * A handful of operations err by a few units of the last place: far less than the millionth that is kept from a tie.
 */
export function surelyRounded(quotient: number): number | undefined {
  const magnitude = Math.abs(quotient)
  const whole = Math.floor(magnitude)
  const rest = magnitude - whole
  if (!(magnitude < 1e8) || Math.abs(rest - 0.5) < 1e-6) return undefined
  const rounded = rest > 0.5 ? whole + 1 : whole
  return quotient < 0 && rounded !== 0 ? -rounded : rounded
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
  const perMinor = POINT_CENTS_PER_MINOR[digits]
  if (perMinor === undefined || conversion !== NO_CONVERSION)
    return unusualGross(difference, volumeCents, digits, conversion)
  return multiplyDivide(difference, volumeCents, perMinor)
}

/** Of an account in another currency, or of 8 digits. */
function unusualGross(difference: number, volumeCents: number, digits: number, conversion: Ratio): number {
  if (difference === 0) return 0
  if (conversion !== NO_CONVERSION)
    return scaled(pointCents(difference, volumeCents, digits), perPointCent(conversion))
  const { cents, divisor } = grossTerms(volumeCents, digits)
  return multiplyDivide(difference, cents, divisor)
}

/** What a price difference is multiplied with and divided by, both whole, to be profit where nothing is converted. */
export function grossTerms(
  volumeCents: number,
  digits: number,
): { readonly cents: number; readonly divisor: number } {
  const divisor = POINT_CENTS_PER_MINOR[digits]
  return divisor === undefined
    ? { cents: volumeCents * 10 ** (digits - 7), divisor: 1 }
    : { cents: volumeCents, divisor }
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
  const cents = Math.round(leverage * 100)
  if (conversion === NO_CONVERSION) {
    // Round prices and volumes often lie on a tie: whole numbers decide it as fast as doubles decide the rest.
    const value = pricePoints * volumeCents * minorPerUnit(digits) * 100
    if (Number.isSafeInteger(value)) return multiplyDivide(value, 1, POINT_CENTS * cents)
    const rounded = surelyRounded(value / POINT_CENTS / cents)
    if (rounded !== undefined) return rounded
  }
  const leverageCents = BigInt(cents)
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
