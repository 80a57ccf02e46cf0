import {
  barSpan,
  type Instrument,
  lots,
  pips,
  type SymbolId,
  type Timeframe,
  type UnixMs,
  unixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import type { BacktestOptions } from './options.ts'
import { backtest } from './run.ts'

const DAY_SECONDS = 86_400
/** Traded from 09:30 to 16:00 New York. */
const INDEX: Instrument = {
  ...SYNTHETIC_XAUUSD,
  id: 88 as SymbolId,
  name: 'US500',
  hours: {
    timeZone: 'America/New_York',
    sessions: [1, 2, 3, 4, 5].map(day => ({
      startSecond: day * DAY_SECONDS + 9.5 * 3600,
      endSecond: day * DAY_SECONDS + 16 * 3600,
    })),
    holidays: [],
  },
}

type Prices = readonly [open: number, high: number, low: number, close: number]
const FLAT: Prices = [2000, 2001, 1999, 2000]

/** Bars that open at the given instants of UTC. */
function bars(
  timeframe: Timeframe,
  rows: readonly (readonly [opens: string, prices: Prices])[],
  { id }: Instrument = SYNTHETIC_XAUUSD,
): BarColumns {
  const column = (place: number) =>
    Float64Array.from(rows, ([, prices]) => Math.round((prices[place] as number) * 100_000))
  return {
    type: 'bars',
    symbolId: id,
    timeframe,
    length: rows.length,
    openedAt: Float64Array.from(rows, ([opens]) => Date.parse(`${opens}Z`)),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    tickVolume: new Float64Array(rows.length).fill(9),
  }
}

/** The bars of a longer timeframe that shorter ones make. */
function longer(data: BarColumns, timeframe: Timeframe): BarColumns {
  const opens: number[] = []
  const rows: Prices[] = []
  for (let row = 0; row < data.length; row++) {
    const at = barSpan(data.openedAt[row] as UnixMs, timeframe).openedAt
    const [open, high, low, close] = [data.open, data.high, data.low, data.close].map(
      column => column[row] as number,
    ) as unknown as Prices
    const last = rows.at(-1)
    if (last === undefined || opens.at(-1) !== at) {
      opens.push(at)
      rows.push([open, high, low, close])
    } else rows[rows.length - 1] = [last[0], Math.max(last[1], high), Math.min(last[2], low), close]
  }
  const column = (place: number) => Float64Array.from(rows, prices => prices[place] as number)
  return {
    ...data,
    timeframe,
    length: rows.length,
    openedAt: Float64Array.from(opens),
    ...{ open: column(0), high: column(1), low: column(2), close: column(3) },
    tickVolume: new Float64Array(rows.length).fill(9),
  }
}

async function run(
  data: BarColumns,
  handlers: Handlers,
  more: Partial<BacktestOptions<never>> = {},
  feeds: Feeds = { main: { timeframe: data.timeframe } },
) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => feeds,
    create: () => handlers,
  })
  const base = { params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data }
  return backtest(strategy, { ...base, ...more } as BacktestOptions<typeof strategy>)
}

const clock = (at: number) => new Date(at).toISOString().slice(0, 16)

/** Acts at the first close alone. */
function once(act: (ctx: Context) => void): Handlers {
  let isDone = false
  return {
    onBar(_bar, ctx) {
      if (!isDone) act(ctx)
      isDone = true
    },
  }
}

const buyOnce = (more = {}) => once(ctx => void ctx.buy({ volume: lots(0.1), ...more }))

describe('a bar whose open lies in closed hours', () => {
  it.each<Timeframe>(['h4', 'h12', 'd1', 'w1'])(
    'opens with the market: over %s bars the same fills as over h1 bars',
    async timeframe => {
      // A year, so that New York changes its clocks twice.
      const hours = syntheticBars({
        instrument: SYNTHETIC_XAUUSD,
        seed: 5,
        timeframe: 'h1',
        count: 6000,
        startAt: unixMs(Date.UTC(2025, 0, 5, 22)),
      })
      const fillsOver = async (data: BarColumns) => {
        let count = 0
        const report = await run(
          data,
          {
            onBar(_bar, ctx) {
              count += 1
              if (ctx.position !== undefined) ctx.close()
              else ctx[count % 3 === 0 ? 'sell' : 'buy']({ volume: lots(0.1) })
            },
          },
          {},
          { main: { timeframe } },
        )
        expect(report.refused).toEqual([])
        return report.fills.map(({ at, price }) => `${clock(at)} ${price}`)
      }
      const own = await fillsOver(longer(hours, timeframe))
      const made = await fillsOver(hours)
      expect(own.length).toBeGreaterThan(40)
      expect(own).toEqual(made.slice(0, own.length))
    },
  )

  it('fills a limit that the market has passed meanwhile at the open, and not at the limit', async () => {
    const data = bars('d1', [
      ['2025-01-13T22:00', FLAT],
      ['2025-01-14T22:00', [1980, 1985, 1979, 1984]],
    ])
    const { fills } = await run(data, buyOnce({ limit: 1990 }))
    expect(fills.map(({ at, price }) => [clock(at), price])).toEqual([['2025-01-14T23:00', 1980]])
  })

  it('opens where a session begins at half past, and after a holiday that ends within the bar', async () => {
    const session = bars(
      'h1',
      [
        ['2025-03-10T19:00', FLAT],
        ['2025-03-11T13:00', FLAT],
      ],
      INDEX,
    )
    const { fills } = await run(session, buyOnce(), { instrument: INDEX })
    expect(fills.map(({ at }) => clock(at))).toEqual(['2025-03-11T13:30'])

    const [day, endSecond] = [Date.UTC(2025, 0, 14) / 86_400_000, 20 * 3600 + 15 * 60]
    const holidays = [{ day, recurring: false, timeZone: 'America/New_York', endSecond }]
    const instrument = { ...SYNTHETIC_XAUUSD, hours: { ...SYNTHETIC_XAUUSD.hours, holidays } }
    const days = bars('d1', [
      ['2025-01-10T22:00', FLAT],
      ['2025-01-13T22:00', FLAT],
      ['2025-01-14T22:00', FLAT],
    ])
    const late = await run(
      days,
      {
        onBar: ({ closedAt }, ctx) =>
          void (clock(closedAt) === '2025-01-14T22:00' && ctx.buy({ volume: lots(0.1) })),
      },
      { instrument },
    )
    expect(late.fills.map(({ at }) => clock(at))).toEqual(['2025-01-15T01:15'])
  })

  it('as a whole is no bar to trade in: orders are refused, and rows counted', async () => {
    const data = bars('m30', [
      ['2025-01-14T21:30', FLAT],
      ['2025-01-14T22:00', FLAT],
    ])
    const report = await run(data, buyOnce())
    expect(report).toMatchObject({ rowsOutsideHours: 1, fills: [] })
    expect(report.refused).toMatchObject([{ code: 'MARKET_CLOSED', count: 1 }])
  })
})

describe('a bar that ends in closed hours', () => {
  it('reaches its levels before the market closes, and stops out an account that has to be', async () => {
    const days = bars(
      'd1',
      [
        ['2025-03-09T21:00', FLAT],
        ['2025-03-10T21:00', [2000, 2001, 1900, 1950]],
      ],
      INDEX,
    )
    const stopped = await run(days, buyOnce({ stopLoss: { pips: pips(500) } }), { instrument: INDEX })
    expect(stopped.trades.map(({ openedAt, closedAt }) => [openedAt, closedAt])).toEqual([
      [Date.parse('2025-03-11T13:30Z'), Date.parse('2025-03-11T20:00Z') - 1],
    ])
    const stopOut = { levelPercent: 50, closes: 'whole', first: 'most-losing' } as const
    const account = { currency: 'USD', balance: 1050, leverage: 100, stopOut }
    const out = await run(days, buyOnce(), { instrument: INDEX, account })
    expect(out.trades.map(({ exitReason, closedAt }) => [exitReason, clock(closedAt)])).toEqual([
      ['stop-out', '2025-03-11T19:59'],
    ])
  })
})

describe('what stands beside such bars', () => {
  it('finer rows are played from the open of the market on, the row of the break among them', async () => {
    const data = bars('d1', [
      ['2025-01-13T22:00', FLAT],
      ['2025-01-14T22:00', [2000, 2001, 1940, 1950]],
    ])
    const finer = bars('h4', [
      ['2025-01-14T22:00', [2000, 2001, 1940, 1945]],
      ['2025-01-15T02:00', [1945, 1950, 1944, 1950]],
    ])
    const { trades, intrabar } = await run(data, buyOnce({ stopLoss: { pips: pips(500) } }), {
      intrabar: { policy: 'replay', data: finer },
    })
    expect(intrabar).toMatchObject({ barsWithoutData: 0 })
    expect(trades.map(({ openedAt, closedAt }) => [clock(openedAt), clock(closedAt)])).toEqual([
      ['2025-01-14T23:00', '2025-01-15T01:59'],
    ])
  })

  it('a watched bar opens with its own market', async () => {
    const seen: string[] = []
    const gold = bars('h1', [
      ['2025-03-11T12:00', FLAT],
      ['2025-03-11T15:00', FLAT],
    ])
    const index = bars(
      'h1',
      [
        ['2025-03-11T13:00', FLAT],
        ['2025-03-11T14:00', FLAT],
      ] as const,
      INDEX,
    )
    await run(
      gold,
      {
        onBar: ({ feed }, ctx) =>
          void (feed === 'main' && ctx.setTimer('soon', unixMs(Date.UTC(2025, 2, 11, 13, 10)))),
        onTimer: (_timer, ctx) => void seen.push(clock(ctx.now)),
      },
      { watched: [INDEX], watchedBars: [index] },
      { main: { timeframe: 'h1' }, other: { timeframe: 'h1', symbol: 'US500' } },
    )
    expect(seen[0]).toBe('2025-03-11T13:30')
  })
})
