import { backtest, defineStrategy } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { BENCH_ACCOUNT, report, startRun } from './bars-data.ts'
import { benchTicks, ENTRY_EVERY, STOP_DISTANCE } from './ticks-data.ts'

const momentum = defineStrategy({
  name: 'momentum',
  params: z.object({}),
  feeds: () => ({}),
  create() {
    let seen = 0
    let before = 0
    const entry = {
      volume: lots(0.1),
      stopLoss: { pips: pips(STOP_DISTANCE * 10) },
      takeProfit: { pips: pips(STOP_DISTANCE * 15) },
    }
    return {
      onQuote({ bid }, ctx) {
        if (++seen % ENTRY_EVERY !== 0) return
        const rose = bid > before
        before = bid
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        if (rose) ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})

const ticks = benchTicks(Number(process.argv[2]))
const start = startRun()
const { metrics } = await backtest(momentum, {
  params: {},
  // The repeated market runs through weekends.
  instrument: { ...SYNTHETIC_XAUUSD, hours: { timeZone: 'UTC', sessions: [], holidays: [] } },
  data: ticks,
  account: BENCH_ACCOUNT,
})
report(ticks.length, start, metrics.tradeCount)
