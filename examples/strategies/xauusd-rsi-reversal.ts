import { atr, atrStop, bracket, defineStrategy, rewardTarget, rsi } from '@openclaw-trading/bot-engine'
import { z } from 'zod'

const params = z.object({
  timeframe: z.enum(['m15', 'm1', 'm5', 'm30', 'h1']).default('m15').describe('Bars it reads'),
  period: z.int().min(2).max(100).default(14).describe('RSI period, in bars'),
  low: z.number().min(5).max(45).default(30).describe('RSI below this is oversold; 100 − this is overbought'),
  atrPeriod: z.int().min(2).max(100).default(14).describe('ATR period, in bars'),
  stopAtr: z.number().min(0.5).max(6).default(2).describe('Stop, in ATR'),
  reward: z.number().min(0.5).max(5).default(1.5).describe('Target, as a multiple of the stop'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S02: an RSI that comes back from an extreme tells that the push is over.
 *
 * Hypothesis: moves that are one-sided for hours exhaust those who follow, and the first pause is answered. Fails in
 * trends and around releases, where the RSI stays extreme and each return is only a pause.
 */
export const rsiReversal = defineStrategy({
  name: 'xauusd-rsi-reversal',
  description: 'Fades RSI extremes once the RSI is back through its threshold.',
  params,
  feeds: p => ({ main: { timeframe: p.timeframe, history: 10 * Math.max(p.period, p.atrPeriod) } }),
  create({ params: p }) {
    const [strength, range] = [rsi(p.period), atr(p.atrPeriod)]
    const levels = bracket({ stop: atrStop(range, p.stopAtr), target: rewardTarget(p.reward) })
    return {
      onBar(bar, ctx) {
        const before = strength.value
        const now = strength.push(bar.close)
        range.push(bar)
        if (before === undefined || now === undefined) return
        const isUp = before < p.low && now >= p.low
        const isDown = before > 100 - p.low && now <= 100 - p.low
        if (isUp === isDown || ctx.position !== undefined || ctx.pendingEntries > 0) return
        const side = isUp ? 'buy' : 'sell'
        const entry = levels.levels(side, ctx)
        if (entry !== undefined) ctx[side]({ riskPercent: p.riskPercent, ...entry })
      },
    }
  },
})
