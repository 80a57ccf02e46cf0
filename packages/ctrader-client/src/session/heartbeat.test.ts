import { describe, expect, it } from 'vitest'
import { DEAD_AFTER_MS, Heartbeat, SEND_AFTER_MS } from './heartbeat.ts'

function create() {
  const state = { now: 0, sent: [] as number[], dead: undefined as number | undefined }
  const heartbeat = new Heartbeat(
    {
      send() {
        state.sent.push(state.now)
        heartbeat.noteSent()
      },
      onDead: silentMs => {
        state.dead ??= silentMs
      },
    },
    () => state.now,
  )
  const run = (untilMs: number): void => {
    for (; state.now < untilMs; ) {
      state.now += 1000
      heartbeat.check()
    }
  }
  return { state, heartbeat, run }
}

describe('Heartbeat', () => {
  it('sends after 8 s of outbound silence, counted from the last message', () => {
    const { state, heartbeat, run } = create()
    run(5000)
    heartbeat.noteSent()
    run(30_000)
    expect(state.sent).toEqual([13_000, 21_000, 29_000])
    expect(SEND_AFTER_MS).toBe(8000)
  })

  it('declares the link dead after 60 s without any input, not before', () => {
    const { state, heartbeat, run } = create()
    run(10_000)
    heartbeat.noteHeard()
    run(10_000 + DEAD_AFTER_MS - 1000)
    expect(state.dead).toBeUndefined()
    run(10_000 + DEAD_AFTER_MS)
    expect(state.dead).toBe(60_000)
  })

  it('gives input that waits unread a chance when the process has slept', () => {
    const { state, heartbeat } = create()
    state.now = 3_600_000
    heartbeat.check()
    expect(state.dead).toBeUndefined()
    heartbeat.noteHeard()
    state.now += 1000
    heartbeat.check()
    expect(state.dead).toBeUndefined()
  })

  it('still declares a link dead that stays silent after a sleep', () => {
    const { state, run } = create()
    state.now = 3_600_000
    run(3_610_000)
    expect(state.dead).toBeGreaterThanOrEqual(60_000)
  })
})
