import { type Instrument, lots, pips, type Price, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import type { BarSpread } from '../simulation/venue-model.ts'
import { type AnyStrategy, defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

/** With a swap at each end of a day, and one bar in eight that opens, closes a part or all, or moves a stop. */
const INSTRUMENT: Instrument = {
  ...SYNTHETIC_XAUUSD,
  costs: {
    ...SYNTHETIC_XAUUSD.costs,
    swap: {
      unit: 'percent',
      long: -250,
      short: 90,
      tripleDay: 3,
      firstChargeMinute: 16 * 60,
      periodHours: 1,
      skippedPeriods: 0,
      chargedAtWeekends: false,
    },
  },
}

const restless = (stopsAt: number) =>
  defineStrategy({
    name: 'restless',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => ({
      onBar(_bar, ctx) {
        if (ctx.now >= stopsAt) ctx.stop('seen enough')
        const dice = ctx.random()
        if (dice > 0.12) return
        const { position } = ctx
        if (position === undefined) {
          const levels = { stopLoss: { pips: pips(60) }, takeProfit: { pips: pips(90) } }
          if (dice < 0.06) ctx.buy({ volume: lots(0.07), ...levels })
          else ctx.sell({ volume: lots(0.07), ...levels })
        } else if (dice < 0.04) ctx.close(position.id, lots(0.01))
        else if (dice < 0.08) ctx.close()
        else ctx.buy({ volume: lots(0.03), limit: position.entryPrice })
      },
    }),
  })

async function equityOver(
  barSpreadTicks: BarSpread,
  strategy: AnyStrategy = restless(Number.POSITIVE_INFINITY),
  warmUp?: WarmUp,
) {
  const { equity, trades, metrics } = await backtest(strategy, {
    params: {},
    instrument: INSTRUMENT,
    ...(warmUp && { warmUp }),
    data: syntheticBars({
      instrument: INSTRUMENT,
      seed: 5,
      startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
      timeframe: 'm1',
      count: 6000,
    }),
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    venue: { latencyMs: 0, barSpreadTicks },
  })
  return { equity, trades, metrics }
}

/** Of spreads that may differ each close is sampled by itself. */
const BY_HOUR = new Array<number>(24).fill(25)

describe('equity at closes that are sampled in one loop before the book changes', () => {
  it('is what it is close by close, with fills, parts, levels and swap in between', async () => {
    const inOne = await equityOver(25)
    const oneByOne = await equityOver(BY_HOUR)
    expect(inOne.trades.length).toBeGreaterThan(200)
    expect(inOne.trades.filter(({ swap }) => swap.minor !== 0).length).toBeGreaterThan(10)
    expect(inOne).toEqual(oneByOne)
  })

  it('begins with the first bar of the run, whatever bars from before it the strategy has seen', async () => {
    const openedAt = unixMs(Date.UTC(2025, 0, 3, 20))
    const past = Array.from({ length: 30 }, (_, minute) => ({
      type: 'bar' as const,
      symbolId: INSTRUMENT.id,
      timeframe: 'm1' as const,
      openedAt: unixMs(openedAt + minute * 60_000),
      closedAt: unixMs(openedAt + (minute + 1) * 60_000),
      ...{
        open: 2600 as Price,
        high: 2601 as Price,
        low: 2599 as Price,
        close: 2600 as Price,
        tickVolume: 1,
      },
    }))
    const warmUp = { main: { closed: past } }
    const inOne = await equityOver(25, undefined, warmUp)
    expect(inOne.trades.length).toBeGreaterThan(200)
    expect(inOne).toEqual(await equityOver(BY_HOUR, undefined, warmUp))
  })

  it('ends with the run, where the strategy stops it', async () => {
    const stopsAt = Date.UTC(2025, 0, 8, 12, 7)
    const inOne = await equityOver(25, restless(stopsAt))
    expect(inOne.equity.at.at(-1)).toBe(stopsAt)
    expect(inOne).toEqual(await equityOver(BY_HOUR, restless(stopsAt)))
  })

  it('has no bar at whose open the run ends, by a timer that another has set for that very instant', async () => {
    const untilTimer = defineStrategy({
      name: 'until-timer',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1' } }),
      create: () => ({
        onStart: ctx => ctx.setTimer('first', ctx.now),
        onTimer({ name }, ctx) {
          if (name === 'first') ctx.setTimer('second', ctx.now)
          else ctx.stop('seen enough')
        },
      }),
    })
    const inOne = await equityOver(25, untilTimer)
    expect(inOne.equity.length).toBe(1)
    expect(inOne).toEqual(await equityOver(BY_HOUR, untilTimer))
  })
})
