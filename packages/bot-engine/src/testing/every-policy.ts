import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { atr } from '../indicators/atr.ts'
import { atrStop, bracket, rewardTarget, structureStop, swingStop } from '../policies/distance.ts'
import { partialTargets, timeExit } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import { atrTrail, breakEven, chandelier, fixedTrail, stepTrail } from '../policies/stop-policies.ts'
import { defineStrategy } from '../strategy/define.ts'

/**
 * A strategy for parity tests: enters at random but seeded with a stop of every kind, and leaves the rest to policies –
 * break-even, one of the trailing stops, a ladder of partial targets and a time exit, at bars or at each quote.
 */
export const everyPolicy = defineStrategy({
  name: 'every-policy',
  params: z.object({
    trail: z.enum(['fixed', 'atr', 'chandelier', 'step']).default('fixed'),
    when: z.enum(['bar', 'quote']).default('quote'),
  }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params: { trail, when } }) {
    const range = atr(5)
    const stops = [atrStop(range, 1.5), structureStop({ bars: 5 }), swingStop({ strength: 1, bars: 30 })]
    const trails = {
      fixed: fixedTrail({ pips: pips(8) }, { when, from: { r: 0.5 } }),
      atr: atrTrail(range, 2, { when }),
      chandelier: chandelier(range, 1.5, { when }),
      step: stepTrail({ step: { pips: pips(6) }, when }),
    }
    const ladder = partialTargets(
      [
        { at: { r: 0.5 }, close: 0.5 },
        { at: { r: 1 }, close: 0.25 },
      ],
      { when },
    )
    const policies = [
      breakEven({ at: { r: 1 }, lock: { pips: pips(1) }, when }),
      trails[trail],
      ladder,
      timeExit({ bars: 9 }),
    ]
    return managed(policies, {
      onBar(bar, ctx) {
        range.push(bar)
        if (ctx.positions.length + ctx.pendingEntries >= 3 || ctx.random() < 0.3) return
        const side = ctx.random() < 0.5 ? 'buy' : 'sell'
        const stop = stops[Math.floor(ctx.random() * stops.length)]
        const levels = stop && bracket({ stop, target: rewardTarget(3) }).levels(side, ctx)
        if (levels !== undefined) ctx[side]({ volume: lots(0.08), ...levels })
      },
    })
  },
})
