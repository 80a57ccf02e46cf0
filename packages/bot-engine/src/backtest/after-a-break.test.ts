import { lots, moneyFromDecimal, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { cooldown, type EntryProtection, maxDailyLoss, newsBlackout } from '../index.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { BacktestOptions } from './options.ts'
import { backtest } from './run.ts'

const SPREAD_TICKS = 28
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const instant = (text: string) => unixMs(Date.parse(`${text}Z`))

/** Quarters of an hour over four daily breaks, from 22:00 to 23:00 UTC each. */
const BARS = syntheticBars({
  seed: 3,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'm15',
  count: 370,
  startAt: instant('2025-03-03T12:00'),
})

/** The same market as quotes: open, low, high and close of each bar. */
function quotesOf({ openedAt, open, high, low, close, length, symbolId }: BarColumns): TickColumns {
  const at: number[] = []
  const bid: number[] = []
  for (let row = 0; row < length; row++)
    for (const [offset, column] of [
      [0, open],
      [5 * MINUTE_MS, low],
      [10 * MINUTE_MS, high],
      [15 * MINUTE_MS - 1, close],
    ] as const) {
      at.push((openedAt[row] as number) + offset)
      bid.push(column[row] as number)
    }
  return {
    type: 'ticks',
    symbolId,
    length: at.length,
    at: Float64Array.from(at),
    bid: Float64Array.from(bid),
    ask: Float64Array.from(bid, price => price + SPREAD_TICKS * 1000),
  }
}

/** Leaves the market a quarter before each hour, and asks to enter at the next close: at 22:00 too, when the break begins. */
function run(data: BarColumns | TickColumns, more: Partial<BacktestOptions<never>>) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm15' } }),
    create: () => ({
      onBar({ closedAt }, ctx) {
        if (closedAt % HOUR_MS === 45 * MINUTE_MS) ctx.close()
        else if (ctx.position === undefined && ctx.pendingEntries === 0) ctx.buy({ volume: lots(0.1) })
      },
    }),
  })
  return backtest(strategy, {
    ...{ params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data },
    venue: { latencyMs: 0, barSpreadTicks: SPREAD_TICKS },
    ...more,
  } as BacktestOptions<typeof strategy>)
}

const clock = (at: number) => new Date(at).toISOString().slice(0, 16)

describe('an entry that is decided at the last close before a break', () => {
  const BLACKOUT = newsBlackout([
    { from: instant('2025-03-04T22:30'), to: instant('2025-03-04T23:30'), name: 'news' },
    // Over before the market opens again: it blocks nothing.
    { from: instant('2025-03-05T21:59'), to: instant('2025-03-05T22:30'), name: 'early' },
  ])

  it.each<[what: string, protections: readonly EntryProtection[]]>([
    ['a blackout of the break', [BLACKOUT]],
    ['a pause that ends in the break', [cooldown({ minutes: 50, after: 'trade' })]],
    ['both', [BLACKOUT, cooldown({ minutes: 80, after: 'trade' })]],
  ])('is judged as over quotes, when the market opens: %s', async (_what, protections) => {
    const [bars, quotes] = await Promise.all([
      run(BARS, { protections }),
      run(quotesOf(BARS), { protections }),
    ])
    const entries = ({ fills }: typeof bars) => fills.map(({ at, price }) => `${clock(at)} ${price}`)
    expect(entries(bars).length).toBeGreaterThan(40)
    expect(entries(bars)).toEqual(entries(quotes))
    // The last bar of all closes over bars alone.
    const end = (BARS.openedAt.at(-1) ?? 0) + 15 * MINUTE_MS
    const blocked = (report: typeof bars) => report.blocked.filter(({ at }) => at < end).length
    expect(blocked(bars)).toBe(blocked(quotes))
    expect(blocked(bars)).toBeGreaterThan(0)
  })

  it('does not leave in a blackout that has begun meanwhile', async () => {
    const { fills, blocked } = await run(BARS, { protections: [BLACKOUT] })
    const within = (at: number) => at >= instant('2025-03-04T22:30') && at < instant('2025-03-04T23:30')
    expect(fills.filter(({ at, closing }) => closing === undefined && within(at))).toEqual([])
    expect(blocked.some(({ reason }) => reason.includes('news'))).toBe(true)
  })
})

describe('what is lost after the last decision of a day', () => {
  /** Hours from 22:00 UTC on; within the second, the last of the day, gold loses 10 USD. */
  const HOURS: BarColumns = {
    type: 'bars',
    symbolId: SYNTHETIC_XAUUSD.id,
    timeframe: 'h1',
    length: 6,
    openedAt: Float64Array.from({ length: 6 }, (_, row) => instant('2025-07-08T22:00') + row * HOUR_MS),
    open: pricesOf(row => (row < 2 ? 4000 : 3990)),
    high: pricesOf(row => (row < 2 ? 4000 : 3990)),
    low: pricesOf(row => (row < 1 ? 4000 : 3990)),
    close: pricesOf(row => (row < 1 ? 4000 : 3990)),
    tickVolume: new Float64Array(6).fill(4),
  }

  function pricesOf(of: (row: number) => number) {
    return Float64Array.from({ length: 6 }, (_, row) => of(row) * 100_000)
  }

  it('is no loss of the day in which an order leaves that was decided before', async () => {
    // Entered at 23:00; at its fill a second entry is decided, which leaves at midnight. A third follows at 02:00.
    const strategy = defineStrategy({
      name: 'probe',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'h1' } }),
      create: () => ({
        onBar({ closedAt }, ctx) {
          const hour = new Date(closedAt).getUTCHours()
          if (hour === 23 || hour === 2) ctx.buy({ volume: lots(0.1) })
        },
        onExecution(event, ctx) {
          if (event.type === 'order-filled' && ctx.positions.length === 1) ctx.buy({ volume: lots(0.01) })
        },
      }),
    })
    const basics = { params: {}, account: REPLAY_ACCOUNT, data: HOURS, venue: { latencyMs: 0 } }
    const { fills, blocked } = await backtest(strategy, {
      ...basics,
      instrument: SYNTHETIC_XAUUSD,
      protections: [maxDailyLoss({ loss: moneyFromDecimal(50, 2, 'USD') })],
    })
    expect(fills.map(({ at }) => clock(at).slice(8))).toEqual(['08T23:00', '09T00:00', '09T02:00'])
    expect(blocked).toEqual([])
  })
})
