import { lots, pips, type SymbolId, type Timeframe } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import type { BacktestOptions } from './options.ts'
import { backtest } from './run.ts'

const WATCHED = { ...SYNTHETIC_XAUUSD, id: 77 as SymbolId, name: 'OTHER' }

/** The first row opens at 1300, and each closes 1 higher, where the next one opens. */
function bars(timeframe: Timeframe, opens: readonly string[], symbolId = SYNTHETIC_XAUUSD.id): BarColumns {
  const column = (change: number) => Float64Array.from(opens, (_, row) => (1300 + row + change) * 100_000)
  return {
    type: 'bars',
    symbolId,
    timeframe,
    length: opens.length,
    openedAt: Float64Array.from(opens, open => Date.parse(`${open}Z`)),
    open: column(0),
    high: column(1),
    low: column(0),
    close: column(1),
    tickVolume: new Float64Array(opens.length).fill(9),
  }
}

/** Sunday 7 to Tuesday 9 January 2024, each from midnight to midnight. */
const DAYS = ['2024-01-07T00:00', '2024-01-08T00:00', '2024-01-09T00:00']

async function run(
  data: BarColumns,
  onBar: (feed: string, ctx: Context) => void,
  more: Partial<BacktestOptions<never>> = {},
  feeds: Feeds = { main: { timeframe: 'd1' } },
) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => feeds,
    create: () => ({ onBar: ({ feed }, ctx) => onBar(feed, ctx) }),
  })
  const base = { params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data }
  return backtest(strategy, { ...base, ...more } as BacktestOptions<typeof strategy>)
}

const clock = (at: number) => new Date(at).toISOString().slice(0, 16)

describe('days that begin at midnight UTC', () => {
  it('close when they are over, Sundays too, and not with the trading day that ends before', async () => {
    const seen: string[] = []
    await run(bars('d1', DAYS), (_feed, ctx) => void seen.push(clock(ctx.now)))
    expect(seen).toEqual(['2024-01-08T00:00', '2024-01-09T00:00', '2024-01-10T00:00'])
  })

  it('of a watched instrument are not seen while they go on, by one whose days end at 17:00 New York', async () => {
    const seen: unknown[] = []
    const others: string[] = []
    const main = bars('d1', ['2024-01-07T22:00', '2024-01-08T22:00', '2024-01-09T22:00'])
    const feeds: Feeds = { main: { timeframe: 'd1' }, other: { timeframe: 'd1', symbol: 'OTHER' } }
    await run(
      main,
      (feed, ctx) => {
        if (feed === 'main') seen.push([clock(ctx.now), ctx.bars('other').at(-1)?.close])
        else others.push(clock(ctx.now))
      },
      { watched: [WATCHED], watchedBars: [bars('d1', DAYS, WATCHED.id)] },
      feeds,
    )
    // The row of Monday closes at 1302, at midnight: two hours after the trading day.
    expect(seen.slice(0, 2)).toEqual([
      ['2024-01-08T22:00', 1301],
      ['2024-01-09T22:00', 1302],
    ])
    // Each with the first message at or after its midnight, the open of the next, and that of Sunday not when the market opens.
    expect(others.slice(0, 2)).toEqual(['2024-01-08T00:00', '2024-01-09T00:00'])
  })

  it('are played to their end by finer rows', async () => {
    const finer = bars('m1', ['2024-01-08T23:30'])
    for (const name of ['open', 'high', 'low', 'close'] as const) finer[name].fill(1300.5 * 100_000)
    const data = bars('d1', DAYS)
    data.low.fill(1300 * 100_000)
    const { trades } = await run(
      data,
      (_feed, ctx) => {
        if (ctx.position === undefined && ctx.now < Date.parse('2024-01-08T12:00Z'))
          ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(4) } })
      },
      { intrabar: { policy: 'replay', data: finer } },
    )
    expect(trades.map(({ closedAt }) => clock(closedAt))).toEqual(['2024-01-08T23:30'])
  })

  it('make no week where a row of Sunday lies in two', async () => {
    const feeds: Feeds = { week: { timeframe: 'w1' } }
    await expect(run(bars('d1', DAYS), () => undefined, {}, feeds)).rejects.toThrow(
      /"week" has the timeframe w1, which cannot be made of these d1 bars: row 0 opens at 2024-01-07T00:00/,
    )
    await expect(run(bars('d1', DAYS.slice(1)), () => undefined, {}, feeds)).resolves.toBeDefined()
  })
})
