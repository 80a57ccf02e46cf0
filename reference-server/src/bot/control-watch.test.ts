import type { ControlResponse } from '@openclaw-trading/control-plane/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchControl } from './control-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const control = (generation: number): ControlResponse => ({
  botId: 'S03',
  accountType: 'demo',
  status: 'running',
  lotSize: null,
  quoteFilter: true,
  reason: '',
  updatedBy: 'operator',
  updatedAt: 0,
  generation,
  entriesAllowed: true,
  epoch: 1,
})
function watch(read: () => Promise<ControlResponse>) {
  const seen: number[] = []
  const told = { stale: 0, errors: 0 }
  const watcher = watchControl({
    read,
    onControl: answer => void seen.push(answer.generation),
    onStale: () => void told.stale++,
    onError: () => void told.errors++,
  })
  return { seen, told, watcher }
}

it('looks every 2 s', async () => {
  let generation = 0
  const { seen, watcher } = watch(async () => control(++generation))
  await vi.advanceTimersByTimeAsync(6000)
  expect(seen).toEqual([1, 2, 3])
  watcher.close()
})

it('looks at once when asked, and again when asked while it reads', async () => {
  const answers: ((value: ControlResponse) => void)[] = []
  const { seen, watcher } = watch(() => new Promise(resolve => answers.push(resolve)))
  watcher.look()
  watcher.look()
  answers[0]?.(control(1))
  await vi.advanceTimersByTimeAsync(0)
  expect(answers).toHaveLength(2)
  answers[1]?.(control(2))
  await vi.advanceTimersByTimeAsync(0)
  expect(seen).toEqual([1, 2])
  watcher.close()
})

it('tells once that the control is older than 30 s, and is fresh again after the next answer', async () => {
  let down = true
  const { seen, told, watcher } = watch(async () => {
    if (down) throw new RangeError('down')
    return control(9)
  })
  await vi.advanceTimersByTimeAsync(29_000)
  expect(told.stale).toBe(0)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(told).toMatchObject({ stale: 1 })
  down = false
  await vi.advanceTimersByTimeAsync(2000)
  expect(seen).toEqual([9])
  down = true
  await vi.advanceTimersByTimeAsync(40_000)
  expect(told.stale).toBe(2)
  watcher.close()
})

it('counts the age of the control by a clock that nobody sets', async () => {
  const { told, watcher } = watch(() => Promise.reject(new RangeError('down')))
  await vi.advanceTimersByTimeAsync(10_000)
  vi.setSystemTime(Date.now() - 3_600_000)
  await vi.advanceTimersByTimeAsync(25_000)
  expect(told.stale).toBe(1)
  watcher.close()
})
