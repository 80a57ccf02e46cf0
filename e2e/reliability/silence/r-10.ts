import { createRandom } from '../random.ts'
import type { Scenario, ScenarioResult } from '../scenario.ts'
import { liveThroughWeekends } from './quiet-weekend.ts'
import { SILENCES, Slot, type TrialOutcome } from './silence.ts'

const FULL = { trials: 100, weekends: 10 }
const SHORT = { trials: 7, weekends: 1 }
/** Trials at the same time. */
const AT_A_TIME = 8

/** Silent connections are found fast, and quiet ones are left alone. */
export const silenceScenario: Scenario = {
  id: 'R-10',
  promise: 'A connection or a symbol that falls silent is found in time, and a quiet market is no alarm.',
  sizes: ['trials', 'weekends'],
  async run({ seed, short, sizes }): Promise<ScenarioResult> {
    const size = { ...(short ? SHORT : FULL), ...sizes }
    const outcomes = await runTrials(seed, size.trials)
    const quiet = await liveThroughWeekends(seed, size.weekends)
    const violations = outcomes.flatMap(outcome => outcome.violations)
    if (quiet.falseAlarms > 0) violations.push(`${quiet.falseAlarms} false alarms over quiet weekends`)
    if (size.weekends > 0 && quiet.beats === 0) violations.push('the weekends did not take place')
    const pass = violations.length === 0
    const counts = {
      trials: outcomes.length,
      slowestDetectionMs: Math.round(Math.max(0, ...outcomes.map(({ detectedMs = 0 }) => detectedMs))),
      largestAllowanceMs: Math.round(Math.max(0, ...outcomes.map(({ allowanceMs }) => allowanceMs))),
      entriesRefused: outcomes.reduce((sum, { entriesRefused = 0 }) => sum + entriesRefused, 0),
      slowestReturnMs: Math.round(Math.max(0, ...outcomes.map(({ backMs = 0 }) => backMs))),
      weekends: size.weekends,
      probes: quiet.probes,
      beats: quiet.beats,
      falseAlarms: quiet.falseAlarms,
    }
    return { scenario: 'R-10', seed, counts, pass, ...(pass ? {} : { violations: violations.slice(0, 10) }) }
  },
}

async function runTrials(seed: number, trials: number): Promise<readonly TrialOutcome[]> {
  // Each kind as often as any other, in an order of the seed.
  const random = createRandom(seed)
  const queue = Array.from({ length: trials }, (_, i) => ({
    silence: SILENCES[i % SILENCES.length],
    key: random.uint32(),
  }))
  queue.sort((a, b) => a.key - b.key)
  const outcomes: TrialOutcome[] = []
  const slots = Array.from({ length: Math.min(AT_A_TIME, trials) }, async (_, index) => {
    const slot = await Slot.open(seed + index)
    try {
      for (let next = queue.shift(); next?.silence !== undefined; next = queue.shift()) {
        const { silence } = next
        const outcome = await slot.run(silence)
        outcomes.push({
          ...outcome,
          violations: outcome.violations.map(violation => `${silence}: ${violation}`),
        })
      }
    } finally {
      await slot.close()
    }
  })
  await Promise.all(slots)
  return outcomes
}
