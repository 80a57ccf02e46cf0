import { isMainThread } from 'node:worker_threads'
import { backtest } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { sweep } from '@openclaw-trading/bot-engine/research'
import type { Sample } from '../row.ts'
import { BENCH_ACCOUNT, benchBars } from './bars-data.ts'
import { smaCross } from './sma-cross.ts'
import { ratioOfTurns } from './turns.ts'

// The threads import it from here.
export { smaCross }

/**
 * Runs of each thread that are not counted: it starts, and V8 compiles, what runs once per day of the data last (over
 * 250,000 bars 190 of 230 ms by the eighth).
 */
const WARM_UP_RUNS = 8
const GRID = { fast: [6, 7, 8, 9, 10, 11, 12, 13], slow: [26, 30, 34, 38, 42, 46, 50, 54] }

function optionsOver(bars: number) {
  return {
    instrument: SYNTHETIC_XAUUSD,
    data: benchBars(bars),
    account: BENCH_ACCOUNT,
    venue: { latencyMs: 50, barSpreadTicks: 25 },
  }
}

type Options = ReturnType<typeof optionsOver>

/** A sweep whose orders are refused is over before it has done the work. */
async function checkOrders(options: Options): Promise<void> {
  const { metrics, refused } = await backtest(smaCross, { ...options, params: {} })
  if (metrics.tradeCount === 0 || refused.length > 0)
    throw new Error(`${metrics.tradeCount} trades, refused: ${JSON.stringify(refused)}.`)
}

/** Runs per second once the threads are warm. */
async function rateWith(workers: number, options: Options): Promise<number> {
  const times: bigint[] = []
  const module = { url: import.meta.url, exportName: 'smaCross' }
  for await (const { report } of sweep<typeof smaCross>(module, { ...options, grid: GRID, workers })) {
    if (report.metrics.tradeCount === 0) throw new Error('A run did not trade.')
    times.push(process.hrtime.bigint())
  }
  const warmUp = WARM_UP_RUNS * workers
  const begun = times[warmUp - 1] ?? 0n
  return (times.length - warmUp) / (Number((times.at(-1) ?? 0n) - begun) / 1e9)
}

async function main(): Promise<void> {
  const options = optionsOver(Number(process.argv[2]))
  await checkOrders(options)
  const sample: Sample = { figures: { ratio: await ratioOfTurns(workers => rateWith(workers, options)) } }
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}

// Not awaited: the sweep imports this module too, and would wait for itself.
if (isMainThread)
  main().catch(error => {
    process.stderr.write(`${error}\n`)
    process.exitCode = 1
  })
