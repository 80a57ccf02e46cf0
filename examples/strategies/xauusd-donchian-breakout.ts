import { atr, atrStop, type Bands, bracket, defineStrategy, donchian } from '@openclaw-trading/bot-engine'
import type { Side } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const params = z.object({
  timeframe: z.enum(['h1', 'm15', 'm30', 'h4']).default('h1').describe('Bars it reads'),
  entryPeriod: z.int().min(5).max(200).default(20).describe('Channel that is broken, in bars'),
  exitPeriod: z.int().min(2).max(100).default(10).describe('Opposite channel that ends it, in bars'),
  atrPeriod: z.int().min(2).max(100).default(20).describe('ATR period, in bars'),
  stopAtr: z.number().min(0.5).max(6).default(2).describe('Stop, in ATR; the volume follows from it'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S05: a new 20-bar extreme is followed, until a 10-bar extreme on the other side.
 *
 * Hypothesis: large moves begin with new extremes, and few large gains pay for many small losses. Fails in ranges, which
 * are most of the time: expect four losses of six, and long droughts.
 *
 * The rules are those of the Turtles (R. Dennis, W. Eckhardt, 1983) on hours instead of days.
 */
export const donchianBreakout = defineStrategy({
  name: 'xauusd-donchian-breakout',
  description:
    'Follows breakouts of a Donchian channel, sized by ATR, and leaves at the opposite short channel.',
  params,
  feeds: p => ({ main: { timeframe: p.timeframe, history: Math.max(p.entryPeriod, 15 * p.atrPeriod) } }),
  create({ params: p }) {
    const [entryChannel, exitChannel] = [donchian(p.entryPeriod), donchian(p.exitPeriod)]
    const range = atr(p.atrPeriod)
    const levels = bracket({ stop: atrStop(range, p.stopAtr) })
    return {
      onBar(bar, ctx) {
        // The channels of the bars before: this one shall break them.
        const [outer, inner] = [entryChannel.value, exitChannel.value]
        entryChannel.push(bar)
        exitChannel.push(bar)
        range.push(bar)
        if (outer === undefined || inner === undefined) return
        const { position } = ctx
        if (position !== undefined) {
          const against = brokenSide(bar.close, inner)
          if (against !== undefined && against !== position.side) ctx.close()
          return
        }
        const side = brokenSide(bar.close, outer)
        if (side === undefined || ctx.pendingEntries > 0) return
        const entry = levels.levels(side, ctx)
        if (entry !== undefined) ctx[side]({ riskPercent: p.riskPercent, ...entry })
      },
    }
  },
})

function brokenSide(close: number, { upper, lower }: Bands): Side | undefined {
  return close > upper ? 'buy' : close < lower ? 'sell' : undefined
}
