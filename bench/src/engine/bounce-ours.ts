import { atr, backtest, bollinger, defineStrategy } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { BENCH_ACCOUNT, benchBars, report, startRun } from './bars-data.ts'

const bounce = defineStrategy({
  name: 'bollinger-bounce',
  params: z.object({ period: z.int().default(20), deviations: z.number().default(2) }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    const bands = bollinger(params.period, params.deviations)
    const range = atr(14)
    let outside = 0
    return {
      onBar(bar, ctx) {
        const band = bands.push(bar.close)
        const width = range.push(bar)
        if (band === undefined || width === undefined) return
        const from = outside
        outside = bar.close < band.lower ? -1 : bar.close > band.upper ? 1 : 0
        if (from === 0 || outside !== 0 || ctx.position !== undefined) return
        const pip = Math.max(1, Math.round(width * 10))
        const entry = {
          volume: lots(0.1),
          stopLoss: { pips: pips(2 * pip) },
          takeProfit: { pips: pips(3 * pip) },
        }
        if (from < 0) ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})

const bars = benchBars(Number(process.argv[2]))
const start = startRun()
const { metrics } = await backtest(bounce, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: bars,
  account: BENCH_ACCOUNT,
  venue: { latencyMs: 50, barSpreadTicks: 25 },
})
report(bars.length, start, metrics.tradeCount, metrics.tradeCount)
