/**
 * Rounds to the nearest integer, ties away from zero.
 *
 * A value within 8 units of its last binary place below a tie counts as the tie: 1.005 × 100 is 100.49999999999999
 * in doubles, and the broker's half-up makes 101 of it. `Math.round` would also send −2.5 to −2 instead of −3.
 */
export function roundHalfAwayFromZero(value: number): number {
  const floor = Math.floor(value)
  // Whole already, as most prices are in steps; + 0, for −0 is rounded to 0.
  return floor === value ? floor + 0 : roundFraction(value)
}

function roundFraction(value: number): number {
  const magnitude = Math.abs(value)
  // The cap keeps whole numbers whole where 8 units of the last place exceed a half, from 2^48 on.
  const dust = Math.min(magnitude * 8 * Number.EPSILON, 0.25)
  const whole = Math.floor(magnitude)
  const rounded = magnitude - whole >= 0.5 - dust ? whole + 1 : whole
  return value < 0 && rounded !== 0 ? -rounded : rounded
}
