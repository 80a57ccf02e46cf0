import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataStore, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { benchBars } from './bars-data.ts'

// A local store with the bars of the row, which all runs of it read.

const folder = mkdtempSync(join(tmpdir(), 'claw-bench-store-'))
const { name, digits } = SYNTHETIC_XAUUSD
await openDataStore(folder).write({ symbol: name, data: benchBars(Number(process.argv[2])), digits })
process.once('SIGTERM', () => {
  rmSync(folder, { recursive: true })
  process.exit(0)
})
process.stdout.write(`ready ${JSON.stringify({ BENCH_STORE: folder })}\n`)
// Waits for the signal.
setInterval(() => {}, 60_000)
