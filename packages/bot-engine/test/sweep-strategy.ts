import { cross, defineStrategy, sma } from '../src/index.ts'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** A cross of two averages; `ending` ends the thread or throws in the middle of a run. */
export const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z
    .object({
      fast: z.int().min(2).default(10),
      slow: z.int().min(3).default(30),
      ending: z.enum(['none', 'exit', 'throw']).default('none'),
    })
    .refine(p => p.fast < p.slow, 'fast must be shorter than slow'),
  feeds: p => ({ main: { timeframe: 'm15', history: p.slow } }),
  create({ params }) {
    const fast = sma(params.fast)
    const slow = sma(params.slow)
    const crossing = cross()
    return {
      onBar(bar, ctx) {
        if (params.ending === 'exit') process.exit(3)
        if (params.ending === 'throw') throw new RangeError('planted')
        const lines = { fast: fast.push(bar.close), slow: slow.push(bar.close) }
        if (lines.fast === undefined || lines.slow === undefined) return
        const crossed = crossing.push({ fast: lines.fast, slow: lines.slow })
        if (crossed === 'none') return
        ctx.close()
        const entry = { volume: lots(0.1), stopLoss: { pips: pips(300) } }
        if (crossed === 'over') ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})
