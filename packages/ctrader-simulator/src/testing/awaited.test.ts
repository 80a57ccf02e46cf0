import { describe, expect, it } from 'vitest'
import { Awaited, MAX_KEPT_RECORDS } from './awaited.ts'

describe('what a test waits for', () => {
  it('is given out once, also when it came before the wait', async () => {
    const fills = new Awaited<number>('fill')
    fills.add(1)
    const [first, second] = [fills.next(() => true, 1000), fills.next(() => true, 1000)]
    fills.add(2)
    expect([await first, await second]).toEqual([1, 2])
    expect(fills.held).toEqual([])
  })

  it('goes past what does not match, and keeps it for another wait', async () => {
    const fills = new Awaited<number>('fill')
    const even = fills.next(each => each % 2 === 0, 1000)
    fills.add(1)
    fills.add(2)
    expect(await even).toBe(2)
    expect(fills.held).toEqual([1])
  })

  it('is missed after the time, and a later record is kept', async () => {
    const fills = new Awaited<number>('fill')
    await expect(fills.next(() => true, 1)).rejects.toMatchObject({
      code: 'wait-timeout',
      message:
        '[wait-timeout] No fill that matches came within 1 ms. Check what the bot does, or wait longer.',
    })
    fills.add(1)
    expect(fills.held).toEqual([1])
  })

  it('is kept up to a limit, the newest', () => {
    const fills = new Awaited<number>('fill')
    for (let i = 0; i <= MAX_KEPT_RECORDS; i++) fills.add(i)
    expect(fills.held).toHaveLength(MAX_KEPT_RECORDS)
    expect(fills.held[0]).toBe(1)
  })
})
