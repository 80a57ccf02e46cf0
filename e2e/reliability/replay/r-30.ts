import type { Scenario } from '../scenario.ts'
import { runReplayEnds } from './replay-ends.ts'

const FULL = { trials: 200 }
const SHORT = { trials: 8 }

/** A replay never waits for what does not come. */
export const replayScenario: Scenario = {
  id: 'R-30',
  promise:
    'A replay ends: whatever order and delay bytes have, venue and bot never both wait, and nothing differs.',
  sizes: ['trials'],
  async run({ seed, short, sizes }) {
    const { trials } = { ...(short ? SHORT : FULL), ...sizes }
    const { counts, violations } = await runReplayEnds(seed, trials)
    const pass = violations.length === 0
    return { scenario: 'R-30', seed, counts, pass, ...(pass ? {} : { violations: violations.slice(0, 10) }) }
  },
}
