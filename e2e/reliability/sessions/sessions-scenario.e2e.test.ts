import { describe, expect, it } from 'vitest'
import { casesOf } from '../../requirements.ts'
import { runSessions, sessionsScenario } from './r-26.ts'

const FAULTS = [
  { type: 'created-on-full-close' },
  { type: 'order-errors-without-ids' },
  { type: 'request-ids-copied' },
] as const
// Each plays every session.
const IN_CI = 'order-errors-without-ids'

describe('R-26', () => {
  it('plays at least eighty sessions and all hold', async () => {
    const { counts, pass } = await sessionsScenario.run({ seed: 1, short: true, sizes: {} })
    expect(pass).toBe(true)
    expect(counts['passed']).toBeGreaterThanOrEqual(80)
  })

  it.each(casesOf(FAULTS, ({ type }) => type === IN_CI))(
    'finds a venue with the planted fault %j',
    async fault => {
      expect((await runSessions(1, fault)).pass).toBe(false)
    },
  )
})
