import {
  cooldown,
  defineStrategy,
  fixedTrail,
  managed,
  maxDailyLoss,
  partialTargets,
} from '@openclaw-trading/bot-engine'
import { REPLAY_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { lots, money, pips, unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { runBacktest, runThroughVenue } from './replay-run.ts'

const ticks = syntheticTicks({
  instrument: REPLAY_XAUUSD,
  seed: 5,
  startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
  count: 12_000,
})

/** Enters at each bar without a position, at random; everything after that is its policies'. */
const guarded = defineStrategy({
  name: 'guarded',
  params: z.object({ timeframe: z.enum(['m1']).default('m1') }),
  feeds: ({ timeframe }) => ({ main: { timeframe, history: 0 } }),
  create: () =>
    managed(
      [
        fixedTrail({ pips: pips(120) }, { when: 'quote' }),
        partialTargets([{ at: { r: 0.5 }, close: 0.5 }], { when: 'quote' }),
      ],
      {
        onBar(_bar, ctx) {
          if (ctx.positions.length + ctx.pendingEntries > 0) return
          const entry = { volume: lots(0.02), stopLoss: { pips: pips(150) } }
          if (ctx.random() < 0.5) ctx.buy(entry)
          else ctx.sell(entry)
        },
      },
    ),
})

it('a trailing stop, partial targets and protections give through the venue what they give in a backtest', async () => {
  const run = { strategy: guarded, ticks, timeframe: 'm1', latencyMs: 50 } as const
  const protections = [
    cooldown({ minutes: 3 }),
    maxDailyLoss({ loss: money(20_000, 2, 'USD'), day: { at: '17:00', timeZone: 'America/New_York' } }),
  ]
  const expected = await runBacktest({ ...run, protections })
  expect(await runThroughVenue({ ...run, protections, gate: 'rewind' })).toEqual(expected)
  const types = new Set(expected.decisions.map(({ command }) => command.type))
  expect([...types].sort()).toEqual(['close', 'place', 'set-protection'])
  // Parts were closed, and the protections have kept entries back.
  expect(expected.trades.some(({ volume }) => volume === 0.01)).toBe(true)
  const places = ({ decisions }: typeof expected) =>
    decisions.filter(({ command }) => command.type === 'place')
  expect(places(expected).length).toBeLessThan(places(await runBacktest(run)).length)
})
