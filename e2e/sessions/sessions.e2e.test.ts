import { type Fault, type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SESSIONS } from './all-sessions.ts'
import { Coverage, universe } from './coverage.ts'
import { drive } from './drive.ts'
import notExercised from './not-exercised.json' with { type: 'json' }
import { login, type Session } from './session.ts'

const coverage = new Coverage()
let shared: LiveSimulator
/** What is wrong with the venue, where scenario R-26 proves that the sessions find it. */
const planted = process.env['CLAW_PLANTED_FAULT']
const plantIn = (venue: object): void => {
  if (planted !== undefined && 'control' in venue)
    (venue as LiveSimulator).control.faults.set(JSON.parse(planted) as Fault)
}
beforeAll(async () => {
  shared = await startSimulator({ mode: { type: 'live-clock', speed: 60 }, tls: false })
  plantIn(shared)
})
afterAll(() => shared.close())

async function play(session: Session): Promise<void> {
  if (session.venue === undefined) return drive(session, shared, coverage)
  const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, ...session.venue })
  plantIn(venue)
  try {
    await drive(session, venue, coverage)
  } finally {
    await venue.close()
  }
}

describe('a session with the venue', () => {
  it.each(SESSIONS)('$name', async session => {
    await play(session)
  })
})

describe('the driver of the sessions', () => {
  it.each([
    ['another message', [{ expect: 2103, id: 'app' }]],
    ['another id', [{ expect: 2101, id: 'other' }]],
    [
      'another value',
      [
        { expect: 2101, id: 'app' },
        ...login('B').slice(0, 4),
        { expect: 2103, id: 'account', fields: { ctidTraderAccountId: 5 }, on: 'B' },
      ],
    ],
    ['silence where there is a message', [{ quiet: 'A' }]],
    [
      'a field to be absent that is there',
      [
        { expect: 2101, id: 'app' },
        { send: 2104, id: 'v' },
        { expect: 2105, id: 'v', without: ['version'] },
      ],
    ],
  ] as const)('fails a session that expects %s', async (_what, steps) => {
    const session: Session = { name: 'wrong', steps: [...login().slice(0, 2), ...steps] as Session['steps'] }
    await expect(play(session)).rejects.toThrow('step')
  })
})

describe('the set of sessions', () => {
  it('has at least eighty, each under a name of its own', () => {
    expect(SESSIONS.length).toBeGreaterThanOrEqual(80)
    expect(new Set(SESSIONS.map(({ name }) => name)).size).toBe(SESSIONS.length)
  })

  it('leaves nothing of the protocol out but what the list names with a reason; the list may only shrink', () => {
    const left = new Set(Object.keys(notExercised))
    expect(coverage.missing().filter(item => !left.has(item))).toEqual([])
  })

  it('counts the error codes to the protocol, although they travel by name', () => {
    const codes = (name: string) => universe().filter(item => item.startsWith(`value ${name}.`))
    expect([codes('ProtoOAErrorCode').length, codes('ProtoErrorCode').length]).toEqual([44, 10])
    const deaf = new Coverage()
    deaf.sent(2106, { symbolId: 41 }, 'order')
    deaf.received(2132, { errorCode: 'NO_QUOTES' }, 'another')
    // The answer of another request exercises no method.
    expect(deaf.missing()).toContain('method newOrder')
    expect(deaf.missing()).not.toContain('value ProtoOAErrorCode.NO_QUOTES')
    deaf.received(2132, { errorCode: 'NO_QUOTES' }, 'order')
    expect(deaf.missing()).not.toContain('method newOrder')
  })

  it('names in its list only what the protocol has', () => {
    const known = new Set(universe())
    expect(Object.keys(notExercised).filter(item => !known.has(item))).toEqual([])
    expect(Object.keys(notExercised).length).toBeLessThan(known.size)
  })
})
