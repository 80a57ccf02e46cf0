import {
  atr,
  atrStop,
  bracket,
  defineStrategy,
  localTime,
  managed,
  regimeClassifier,
  timeExit,
  vwap,
} from '@openclaw-trading/bot-engine'
import { differenceToPips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const NEW_YORK = 'America/New_York'
const LAST_ENTRY = 15 * 60
const NEXT_SESSION = 18 * 60

const params = z.object({
  timeframe: z.enum(['m15', 'm5', 'm30']).default('m15').describe('Bars it reads'),
  stretch: z.number().min(0.5).max(10).default(2.5).describe('Distance from the VWAP that is faded, in ATR'),
  regimeWindow: z.int().min(50).max(5000).default(300).describe('Bars the volatility is compared with'),
  atrPeriod: z.int().min(2).max(100).default(14).describe('ATR period, in bars'),
  stopAtr: z.number().min(0.5).max(6).default(2).describe('Stop, in ATR'),
  exitAt: z.enum(['15:00', '16:00', '16:30']).default('16:30').describe('Time exit, in New York'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S07: in a ranging market the price comes back to the volume-weighted average of the session.
 *
 * Hypothesis: large orders are worked around the session's VWAP, and a stretched price is the better side for them.
 * Fails on days with news, when the price leaves the VWAP and does not return; the regime filter notices it late.
 */
export const vwapFade = defineStrategy({
  name: 'xauusd-vwap-fade',
  description: 'Fades a stretched distance from the session VWAP while the market is ranging.',
  params,
  // The regime needs its window, and 200 bars for its measures of direction.
  feeds: p => ({ main: { timeframe: p.timeframe, history: Math.max(200, p.regimeWindow) + 100 } }),
  create({ params: p, instrument }) {
    const [average, range] = [vwap(), atr(p.atrPeriod)]
    const regime = regimeClassifier({ window: p.regimeWindow })
    const levels = bracket({ stop: atrStop(range, p.stopAtr) })
    return managed([timeExit({ at: p.exitAt, timeZone: NEW_YORK })], {
      onBar(bar, ctx) {
        const middle = average.push(bar)
        const width = range.push(bar)
        const reading = regime.push(bar)
        if (middle === undefined || width === undefined || reading?.regime !== 'ranging') return
        if (Math.abs(bar.close - middle) < p.stretch * width) return
        const { minute } = localTime(bar.openedAt, NEW_YORK)
        // Too late in the session to come back before its end.
        if (minute >= LAST_ENTRY && minute < NEXT_SESSION) return
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        const side = bar.close < middle ? 'buy' : 'sell'
        const entry = levels.levels(side, ctx)
        if (entry === undefined) return
        const takeProfit = { pips: differenceToPips(instrument, Math.abs(bar.close - middle)) }
        ctx[side]({ riskPercent: p.riskPercent, ...entry, takeProfit })
      },
    })
  },
})
