import { lots, type SymbolId, type Timeframe } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { createRandom } from '../ports/random.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import type { BacktestOptions } from './options.ts'
import { backtest } from './run.ts'

const GOLD = REPLAY_XAUUSD
const EURO = SYNTHETIC_EURUSD
const NOON = Date.UTC(2014, 4, 1, 12)
const MINUTE_MS = 60_000

/** Bars of a symbol that open at the given minutes after noon; the close is the open plus the minute. */
function bars(
  symbolId: SymbolId,
  minutes: readonly number[],
  base: number,
  timeframe: Timeframe = 'm1',
): BarColumns {
  const of = (change: (minute: number) => number) =>
    Float64Array.from(minutes, minute => base + 100 * change(minute))
  return {
    type: 'bars',
    symbolId,
    timeframe,
    length: minutes.length,
    openedAt: Float64Array.from(minutes, minute => NOON + minute * MINUTE_MS),
    open: of(() => 0),
    high: of(minute => minute + 20),
    low: of(() => -20),
    close: of(minute => minute),
    tickVolume: new Float64Array(minutes.length).fill(3),
  }
}

const FEEDS: Feeds = { main: { timeframe: 'm1' }, euro: { timeframe: 'm1', symbol: 'EURUSD' } }

function run(handlers: Handlers, changes: Partial<BacktestOptions<never>>, feeds: Feeds = FEEDS) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => feeds,
    create: () => handlers,
  })
  const base = { params: {}, instrument: GOLD, account: REPLAY_ACCOUNT, watched: [EURO] }
  return backtest(strategy, { ...base, data: bars(GOLD.id, [0, 1, 2], 129_000_000), ...changes })
}

describe('a backtest over bars that watches another instrument', () => {
  it('closes the bars of both at their end, each with its own prices', async () => {
    const seen: string[] = []
    await run(
      {
        onBar: ({ feed, close, closedAt, symbolId }, ctx) =>
          void seen.push(
            `${(ctx.now - NOON) / MINUTE_MS} ${feed} ${(closedAt - NOON) / MINUTE_MS} ${symbolId} ${close}`,
          ),
      },
      { watchedBars: [bars(EURO.id, [0, 1, 2], 137_000)] },
    )
    expect(seen).toEqual([
      `1 main 1 ${GOLD.id} 1290`,
      `1 euro 1 ${EURO.id} 1.37`,
      `2 main 2 ${GOLD.id} 1290.001`,
      `2 euro 2 ${EURO.id} 1.371`,
      `3 main 3 ${GOLD.id} 1290.002`,
      `3 euro 3 ${EURO.id} 1.372`,
    ])
  })

  it('goes on with the one that has bars while the other has none, and leaves out what is older', async () => {
    const seen: string[] = []
    await run(
      { onBar: ({ feed, closedAt }) => void seen.push(`${feed} ${(closedAt - NOON) / MINUTE_MS}`) },
      {
        data: bars(GOLD.id, [0, 5, 6], 129_000_000),
        watchedBars: [bars(EURO.id, [-9, 1, 2, 4, 6, 8], 137_000)],
      },
    )
    expect(seen).toEqual(['main 1', 'euro 2', 'euro 3', 'euro 5', 'main 6', 'main 7', 'euro 7'])
  })

  it('fills what was decided at a watched close with the next open of the one traded', async () => {
    const { fills } = await run(
      {
        onBar: ({ feed, closedAt }, ctx) =>
          void (feed === 'euro' && closedAt === NOON + 2 * MINUTE_MS && ctx.buy({ volume: lots(0.01) })),
      },
      { data: bars(GOLD.id, [0, 5], 129_000_000), watchedBars: [bars(EURO.id, [1, 2, 3], 137_000)] },
    )
    expect(fills.map(({ at }) => (at - NOON) / MINUTE_MS)).toEqual([5])
  })

  it('has the day of the one watched with its own, also where its market opens an hour later', async () => {
    const opens = [0, 1].map(day => (Date.UTC(2026, 0, 14 + day, 22) - NOON) / MINUTE_MS)
    const seen: string[] = []
    await run(
      {
        onBar: ({ feed }, ctx) =>
          void seen.push(
            `${new Date(ctx.now).toISOString().slice(5, 13)} ${feed} ${ctx.bars('gold').length}`,
          ),
      },
      {
        instrument: EURO,
        watched: [SYNTHETIC_XAUUSD],
        data: bars(EURO.id, opens, 137_000_000_000, 'd1'),
        watchedBars: [bars(SYNTHETIC_XAUUSD.id, opens, 500_000_000_000, 'd1')],
      },
      { main: { timeframe: 'd1' }, gold: { timeframe: 'd1', symbol: 'XAUUSD' } },
    )
    // That of Friday on Friday and not with the open of Sunday, and the last one at all.
    expect(seen).toEqual(['01-15T22 main 0', '01-15T22 gold 1', '01-16T22 main 1', '01-16T22 gold 2'])
  })

  const quotes: TickColumns = {
    type: 'ticks',
    symbolId: EURO.id,
    length: 1,
    ...{ at: Float64Array.of(NOON), bid: Float64Array.of(1), ask: Float64Array.of(2) },
  }

  it.each<[string, Partial<BacktestOptions<never>>, RegExp]>([
    [
      'another timeframe',
      { watchedBars: [bars(EURO.id, [0, 5], 137_000, 'm5')] },
      /are m5.*traded instrument m1/,
    ],
    ['no bars of the one watched', {}, /Pass the data of the instrument/],
    ['bars of a third', { watchedBars: [bars(7 as SymbolId, [0], 137_000)] }, /of symbol 41, 7/],
    [
      'quotes of the traded one',
      { data: { ...quotes, symbolId: GOLD.id }, watchedBars: [bars(EURO.id, [0], 137_000)] },
      /beside bars/,
    ],
  ])('is refused with %s', async (_what, changes, message) => {
    await expect(run({}, changes)).rejects.toThrow(message)
  })
})

describe('longer bars made of shorter ones', () => {
  it('are seen once they have closed, and hold exactly the bars within them', async () => {
    const random = createRandom(7)
    // A day of quarters with holes, so that hours have two to four of them.
    const minutes = Array.from({ length: 96 }, (_, row) => row * 15).filter(() => random.next() < 0.8)
    const data = bars(GOLD.id, minutes, 129_000_000, 'm15')
    let looks = 0
    const hours: { openedAt: number; closedAt: number; tickVolume: number }[] = []
    await run(
      {
        onBar(bar, ctx) {
          const last = ctx.bars('slow').at(-1)
          looks += 1
          // Never one that still forms: of the hour of this quarter only when the quarter ends it.
          if (last !== undefined) expect(last.closedAt).toBeLessThanOrEqual(ctx.now)
          if (bar.feed === 'slow') return void hours.push(bar)
          const isKnown = last !== undefined && last.closedAt > bar.openedAt
          expect(isKnown).toBe(false)
        },
      },
      { watched: [], data },
      { main: { timeframe: 'm15' }, slow: { timeframe: 'h1' } },
    )
    expect(looks).toBe(minutes.length + hours.length)
    expect(hours.length).toBeGreaterThan(20)
    for (const { openedAt, closedAt, tickVolume } of hours) {
      expect(closedAt - openedAt).toBe(60 * MINUTE_MS)
      const within = minutes.filter(minute => {
        const at = NOON + minute * MINUTE_MS
        return at >= openedAt && at < closedAt
      })
      expect(tickVolume).toBe(3 * within.length)
    }
  })
})
