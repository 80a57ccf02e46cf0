import { describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { Heartbeat } from './heartbeat.ts'

function create() {
  const clock = new ManualClock()
  const told: string[] = []
  const tell = (what: string): void => void told.push(`${clock.elapsedMs() / 1000} ${what}`)
  const heartbeat = new Heartbeat(
    {
      send() {
        tell('beat')
        heartbeat.noteSent()
      },
      probe() {
        tell('probe')
        heartbeat.noteSent()
      },
      onDead() {
        tell('dead')
        heartbeat.stop()
      },
    },
    clock,
  )
  heartbeat.start()
  return { clock, told, heartbeat }
}

describe('Heartbeat', () => {
  it('sends after 8 s of outbound silence, counted from the last message', async () => {
    const { clock, told, heartbeat } = create()
    await clock.advance(5000)
    heartbeat.noteSent()
    for (let i = 0; i < 25; i++) {
      heartbeat.noteHeard()
      await clock.advance(1000)
    }
    expect(told).toEqual(['13 beat', '21 beat', '29 beat'])
  })

  it('asks after 12 s of inbound silence, and an unanswered question ends the link 17 s after it was last heard', async () => {
    const { clock, told, heartbeat } = create()
    await clock.advance(500)
    heartbeat.noteHeard()
    await clock.advance(60_000)
    expect(told).toEqual(['8 beat', '12.5 probe', '17.5 dead'])
    expect(clock.waiting).toBe(0)
  })

  it('lets a link live that answers the question, however quiet it is else', async () => {
    const { clock, told, heartbeat } = create()
    for (let i = 0; i < 3600; i++) {
      const before = told.length
      await clock.advance(1000)
      if (told.slice(before).some(what => what.endsWith('probe'))) heartbeat.noteHeard()
    }
    expect(told.filter(what => what.endsWith('dead'))).toEqual([])
    expect(told.filter(what => what.endsWith('probe')).length).toBe(300)
  })

  it('gives an answer that waits unread a chance when the process has slept', async () => {
    const { clock, told, heartbeat } = create()
    await clock.advance(12_000)
    expect(told).toEqual(['8 beat', '12 probe'])
    clock.jump(3_600_000)
    await clock.advance(0)
    expect(told).toEqual(['8 beat', '12 probe', '3612 beat'])
    heartbeat.noteHeard()
    await clock.advance(11_000)
    expect(told.filter(what => what.endsWith('dead'))).toEqual([])
  })

  it('still ends a link that stays silent after a sleep', async () => {
    const { clock, told } = create()
    clock.jump(3_600_000)
    await clock.advance(6000)
    expect(told).toEqual(['3600 probe', '3605 dead'])
  })
})
