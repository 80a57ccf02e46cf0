import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Awake } from './awake.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Time stands still but for what a test says, and for a step of the spin. */
function create() {
  const state = { now: 0, stepMs: 1 / 128 }
  const awake = new Awake(() => {
    state.now += state.stepMs
    return state.now
  })
  /** Lets the loop turn until it would sleep; returns its turns. */
  const turns = (): number => {
    let count = 0
    while (vi.getTimerCount() > 0 && count < 1000) {
      vi.advanceTimersToNextTimer()
      count += 1
    }
    return count
  }
  return { state, awake, turns }
}

describe('Awake', () => {
  it('spins for 0.15 ms after the last message and then lets the process sleep', () => {
    const { awake, turns } = create()
    awake.extend()
    expect(turns()).toBe(20)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('stops spinning for a while when another process took the core', () => {
    const { state, awake, turns } = create()
    awake.extend()
    state.now += 3
    expect(turns()).toBe(1)
    awake.extend()
    expect(turns()).toBe(0)
    state.now += 250
    awake.extend()
    expect(turns()).toBe(20)
  })

  it('rests twice as long when it happens again soon', () => {
    const { state, awake, turns } = create()
    for (const restMs of [250, 500, 1000, 2000, 4000, 4000]) {
      awake.extend()
      state.now += 3
      turns()
      state.now += restMs - 1
      awake.extend()
      expect(turns()).toBe(0)
      state.now += 2
    }
  })

  it('never spins again once it is stopped', () => {
    const { awake, turns } = create()
    awake.extend()
    awake.stop()
    expect(turns()).toBeLessThanOrEqual(1)
    awake.extend()
    expect(vi.getTimerCount()).toBe(0)
  })
})
