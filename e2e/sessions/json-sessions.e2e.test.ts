import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { describe, expect, it } from 'vitest'
import { SESSIONS } from './all-sessions.ts'
import { Coverage } from './coverage.ts'
import { drive } from './drive.ts'
import type { Session } from './session.ts'

// The same conversations in the other codec: every message is written and read as JSON by both sides.

/** Bytes as they are stand for a frame, which JSON has none of. */
const IN_JSON = SESSIONS.filter(({ steps }) => !steps.some(step => 'bytes' in step))

const coverage = new Coverage()

async function play(session: Session): Promise<void> {
  const options = { mode: { type: 'live-clock', speed: 60 }, tls: false, jsonPort: 0 } as const
  const venue = await startSimulator({ ...options, ...session.venue })
  try {
    await drive(session, venue, coverage, 'json')
  } finally {
    await venue.close()
  }
}

describe('a session with the venue in JSON', () => {
  it.each(IN_JSON)('$name', play)
})

describe('the sessions in JSON', () => {
  it('are all but the few that send bytes of protobuf', () => {
    expect(SESSIONS.length - IN_JSON.length).toBeLessThanOrEqual(8)
  })

  it('write and read every method, message, field and value of the protocol', () => {
    expect(coverage.missing()).toEqual([])
  })
})
