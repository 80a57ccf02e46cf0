import { describe, expect, it } from 'vitest'
import { EventBuffer } from './event-buffer.ts'

describe('EventBuffer', () => {
  it('yields what was pushed, in order, and what comes while the reader waits', async () => {
    const buffer = new EventBuffer<number>('numbers', 10)
    buffer.push(1)
    const seen: number[] = []
    const reading = (async () => {
      for await (const value of buffer) seen.push(value)
    })()
    buffer.push(2)
    await Promise.resolve()
    buffer.push(3)
    buffer.end()
    buffer.push(4)
    await reading
    expect(seen).toEqual([1, 2, 3])
  })

  it('fails when the reader is further behind than the capacity, after what it held', async () => {
    const buffer = new EventBuffer<number>('numbers', 2)
    for (const value of [1, 2, 3, 4]) buffer.push(value)
    expect([(await buffer.next()).value, (await buffer.next()).value]).toEqual([1, 2])
    await expect(buffer.next()).rejects.toMatchObject({
      code: 'buffer-overflow',
      details: { stream: 'numbers', capacity: 2 },
    })
    expect((await buffer.next()).done).toBe(true)
  })

  it('tells its owner once when the reader leaves', async () => {
    let ended = 0
    const buffer = new EventBuffer<number>('numbers', 2, () => {
      ended += 1
    })
    buffer.push(1)
    for await (const _ of buffer) break
    buffer.end()
    expect(ended).toBe(1)
  })

  it('rejects a waiting reader with the error of the end', async () => {
    const buffer = new EventBuffer<number>('numbers', 2)
    const next = buffer.next()
    buffer.end(new Error('gone'))
    await expect(next).rejects.toThrow('gone')
  })
})
