import { ModelError } from './errors.ts'

/** An exact factor: `numerator ÷ denominator`, `denominator` above 0. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** The factor 1: both amounts are of one currency. */
export const NO_CONVERSION: Ratio = { numerator: 1n, denominator: 1n }

/** Multiplies two factors without loss. */
export function multiplyRatios(a: Ratio, b: Ratio): Ratio {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }
}

/** The factor as the nearest number, for display. */
export function ratioToNumber({ numerator, denominator }: Ratio): number {
  const whole = numerator / denominator
  // 2^64 more binary places than the quotient needs, so that the last step alone rounds.
  const scale = 1n << 64n
  const rest = ((numerator - whole * denominator) * scale) / denominator
  return Number(whole) + Number(rest) / Number(scale)
}

/**
 * `numerator ÷ denominator`, rounded half away from zero; `denominator` above 0.
 *
 * @throws {@link ModelError} `money-overflow` when the result is no safe integer
 */
export function divideRounded(numerator: bigint, denominator: bigint): number {
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = Number((magnitude * 2n + denominator) / (denominator * 2n))
  if (!Number.isSafeInteger(rounded))
    throw new ModelError(
      'money-overflow',
      `${numerator} ÷ ${denominator} is beyond ±(2^53−1). Check the amount or its digits.`,
    )
  return numerator < 0n && rounded !== 0 ? -rounded : rounded
}

/** Multiplies a whole number by a factor and rounds once, half away from zero. @throws {@link ModelError} `money-overflow` */
export function scaleByRatio(value: bigint, factor: Ratio): number {
  return divideRounded(value * factor.numerator, factor.denominator)
}
