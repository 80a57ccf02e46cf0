import { describe, expect, it } from 'vitest'
import { runTokenRounds, tokensScenario } from './r-12.ts'

describe('R-12', () => {
  it('holds in its short form, with every kind of round once', async () => {
    const { counts, pass, violations = [] } = await tokensScenario.run({ seed: 1, short: true, sizes: {} })
    expect({ pass, violations }).toEqual({ pass: true, violations: [] })
    expect(counts).toMatchObject({ rounds: 5, refreshes: 5, logins: 3, entriesRefused: 4 })
  })

  it.each([
    ['refreshes-alone', /refresh tokens were sent instead of one/, 1],
    // Whoever reads the old pair in the meantime sends its spent token: which of the two is seen first is a race.
    ['stores-late', /the new pair is not stored|refresh tokens were sent instead of one/, 1],
    ['logs-tokens', /tokens were logged/, 1],
    ['venue-logs-tokens', /tokens were logged/, 1],
    ['process-writes-tokens', /tokens were logged/, 2],
    ['logs-traders-in', /a live run may still enter after the revocation/, 5],
    ['trades-on', /positions were opened after the revocation/, 5],
  ] as const)('finds a party that %s', async (plant, violation, rounds) => {
    const result = await runTokenRounds(1, { bots: 4, processes: 2, rounds }, plant)
    expect(result.violations?.join()).toMatch(violation)
  })
})
