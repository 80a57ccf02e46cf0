import { describe, expect, it } from 'vitest'
import { runTokenRounds, tokensScenario } from './r-12.ts'

describe('R-12', () => {
  it('holds in its short form, with every kind of round once', async () => {
    const { counts, pass, violations = [] } = await tokensScenario.run({ seed: 1, short: true, sizes: {} })
    expect({ pass, violations }).toEqual({ pass: true, violations: [] })
    expect(counts).toMatchObject({ rounds: 5, refreshes: 5, logins: 3, entriesRefused: 4 })
  })

  it.each([
    ['refreshes-alone', /refresh tokens were sent instead of one/, 'expiry-mid-order'],
    // Whoever reads the old pair in the meantime sends its spent token: which of the two is seen first is a race.
    ['stores-late', /the new pair is not stored|refresh tokens were sent instead of one/, 'expiry-mid-order'],
    ['logs-tokens', /tokens were logged/, 'expiry-mid-order'],
    ['venue-logs-tokens', /tokens were logged/, 'expiry-mid-order'],
    ['process-writes-tokens', /tokens were logged/, 'many-processes'],
    ['logs-traders-in', /a live run may still enter after the revocation/, 'revoked'],
    ['trades-on', /positions were opened after the revocation/, 'revoked'],
  ] as const)('finds a party that %s', async (plant, violation, only) => {
    const result = await runTokenRounds(1, { bots: 4, processes: 2, rounds: 1 }, { plant, only })
    expect(result.violations?.join()).toMatch(violation)
  })
})
