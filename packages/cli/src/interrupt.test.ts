import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checksEndedEarly } from './check/run-check.ts'
import { endedBy, watchInterrupts } from './interrupt.ts'
import { PartialResult } from './partial-result.ts'

describe('signals', () => {
  it('the first aborts, each later one is told', () => {
    let later = 0
    const interrupt = watchInterrupts(() => (later += 1))
    expect(interrupt.exitCode()).toBeUndefined()
    for (const _ of [1, 2, 3]) process.emit('SIGINT')
    expect(interrupt.signal.aborted).toBe(true)
    expect(interrupt.exitCode()).toBe(130)
    expect(later).toBe(2)
    interrupt.close()
  })

  it('that are let go have nobody who listens, and are heard again once they are taken back', () => {
    const before = process.listeners('SIGINT')
    const interrupt = watchInterrupts(() => {})
    const listening = process.listeners('SIGINT')
    const raw: boolean[] = []
    interrupt.takeKeys(isRaw => raw.push(isRaw))
    interrupt.takeBack()
    for (const _ of [1, 2]) interrupt.letGo()
    expect(process.listenerCount('SIGINT')).toBe(0)
    for (const _ of [1, 2]) interrupt.takeBack()
    expect(process.listeners('SIGINT')).toEqual(listening)
    expect(raw).toEqual([false, true])
    interrupt.close()
    expect(process.listeners('SIGINT')).toEqual(before)
  })

  it.each([
    ['SIGINT', 'Ctrl-C'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGHUP'],
    [undefined, '--timeout'],
  ] as const)('%s is told as %s', (name, told) => {
    const interrupt = watchInterrupts(() => {})
    if (name === undefined) interrupt.end(124, told)
    else process.emit(name)
    interrupt.close()
    expect(endedBy(interrupt.signal)).toBe(told)
    expect(interrupt.signal.reason).toMatchObject({ name: 'AbortError', message: `Ended by ${told}.` })
    expect(checksEndedEarly(3, interrupt.signal).message).toContain(`ended by ${told} after 3 runs`)
  })
})

describe('a partial result that is given up', () => {
  it('says that it was not written until something is safe, then what', () => {
    const partial = new PartialResult()
    expect(partial.abandon()).toBe('The partial result was not written.')
    partial.kept('The report of what was done is reports/x/index.html.')
    expect(partial.abandon()).toContain('reports/x/index.html')
  })

  it('removes what is half written, and nothing that is whole', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'claw-partial-')), 'half')
    const partial = new PartialResult()
    const remove = () => rmSync(file)
    writeFileSync(file, '')
    await partial.writing(remove, async () => {})
    partial.abandon()
    expect(existsSync(file)).toBe(true)
    await partial.writing(remove, async () => void partial.abandon())
    expect(existsSync(file)).toBe(false)
  })
})
