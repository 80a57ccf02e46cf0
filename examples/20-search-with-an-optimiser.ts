// An optimiser of a library chooses what a sweep tries: here DIRECT of the npm package ml-direct, on two threads.
// Run: npx tsx --conditions=@openclaw-trading/source examples/20-search-with-an-optimiser.ts
import { SYNTHETIC_XAUUSD, syntheticBars } from '@openclaw-trading/bot-engine/data'
import {
  directOptimiser,
  range,
  type SearchEnd,
  summariseSweep,
  sweep,
  type SweepRun,
} from '@openclaw-trading/bot-engine/research'
import { formatMoney, unixMs } from '@openclaw-trading/trading-model'
import direct from 'ml-direct'
import type { bollingerBounce } from './strategies/xauusd-bollinger-bounce.ts'

const url = new URL('./strategies/xauusd-bollinger-bounce.ts', import.meta.url).href
const runs: SweepRun<typeof bollingerBounce>[] = []
let ended: SearchEnd | undefined
for await (const run of sweep<typeof bollingerBounce>(
  { url },
  {
    instrument: SYNTHETIC_XAUUSD,
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    data: syntheticBars({
      seed: 1,
      instrument: SYNTHETIC_XAUUSD,
      timeframe: 'm15',
      count: 4000,
      startAt: unixMs(Date.UTC(2025, 0, 6)),
    }),
    venue: { latencyMs: 50, barSpreadTicks: 25 },
    // 41 × 151 combinations, of which 24 are tried: a grid may be fine, since nobody runs all of it.
    grid: { period: range(10, 50), deviation: range(1.5, 3, 0.01) },
    search: { optimiser: directOptimiser(direct), trials: 24, objective: 'return-to-drawdown' },
    workers: 2,
    onProgress: progress => {
      ended = progress.ended
    },
  },
))
  runs.push(run)

// Steered: an optimiser looks harder than chance does, so all of its trials count.
const { best, trials, deflatedSharpe } = summariseSweep(runs, {
  objective: 'return-to-drawdown',
  steered: true,
})
if (best === undefined) throw new RangeError('No run has 30 trades.')
console.log(`${runs.length} runs, ended by: ${ended}`)
console.log(
  `Best: period ${best.params.period}, deviation ${best.params.deviation},`,
  `${formatMoney(best.report.metrics.netProfit)} in ${best.report.metrics.tradeCount} trades`,
)
console.log(`Better than the luckiest of ${trials} worthless ones: ${deflatedSharpe?.toFixed(2)}`)
