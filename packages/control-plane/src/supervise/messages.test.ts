import { expect, it } from 'vitest'
import { parseFromBot } from './messages.ts'

it('reads what a bot may say', () => {
  const failed = { type: 'failed', code: 'x', message: 'Why.' }
  for (const message of [{ type: 'ready', sessionId: 's1' }, { type: 'ended', reason: 'requested' }, failed])
    expect(parseFromBot(message)).toEqual(message)
})

it.each([
  null,
  'ready',
  {},
  { type: 'ready' },
  { type: 'ready', sessionId: 's'.repeat(21) },
  { type: 'heartbeat', heartbeat: { epoch: 1 } },
  { type: 'failed', code: 'x', message: 'm'.repeat(10_001) },
  { type: 'start' },
])('ignores %j', value => {
  expect(parseFromBot(value)).toBeNull()
})
