import type { Scenario } from '../scenario.ts'
import { goldTicks, isRecorded } from './r-14.ts'
import { runWireQuotes } from './wire-quotes.ts'

const FULL = { rows: 1_000_000 }
const SHORT = { rows: 50_000 }
/** A venue that looks ahead is ten times slower than one that rewinds: it plays the first part only. */
const LOOKAHEAD_ROWS = 50_000
const SHARE = 0.01

/** Bad ticks never trade, over the wire. */
export const wireQuotesScenario: Scenario = {
  id: 'R-14-wire',
  promise: 'The same over TLS: a live bot trades as on the clean quotes, and has counted each bad one.',
  sizes: ['rows'],
  async run({ seed, short, sizes }) {
    const { rows } = { ...(short ? SHORT : FULL), ...sizes }
    const rewinding = await runWireQuotes({
      clean: await goldTicks(rows),
      seed,
      share: SHARE,
      gate: 'rewind',
    })
    const few = await goldTicks(Math.min(rows, LOOKAHEAD_ROWS))
    const ahead = await runWireQuotes({ clean: few, seed, share: SHARE, gate: 'lookahead' })
    const violations = [...rewinding.violations, ...ahead.violations.map(text => `looking ahead: ${text}`)]
    const pass = violations.length === 0
    return {
      scenario: 'R-14-wire',
      seed,
      counts: {
        ...rewinding.counts,
        rowsAhead: few.length,
        tradesAhead: ahead.counts['tradesSpoiled'] ?? 0,
        recorded: isRecorded() ? 1 : 0,
      },
      pass,
      ...(pass ? {} : { violations: violations.slice(0, 10) }),
    }
  },
}
