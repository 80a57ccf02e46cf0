// A strategy in twenty lines, and what it would have earned on a week of a made-up gold market.
// Run: npx tsx --conditions=@openclaw-trading/source examples/04-first-backtest.ts
import { backtest, cross, defineStrategy, sma } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { formatMoney, pips, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z.object({
    fast: z.int().min(2).default(10).describe('Fast average, in bars'),
    slow: z.int().min(3).default(30).describe('Slow average, in bars'),
  }),
  feeds: p => ({ main: { timeframe: 'm15', history: p.slow } }),
  create({ params }) {
    const fast = sma(params.fast)
    const slow = sma(params.slow)
    const crossing = cross()
    return {
      onBar(bar, ctx) {
        const lines = { fast: fast.push(bar.close), slow: slow.push(bar.close) }
        if (lines.fast === undefined || lines.slow === undefined) return
        const crossed = crossing.push({ fast: lines.fast, slow: lines.slow })
        if (crossed === 'none' || ctx.pendingEntries > 0) return
        ctx.close()
        const entry = { riskPercent: 1, stopLoss: { pips: pips(60) } }
        if (crossed === 'over') ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})

const monday = unixMs(Date.UTC(2025, 0, 6, 7))
const friday = unixMs(Date.UTC(2025, 0, 10, 21))
const report = await backtest(smaCross, {
  params: { fast: 8 },
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  data: syntheticTicks({ seed: 1, instrument: SYNTHETIC_XAUUSD, startAt: monday, until: friday }),
})

for (const { side, volume, entryPrice, exitPrice, exitReason, net } of report.trades.slice(0, 5))
  console.log(
    `${side} ${volume} lots at ${entryPrice}, out at ${exitPrice} by ${exitReason}: ${formatMoney(net)}`,
  )
const { tradeCount, netProfit, maxDrawdownPercent } = report.metrics
console.log(
  `${tradeCount} trades over ${report.rows} quotes: ${formatMoney(netProfit)}, drawdown ${maxDrawdownPercent.toFixed(2)} %`,
)
