import { defineStrategy } from '@openclaw-trading/bot-engine'
import { pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** Holds the least volume for five minutes, then for five more; its stop is far off. */
const strategy = defineStrategy({
  name: 'trades-often',
  params: z.object({ timeframe: z.enum(['m1']).default('m1') }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: ({ instrument }) => ({
    onBar(bar, ctx) {
      const [open] = ctx.positions
      if (open !== undefined) {
        if (bar.closedAt - open.openedAt >= 300_000) ctx.close(open.id)
      } else if (ctx.pendingEntries === 0)
        ctx.buy({ volume: instrument.minVolume, stopLoss: { pips: pips(5000) } })
    },
  }),
})

/** For `--strategies`: it starts on the demo lane by itself, and on the market of `claw up` it trades each six seconds. */
export const strategies = [
  {
    ...{ botId: 'T01', name: 'trades often', description: '', hypothesis: '', module: 'test' },
    ...{ symbol: 'XAUUSD', timeframes: ['m1'], demoParams: { timeframe: 'm1' } },
    strategy,
  },
]
