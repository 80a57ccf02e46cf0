import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips, pointsToPrice, priceToPoints, type UnixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/**
 * Does everything a strategy can do, at random but seeded: on bars, quotes, executions, refusals and timers, several
 * orders at one message, orders while others wait, closes of what a stop may close before.
 */
export const restless = defineStrategy({
  name: 'restless',
  params: z.object({ timeframe: z.enum(['m1', 'm15']).default('m1') }),
  feeds: p => ({ main: { timeframe: p.timeframe, history: 0 } }),
  create() {
    let digest = 17
    return {
      onStart(ctx) {
        ctx.setTimer('first', (ctx.now + 12_345) as UnixMs)
      },
      onBar(bar, ctx) {
        const stopLoss = { pips: pips(20 + 60 * ctx.random() + Math.abs(digest % 10)) }
        const takeProfit = { pips: pips(10 + 80 * ctx.random()) }
        if (ctx.positions.length + ctx.pendingEntries < 4) {
          const sized = ctx.random() < 0.5 ? { riskPercent: 0.5 + ctx.random() } : { volume: lots(0.03) }
          if (bar.close < bar.open) ctx.buy({ ...sized, stopLoss, takeProfit })
          else ctx.sell({ ...sized, stopLoss, ...(ctx.random() < 0.5 && { takeProfit }) })
          if (ctx.random() < 0.3) ctx.buy({ volume: lots(0.01), stopLoss })
        }
        const [position] = ctx.positions
        if (position !== undefined && ctx.random() < 0.3) ctx.close(position.id, lots(0.01))
        if (ctx.random() < 0.1) ctx.close()
      },
      onQuote(quote, ctx) {
        // Every stop depends on all quotes so far: one that is missing, wrong or out of place shows.
        digest = (Math.imul(digest, 31) + priceToPoints(quote.bid)) | 0
        if (digest % 197 === 0 && ctx.positions.length < 6)
          ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(30 + Math.abs(digest % 7)) } })
        if (digest % 211 === 0) ctx.close()
      },
      onExecution(event, ctx) {
        if (event.type === 'order-filled' && event.fill.closing !== undefined && ctx.random() < 0.3)
          ctx.sell({ riskPercent: 0.2, stopLoss: { pips: pips(35) } })
        if (event.type === 'order-filled' && event.fill.closing === undefined && ctx.random() < 0.2)
          ctx.close(event.position.id)
        if (event.type === 'position-updated' && event.position.volume > 0 && ctx.random() < 0.3) {
          const { entryPrice, side, id } = event.position
          const shift = side === 'buy' ? -0.9 : 0.9
          // Two decimals: what every instrument of gold has.
          ctx.setProtection(id, { stopLoss: pointsToPrice(Math.round((entryPrice + shift) * 100) * 1000) })
        }
        if (event.type === 'order-rejected' && ctx.random() < 0.5) ctx.buy({ volume: lots(0.01) })
      },
      onTimer(timer, ctx) {
        ctx.setTimer(timer.name, (timer.at + 1000 + Math.floor(90_000 * ctx.random())) as UnixMs)
        if (ctx.random() < 0.5) ctx.sell({ volume: lots(0.02), stopLoss: { pips: pips(40) } })
      },
    }
  },
})
