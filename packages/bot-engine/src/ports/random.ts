/** A seeded source of randomness: same seed, same numbers, on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  next(): number
  /** The state as one unsigned 32-bit integer; {@link createRandom} continues from it. */
  readonly state: number
}

/**
 * Creates a seeded generator (mulberry32: one 32-bit state, period 2^32; enough for markets and sampling, not for
 * secrets).
 */
export function createRandom(seed: number): Random {
  // Signed, because V8 makes an object of each whole number from 2^31 that a closure keeps.
  let state = seed | 0
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0
      let t = state
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
    },
    get state() {
      return state >>> 0
    },
  }
}
