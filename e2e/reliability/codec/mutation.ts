import type { Random } from '../random.ts'

/** Largest frame that a mutation makes, in bytes. */
export const MAX_MUTATED_BYTES = 16_384

const INTERESTING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x12, 0x1a, 0x0b, 0x0c, 0x0f]

/** Copies bytes into `into` with one to four mutations; returns how many bytes there are then, at most {@link MAX_MUTATED_BYTES}. */
export function mutate(bytes: Uint8Array, other: Uint8Array, into: Uint8Array, random: Random): number {
  let length = Math.min(bytes.length, MAX_MUTATED_BYTES)
  into.set(bytes.subarray(0, length))
  const most = random.below(3) === 0 ? 4 : 1
  for (let left = 1 + random.below(most); left > 0; left--) length = mutateOnce(into, length, other, random)
  return length
}

function mutateOnce(into: Uint8Array, length: number, other: Uint8Array, random: Random): number {
  if (length === 0) {
    into[0] = random.below(256)
    return 1
  }
  const at = random.below(length)
  switch (random.below(9)) {
    case 0:
      into[at] = (into[at] as number) ^ (1 << random.below(8))
      return length
    case 1:
      into[at] = random.below(256)
      return length
    case 2:
      into[at] = random.pick(INTERESTING)
      return length
    case 3:
      return at
    case 4: {
      const gone = 1 + random.below(Math.min(8, length - at))
      into.copyWithin(at, at + gone, length)
      return length - gone
    }
    case 5:
      return insert(into, length, at, 1 + random.below(8), () => random.below(256))
    // A number that does not end.
    case 6:
      return insert(into, length, at, 1 + random.below(12), () => 0x80 | random.below(128))
    case 7: {
      const from = random.below(length)
      const count = Math.min(1 + random.below(32), length - from)
      const piece = into.slice(from, from + count)
      return insert(into, length, at, count, i => piece[i] as number)
    }
    default: {
      if (other.length === 0) return length
      const from = random.below(other.length)
      const count = Math.min(1 + random.below(64), other.length - from)
      return insert(into, length, at, count, i => other[from + i] as number)
    }
  }
}

function insert(
  into: Uint8Array,
  length: number,
  at: number,
  count: number,
  byteOf: (index: number) => number,
): number {
  if (length + count > MAX_MUTATED_BYTES) return length
  into.copyWithin(at + count, at, length)
  for (let i = 0; i < count; i++) into[at + i] = byteOf(i)
  return length + count
}
