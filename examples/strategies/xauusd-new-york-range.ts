import {
  breakEven,
  defineStrategy,
  localTime,
  managed,
  partialTargets,
  timeExit,
} from '@openclaw-trading/bot-engine'
import { type Bar, differenceToPips, roundPrice, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const NEW_YORK = 'America/New_York'
const MINUTE_MS = 60_000

const params = z.object({
  timeframe: z.enum(['m5', 'm1', 'm15']).default('m5').describe('Bars it reads'),
  openMinute: z
    .int()
    .min(420)
    .max(660)
    .default(570)
    .describe('Start of the range, minute of the day in New York'),
  rangeMinutes: z.int().min(5).max(120).default(30).describe('Length of the opening range'),
  retestMinutes: z.int().min(10).max(240).default(120).describe('How long the order waits at the edge'),
  stopRange: z.number().min(0.2).max(1.5).default(0.75).describe('Stop, as a share of the range'),
  partShare: z.number().min(0.1).max(0.9).default(0.5).describe('Share that is closed at 1 R'),
  reward: z.number().min(1).max(6).default(2.5).describe('Target of the rest, as a multiple of the stop'),
  riskPercent: z.number().positive().max(5).default(0.5).describe('Equity lost at the stop, in percent'),
})

/**
 * S08: the first break of New York's opening range is bought or sold where it comes back to the edge.
 *
 * Hypothesis: the opening half hour finds the day's balance; a market that leaves it tests the edge once and goes on.
 * Fails on days without direction, which come back through the edge, and misses the strongest, which never come back.
 */
export const newYorkRange = defineStrategy({
  name: 'xauusd-new-york-range',
  description:
    'Waits at the edge of the broken New York opening range, and takes a part of the profit at 1 R.',
  params,
  feeds: p => ({ main: { timeframe: p.timeframe, history: 300 } }),
  create({ params: p, instrument }) {
    const opening = watchOpening(p.openMinute, p.rangeMinutes, p.rangeMinutes + p.retestMinutes)
    const half = partialTargets([{ at: { r: 1 }, close: p.partShare }])
    let brokenOn = Number.NaN
    return managed([half, breakEven({ at: { r: 1 } }), timeExit({ at: '15:45', timeZone: NEW_YORK })], {
      onBar(bar, ctx) {
        const range = opening(bar)
        if (range === undefined || range.day === brokenOn) return
        const side = bar.close > range.high ? 'buy' : bar.close < range.low ? 'sell' : undefined
        if (side === undefined || ctx.position !== undefined || ctx.pendingEntries > 0) return
        brokenOn = range.day
        const risk = p.stopRange * (range.high - range.low)
        ctx[side]({
          riskPercent: p.riskPercent,
          limit: roundPrice(instrument, side === 'buy' ? range.high : range.low),
          timeInForce: { type: 'gtd', expiresAt: unixMs(ctx.now + p.retestMinutes * MINUTE_MS) },
          stopLoss: { pips: differenceToPips(instrument, risk) },
          takeProfit: { pips: differenceToPips(instrument, p.reward * risk) },
        })
      },
    })
  },
})

/** Gives the opening range of the day, once it is complete and for as long as its break counts. */
function watchOpening(openMinute: number, length: number, end: number) {
  let range = { day: Number.NaN, high: 0, low: 0 }
  return (bar: Bar): typeof range | undefined => {
    const { day, minute } = localTime(bar.openedAt, NEW_YORK)
    const since = minute - openMinute
    if (since >= 0 && since < length) {
      const { high, low } = range.day === day ? range : bar
      range = { day, high: Math.max(high, bar.high), low: Math.min(low, bar.low) }
    }
    return since >= length && since < end && range.day === day ? range : undefined
  }
}
