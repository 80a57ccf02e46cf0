// A breakout on both sides of the last hour: two stop orders that expire, and the second goes when the first fills.
// Run: npx tsx --conditions=@openclaw-trading/source examples/11-pending-orders.ts
import { backtest, defineStrategy } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { type ClientOrderId, offsetPrice, pips, type UnixMs, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const HOUR_MS = 3_600_000

const breakout = defineStrategy({
  name: 'hourly-breakout',
  params: z.object({ riskPercent: z.number().default(0.5) }),
  feeds: () => ({ main: { timeframe: 'h1' } }),
  create({ params, instrument }) {
    let pair: readonly ClientOrderId[] = []
    return {
      onBar(bar, ctx) {
        if (ctx.positions.length + ctx.pendingEntries > 0) return
        const { riskPercent } = params
        const common = {
          riskPercent,
          takeProfit: { pips: pips(60) },
          timeInForce: { type: 'gtd', expiresAt: (ctx.now + HOUR_MS) as UnixMs },
        } as const
        // #region place
        // Each stop loss is the price on the other side of the hour; the volume follows from the distance to it.
        const above = offsetPrice(instrument, bar.high, pips(5))
        const below = offsetPrice(instrument, bar.low, pips(-5))
        pair = [
          ctx.buy({ ...common, stop: above, stopLoss: bar.low }),
          // At most 10 pips beyond the price, or not at all.
          ctx.sell({ ...common, stop: below, stopLoss: bar.high, slippage: pips(10) }),
        ]
        // #endregion place
      },
      onExecution(event, ctx) {
        if (event.type !== 'order-filled' || event.fill.closing !== undefined) return
        for (const id of pair) if (id !== event.order.clientOrderId) ctx.cancel(id)
      },
    }
  },
})

const report = await backtest(breakout, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  data: syntheticTicks({
    seed: 4,
    instrument: SYNTHETIC_XAUUSD,
    startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
    until: unixMs(Date.UTC(2025, 0, 8, 20)),
  }),
  recordDecisions: true,
})
const count = (type: string): number => report.decisions.filter(({ command }) => command.type === type).length
console.log(`${count('place')} orders placed, ${count('cancel')} cancelled by the strategy`)
for (const { side, entryPrice, exitPrice, exitReason, net } of report.trades.slice(0, 5))
  console.log(side, entryPrice, '→', exitPrice, exitReason, net.minor / 100)
