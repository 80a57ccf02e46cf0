import { atr, atrStop, bollinger, bracket, defineStrategy, rewardTarget } from '@openclaw-trading/bot-engine'
import { z } from 'zod'

export const goldFade = defineStrategy({
  name: 'gold-fade',
  description: 'Fades closes outside the Bollinger band.',
  params: z.object({
    period: z.int().min(5).max(200).default(20).describe('Bars of the band'),
    deviation: z.number().min(0.5).max(5).default(2).describe('Width of the band, in standard deviations'),
    riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
  }),
  // The band forgets after its period; a smoothed range of 14 bars needs about ten times as many.
  feeds: p => ({ main: { timeframe: 'm15', history: Math.max(p.period, 150) } }),
  create({ params: p }) {
    const bands = bollinger(p.period, p.deviation)
    const range = atr(14)
    const exits = bracket({ stop: atrStop(range, 2), target: rewardTarget(1.5) })
    return {
      onBar(bar, ctx) {
        const band = bands.push(bar.close)
        range.push(bar)
        if (band === undefined || ctx.position !== undefined || ctx.pendingEntries > 0) return
        const side = bar.close < band.lower ? 'buy' : bar.close > band.upper ? 'sell' : undefined
        const levels = side && exits.levels(side, ctx)
        if (side === undefined || levels === undefined) return
        ctx[side]({ riskPercent: p.riskPercent, ...levels })
      },
    }
  },
})
