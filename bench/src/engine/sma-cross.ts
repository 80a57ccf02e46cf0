import { defineStrategy, sma } from '@openclaw-trading/bot-engine'
import { lots } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** Turns its position at each cross of two averages. */
export const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z.object({ fast: z.int().default(10), slow: z.int().default(30) }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    const fast = sma(params.fast)
    const slow = sma(params.slow)
    const entry = { volume: lots(0.1) }
    let above: boolean | undefined
    return {
      onBar(bar, ctx) {
        const f = fast.push(bar.close)
        const s = slow.push(bar.close)
        if (f === undefined || s === undefined) return
        const crossed = above !== undefined && above !== f > s
        above = f > s
        if (!crossed) return
        if (ctx.position) ctx.close()
        if (above) ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})
