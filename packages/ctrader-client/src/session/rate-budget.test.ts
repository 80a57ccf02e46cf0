import { describe, expect, it } from 'vitest'
import type { RateClass } from '../options.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createRateBudget, MAX_WAITING_REQUESTS } from './rate-budget.ts'

/** A clock whose timers are late, each by another time. */
class LateClock extends ManualClock {
  #calls = 0

  override schedule(delayMs: number, callback: () => void): () => void {
    this.#calls += 1
    return super.schedule(delayMs + (this.#calls % 8), callback)
  }
}

function create(clock = new ManualClock()) {
  const granted: { readonly kind: RateClass; readonly atMs: number }[] = []
  const budget = createRateBudget(clock)
  const take = (kind: RateClass, signal?: AbortSignal): Promise<void> =>
    budget.take(kind, signal).then(() => {
      granted.push({ kind, atMs: clock.elapsedMs() })
    })
  const times = (): readonly number[] => granted.map(({ atMs }) => atMs)
  return { clock, granted, times, budget, take }
}

/** Most grants in any span of one second. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map(from => times.filter(at => at >= from && at < from + 1000).length))
}

describe('createRateBudget', () => {
  it('lets a start-up of nine requests through at once', async () => {
    const { clock, granted, take } = create()
    for (let i = 0; i < 9; i++) void take('standard')
    await clock.advance(0)
    expect(granted).toHaveLength(9)
  })

  it('uses 98 of 100 allowed requests and never more than 50 in any second, whatever they are', async () => {
    const { clock, granted, times, take } = create()
    for (let i = 0; i < 250; i++) for (const kind of ['standard', 'entry', 'exit'] as const) void take(kind)
    await clock.advance(10_000)
    expect(granted.length).toBeGreaterThanOrEqual(490)
    expect(busiestSecond(times())).toBe(50)
  })

  it('loses nothing to timers that are up to 7 ms late, and stays below 50 all the same', async () => {
    const { clock, granted, times, take } = create(new LateClock())
    for (let i = 0; i < 250; i++) for (const kind of ['standard', 'entry', 'exit'] as const) void take(kind)
    await clock.advance(10_000)
    expect(granted.length).toBeGreaterThanOrEqual(490)
    expect(busiestSecond(times())).toBeLessThanOrEqual(50)
  })

  it('never grants more than 50 in any second to a load that comes and goes', async () => {
    const { clock, times, take } = create(new LateClock())
    for (let i = 0; i < 200; i++) {
      for (let n = 0; n < (i * 7) % 6; n++) void take('entry')
      await clock.advance((i * 37) % 113)
    }
    await clock.advance(30_000)
    expect(times().length).toBeGreaterThan(400)
    expect(busiestSecond(times())).toBeLessThanOrEqual(50)
  })

  it('grants 5 requests of history in any second, beside the others', async () => {
    const { clock, granted, times, take } = create()
    for (let i = 0; i < 60; i++) void take('historical')
    await clock.advance(10_000)
    expect(granted.length).toBeGreaterThanOrEqual(49)
    expect(busiestSecond(times())).toBe(5)
  })

  it('lets an exit go within 250 ms although every queue is full, at whatever moment it comes', async () => {
    for (let atMs = 0; atMs < 420; atMs += 13) {
      const { clock, granted, take } = create()
      for (let i = 0; i < MAX_WAITING_REQUESTS; i++) void take('standard')
      for (let i = 0; i < MAX_WAITING_REQUESTS; i++) void take('entry')
      await clock.advance(atMs)
      void take('exit')
      await clock.advance(250)
      expect(granted.filter(({ kind }) => kind === 'exit')).toHaveLength(1)
    }
  })

  it('lets reads and entries take turns, so that neither waits for the whole queue of the other', async () => {
    const { clock, granted, take } = create()
    for (let i = 0; i < 100; i++) void take('standard')
    for (let i = 0; i < 20; i++) void take('entry')
    await clock.advance(1000)
    const entries = granted.filter(({ kind }) => kind === 'entry')
    expect([granted.length, entries.length]).toEqual([50, 20])
  })

  it('grants at once, without a promise, only where nothing equal waits', async () => {
    const { clock, budget, take } = create()
    const taken = Array.from({ length: 12 }, () => budget.tryTake?.('entry'))
    expect(taken.filter(Boolean)).toHaveLength(10)
    void take('entry')
    await clock.advance(203)
    expect(budget.tryTake?.('exit')).toBe(false)
    await clock.advance(1)
    void take('standard')
    for (let i = 0; i < 20; i++) void take('entry')
    expect([budget.tryTake?.('entry'), budget.tryTake?.('standard')]).toEqual([false, false])
  })

  it.each(['standard', 'entry', 'exit', 'historical'] as const)(
    'refuses a request of class %s when 256 already wait',
    async kind => {
      const { budget } = create()
      const free = kind === 'historical' ? 5 : 10
      for (let i = 0; i < free + MAX_WAITING_REQUESTS; i++) void budget.take(kind)
      await expect(budget.take(kind)).rejects.toMatchObject({ code: 'rate-limited', retryable: true })
    },
  )

  it('gives the place of an aborted request to the next one', async () => {
    const { clock, granted, take } = create()
    const abort = new AbortController()
    for (let i = 0; i < 5; i++) void take('historical')
    const aborted = take('historical', abort.signal)
    void take('historical')
    abort.abort(new Error('not needed'))
    await expect(aborted).rejects.toThrow('not needed')
    await clock.advance(1020)
    expect(granted).toHaveLength(6)
    await expect(take('historical', abort.signal)).rejects.toThrow('not needed')
  })

  it('leaves no timer behind', async () => {
    const { clock, take } = create()
    const abort = new AbortController()
    for (let i = 0; i < 5; i++) void take('historical')
    take('historical', abort.signal).catch(() => {})
    expect(clock.waiting).toBe(1)
    abort.abort()
    expect(clock.waiting).toBe(0)
  })
})
