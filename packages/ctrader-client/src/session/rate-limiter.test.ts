import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RateClass } from '../options.ts'
import { createRateBudget, MAX_WAITING_REQUESTS } from './rate-limiter.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function create() {
  const granted: { readonly kind: RateClass; readonly atMs: number }[] = []
  const startMs = performance.now()
  const budget = createRateBudget()
  const take = (kind: RateClass, signal?: AbortSignal): Promise<void> =>
    budget.take(kind, signal).then(() => {
      granted.push({ kind, atMs: performance.now() - startMs })
    })
  return { granted, take }
}

/** Most grants in any span of one second. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map(from => times.filter(at => at >= from && at < from + 1000).length))
}

describe('createRateBudget', () => {
  it('lets a start-up of nine requests through at once', async () => {
    const { granted, take } = create()
    for (let i = 0; i < 9; i++) void take('standard')
    await vi.advanceTimersByTimeAsync(0)
    expect(granted).toHaveLength(9)
  })

  it('never grants more than 50 requests in any second, entries and exits together', async () => {
    const { granted, take } = create()
    for (let i = 0; i < 200; i++) void take('standard')
    for (let i = 0; i < 60; i++) void take('exit')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(granted).toHaveLength(260)
    expect(busiestSecond(granted.map(({ atMs }) => atMs))).toBeLessThanOrEqual(50)
  })

  it('never grants more than 5 requests of history in any second', async () => {
    const { granted, take } = create()
    for (let i = 0; i < 30; i++) void take('historical')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(granted).toHaveLength(30)
    expect(busiestSecond(granted.map(({ atMs }) => atMs))).toBeLessThanOrEqual(5)
  })

  it('lets an exit pass although entries wait', async () => {
    const { granted, take } = create()
    for (let i = 0; i < 100; i++) void take('standard')
    void take('exit')
    await vi.advanceTimersByTimeAsync(0)
    expect(granted.filter(({ kind }) => kind === 'exit')).toEqual([{ kind: 'exit', atMs: 0 }])
    await vi.runAllTimersAsync()
  })

  it('refuses a request when 256 already wait', async () => {
    const { take } = create()
    for (let i = 0; i < 10 + MAX_WAITING_REQUESTS; i++) void take('standard')
    await expect(take('standard')).rejects.toMatchObject({ code: 'rate-limited', retryable: true })
    await vi.runAllTimersAsync()
  })

  it('gives the place of an aborted request to the next one', async () => {
    const { granted, take } = create()
    const abort = new AbortController()
    void take('historical')
    const aborted = take('historical', abort.signal)
    void take('historical')
    abort.abort(new Error('not needed'))
    await expect(aborted).rejects.toThrow('not needed')
    await vi.advanceTimersByTimeAsync(250)
    expect(granted).toHaveLength(2)
    await expect(take('historical', abort.signal)).rejects.toThrow('not needed')
  })

  it('leaves no timer behind', async () => {
    const { take } = create()
    const abort = new AbortController()
    void take('historical')
    take('historical', abort.signal).catch(() => {})
    abort.abort()
    expect(vi.getTimerCount()).toBe(0)
  })
})
