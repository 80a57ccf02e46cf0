import { expect, it } from 'vitest'
import { EventRing } from './event-ring.ts'
import type { StreamMessage } from './schemas/dashboard.ts'

const notices: StreamMessage = { type: 'notices', notices: [] }

it('gives a reader what came since its last id', () => {
  const ring = new EventRing(100)
  ring.publish(notices)
  ring.publish({ type: 'reset' })
  expect(ring.since(101)).toEqual({ type: 'events', events: [{ id: 102, message: { type: 'reset' } }] })
  expect(ring.since(102)).toEqual({ type: 'events', events: [] })
})

it('keeps only its newest messages and tells a reader that fell behind of the gap', () => {
  const ring = new EventRing(0, 3)
  for (let i = 0; i < 5; i++) ring.publish(notices)
  expect(ring.since(1)).toEqual({ type: 'gap' })
  expect(ring.since(2)).toMatchObject({ events: [{ id: 3 }, { id: 4 }, { id: 5 }] })
})

it('takes an id of an earlier start, or one never given, for a gap', () => {
  const ring = new EventRing(1000)
  expect(ring.since(500)).toEqual({ type: 'gap' })
  expect(ring.since(2000)).toEqual({ type: 'gap' })
  expect(ring.since(-1)).toEqual({ type: 'gap' })
})

it('wakes a waiting reader at the next message and when its connection ends', async () => {
  const ring = new EventRing(0)
  const woken = ring.next(60_000, new AbortController().signal)
  ring.publish(notices)
  await woken
  const gone = new AbortController()
  const ended = ring.next(60_000, gone.signal)
  gone.abort()
  await ended
})
