import { createMemoryLedger, runLive } from '@openclaw-trading/bot-engine'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import {
  createRecordingFile,
  createSessionRecorder,
  type RecorderOptions,
} from '@openclaw-trading/bot-engine/parity'
import { createReplayBroker } from '@openclaw-trading/bot-engine/testing'
import { unixMs } from '@openclaw-trading/trading-model'
import { fileURLToPath } from 'node:url'
import { openProject } from '../src/project/config.ts'
import { findStrategy } from '../src/project/strategies.ts'

/** Records a session of S03 on a seeded market, over a broker in this process. */
export async function recordSession(
  path: string,
  { isVenueTold = true, ...options }: Partial<RecorderOptions> & { readonly isVenueTold?: boolean } = {},
): Promise<void> {
  const venue = { latencyMs: 50 }
  const here = fileURLToPath(new URL('.', import.meta.url))
  const { strategy, codeHash } = await findStrategy('S03', await openProject({ cwd: here }), here)
  const target = await createRecordingFile(path)
  const recorder = createSessionRecorder({ target, codeHash, ...(isVenueTold && { venue }), ...options })
  const live = await runLive(strategy, {
    params: { timeframe: 'm1' },
    broker: createReplayBroker({
      instrument: SYNTHETIC_XAUUSD,
      account: REPLAY_ACCOUNT,
      venue,
      data: syntheticTicks({
        seed: 3,
        instrument: SYNTHETIC_XAUUSD,
        startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
        count: 60_000,
      }),
    }),
    instrument: SYNTHETIC_XAUUSD.name,
    label: 'recorded',
    sessionId: 'run-1',
    risk: { stopLossRequired: true },
    ledger: createMemoryLedger(),
    recorder,
  })
  await live.finished
  await recorder.finished
}
