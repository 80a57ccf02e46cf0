import { readFileSync } from 'node:fs'
import { createMemoryLedger, runLive } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import type { Sample } from '../row.ts'

// The bot of a replay: S03 through the public API, without a database.

const read = (name: string): string => process.env[name] ?? ''
const broker = await connectBroker({
  environment: {
    host: 'localhost',
    port: Number(read('BENCH_PORT')),
    ca: readFileSync(read('BENCH_CA_FILE'), 'utf8'),
  },
  application: { clientId: read('BENCH_CLIENT_ID'), clientSecret: read('BENCH_CLIENT_SECRET') },
  accessToken: read('BENCH_ACCESS_TOKEN'),
  // Both sides sleep between messages: spinning would count as work, and on a crowded machine slows the other side.
  replayPolling: false,
})
const start = process.cpuUsage()
let trades = 0
const run = await runLive(bollingerBounce, {
  params: { timeframe: 'm1' },
  broker,
  instrument: 'XAUUSD',
  label: 'bench',
  sessionId: 'bench',
  risk: { stopLossRequired: true },
  ledger: createMemoryLedger(),
  observer: { onTrade: () => trades++ },
})
const reason = await run.finished
const { user, system } = process.cpuUsage(start)
await broker.close()
// A run that does not trade measures nothing.
if (reason !== 'data-ended' || trades === 0) throw new Error(`Ended by ${reason} with ${trades} trades.`)
process.stderr.write(`${trades} trades\n`)
const sample: Sample = { figures: { botCpu: (user + system) / Number(process.argv[2]) } }
process.stdout.write(`${JSON.stringify(sample)}\n`)
