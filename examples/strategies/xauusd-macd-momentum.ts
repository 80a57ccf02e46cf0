import {
  atr,
  atrStop,
  bracket,
  breakEven,
  defineStrategy,
  ema,
  macd,
  managed,
  rewardTarget,
} from '@openclaw-trading/bot-engine'
import type { Side } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const params = z.object({
  timeframe: z.enum(['m30', 'm15', 'h1']).default('m30').describe('Bars of the MACD'),
  trendPeriod: z.int().min(3).max(200).default(20).describe('EMA of the H4 trend, in H4 bars'),
  fast: z.int().min(2).max(50).default(12).describe('Fast EMA of the MACD, in bars'),
  slow: z.int().min(5).max(100).default(26).describe('Slow EMA of the MACD, in bars; more than the fast one'),
  signal: z.int().min(2).max(50).default(9).describe('Signal line, in bars'),
  atrPeriod: z.int().min(2).max(100).default(14).describe('ATR period, in bars'),
  stopAtr: z.number().min(0.5).max(6).default(2).describe('Stop, in ATR'),
  reward: z.number().min(0.5).max(6).default(2).describe('Target, as a multiple of the stop'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S06: in the direction of the H4 trend, momentum that turns within the day comes back.
 *
 * Hypothesis: a pause within a trend ends when the MACD histogram turns on the other side of zero. Fails when the trend
 * is over but the slow average does not know it yet, and in ranges, where the H4 average is crossed all the time.
 */
export const macdMomentum = defineStrategy({
  name: 'xauusd-macd-momentum',
  description: 'Enters where the MACD histogram turns in the direction of the H4 trend.',
  params,
  feeds: p => ({
    main: { timeframe: p.timeframe, history: 5 * (p.slow + p.signal) },
    trend: { timeframe: 'h4', history: 4 * p.trendPeriod },
  }),
  create({ params: p }) {
    const [lines, range] = [macd(p.fast, p.slow, p.signal), atr(p.atrPeriod)]
    const average = ema(p.trendPeriod)
    const levels = bracket({ stop: atrStop(range, p.stopAtr), target: rewardTarget(p.reward) })
    const turn = watchTurns()
    let trend: Side | undefined
    return managed([breakEven({ at: { r: 1 } })], {
      onBar(bar, ctx) {
        if (bar.feed === 'trend') {
          const middle = average.push(bar.close) ?? Number.NaN
          trend = sideOf(bar.close - middle)
          return
        }
        const side = turn(lines.push(bar.close)?.histogram ?? Number.NaN)
        range.push(bar)
        if (side === undefined || side !== trend) return
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        const entry = levels.levels(side, ctx)
        if (entry !== undefined) ctx[side]({ riskPercent: p.riskPercent, ...entry })
      },
    })
  },
})

function sideOf(distance: number): Side | undefined {
  return distance > 0 ? 'buy' : distance < 0 ? 'sell' : undefined
}

/** Tells where a line turns up below zero, or down above it. Comparisons with NaN, the line's start, are false. */
function watchTurns() {
  let [older, newer] = [Number.NaN, Number.NaN]
  return (now: number): Side | undefined => {
    const [first, tip] = [older, newer]
    older = newer
    newer = now
    if (tip < 0 && tip < first && now > tip) return 'buy'
    return tip > 0 && tip > first && now < tip ? 'sell' : undefined
  }
}
