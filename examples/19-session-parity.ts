// Records a run, then backtests the strategy on the very quotes that the run has met, and compares trade by trade.
// Run: npx tsx --conditions=@openclaw-trading/source examples/19-session-parity.ts
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryLedger, runLive } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import {
  createRecordingFile,
  createSessionRecorder,
  parity,
  readSessionFile,
} from '@openclaw-trading/bot-engine/parity'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { bollingerBounce } from './strategies/xauusd-bollinger-bounce.ts'

const startAt = unixMs(Date.UTC(2025, 0, 6, 7))
const ticks = syntheticTicks({ seed: 3, startAt, count: 60_000, instrument: SYNTHETIC_XAUUSD })
const mode = { type: 'replay', ticks, gate: 'rewind' } as const
const venue = await startSimulator({ mode, instruments: [SYNTHETIC_XAUUSD], venue: { latencyMs: 50 } })
const { host, port, ca, credentials } = venue
const folder = await mkdtemp(join(tmpdir(), 'parity-'))
const file = join(folder, 'session.clawses')

// #region record
const broker = await connectBroker({
  environment: { host, port, ca: ca ?? '' },
  application: credentials,
  accessToken: credentials.accessToken,
})
const recorder = createSessionRecorder({
  target: await createRecordingFile(file),
  // Of a real broker nobody knows it: leave it out, and measure.
  venue: { latencyMs: 50 },
})
const live = await runLive(bollingerBounce, {
  params: { timeframe: 'm1' },
  broker,
  instrument: 'XAUUSD',
  label: 'recorded',
  sessionId: 'monday',
  risk: { stopLossRequired: true },
  ledger: createMemoryLedger(),
  recorder,
})
await live.finished
console.log(await recorder.finished)
// #endregion record
await broker.close()
await venue.close()

const session = await readSessionFile(file)
const same = await parity(session, bollingerBounce)
console.log(`parity ${same.score} over ${same.trades} trades`)
const late = await parity(session, bollingerBounce, { venue: { latencyMs: 400 } })
console.log('with 400 ms', late.score, late.causes, late.first?.differences)
await rm(folder, { recursive: true })
