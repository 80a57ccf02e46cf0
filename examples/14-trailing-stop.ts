// A stop that follows the market: the venue moves it with every new best price, and never back.
// Run: npx tsx --conditions=@openclaw-trading/source examples/14-trailing-stop.ts
import { backtest, defineStrategy } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { pips, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const rider = defineStrategy({
  name: 'trailing-rider',
  params: z.object({ stopPips: z.number().positive().default(40) }),
  feeds: () => ({ main: { timeframe: 'h1' } }),
  create({ params }) {
    let moves = 0
    return {
      onBar(bar, ctx) {
        if (ctx.positions.length + ctx.pendingEntries > 0) return
        // #region enter
        const stop = { stopLoss: { pips: pips(params.stopPips) }, trailing: true }
        if (bar.close > bar.open) ctx.buy({ riskPercent: 0.5, ...stop })
        else ctx.sell({ riskPercent: 0.5, ...stop })
        // #endregion enter
      },
      onExecution(event) {
        if (event.type === 'position-updated' && event.position.trailing === true) moves += 1
      },
      onStop() {
        console.log(`the stop moved ${moves} times`)
      },
    }
  },
})

const report = await backtest(rider, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  data: syntheticTicks({
    seed: 4,
    instrument: SYNTHETIC_XAUUSD,
    startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
    until: unixMs(Date.UTC(2025, 0, 7, 20)),
  }),
})
for (const { side, entryPrice, exitPrice, exitReason, net } of report.trades.slice(0, 5))
  console.log(side, entryPrice, '→', exitPrice, exitReason, net.minor / 100)
