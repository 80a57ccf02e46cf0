import { describe, expect, it } from 'vitest'
import { replayScenario } from './r-30.ts'
import { runReplayEnds } from './replay-ends.ts'

describe('R-30', () => {
  it('ends each replay, with the result of the backtest', async () => {
    const { counts, pass, violations } = await replayScenario.run({ seed: 1, short: true, sizes: {} })
    expect(violations).toBeUndefined()
    expect(pass).toBe(true)
    expect(counts['ended']).toBe(8)
    expect(counts['messages']).toBeGreaterThan(8000)
  })

  it.each(['marks', 'barrier', 'reads'] as const)('finds the stall of a lost wake-up: %s', async lost => {
    const { violations } = await runReplayEnds(1, 1, lost)
    expect(violations).toEqual([expect.stringContaining('replay-stalled')])
  })
})
