import { isMainThread } from 'node:worker_threads'
import { defineStrategy, sma } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { sweep } from '@openclaw-trading/bot-engine/research'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type { Sample } from '../row.ts'
import { BENCH_ACCOUNT, benchBars } from './bars-data.ts'

/** The threads import this module for it. */
export const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z.object({ fast: z.int().default(10), slow: z.int().default(30) }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    const fast = sma(params.fast)
    const slow = sma(params.slow)
    let above: boolean | undefined
    return {
      onBar(bar, ctx) {
        const f = fast.push(bar.close)
        const s = slow.push(bar.close)
        if (f === undefined || s === undefined) return
        const crossed = above !== undefined && above !== f > s
        above = f > s
        if (!crossed) return
        if (ctx.position) ctx.close()
        const entry = { volume: lots(0.1), stopLoss: { pips: pips(100_000) } }
        if (above) ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})

/** Runs of each thread that are not counted: in them it starts, and V8 compiles. */
const WARM_UP_RUNS = 2

/** Runs per second once the threads are warm. */
async function rateWith(workers: number, data: ReturnType<typeof benchBars>): Promise<number> {
  const options = {
    instrument: SYNTHETIC_XAUUSD,
    data,
    account: BENCH_ACCOUNT,
    venue: { latencyMs: 50, barSpreadTicks: 25 },
    grid: { fast: [8, 9, 10, 11, 12, 13, 14, 15], slow: [30, 34, 38, 42, 46, 50] },
    workers,
  }
  const times: bigint[] = []
  const module = { url: import.meta.url, exportName: 'smaCross' }
  for await (const { report } of sweep<typeof smaCross>(module, options)) {
    if (report.metrics.tradeCount === 0) throw new Error('A run did not trade.')
    times.push(process.hrtime.bigint())
  }
  const warmUp = WARM_UP_RUNS * workers
  const begun = times[warmUp - 1] ?? 0n
  return (times.length - warmUp) / (Number((times.at(-1) ?? 0n) - begun) / 1e9)
}

async function main(): Promise<void> {
  const data = benchBars(Number(process.argv[2]))
  const one = await rateWith(1, data)
  const two = await rateWith(2, data)
  const again = await rateWith(1, data)
  // The machine may have changed in between: the mean of before and after is what the two ran beside.
  const sample: Sample = { figures: { ratio: two / ((one + again) / 2) } }
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}

// Not awaited: the sweep imports this module too, and would wait for itself.
if (isMainThread)
  main().catch(error => {
    process.stderr.write(`${error}\n`)
    process.exitCode = 1
  })
