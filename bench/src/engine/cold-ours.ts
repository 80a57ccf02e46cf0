import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { backtest } from '@openclaw-trading/bot-engine'
import { openDataStore, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { createRunDocument, reportFiles } from '@openclaw-trading/bot-engine/report'
import type { Sample } from '../row.ts'
import { BENCH_ACCOUNT } from './bars-data.ts'
import { smaCross } from './sma-cross.ts'

const folder = process.env['BENCH_STORE'] ?? '.'
const store = openDataStore(folder)
const bars = await store.read({ symbol: 'XAUUSD', series: 'm1', instrument: SYNTHETIC_XAUUSD })
const length = Math.min(bars.length, Number(process.argv[2]))
const options = {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: { ...bars, length },
  account: BENCH_ACCOUNT,
  venue: { latencyMs: 50, barSpreadTicks: 25 },
} as const
const loaded = performance.now()
const result = await backtest(smaCross, options)
const ran = performance.now()
const document = createRunDocument(result, options, { title: smaCross.name })
const files = join(folder, `run-${process.pid}`)
mkdirSync(files)
await Promise.all(reportFiles(document).map(({ name, pieces }) => writeFile(join(files, name), pieces)))
const { user, system } = process.cpuUsage()
// The clock of the process begins with it, before Node itself is ready.
const whole = performance.now()
process.stderr.write(
  `loaded at ${loaded.toFixed(0)} ms, ran at ${ran.toFixed(0)} ms, written at ${whole.toFixed(0)} ms\n`,
)
const sample: Sample = {
  figures: { whole: whole / 1000, cpu: (user + system) / 1e6 },
  check: result.metrics.tradeCount,
}
process.stdout.write(`${JSON.stringify(sample)}\n`)
