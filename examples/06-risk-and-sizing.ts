// How a volume follows from risk, and how limits stop a strategy that wants too much.
// Run: npx tsx --conditions=@openclaw-trading/source examples/06-risk-and-sizing.ts
import { backtest, defineStrategy, riskVolume } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { lots, moneyFromDecimal, pips, pipsToPoints, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

// 1 % of 10,000.00 USD, stop 3.00 USD away, 100 oz a lot: 100 ÷ 300 per lot, floored to the step.
const sized = riskVolume({
  instrument: SYNTHETIC_XAUUSD,
  equityMinor: 1_000_000,
  digits: 2,
  riskPercent: 1,
  stopPoints: pipsToPoints(SYNTHETIC_XAUUSD, pips(30)),
})
console.log(sized.type === 'sized' ? `1 % at a stop of 30 pips: ${sized.volume} lots` : sized.reason)

// Too little equity for the minimum: no order, and the reason says what it would have taken.
const tooSmall = riskVolume({
  instrument: SYNTHETIC_XAUUSD,
  equityMinor: 10_000,
  digits: 2,
  riskPercent: 1,
  stopPoints: pipsToPoints(SYNTHETIC_XAUUSD, pips(30)),
})
console.log(tooSmall.type === 'none' ? tooSmall.reason : tooSmall.volume)

const greedy = defineStrategy({
  name: 'greedy',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: () => ({
    onBar(_bar, ctx) {
      ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(20) }, takeProfit: { pips: pips(20) } })
    },
  }),
})
const report = await backtest(greedy, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  data: syntheticTicks({
    seed: 2,
    instrument: SYNTHETIC_XAUUSD,
    startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
    until: unixMs(Date.UTC(2025, 0, 6, 17)),
  }),
  risk: { maxOpenPositions: 2, maxDailyLoss: moneyFromDecimal(100, 2, 'USD'), stopLossRequired: true },
})
console.log(`${report.metrics.tradeCount} trades, ${report.blockedCount} entries blocked, for example:`)
for (const reason of new Set(report.blocked.map(blocked => blocked.reason.replace(/^[\d.]+/, '…'))))
  console.log(`- ${reason}`)
