import { ModelError } from './errors.ts'
import { roundHalfAwayFromZero } from './rounding.ts'

/** `minor / 10^digits` of `currency`. `minor` is a safe integer; never a float. */
export interface Money {
  /** Amount in the smallest unit of the account, whole. */
  readonly minor: number
  /** Decimal digits of the account, 0 to 8 (`moneyDigits` of the broker). */
  readonly digits: number
  /** Currency code as the broker names it, e.g. `USD`. */
  readonly currency: string
}

/** Makes {@link Money} from minor units. @throws {@link ModelError} `money-overflow`, `invalid-value` */
export function money(minor: number, digits: number, currency: string): Money {
  if (!Number.isSafeInteger(minor))
    throw new ModelError(
      'money-overflow',
      `${minor} minor units of ${currency} are not a whole number within ±(2^53−1). Check the amount or its digits.`,
    )
  if (!Number.isInteger(digits) || digits < 0 || digits > 8)
    throw new ModelError('invalid-value', `${digits} is not a number of money digits. Use 0 to 8.`)
  return { minor: minor === 0 ? 0 : minor, digits, currency }
}

/** Makes {@link Money} from a decimal amount, rounded half away from zero to the digits. */
export function moneyFromDecimal(amount: number, digits: number, currency: string): Money {
  return money(roundHalfAwayFromZero(amount * 10 ** digits), digits, currency)
}

function checkSame(a: Money, b: Money): void {
  if (a.digits !== b.digits || a.currency !== b.currency)
    throw new ModelError(
      'money-mismatch',
      `${formatMoney(a)} (${a.digits} digits) and ${formatMoney(b)} (${b.digits} digits) are not of one account. Convert one of them first.`,
    )
}

/** Adds amounts of one account. @throws {@link ModelError} `money-mismatch`, `money-overflow` */
export function addMoney(a: Money, b: Money): Money {
  checkSame(a, b)
  return money(a.minor + b.minor, a.digits, a.currency)
}

/** Subtracts `b` from `a`. @throws {@link ModelError} `money-mismatch`, `money-overflow` */
export function subtractMoney(a: Money, b: Money): Money {
  checkSame(a, b)
  return money(a.minor - b.minor, a.digits, a.currency)
}

/** Changes the sign. */
export function negateMoney(a: Money): Money {
  return money(-a.minor, a.digits, a.currency)
}

/** Negative when `a` is less than `b`, 0 when equal, else positive. @throws {@link ModelError} `money-mismatch` */
export function compareMoney(a: Money, b: Money): number {
  checkSame(a, b)
  return a.minor - b.minor
}

/** Multiplies by a factor and rounds once, half away from zero. */
export function scaleMoney(a: Money, factor: number): Money {
  return money(roundHalfAwayFromZero(a.minor * factor), a.digits, a.currency)
}

/** The amount as a decimal number, for display and statistics; never for sums. */
export function moneyToDecimal(a: Money): number {
  return a.minor / 10 ** a.digits
}

/** Writes the amount with all its digits, U+2212 as minus and the currency: `−12.40 USD`. */
export function formatMoney(a: Money): string {
  const digits = Math.abs(a.minor)
    .toString()
    .padStart(a.digits + 1, '0')
  const whole = digits.slice(0, digits.length - a.digits)
  const fraction = a.digits === 0 ? '' : `.${digits.slice(-a.digits)}`
  return `${a.minor < 0 ? '−' : ''}${whole}${fraction} ${a.currency}`
}
