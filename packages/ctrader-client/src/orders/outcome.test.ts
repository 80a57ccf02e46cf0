import { describe, expect, it } from 'vitest'
import { Outcome } from './outcome.ts'

describe('Outcome', () => {
  it('tells who asked before, and who asks after it is settled', async () => {
    const before = new Outcome<number>()
    const asked = before.promise
    before.resolve(1)
    expect(await asked).toBe(1)
    expect(before.promise).toBe(asked)
    const after = new Outcome<number>()
    after.resolve(2)
    expect(await after.promise).toBe(2)
  })

  it('fails for who asked before, and for who asks after', async () => {
    const before = new Outcome<number>()
    const asked = before.promise
    before.reject(new RangeError('lost'))
    await expect(asked).rejects.toThrow('lost')
    const after = new Outcome<number>()
    after.reject(new RangeError('refused'))
    await expect(after.promise).rejects.toThrow('refused')
  })

  it.each([true, false])('settles once, asked for before: %s', async isAsked => {
    const done = new Outcome<number>()
    const failed = new Outcome<number>()
    const asked = isAsked ? [done.promise, failed.promise] : []
    done.resolve(1)
    done.resolve(2)
    done.reject(new RangeError('late'))
    failed.reject(new RangeError('lost'))
    failed.reject(new RangeError('late'))
    failed.resolve(3)
    expect(await done.promise).toBe(1)
    await expect(failed.promise).rejects.toThrow('lost')
    for (const [i, promise] of asked.entries()) expect(promise).toBe([done.promise, failed.promise][i])
  })

  it('may fail without harm when nobody asks', async () => {
    const unheard: unknown[] = []
    const listen = (reason: unknown): void => void unheard.push(reason)
    process.on('unhandledRejection', listen)
    new Outcome<number>().reject(new RangeError('unheard'))
    const asked = new Outcome<number>()
    void asked.promise
    asked.reject(new RangeError('asked for and left'))
    await new Promise(resolve => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unheard).toEqual([])
  })
})
