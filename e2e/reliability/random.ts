/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to 2^32−1. */
  uint32(): number
  /** A whole number from 0 to below `limit`, which is 1 to 2^32. */
  below(limit: number): number
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T
}

/** Mulberry32: 32 bits of state are enough to choose among mutations, and a run is found again by its seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const uint32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const below = (limit: number): number => Math.floor((uint32() / 4_294_967_296) * limit)
  return { uint32, below, pick: list => list[below(list.length)] as never }
}
