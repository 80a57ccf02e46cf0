import { atr, bollinger, defineStrategy, type StrategyParams } from '@openclaw-trading/bot-engine'
import { type Instrument, type Pips, pips, pipsToPoints, pointsToPips } from '@openclaw-trading/trading-model'
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
  feeds: p => ({ main: { timeframe: p.timeframe, history: 3 * Math.max(p.period, p.atrPeriod) } }),
  create({ params: p, instrument }) {
    const bands = bollinger(p.period, p.deviation)
    const range = atr(p.atrPeriod)
    let outside: 'above' | 'below' | undefined
    let extreme = 0
    return {
      onBar(bar, ctx) {
        const band = bands.push(bar.close)
        const atrNow = range.push(bar)
        if (band === undefined || atrNow === undefined) return
        if (bar.close > band.upper || bar.close < band.lower) {
          const side = bar.close > band.upper ? 'above' : 'below'
          const tip = side === 'above' ? bar.high : bar.low
          extreme =
            side !== outside ? tip : side === 'above' ? Math.max(extreme, tip) : Math.min(extreme, tip)
          outside = side
          return
        }
        const from = outside
        outside = undefined
        if (from === undefined || ctx.position !== undefined || ctx.pendingEntries > 0) return
        const tip = from === 'above' ? Math.max(extreme, bar.high) : Math.min(extreme, bar.low)
        const stop = distance(instrument, Math.abs(tip - bar.close) + p.stopAtr * atrNow)
        const target = distance(instrument, Math.abs(band.middle - bar.close))
        if (target <= 0 || target < stop * p.minReward) return
        const entry = { riskPercent: p.riskPercent, stopLoss: { pips: stop }, takeProfit: { pips: target } }
        if (from === 'below' && band.middle > bar.close) ctx.buy(entry)
        if (from === 'above' && band.middle < bar.close) ctx.sell(entry)
      },
    }
  },
})

/** A price difference as a distance of the instrument's digits. */
function distance(instrument: Instrument, difference: number): Pips {
  const exact = pips(difference * 10 ** instrument.pipPosition)
  return pointsToPips(instrument, pipsToPoints(instrument, exact))
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
