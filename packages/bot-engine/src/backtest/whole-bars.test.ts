import { lots, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import type { FeedBar } from '../strategy/series.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import { backtest } from './run.ts'

async function run(feeds: Feeds) {
  const bars: FeedBar[] = []
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => feeds,
    create: () => ({
      onStart: ctx => ctx.setTimer('first', unixMs(Date.UTC(2025, 0, 6, 0, 1))),
      onTimer: (timer, ctx) => ctx.setTimer(timer.name, unixMs(ctx.now + 90_000)),
      onBar(bar, ctx) {
        if (bar.feed !== 'main') return
        bars.push(bar)
        expect(ctx.bars('main').at(-1)).toEqual(bar)
        if (ctx.position !== undefined) ctx.close()
        else if (ctx.random() < 0.3) ctx.buy({ volume: lots(0.1) })
      },
    }),
  })
  const { trades, equity } = await backtest(strategy, {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    data: syntheticBars({
      instrument: SYNTHETIC_XAUUSD,
      seed: 2,
      startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
      timeframe: 'm1',
      count: 3000,
    }),
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    venue: { latencyMs: 0, barSpreadTicks: 25 },
  })
  return { bars, trades, equity }
}

describe('a feed of the very bars that a run is over', () => {
  it('gives the bars, trades and equity that it gives beside another feed, whose bars are made of them', async () => {
    const alone = await run({ main: { timeframe: 'm1' } })
    const beside = await run({ main: { timeframe: 'm1' }, slow: { timeframe: 'm5' } })
    expect(alone.bars.length).toBe(3000)
    expect(alone.trades.length).toBeGreaterThan(100)
    expect(alone).toEqual(beside)
  })
})
