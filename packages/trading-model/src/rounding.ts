/**
 * Rounds to the nearest integer, ties away from zero.
 *
 * `Math.round` sends −2.5 to −2; the broker and this project send it to −3, once per result.
 */
export function roundHalfAwayFromZero(value: number): number {
  const rounded = value < 0 ? -Math.round(-value) : Math.round(value)
  return rounded === 0 ? 0 : rounded
}
