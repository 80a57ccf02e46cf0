// Which parameters were best, and what that is worth after so many tries; on two threads.
// Run: npx tsx --conditions=@openclaw-trading/source examples/05-sweep-parameters.ts
import { SYNTHETIC_XAUUSD, syntheticBars } from '@openclaw-trading/bot-engine/data'
import { range, summariseSweep, sweep, type SweepRun } from '@openclaw-trading/bot-engine/research'
import type { bollingerBounce } from './strategies/xauusd-bollinger-bounce.ts'
import { formatMoney, unixMs } from '@openclaw-trading/trading-model'

// Threads import the strategy themselves: its closures cannot be sent to them.
const url = new URL('./strategies/xauusd-bollinger-bounce.ts', import.meta.url).href
const runs: SweepRun<typeof bollingerBounce>[] = []
for await (const run of sweep<typeof bollingerBounce>(
  { url },
  {
    instrument: SYNTHETIC_XAUUSD,
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    data: syntheticBars({
      seed: 1,
      instrument: SYNTHETIC_XAUUSD,
      timeframe: 'm15',
      count: 8000,
      startAt: unixMs(Date.UTC(2025, 0, 6)),
    }),
    venue: { latencyMs: 50, barSpreadTicks: 25 },
    grid: { period: range(10, 30, 10), deviation: range(1.5, 2.5, 0.5) },
    workers: 2,
  },
))
  runs.push(run)

for (const { params, report } of runs.sort((one, other) => (one.key < other.key ? -1 : 1)))
  console.log(
    `period ${params.period} deviation ${params.deviation}: ${formatMoney(report.metrics.netProfit)}`,
    `Sharpe ${report.metrics.sharpe?.toFixed(2)}, ${report.metrics.tradeCount} trades`,
  )

const { best, trials, effectiveTrials, deflatedSharpe, overfitting } = summariseSweep(runs)
console.log(`Best: period ${best?.params.period}, deviation ${best?.params.deviation}`)
console.log(
  `It is the best of ${trials}, worth ${effectiveTrials.toFixed(1)} independent tries. Probability that its Sharpe ratio`,
  `is more than luck: ${deflatedSharpe?.toFixed(2)}; of overfitting: ${overfitting?.probability.toFixed(2)}.`,
)
