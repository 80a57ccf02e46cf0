import { atr, bracket, defineStrategy, ema, rewardTarget, swingStop } from '@openclaw-trading/bot-engine'
import { type Bar, pipsToPoints, POINTS_PER_UNIT, type Side } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const params = z.object({
  timeframe: z.enum(['m15', 'm5', 'm30']).default('m15').describe('Bars of the pullback'),
  trendPeriod: z.int().min(3).max(200).default(20).describe('EMA of the H4 trend, in H4 bars'),
  pullbackPeriod: z.int().min(5).max(200).default(20).describe('EMA that the price comes back to, in bars'),
  swingStrength: z.int().min(1).max(10).default(2).describe('Bars on each side that a swing exceeds'),
  beyondAtr: z.number().min(0).max(3).default(0.5).describe('Stop beyond the swing, in ATR'),
  maxStopAtr: z.number().min(1).max(10).default(5).describe('No entry with a wider stop, in ATR'),
  reward: z.number().min(0.5).max(6).default(2).describe('Target, as a multiple of the stop'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S09: within an H4 trend, a pullback to the short average that closes back in the trend's direction is joined.
 *
 * Hypothesis: those who missed the move buy its pullbacks, and the last swing is where they are wrong. Fails when the
 * trend turns (the last pullback is the turn), and in ranges, where the H4 average has no direction.
 */
export const pullback = defineStrategy({
  name: 'xauusd-pullback',
  description:
    'Joins an H4 trend where a pullback to the M15 average is rejected, with a stop beyond the swing.',
  params,
  feeds: p => ({
    // The range of 14 bars fades slower than the average.
    main: { timeframe: p.timeframe, history: Math.max(5 * p.pullbackPeriod, 15 * 14) },
    trend: { timeframe: 'h4', history: 4 * p.trendPeriod },
  }),
  create({ params: p, instrument }) {
    const [average, range, long] = [ema(p.pullbackPeriod), atr(14), ema(p.trendPeriod)]
    const beyond = { atr: range, times: Math.max(p.beyondAtr, 0.01) }
    const levels = bracket({
      stop: swingStop({ strength: p.swingStrength, bars: 50, beyond }),
      target: rewardTarget(p.reward),
    })
    let trend: Side | undefined
    return {
      onBar(bar, ctx) {
        if (bar.feed === 'trend') {
          const before = long.value
          trend = directionOf(before, long.push(bar.close), bar.close)
          return
        }
        const middle = average.push(bar.close)
        const width = range.push(bar)
        if (middle === undefined || width === undefined || trend !== rejectedSide(bar, middle)) return
        if (trend === undefined || ctx.position !== undefined || ctx.pendingEntries > 0) return
        const entry = levels.levels(trend, ctx)
        if (entry === undefined) return
        const stop = pipsToPoints(instrument, entry.stopLoss.pips) / POINTS_PER_UNIT
        if (stop <= p.maxStopAtr * width) ctx[trend]({ riskPercent: p.riskPercent, ...entry })
      },
    }
  },
})

/** The price lies on the side to which its average moves. */
function directionOf(before: number | undefined, now: number | undefined, close: number): Side | undefined {
  if (before === undefined || now === undefined) return undefined
  if (now > before && close > now) return 'buy'
  return now < before && close < now ? 'sell' : undefined
}

/** The bar reached the average and closed back on the side that it names. */
function rejectedSide({ high, low, close }: Bar, average: number): Side | undefined {
  if (low <= average && close > average) return 'buy'
  return high >= average && close < average ? 'sell' : undefined
}
