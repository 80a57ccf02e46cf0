import { lots, type Price, unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const bars = syntheticBars({
  instrument: SYNTHETIC_XAUUSD,
  seed: 1,
  startAt: unixMs(Date.UTC(2025, 0, 7)),
  timeframe: 'm1',
  count: 20,
})
const openOf = (row: number) => unixMs(bars.openedAt[row] as number)

/** An order far from the market expires at the open of bar 5; for that open also wait `entries` that bar 4 closed with. */
function run(entries: number) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => ({
      onBar({ closedAt, close }, ctx) {
        const timeInForce = { type: 'gtd', expiresAt: openOf(5) } as const
        if (closedAt === openOf(3)) ctx.buy({ volume: lots(0.01), limit: (close - 50) as Price, timeInForce })
        if (closedAt === openOf(5)) for (let i = 0; i < entries; i++) ctx.buy({ volume: lots(0.02) })
      },
      onExecution(event, ctx) {
        if (event.type === 'order-expired') ctx.buy({ volume: lots(0.03) })
      },
    }),
  })
  return backtest(strategy, {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    data: bars,
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0 },
  })
}

it.each([0, 1, 2])(
  'what is decided while an order expires at an open waits for the next one, also where %i entries wait for this one',
  async entries => {
    const { fills } = await run(entries)
    expect(fills.map(({ at, volume }) => [at, volume])).toEqual([
      ...Array.from({ length: entries }, () => [openOf(5), 0.02]),
      [openOf(6), 0.03],
    ])
  },
)
