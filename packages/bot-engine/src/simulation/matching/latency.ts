import type { VenueModel } from '../venue-model.ts'

/**
 * Latency of the order with a number, in milliseconds: fixed, or fixed plus a part drawn as a hash of seed and number.
 *
 * No generator with a state: what is drawn for an order does not depend on what was drawn before.
 */
export function latencyOf({ latencyMs, latencySpreadMs = 0, seed = 1 }: VenueModel, number: number): number {
  return latencySpreadMs === 0 ? latencyMs : latencyMs + (hash(seed, number) % (latencySpreadMs + 1))
}

/** A whole number of 32 bits; the finalising steps of the hash murmur3. */
function hash(seed: number, number: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xcc9e2d51)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
