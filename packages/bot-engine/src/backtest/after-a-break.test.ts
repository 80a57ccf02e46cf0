import {
  type ExecutionEvent,
  lots,
  moneyFromDecimal,
  nextOpen,
  type Price,
  unixMs,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { cooldown, type EntryProtection, managed, maxDailyLoss, newsBlackout, timeExit } from '../index.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { FeedBar } from '../strategy/series.ts'
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

describe('a break', () => {
  const CLOSE = instant('2025-03-03T22:00')
  const OPEN = instant('2025-03-03T23:00')
  const time = (at: number) => new Date(at).toISOString().slice(11, 16)

  /** What happens around the first break, with its times; over bars, then over quotes. */
  async function around(make: (tell: (line: string) => void) => Handlers) {
    const told = async (data: BarColumns | TickColumns) => {
      const lines: string[] = []
      const handlers = make(line => void lines.push(line))
      const strategy = defineStrategy({
        name: 'probe',
        params: z.object({}),
        feeds: () => ({ main: { timeframe: 'm15' } }),
        create: () => handlers,
      })
      const basics = { params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data }
      await backtest(strategy, { ...basics, venue: { latencyMs: 0, barSpreadTicks: SPREAD_TICKS } })
      return lines
    }
    return { bars: await told(BARS), quotes: await told(quotesOf(BARS)) }
  }

  const line = (event: ExecutionEvent) =>
    `${time(event.at)} ${event.type === 'order-rejected' ? event.reason : event.type}`

  /** A limit far below the market. */
  const waits = (ctx: Context, expiresAt: number) =>
    ctx.buy({
      volume: lots(0.1),
      limit: (Math.round(ctx.quote?.bid ?? 0) - 500) as Price,
      timeInForce: { type: 'gtd', expiresAt: expiresAt as UnixMs },
    })

  const atClose = (
    decide: (bar: FeedBar, ctx: Context) => void,
    closedAt: number = CLOSE,
  ): NonNullable<Handlers['onBar']> => {
    return (bar, ctx) => void (bar.closedAt === closedAt && decide(bar, ctx))
  }

  it('lets the last bar before it close at its end over bars, and with the first quote after it over quotes', async () => {
    expect(
      await around(tell => ({
        onBar: atClose(({ closedAt }, ctx) => tell(`${time(closedAt)} is over at ${time(ctx.now)}`)),
      })),
    ).toEqual({ bars: ['22:00 is over at 22:00'], quotes: ['22:00 is over at 23:00'] })
  })

  it.each<[of: string, expiresAt: (bar: FeedBar, ctx: Context) => number, bars: string[], quotes: string[]]>([
    [
      'the present time: over bars it has passed when the order leaves',
      (_, { now }) => now + 30 * MINUTE_MS,
      ['23:00 TRADING_BAD_EXPIRATION_DATE'],
      ['23:00 order-accepted', '23:30 order-expired'],
    ],
    [
      'the close of the bar: over both it has passed when the order leaves',
      ({ closedAt }) => closedAt + 30 * MINUTE_MS,
      ['23:00 TRADING_BAD_EXPIRATION_DATE'],
      ['23:00 TRADING_BAD_EXPIRATION_DATE'],
    ],
    [
      'the next open: over both the order works',
      (_, { instrument, now }) => (nextOpen(instrument, now) ?? now) + 30 * MINUTE_MS,
      ['23:00 order-accepted', '23:30 order-expired'],
      ['23:00 order-accepted', '23:30 order-expired'],
    ],
  ])('and an expiry that is counted from %s', async (_of, expiresAt, bars, quotes) => {
    const told = await around(tell => ({
      onBar: atClose((bar, ctx) => void waits(ctx, expiresAt(bar, ctx))),
      onExecution: event => tell(line(event)),
    }))
    expect(told).toEqual({ bars, quotes })
  })

  it('has a timer that is due within it run when the market opens, over both', async () => {
    const { bars, quotes } = await around(tell => ({
      onBar: atClose(
        (_, ctx) => ctx.setTimer('break', unixMs(CLOSE + 30 * MINUTE_MS)),
        CLOSE - 15 * MINUTE_MS,
      ),
      onTimer(_, ctx) {
        tell(`timer at ${time(ctx.now)}`)
        ctx.buy({ volume: lots(0.1) })
      },
      onExecution: event => tell(line(event)),
    }))
    expect(bars).toEqual(['timer at 23:00', '23:00 order-accepted', '23:00 order-filled'])
    expect(quotes).toEqual(bars)
  })

  it('has a time exit that is due within it close at the open over quotes, and a bar later over bars', async () => {
    const exits = await around(tell =>
      managed([timeExit({ afterMs: 30 * MINUTE_MS })], {
        onBar: atClose((_, ctx) => void ctx.buy({ volume: lots(0.1) }), CLOSE - 15 * MINUTE_MS),
        onExecution: event => {
          if (event.type === 'order-filled' && event.fill.closing !== undefined) tell(line(event))
        },
      }),
    )
    expect(exits).toEqual({ bars: ['23:15 order-filled'], quotes: ['23:00 order-filled'] })
  })

  it('closes the last bar with an order that expires within it, over quotes: what is decided then finds no market', async () => {
    const told = (expiresAt: number) =>
      around(tell => ({
        onBar(bar, ctx) {
          if (bar.closedAt === CLOSE - 15 * MINUTE_MS) waits(ctx, expiresAt)
          if (bar.closedAt === CLOSE) ctx.buy({ volume: lots(0.1) })
        },
        onExecution: event => tell(line(event)),
      }))
    const accepted = '21:45 order-accepted'
    expect(await told(CLOSE + 30 * MINUTE_MS)).toEqual({
      bars: [accepted, '22:30 order-expired', '23:00 order-accepted', '23:00 order-filled'],
      quotes: [accepted, '22:30 order-expired', '22:30 MARKET_CLOSED'],
    })
    const both = [accepted, '23:00 order-expired', '23:00 order-accepted', '23:00 order-filled']
    expect(await told(OPEN)).toEqual({ bars: both, quotes: both })
  })
})
