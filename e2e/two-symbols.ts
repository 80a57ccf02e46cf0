import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips, priceToPoints } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/**
 * Trades one symbol on what two of them do: on quotes and bars of both, seeded, and so that every stop depends on the
 * order in which the quotes of the two came.
 */
export const twoSymbols = defineStrategy({
  name: 'two-symbols',
  params: z.object({ timeframe: z.enum(['m1', 'm15']).default('m1') }),
  feeds: p => ({
    main: { timeframe: p.timeframe, history: 0 },
    euro: { timeframe: 'm1', symbol: 'EURUSD', history: 0 },
  }),
  create({ instrument }) {
    let digest = 17
    let euroRises = false
    return {
      onBar(bar, ctx) {
        if (bar.symbolId !== instrument.id) {
          euroRises = bar.close > bar.open
          if (ctx.random() < 0.3) ctx.close()
          return
        }
        if (ctx.positions.length + ctx.pendingEntries > 3) return
        const entry = {
          riskPercent: 0.5 + ctx.random(),
          stopLoss: { pips: pips(20 + 60 * ctx.random() + Math.abs(digest % 10)) },
          takeProfit: { pips: pips(20 + 60 * ctx.random()) },
        }
        if (euroRises) ctx.buy(entry)
        else ctx.sell(entry)
      },
      onQuote(quote, ctx) {
        digest = (Math.imul(digest, 31) + priceToPoints(quote.bid) + quote.symbolId) | 0
        const isOwn = quote.symbolId === instrument.id
        // Also on quotes of the symbol that is only watched: its messages are numbered like all others.
        if (digest % (isOwn ? 197 : 61) === 0 && ctx.positions.length < 6)
          ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(30 + Math.abs(digest % 7)) } })
        if (digest % 211 === 0) ctx.close()
      },
      onExecution(event, ctx) {
        if (event.type === 'order-filled' && event.fill.closing !== undefined && ctx.random() < 0.3)
          ctx.sell({ volume: lots(0.02), stopLoss: { pips: pips(35) } })
      },
    }
  },
})
