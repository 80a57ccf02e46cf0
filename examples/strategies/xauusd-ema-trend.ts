import {
  adx,
  atr,
  atrStop,
  bracket,
  chandelier,
  cross,
  defineStrategy,
  ema,
  managed,
} from '@openclaw-trading/bot-engine'
import { z } from 'zod'

const SIDES = { over: 'buy', under: 'sell', none: undefined } as const

const params = z
  .object({
    timeframe: z.enum(['h1', 'm15', 'm30', 'h4']).default('h1').describe('Bars it reads'),
    fast: z.int().min(2).max(100).default(8).describe('Fast EMA, in bars'),
    slow: z.int().min(5).max(400).default(21).describe('Slow EMA, in bars'),
    adxPeriod: z.int().min(5).max(50).default(14).describe('ADX period, in bars'),
    minAdx: z.number().min(0).max(60).default(15).describe('Least ADX at the cross'),
    atrPeriod: z.int().min(2).max(100).default(14).describe('ATR period, in bars'),
    stopAtr: z.number().min(0.5).max(6).default(2).describe('Stop, in ATR'),
    trailAtr: z.number().min(0.5).max(10).default(3).describe('Chandelier trail from the best price, in ATR'),
    riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
  })
  .refine(p => p.fast < p.slow, 'fast must be below slow')

/**
 * S01: gold trends for days once a short average leaves a long one while the market is directed.
 *
 * Hypothesis: flows into gold (rates, central banks) are spread over days, so a move with direction goes on. Fails in
 * ranges, where each cross is taken back within hours, and after spikes that end a trend before the averages cross.
 */
export const emaTrend = defineStrategy({
  name: 'xauusd-ema-trend',
  description: 'Follows an EMA cross in a directed market, with an ATR stop and a chandelier trail.',
  params,
  feeds: p => ({
    main: { timeframe: p.timeframe, history: 12 * Math.max(p.slow, p.adxPeriod, p.atrPeriod) },
  }),
  create({ params: p }) {
    const [fast, slow, lines] = [ema(p.fast), ema(p.slow), cross()]
    const [direction, range] = [adx(p.adxPeriod), atr(p.atrPeriod)]
    const levels = bracket({ stop: atrStop(range, p.stopAtr) })
    return managed([chandelier(range, p.trailAtr)], {
      onBar(bar, ctx) {
        const [quick, calm] = [fast.push(bar.close), slow.push(bar.close)]
        const strength = direction.push(bar)?.adx
        range.push(bar)
        if (quick === undefined || calm === undefined) return
        const side = SIDES[lines.push({ fast: quick, slow: calm }) ?? 'none']
        if (side === undefined || ctx.position?.side === side || ctx.pendingEntries > 0) return
        // A position against the new direction has lost its reason, whatever the ADX says.
        if (ctx.position !== undefined) ctx.close()
        if (strength === undefined || strength < p.minAdx) return
        const entry = levels.levels(side, ctx)
        if (entry !== undefined) ctx[side]({ riskPercent: p.riskPercent, ...entry })
      },
    })
  },
})
