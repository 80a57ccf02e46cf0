import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveThroughWeekends } from './quiet-weekend.ts'
import { silenceScenario } from './r-10.ts'
import { Slot } from './silence.ts'

describe('R-10', () => {
  it('holds in its short form, with every kind of silence once', async () => {
    const { counts, pass, violations = [] } = await silenceScenario.run({ seed: 1, short: true, sizes: {} })
    expect({ pass, violations }).toEqual({ pass: true, violations: [] })
    expect(counts).toMatchObject({ trials: 7, falseAlarms: 0 })
    expect(counts['entriesRefused']).toBeGreaterThanOrEqual(3)
    expect(counts).toHaveProperty('largestAllowanceMs')
    expect(counts['beats']).toBeGreaterThan(1000)
  })
})

describe('R-10 finds', () => {
  let slot: Slot
  beforeAll(async () => {
    slot = await Slot.open(2)
  })
  afterAll(() => slot.close())

  it.each([
    ['trusts-the-socket', 'both', 'loss found after'],
    ['forgets-to-resubscribe', 'both', 'quotes again after'],
    ['watches-the-link', 'one-symbol', 'stale symbol flagged after'],
    ['enters-on-stale-prices', 'one-symbol', 'an entry was made on a stale price'],
  ] as const)('a client that %s', async (plant, silence, violation) => {
    expect((await slot.run(silence, plant)).violations.join()).toContain(violation)
  })

  it('a limit on silence alone', async () => {
    expect((await liveThroughWeekends(1, 1, 20_000)).falseAlarms).toBe(0)
    expect((await liveThroughWeekends(1, 1, 11_000)).falseAlarms).toBeGreaterThan(0)
  })
})
