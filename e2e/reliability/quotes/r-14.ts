import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  readTickFile,
  REPLAY_XAUUSD,
  syntheticTicks,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import type { UnixMs } from '@openclaw-trading/trading-model'
import type { Scenario } from '../scenario.ts'
import { runBadQuotes } from './bad-quotes.ts'

const FILE = fileURLToPath(
  new URL('../../../../shared/data/ticks/xauusd_ticks_oanda_2014-05-01_2014-05-09.csv.gz', import.meta.url),
)
const FULL = { rows: 1_000_000 }
const SHORT = { rows: 150_000 }

/** Whether the recording is there. */
export function isRecorded(): boolean {
  return existsSync(FILE)
}

/** The first rows of the recorded gold ticks; without the file those of a seeded market. */
export async function goldTicks(rows: number): Promise<TickColumns> {
  const data = isRecorded()
    ? await readTickFile(FILE, { instrument: REPLAY_XAUUSD })
    : syntheticTicks({
        seed: 1,
        instrument: REPLAY_XAUUSD,
        startAt: Date.UTC(2025, 0, 6) as UnixMs,
        count: rows,
      })
  const length = Math.min(rows, data.length)
  const cut = (column: Float64Array) => column.subarray(0, length)
  return { ...data, length, at: cut(data.at), bid: cut(data.bid), ask: cut(data.ask) }
}

/** Bad ticks never trade. */
export const badQuotesScenario: Scenario = {
  id: 'R-14',
  promise: 'Bad ticks never trade: twelve kinds of them change no trade, and each is counted.',
  sizes: ['rows'],
  async run({ seed, short, sizes }) {
    const size = { ...(short ? SHORT : FULL), ...sizes }
    const clean = await goldTicks(size.rows)
    const { counts, violations } = await runBadQuotes({ clean, seed, share: 0.01 })
    const pass = violations.length === 0
    return {
      scenario: 'R-14',
      seed,
      counts: { ...counts, recorded: isRecorded() ? 1 : 0 },
      pass,
      ...(pass ? {} : { violations: violations.slice(0, 10) }),
    }
  },
}
