import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../src/data/instruments.ts'
import type { TickColumns } from '../src/data/columns.ts'
import { createMemoryLedger } from '../src/live/memory-ledger.ts'
import { runLive } from '../src/live/run.ts'
import type { LiveOptions } from '../src/live/session.ts'
import { createSessionRecorder, type RecorderOptions, type RecordingEnd } from '../src/parity/recorder.ts'
import { readSession } from '../src/parity/read-session.ts'
import type { RecordedSession } from '../src/parity/session.ts'
import type { RecordingTarget } from '../src/ports/recording-target.ts'
import type { AnyStrategy } from '../src/strategy/define.ts'
import { createReplayBroker, type ReplayBrokerOptions } from '../src/testing/replay-broker.ts'

/** A recording that lies in memory. */
export class MemoryRecording implements RecordingTarget {
  readonly parts: Uint8Array[] = []
  closed = 0

  async append(bytes: Uint8Array) {
    this.parts.push(bytes)
  }

  async close() {
    this.closed += 1
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts)
  }
}

/** What is recorded. */
export interface RecordedCase {
  readonly data: TickColumns
  readonly strategy: AnyStrategy
  readonly params?: object
  readonly latencyMs?: number
  readonly recorder?: Partial<RecorderOptions>
  readonly broker?: Partial<ReplayBrokerOptions>
  readonly options?: Partial<LiveOptions<AnyStrategy>>
}

/** A run over a broker in this process, recorded. */
export async function recordRun({
  data,
  strategy,
  params = {},
  latencyMs = 50,
  recorder: changes = {},
  broker = {},
  options = {},
}: RecordedCase): Promise<{ readonly bytes: Buffer; readonly end: RecordingEnd; readonly trades: number }> {
  const target = new MemoryRecording()
  const venue = { latencyMs }
  const recorder = createSessionRecorder({ target, venue, ...changes })
  let trades = 0
  const live = await runLive(strategy, {
    params,
    broker: createReplayBroker({
      instrument: REPLAY_XAUUSD,
      account: REPLAY_ACCOUNT,
      venue,
      data,
      ...broker,
    }),
    instrument: REPLAY_XAUUSD.name,
    label: strategy.name,
    sessionId: 'live-7',
    risk: {},
    ledger: createMemoryLedger(),
    observer: {
      onTrade() {
        trades += 1
      },
    },
    ...options,
    recorder,
  })
  const reason = await live.finished
  if (reason !== 'data-ended') throw live.failure ?? new Error(`The run ended as ${reason}.`)
  return { bytes: target.bytes, end: await recorder.finished, trades }
}

/** The same, read back. */
export async function recordedSession(recorded: RecordedCase): Promise<RecordedSession> {
  return readSession((await recordRun(recorded)).bytes)
}
