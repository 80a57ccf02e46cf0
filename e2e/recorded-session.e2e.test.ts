import {
  createRecordingFile,
  createSessionRecorder,
  parity,
  readSessionFile,
} from '@openclaw-trading/bot-engine/parity'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { referenceQuotes } from '@openclaw-trading/examples/strategies/golden/reference-market'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { type Instrument, unixMs } from '@openclaw-trading/trading-model'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReplayCase, runThroughVenue } from './replay-run.ts'
import { twoSymbols } from './two-symbols.ts'

const ticks = (instrument: Instrument, seed: number, count: number) =>
  syntheticTicks({ seed, instrument, startAt: unixMs(Date.UTC(2025, 0, 6, 7)), count })

const CASES: readonly (readonly [string, ReplayCase & Required<Pick<ReplayCase, 'strategy'>>])[] = [
  [
    'S03',
    {
      strategy: bollingerBounce,
      ticks: referenceQuotes(10),
      instrument: SYNTHETIC_XAUUSD,
      latencyMs: 50,
      gate: 'rewind',
    },
  ],
  [
    'a strategy that watches a second symbol',
    {
      strategy: twoSymbols,
      ticks: [ticks(SYNTHETIC_XAUUSD, 5, 2500), ticks(SYNTHETIC_EURUSD, 6, 2500)],
      instrument: SYNTHETIC_XAUUSD,
      watched: [SYNTHETIC_EURUSD],
      latencyMs: 10,
      gate: 'rewind',
    },
  ],
]

describe('a session that was recorded while it ran over TLS', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claw-recorded-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(CASES)('by %s scores exactly 1 when it is replayed', async (_, replay) => {
    const path = join(await mkdtemp(join(folder, 'run-')), 'session.clawses')
    const recorder = createSessionRecorder({
      target: await createRecordingFile(path),
      venue: { latencyMs: replay.latencyMs },
    })
    const { trades } = await runThroughVenue({ ...replay, recorder })
    expect(await recorder.finished).toMatchObject({ reason: 'run-ended' })
    const session = await readSessionFile(path)
    expect(session.trades.map(({ trade }) => trade)).toEqual(trades)
    const report = await parity(session, replay.strategy)
    expect(report).toMatchObject({ score: 1, causes: {}, gaps: [], trades: trades.length })
    expect(trades.length).toBeGreaterThanOrEqual(10)
    // Another latency than that of the venue is seen: the comparison is one.
    const slower = await parity(session, replay.strategy, { venue: { latencyMs: 3000 } })
    expect(slower.score).toBeLessThan(1)
    expect(slower.causes.time).toBeGreaterThan(0)
  })
})
