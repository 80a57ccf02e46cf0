import { backtest, defineStrategy, sma } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { lots } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { BENCH_ACCOUNT, benchBars, report, startRun } from './bars-data.ts'

const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z.object({ fast: z.int().default(10), slow: z.int().default(30) }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    const fast = sma(params.fast)
    const slow = sma(params.slow)
    const entry = { volume: lots(0.1) }
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
        if (above) ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})

const bars = benchBars(Number(process.argv[2]))
const start = startRun()
const { trades } = await backtest(smaCross, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: bars,
  account: BENCH_ACCOUNT,
  venue: { latencyMs: 50, barSpreadTicks: 25 },
})
report(bars.length, start, trades.length, trades.length)
