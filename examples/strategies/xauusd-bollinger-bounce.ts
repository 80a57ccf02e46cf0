import { atr, type Bands, bollinger, defineStrategy, type StrategyParams } from '@openclaw-trading/bot-engine'
import { type Bar, differenceToPips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const params = z.object({
  timeframe: z.enum(['m1', 'm5', 'm15', 'm30', 'h1']).default('m15').describe('Bars it reads'),
  period: z.int().min(5).max(200).default(20).describe('Bollinger period, in bars'),
  deviation: z.number().min(0.5).max(4).default(2).describe('Band width, in standard deviations'),
  atrPeriod: z.int().min(2).max(100).default(14).describe('ATR period, in bars'),
  stopAtr: z.number().min(0.1).max(5).default(1).describe('Stop beyond the extreme, in ATR'),
  minReward: z.number().min(0).max(5).default(0.3).describe('Least target, as a multiple of the stop'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S03: gold that closes outside its Bollinger band and then back inside returns to the middle band.
 *
 * Hypothesis: short overshoots are liquidity, not news; they are given back within a few bars. Fails in trends and
 * after releases, when the price walks along the band, and where the spread is a large part of the band's width.
 */
export const bollingerBounce = defineStrategy({
  name: 'xauusd-bollinger-bounce',
  description: 'Fades closes outside the Bollinger band once the price is back inside.',
  params,
  feeds: p => ({ main: { timeframe: p.timeframe, history: Math.max(3 * p.period, 15 * p.atrPeriod) } }),
  create({ params: p, instrument }) {
    const bands = bollinger(p.period, p.deviation)
    const range = atr(p.atrPeriod)
    const overshoot = watchOvershoot()
    return {
      onBar(bar, ctx) {
        const band = bands.push(bar.close)
        const atrNow = range.push(bar)
        if (band === undefined || atrNow === undefined) return
        const past = overshoot(bar, band)
        if (past === undefined || ctx.position !== undefined || ctx.pendingEntries > 0) return
        const stop = differenceToPips(instrument, Math.abs(past.tip - bar.close) + p.stopAtr * atrNow)
        const target = differenceToPips(instrument, Math.abs(band.middle - bar.close))
        if (target <= 0 || target < stop * p.minReward) return
        const entry = { riskPercent: p.riskPercent, stopLoss: { pips: stop }, takeProfit: { pips: target } }
        if (past.side === 'below' && band.middle > bar.close) ctx.buy(entry)
        if (past.side === 'above' && band.middle < bar.close) ctx.sell(entry)
      },
    }
  },
})

/** Follows closes outside the band; with the first close back inside it gives the side and the extreme. */
function watchOvershoot() {
  let side: 'above' | 'below' | undefined
  let tip = 0
  return (bar: Bar, band: Bands) => {
    const now = bar.close > band.upper ? 'above' : bar.close < band.lower ? 'below' : undefined
    const from = side
    const way = now ?? from
    const [own, further] = way === 'above' ? [bar.high, Math.max] : [bar.low, Math.min]
    tip = way === from ? further(tip, own) : own
    side = now
    return now === undefined && from !== undefined ? { side: from, tip } : undefined
  }
}

/** What the demo fleet runs: one-minute bars, so that something happens while one watches, and little at risk. */
export const demoPreset = {
  timeframe: 'm1',
  period: 20,
  deviation: 1.5,
  stopAtr: 1,
  minReward: 0,
  riskPercent: 0.1,
} as const satisfies StrategyParams<typeof bollingerBounce>
