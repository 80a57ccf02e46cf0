import { backtest } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { BENCH_ACCOUNT, benchBars, report, startRun } from './bars-data.ts'
import { smaCross } from './sma-cross.ts'

const bars = benchBars(Number(process.argv[2]))
const start = startRun()
const { metrics } = await backtest(smaCross, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: bars,
  account: BENCH_ACCOUNT,
  venue: { latencyMs: 50, barSpreadTicks: 25 },
})
report(bars.length, start, metrics.tradeCount, metrics.tradeCount)
