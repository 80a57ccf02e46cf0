import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLatestPost } from './latest-post.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('sends only the newest of the values of an interval', async () => {
  const sent: number[] = []
  const post = createLatestPost<number>({
    send: async value => void sent.push(value),
    intervalMs: 250,
    onError: () => {},
  })
  for (const value of [1, 2, 3]) post.offer(value)
  await vi.advanceTimersByTimeAsync(250)
  post.offer(4)
  await vi.advanceTimersByTimeAsync(250)
  expect(sent).toEqual([3, 4])
})

it('tries again after a failure, later each time, with what is newest then', async () => {
  const tried: number[] = []
  const errors: unknown[] = []
  let down = true
  const post = createLatestPost<number>({
    send: async value => {
      tried.push(value)
      if (down) throw new RangeError('down')
    },
    intervalMs: 100,
    onError: error => void errors.push(error),
  })
  post.offer(1)
  await vi.advanceTimersByTimeAsync(100)
  await vi.advanceTimersByTimeAsync(199)
  expect(tried).toEqual([1])
  post.offer(2)
  await vi.advanceTimersByTimeAsync(1)
  down = false
  await vi.advanceTimersByTimeAsync(400)
  expect(tried).toEqual([1, 2, 2])
  expect(errors).toHaveLength(2)
})

it('waits at most 30 s between tries', async () => {
  let tries = 0
  const post = createLatestPost<number>({
    send: async () => {
      tries++
      throw new RangeError('down')
    },
    intervalMs: 20_000,
    onError: () => {},
  })
  post.offer(1)
  await vi.advanceTimersByTimeAsync(20_000 + 30_000 * 3)
  expect(tries).toBe(4)
  post.close()
})

it('sends what waits at once when it is flushed', async () => {
  const sent: number[] = []
  const post = createLatestPost<number>({
    send: async value => void sent.push(value),
    intervalMs: 60_000,
    onError: () => {},
  })
  post.offer(7)
  await post.flush()
  expect(sent).toEqual([7])
})
