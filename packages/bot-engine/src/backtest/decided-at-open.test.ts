import { type Distance, type Lots, lots, pips, type Price, unixMs } from '@openclaw-trading/trading-model'
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

/** How often a timer runs that is set again for now, beside entries with these levels that are drawn to arrive within a bar. */
async function timersBeside(levels: { readonly stopLoss?: Distance }) {
  let count = 0
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => ({
      onStart: ctx => ctx.setTimer('poll', ctx.now),
      onBar({ closedAt }, ctx) {
        if (closedAt === openOf(3) || closedAt === openOf(9)) ctx.buy({ volume: lots(0.01), ...levels })
      },
      onTimer(_timer, ctx) {
        count += 1
        ctx.setTimer('poll', ctx.now)
      },
    }),
  })
  const { fills } = await backtest(strategy, {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    data: bars,
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0, latencySpreadMs: 500 },
  })
  expect(fills).toHaveLength(2)
  return count
}

it('a timer that is due runs with the levels of an entry as with its fill, also of one that arrives within a bar', async () => {
  const without = await timersBeside({})
  expect(await timersBeside({ stopLoss: { pips: pips(5000) } })).toBe(without + 2)
})

it.each([null, {}, '0.01x'])('an entry with the volume %j is not taken for a plain one', async volume => {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => ({
      onBar({ closedAt }, ctx) {
        if (closedAt === openOf(3)) ctx.buy({ volume: volume as unknown as Lots })
      },
    }),
  })
  const run = (recordDecisions: boolean) =>
    backtest(strategy, {
      params: {},
      instrument: SYNTHETIC_XAUUSD,
      data: bars,
      account: REPLAY_ACCOUNT,
      recordDecisions,
    }).then(
      ({ blocked, orderCount, refused }) => ({ blocked, orderCount, refused }),
      (error: unknown) => error,
    )
  expect(await run(false)).toEqual(await run(true))
})
