// Policies look after each position, protections after the whole run: entries are blocked after a bad time, exits never.
// Run: npx tsx --conditions=@openclaw-trading/source examples/17-protections.ts
import {
  atr,
  atrStop,
  backtest,
  bracket,
  breakEven,
  chandelier,
  cooldown,
  defineStrategy,
  managed,
  maxDailyLoss,
  newsBlackout,
  partialTargets,
  rewardTarget,
  stopLossGuard,
} from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const careful = defineStrategy({
  name: 'careful',
  params: z.object({ riskPercent: z.number().positive().default(0.5) }),
  feeds: () => ({ main: { timeframe: 'm5' } }),
  create({ params }) {
    const range = atr(14)
    const entry = bracket({ stop: atrStop(range, 2), target: rewardTarget(3) })
    const half = partialTargets([{ at: { r: 1 }, close: 0.5 }])
    return managed([breakEven({ at: { r: 1 } }), half, chandelier(range, 3, { from: { r: 1 } })], {
      onBar(bar, ctx) {
        range.push(bar)
        if (ctx.positions.length + ctx.pendingEntries > 0) return
        const side = bar.close > bar.open ? 'buy' : 'sell'
        const levels = entry.levels(side, ctx)
        if (levels !== undefined) ctx[side]({ riskPercent: params.riskPercent, ...levels })
      },
    })
  },
})

const startAt = Date.UTC(2025, 0, 6, 7)
const minute = (n: number) => unixMs(startAt + n * 60_000)
const report = await backtest(careful, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  data: syntheticTicks({ seed: 4, instrument: SYNTHETIC_XAUUSD, startAt: minute(0), until: minute(2220) }),
  protections: [
    newsBlackout([{ from: minute(30), to: minute(90), name: 'a release' }]),
    cooldown({ minutes: 10 }),
    stopLossGuard({ stops: 3, withinMinutes: 120, pauseMinutes: 60 }),
    maxDailyLoss({ percent: 2, day: { at: '17:00', timeZone: 'America/New_York' } }),
  ],
})
const parts = report.trades.length - new Set(report.trades.map(({ positionId }) => positionId)).size
console.log(`${report.trades.length} closings, ${parts} of parts; ${report.blockedCount} entries blocked:`)
const names = report.blocked.map(({ reason }) => reason.split(':')[0] ?? reason)
for (const name of new Set(names)) console.log(`- ${name}: ${names.filter(each => each === name).length}`)
