/**
 * The part of the latency of the order with a number that is drawn, from 0 to `spreadMs`: a hash of seed and number.
 *
 * No generator with a state: what is drawn for an order does not depend on what was drawn before.
 */
export function drawnLatencyMs(spreadMs: number, seed: number, number: number): number {
  return hash(seed, number) % (spreadMs + 1)
}

/** A whole number of 32 bits; the finalising steps of the hash murmur3. */
function hash(seed: number, number: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xcc9e2d51)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
