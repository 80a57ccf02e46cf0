import { atr, defineStrategy, localTime, managed, timeExit } from '@openclaw-trading/bot-engine'
import { type Bar, differenceToPips, type Side } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const LONDON = 'Europe/London'

const params = z.object({
  timeframe: z.enum(['m15', 'm5', 'm30']).default('m15').describe('Bars it reads'),
  openHour: z.int().min(6).max(10).default(8).describe('End of the Asian range, hour in London'),
  lastHour: z.int().min(9).max(16).default(13).describe('No entry from this hour in London on'),
  exitAt: z.enum(['15:00', '16:00', '17:00', '18:00']).default('17:00').describe('Time exit, in London'),
  buffer: z.number().min(0).max(2).default(0.2).describe('Close beyond the range, in ATR'),
  stopRange: z.number().min(0.2).max(1.5).default(0.6).describe('Stop, as a share of the range'),
  reward: z.number().min(0.5).max(6).default(2).describe('Target, as a multiple of the stop'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S04: the first close outside the Asian range after London has opened starts the day's move.
 *
 * Hypothesis: Asia trades little gold and leaves orders at its edges; London's flow takes them and goes on. Fails when
 * the night has already moved (a wide range), and on days that wait for a release in New York: both edges break.
 */
export const londonBreakout = defineStrategy({
  name: 'xauusd-london-breakout',
  description: 'Trades the break of the Asian range after the London open, once a side and day.',
  params,
  feeds: p => ({ main: { timeframe: p.timeframe, history: 200 } }),
  create({ params: p, instrument }) {
    const range = atr(14)
    const night = watchNight(60 * p.openHour)
    const taken = new Map<Side, number>()
    return managed([timeExit({ at: p.exitAt, timeZone: LONDON })], {
      onBar(bar, ctx) {
        const asia = night(bar)
        const width = range.push(bar)
        const { day, minute } = localTime(bar.openedAt, LONDON)
        if (asia === undefined || width === undefined || minute >= 60 * p.lastHour) return
        const side = brokenSide(bar.close, asia, p.buffer * width)
        if (side === undefined || taken.get(side) === day) return
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        const stop = differenceToPips(instrument, p.stopRange * (asia.high - asia.low))
        if (stop <= 0) return
        taken.set(side, day)
        const takeProfit = {
          pips: differenceToPips(instrument, p.stopRange * p.reward * (asia.high - asia.low)),
        }
        ctx[side]({ riskPercent: p.riskPercent, stopLoss: { pips: stop }, takeProfit })
      },
    })
  },
})

interface Span {
  readonly high: number
  readonly low: number
}

function brokenSide(close: number, { high, low }: Span, gap: number): Side | undefined {
  return close > high + gap ? 'buy' : close < low - gap ? 'sell' : undefined
}

/** Gives the range from London's midnight to its open, once it is complete and for the rest of the day. */
function watchNight(openMinute: number) {
  let [today, high, low] = [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return (bar: Bar): Span | undefined => {
    const { day, minute } = localTime(bar.openedAt, LONDON)
    if (day !== today) [today, high, low] = [day, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    if (minute >= openMinute) return high > low ? { high, low } : undefined
    high = Math.max(high, bar.high)
    low = Math.min(low, bar.low)
    return undefined
  }
}
