import { readTickFile, REPLAY_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { writeCaFile } from '../ca-file.ts'
import type { Sample } from '../row.ts'
import { RECORDED_TICKS } from './s03-row.ts'

// Replays recorded ticks over TLS with the gate "rewind", and states its rate and its CPU time a tick.

const file = await readTickFile(RECORDED_TICKS, { instrument: REPLAY_XAUUSD })
const ticks = { ...file, length: Math.min(file.length, Number(process.argv[2])) }
const venue = await startSimulator({ mode: { type: 'replay', ticks, gate: 'rewind' } })
const caFile = writeCaFile(venue.ca ?? '')
const info = {
  BENCH_PORT: String(venue.port),
  BENCH_CA_FILE: caFile,
  BENCH_CLIENT_ID: venue.credentials.clientId,
  BENCH_CLIENT_SECRET: venue.credentials.clientSecret,
  BENCH_ACCESS_TOKEN: venue.credentials.accessToken,
}
const start = process.cpuUsage()
process.stdout.write(`ready ${JSON.stringify(info)}\n`)
const { quotes, deals, elapsedMs } = await venue.finished
const { user, system } = process.cpuUsage(start)
const sample: Sample = {
  figures: { rate: (quotes / elapsedMs) * 1000, venueCpu: (user + system) / quotes },
  check: deals,
}
process.stdout.write(`sample ${JSON.stringify(sample)}\n`)
await venue.close()
