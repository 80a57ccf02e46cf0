import { describe, expect, it } from 'vitest'
import { MAX_UNREAD_EVENTS, RunEvents } from './run-event.ts'

describe('RunEvents', () => {
  it('drops the oldest for a reader that falls too far behind, and the numbers show it', async () => {
    const events = new RunEvents()
    const reader = events.read()
    const first = reader.next()
    events.push({ type: 'status-changed', status: 'running' }, 1)
    expect((await first).value).toMatchObject({ seq: 1, at: 1 })
    for (let i = 0; i < MAX_UNREAD_EVENTS + 5; i++)
      events.push({ type: 'status-changed', status: 'running' }, 2)
    expect((await reader.next()).value).toMatchObject({ seq: 7 })
    events.close()
  })

  it('ends readers when the run ends, and at once those that come later', async () => {
    const events = new RunEvents()
    const reader = events.read()
    const waiting = reader.next()
    events.close()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await events.read().next()).toEqual({ done: true, value: undefined })
  })

  it('throws the reason of a signal', async () => {
    const controller = new AbortController()
    const reader = new RunEvents().read(controller.signal)
    const waiting = reader.next()
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
