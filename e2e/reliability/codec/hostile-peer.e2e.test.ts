import { afterEach, describe, expect, it } from 'vitest'
import { createBombs } from './bombs.ts'
import { clientCodec } from './codec.ts'
import { type HostilePeerOptions, runHostilePeer } from './hostile-peer.ts'
import { PLANTED_FAULTS } from './planted-faults.ts'

const small: HostilePeerOptions = {
  codec: clientCodec,
  seed: 7,
  frames: 30_000,
  segmentations: 2000,
  // A leak of small bodies shows in a small run under a small limit; the sound codec keeps to it as well.
  heapLimitBytes: 17 * 1_048_576,
}

afterEach(() => {
  Reflect.deleteProperty(Object.prototype, 'planted')
})

describe('the codec before a hostile peer', () => {
  it('reads or refuses every message, and the run was no empty one', () => {
    const { counts, violations } = runHostilePeer(small)
    expect(violations).toEqual([])
    expect(counts).toMatchObject({ frames: 30_000, segmentations: 2000 })
    for (const name of [
      'decoded',
      'refused',
      'unknownTypes',
      'streamsRefused',
      'spotsCompared',
      'unsafeRefused',
    ])
      expect(counts[name]).toBeGreaterThan(100)
    expect(counts['segments']).toBeGreaterThan(10_000)
    expect(counts['bombs']).toBeGreaterThan(2000)
  })

  it('meets the same bytes again with the same seed, and others with another', () => {
    const run = (seed: number) => {
      const { heapGrowthBytes: _, ...counts } = runHostilePeer({
        ...small,
        frames: 2000,
        segmentations: 50,
        // They are the same with every seed.
        bombs: false,
        seed,
      }).counts
      return counts
    }
    const first = run(3)
    expect(run(3)).toEqual(first)
    expect(run(4)).not.toEqual(first)
  })

  it('has a bomb for every field of every message, each under a name of its own', () => {
    const names = Array.from(createBombs(), bomb => bomb.name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a codec with a planted fault', () => {
  it.each(PLANTED_FAULTS)('is caught: $name', ({ create, shows }) => {
    const { violations } = runHostilePeer({ ...small, frames: 20_000, segmentations: 500, codec: create() })
    expect(violations.join('\n')).toMatch(shows)
  })
})
