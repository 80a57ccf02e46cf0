import { describe, expect, it } from 'vitest'
import { SYSTEM_CLOCK } from '../clock.ts'
import { Backoff } from './backoff.ts'

/** Uniform in [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('Backoff', () => {
  it('spreads the waits of many clients evenly over the whole of each limit', () => {
    const random = seeded(7)
    const clients = Array.from({ length: 2000 }, () => new Backoff({}, { clock: SYSTEM_CLOCK, random }))
    for (const limitMs of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const tenths = Array.from({ length: 10 }, () => 0)
      for (const client of clients) {
        const tenth = Math.floor((client.next(undefined) / limitMs) * 10)
        tenths[tenth] = (tenths[tenth] ?? 0) + 1
      }
      // 200 in each; a standard deviation is 13. Waits without jitter are all in one, those of half a limit in five.
      expect(tenths).toHaveLength(10)
      for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(60)
    }
  })

  it('keeps to the limits that it is given, and begins anew after a reset', () => {
    const backoff = new Backoff(
      { initialMs: 100, maxMs: 300, maxAttempts: 3 },
      { clock: SYSTEM_CLOCK, random: () => 0.5 },
    )
    expect([1, 2, 3].map(() => backoff.next(undefined))).toEqual([50, 100, 150])
    expect(backoff.exhausted).toBe(true)
    backoff.reset()
    expect([backoff.exhausted, backoff.next(undefined)]).toEqual([false, 50])
  })
})
