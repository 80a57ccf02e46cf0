import {
  type ClientOrderId,
  lots,
  moneyFromDecimal,
  pips,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import type { BacktestOptions } from './options.ts'
import { backtest } from './run.ts'

const MINUTE = 60_000

function strategy(handlers: Handlers, feeds: Feeds = { main: { timeframe: 'm1' } }) {
  return defineStrategy({ name: 'probe', params: z.object({}), feeds: () => feeds, create: () => handlers })
}

/** Quotes as [time, bid, ask], prices decimal. */
function ticks(rows: readonly (readonly [number, number, number])[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: rows.length,
    at: Float64Array.from(rows, row => row[0]),
    bid: Float64Array.from(rows, row => Math.round(row[1] * 100_000)),
    ask: Float64Array.from(rows, row => Math.round(row[2] * 100_000)),
  }
}

/** Bars of successive minutes as [open, high, low, close], prices decimal. */
function bars(
  rows: readonly (readonly [number, number, number, number])[],
  timeframe: 'm1' | 'm5' = 'm1',
): BarColumns {
  const column = (index: 0 | 1 | 2 | 3) => Float64Array.from(rows, row => Math.round(row[index] * 100_000))
  const length = timeframe === 'm1' ? MINUTE : 5 * MINUTE
  return {
    type: 'bars',
    symbolId: REPLAY_XAUUSD.id,
    timeframe,
    length: rows.length,
    openedAt: Float64Array.from(rows, (_row, index) => index * length),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    tickVolume: new Float64Array(rows.length).fill(9),
  }
}

function options(
  data: TickColumns | BarColumns,
  changes: Partial<BacktestOptions<ReturnType<typeof strategy>>> = {},
) {
  return {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    data,
    venue: { latencyMs: 50 },
    ...changes,
  }
}

const onceAtStart = (act: NonNullable<Handlers['onStart']>) => strategy({ onStart: act })

describe('a backtest over quotes', () => {
  const data = ticks([
    [1000, 1290, 1290.3],
    [1040, 1290.1, 1290.4],
    [1100, 1290.2, 1290.5],
    [5000, 1289, 1289.3],
    [9000, 1288, 1288.3],
  ])

  it('fills at the quote of the due instant and reports the trade to the cent', async () => {
    const report = await backtest(
      onceAtStart(
        ctx =>
          void ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(150) }, takeProfit: { pips: pips(900) } }),
      ),
      options(data, { recordDecisions: true }),
    )
    const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })
    expect(report.trades).toMatchObject([
      {
        side: 'buy',
        volume: 0.1,
        entryPrice: 1290.4,
        openedAt: 1050,
        exitPrice: 1288,
        closedAt: 9000,
        stopLoss: 1288.9,
        takeProfit: 1299.4,
        exitReason: 'stop-loss',
        gross: usd(-2400),
        commission: usd(-70),
        swap: usd(0),
        conversionFee: usd(0),
        net: usd(-2470),
        balance: usd(997_530),
      },
    ])
    expect(report.fills).toHaveLength(2)
    expect(report.decisions).toMatchObject([{ id: 'bt.1', at: 1000, command: { type: 'place' } }])
    expect(report).toMatchObject({ ended: 'data-ended', rows: 5, open: [], blockedCount: 0 })
    expect(report.metrics).toMatchObject({
      netProfit: usd(-2470),
      tradeCount: 1,
      winRatePercent: 0,
      profitFactor: 0,
    })
  })

  it('leaves orders that are due after the last quote unfilled, and open positions open', async () => {
    const report = await backtest(
      strategy({
        onQuote(quote, ctx) {
          if (quote.at === 5000 || quote.at === 9000) ctx.sell({ volume: lots(0.1) })
        },
      }),
      options(data),
    )
    expect(report.trades).toEqual([])
    expect(report.open).toMatchObject([{ side: 'sell', openedAt: 5050, entryPrice: 1289 }])
  })

  it('shows a refusal to the strategy without moving its clock', async () => {
    const seen: unknown[] = []
    await backtest(
      strategy({
        onStart: ctx => void ctx.close(9 as PositionId),
        onQuote: (quote, ctx) => void (quote.at === 1000 && ctx.buy({ volume: lots(0.001) })),
        onExecution: (event, ctx) => void seen.push([event.type, event.at, ctx.now, ctx.pendingEntries]),
      }),
      options(data),
    )
    expect(seen).toEqual([['order-rejected', 1040, 1040, 0]])
  })

  it('changes no order that waits into one that the limits would block, as live', async () => {
    const report = await backtest(
      strategy({
        onQuote(quote, ctx) {
          if (quote.at === 1000)
            ctx.buy({ volume: lots(0.1), limit: 1280 as Price, stopLoss: { pips: pips(150) } })
          const [order] = ctx.orders
          if (quote.at === 5000 && order !== undefined) ctx.amend(order.id, { price: 1281 as Price })
        },
      }),
      options(data, { risk: { stopLossRequired: true } }),
    )
    expect(report.blocked).toMatchObject([{ reason: expect.stringContaining('order 1 would have none') }])
  })

  it('keeps the stop of an entry whose strategy sends a target before it was told of the stop', async () => {
    const report = await backtest(
      strategy({
        onQuote: (quote, ctx) =>
          void (quote.at === 1000 && ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(150) } })),
        onExecution(event, ctx) {
          if (event.type === 'order-filled' && event.fill.closing === undefined)
            ctx.setProtection(event.position.id, { takeProfit: 1299 as Price })
        },
      }),
      options(data, { risk: { stopLossRequired: true } }),
    )
    expect(report.trades).toMatchObject([{ stopLoss: 1288.9, exitReason: 'stop-loss' }])
    expect(report.blocked).toMatchObject([{ reason: expect.stringContaining('a stop loss is required') }])
  })

  it('blocks entries beyond the limits and says why', async () => {
    const report = await backtest(
      strategy({ onQuote: (_quote, ctx) => void ctx.buy({ volume: lots(0.1) }) }),
      options(data, { risk: { maxOpenPositions: 1 } }),
    )
    expect(report.blockedCount).toBe(4)
    expect(report.blocked[0]).toMatchObject({
      id: 'bt.2',
      at: 1040,
      side: 'buy',
      reason: expect.stringContaining('limit is 1'),
    })
  })

  it('takes the balance as a decimal too, and a fixed volume instead of the strategy’s', async () => {
    const report = await backtest(
      onceAtStart(ctx => void ctx.buy({ riskPercent: 5, stopLoss: { pips: pips(100) } })),
      options(data, { account: { currency: 'USD', balance: 5000, leverage: 100 }, entryVolume: lots(0.02) }),
    )
    expect(report.fills[0]?.volume).toBe(0.02)
    expect(report.trades[0]?.balance).toEqual(moneyFromDecimal(4997.06, 2, 'USD'))
  })

  it('hears of the acceptance that a bar before it wants to cancel', async () => {
    const cancels = strategy({
      onQuote(quote, ctx) {
        if (quote.at === 59_980) ctx.buy({ volume: lots(0.1) })
      },
      onBar(_bar, ctx) {
        ctx.cancel('bt.1' as ClientOrderId)
      },
    })
    const data = ticks([
      [59_980, 1290, 1290.3],
      [60_500, 1290, 1290.3],
      [61_000, 1290, 1290.3],
    ])
    const { decisions } = await backtest(cancels, { ...options(data), recordDecisions: true })
    expect(decisions.map(({ command }) => command.type)).toEqual(['place', 'cancel'])
  })

  it('keeps what the strategy logged, also while it is created', async () => {
    const report = await backtest(
      defineStrategy({
        name: 'talker',
        params: z.object({}),
        feeds: () => ({}),
        create({ log }) {
          log.info('created')
          return { onStart: ctx => log.warn('started', { at: ctx.now }) }
        },
      }),
      options(data),
    )
    expect(report.log).toEqual([
      { at: 0, level: 'info', message: 'created', fields: {} },
      { at: 1000, level: 'warn', message: 'started', fields: { at: 1000 } },
    ])
  })

  it('ends where the strategy stops', async () => {
    const report = await backtest(
      strategy({ onQuote: (quote, ctx) => void (quote.at >= 1040 && ctx.stop('seen enough')) }),
      options(data),
    )
    expect(report).toMatchObject({ ended: 'requested', rows: 2 })
  })

  it('samples equity at bars and trades', async () => {
    const long = ticks(Array.from({ length: 10 }, (_, i) => [i * 30_000, 1290 + i, 1290 + i] as const))
    const report = await backtest(
      onceAtStart(ctx => void ctx.buy({ volume: lots(0.1) })),
      options(long),
    )
    const { at, equityMinor, length } = report.equity
    expect([...at.subarray(0, length)]).toEqual([60_000, 120_000, 180_000, 240_000, 270_000])
    expect([...equityMinor.subarray(0, length)]).toEqual([
      1_000_965, 1_002_965, 1_004_965, 1_006_965, 1_008_965,
    ])
  })

  it('names the row of a step back in time and of a quote that is none', async () => {
    const quiet = strategy({})
    await expect(
      backtest(
        quiet,
        options(
          ticks([
            [2, 1, 1],
            [1, 1, 1],
          ]),
        ),
      ),
    ).rejects.toThrow(/\[data-out-of-order\] Row 1 of XAUUSD has the time 1, 1 ms before/)
    await expect(
      backtest(
        quiet,
        options(
          ticks([
            [1, 1, 1],
            [2, Number.NaN, 1],
          ]),
        ),
      ),
    ).rejects.toThrow(/\[data-invalid\] Row 1 of XAUUSD is no quote/)
    await expect(backtest(quiet, options(ticks([[1, 0, 1]])))).rejects.toThrow(/Row 0 of XAUUSD is no quote/)
  })

  it('refuses data of another symbol, an account without sense and an account that needs conversion', async () => {
    const quiet = strategy({})
    const other = { ...data, symbolId: 9 as typeof data.symbolId }
    await expect(backtest(quiet, options(other))).rejects.toThrow(/data is of symbol 9/)
    await expect(
      backtest(quiet, options(data, { account: { currency: 'USD', balance: -1, leverage: 100 } })),
    ).rejects.toThrow(/balance of -100/)
    await expect(
      backtest(quiet, options(data, { account: { currency: 'EUR', balance: 1, leverage: 1 } })),
    ).rejects.toThrow(/onversion/)
  })

  it('stops with the reason of its signal', async () => {
    const controller = new AbortController()
    controller.abort(new Error('not now'))
    await expect(backtest(strategy({}), options(data, { signal: controller.signal }))).rejects.toThrow(
      'not now',
    )
  })

  it('can be aborted while it runs', async () => {
    const rows = 400_000
    const many: TickColumns = {
      type: 'ticks',
      symbolId: REPLAY_XAUUSD.id,
      length: rows,
      at: new Float64Array(rows).fill(1),
      bid: new Float64Array(rows).fill(100),
      ask: new Float64Array(rows).fill(100),
    }
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 0)
    await expect(backtest(strategy({}), options(many, { signal: controller.signal }))).rejects.toThrow(
      'enough',
    )
  })
})

describe('a backtest over bars', () => {
  const spread = { latencyMs: 50, barSpreadTicks: 300 }
  const buyOnce = (entry: object) => {
    let done = false
    return strategy({
      onBar(_bar, ctx) {
        if (!done) ctx.buy({ volume: lots(0.1), ...entry })
        done = true
      },
    })
  }

  it('fills a decision at a close at the next open, at the ask', async () => {
    const data = bars([
      [1290, 1291, 1289, 1290],
      [1290.5, 1291, 1290, 1290.7],
      [1290.7, 1291, 1290, 1290.7],
    ])
    const report = await backtest(buyOnce({}), options(data, { venue: spread }))
    expect(report.open).toMatchObject([{ entryPrice: 1290.8, openedAt: 60_000 }])
  })

  it('takes the stop first when a bar reaches both levels, before the bar closes for the strategy', async () => {
    const data = bars([
      [1290, 1291, 1289, 1290],
      [1290, 1295, 1285, 1290],
      [1290, 1291, 1289, 1290],
    ])
    const seen: number[] = []
    const probe = buyOnce({ stopLoss: { pips: pips(200) }, takeProfit: { pips: pips(200) } })
    const report = await backtest(
      defineStrategy({
        ...probe,
        create(setup) {
          const inner = probe.create(setup)
          return {
            onBar(bar, ctx) {
              seen.push(ctx.positions.length)
              inner.onBar?.(bar, ctx)
            },
          }
        },
      }),
      options(data, { venue: spread }),
    )
    expect(report.trades).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1288.3, closedAt: 119_999 }])
    expect(seen).toEqual([0, 0, 0])
  })

  it('fills through a gap at the open', async () => {
    const data = bars([
      [1290, 1290, 1290, 1290],
      [1290, 1290, 1290, 1290],
      [1280, 1281, 1279, 1280],
    ])
    const report = await backtest(
      buyOnce({ stopLoss: { pips: pips(200) } }),
      options(data, { venue: spread }),
    )
    expect(report.trades).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1280, closedAt: 120_000 }])
  })

  it.each([
    ['far from every level', 1289],
    ['to the stop', 1200],
  ])(
    'does at the open behind a gap what a longer bar asks for that ended in it; the bar reaches %s',
    async (_, low) => {
      const whole = bars([
        ...Array.from({ length: 9 }, () => [1290, 1291, 1289, 1290] as const),
        [1295, 1296, low, 1290],
        [1297, 1298, 1296, 1297],
      ])
      // The minutes 9 and 10 are missing: the second five minutes end unseen.
      const openedAt = Float64Array.from(whole.openedAt, (at, row) => (row < 9 ? at : at + 2 * MINUTE))
      const leave = strategy(
        {
          onBar(bar, ctx) {
            if (bar.openedAt === 0) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(9000) } })
            else ctx.close()
          },
        },
        { main: { timeframe: 'm5' } },
      )
      const report = await backtest(leave, options({ ...whole, openedAt }, { venue: { latencyMs: 0 } }))
      expect(report.trades).toMatchObject([
        { exitReason: 'strategy', exitPrice: 1295, closedAt: 11 * MINUTE },
      ])
    },
  )

  it('makes longer bars out of shorter ones', async () => {
    const seen: unknown[] = []
    const data = bars(Array.from({ length: 11 }, (_, i) => [1290 + i, 1291 + i, 1289 + i, 1290 + i] as const))
    await backtest(
      strategy(
        {
          onBar: (bar, ctx) =>
            void seen.push([bar.openedAt, bar.open, bar.high, bar.low, bar.close, bar.tickVolume, ctx.now]),
        },
        { main: { timeframe: 'm5' } },
      ),
      options(data),
    )
    expect(seen).toEqual([
      [0, 1290, 1295, 1289, 1294, 45, 300_000],
      [300_000, 1295, 1300, 1294, 1299, 45, 600_000],
    ])
  })

  it('refuses feeds that cannot be made of the bars', async () => {
    await expect(backtest(strategy({}), options(bars([[1, 1, 1, 1]], 'm5')))).rejects.toThrow(
      /cannot be made of m5 bars\. The longest bars that make all feeds of the strategy are m1: pass those/,
    )
  })

  it('names the longest bars that all feeds can be made of', async () => {
    const longest = async (...timeframes: readonly ('m10' | 'm15' | 'h1' | 'd1')[]) => {
      const feeds = Object.fromEntries(timeframes.map((timeframe, at) => [`f${at}`, { timeframe }]))
      const data = { ...bars([[1, 1, 1, 1]]), timeframe: 'w1' as const }
      const error = await backtest(strategy({}, feeds), options(data)).catch((cause: unknown) => cause)
      return (error as { details: { longest: string } }).details.longest
    }
    expect(await longest('d1', 'h1')).toBe('h1')
    expect(await longest('m15', 'h1')).toBe('m15')
    expect(await longest('m15', 'm10')).toBe('m5')
  })

  it('names the bar that is out of order and the bar that is none', async () => {
    const data = bars([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ])
    data.openedAt[1] = 0
    await expect(backtest(strategy({}), options(data))).rejects.toThrow(
      /\[data-out-of-order\] Bar 1 opens at 0/,
    )
    await expect(backtest(strategy({}), options(bars([[2, 1, 1, 1]])))).rejects.toThrow(
      /\[data-invalid\] Bar 0 is no bar/,
    )
  })

  it('closes the same bars as the quotes they were made of', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => [i * 7000, 1290 + Math.sin(i / 20), 1290.3 + Math.sin(i / 20)] as const,
    )
    const closes: { openedAt: UnixMs; open: number; high: number; low: number; close: number }[] = []
    const record = (into: typeof closes) =>
      strategy({
        onBar: ({ openedAt, open, high, low, close }) => void into.push({ openedAt, open, high, low, close }),
      })
    await backtest(record(closes), options(ticks(rows)))
    const points = (key: 'open' | 'high' | 'low' | 'close') =>
      Float64Array.from(closes, bar => Math.round(bar[key] * 100_000))
    const again: typeof closes = []
    await backtest(
      record(again),
      options({
        type: 'bars',
        symbolId: REPLAY_XAUUSD.id,
        timeframe: 'm1',
        length: closes.length,
        openedAt: Float64Array.from(closes, bar => bar.openedAt),
        open: points('open'),
        high: points('high'),
        low: points('low'),
        close: points('close'),
        tickVolume: new Float64Array(closes.length),
      }),
    )
    expect(again).toEqual(closes)
  })
})

it('gives the same report for the same seed, and another for another', async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, i) => [i * 1000, 1290 + Math.sin(i / 50), 1290.1 + Math.sin(i / 50)] as const,
  )
  const dice = strategy({
    onBar: (_bar, ctx) =>
      void (ctx.random() < 0.3 && ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(50) } })),
  })
  const at = async (seed: number) => (await backtest(dice, options(ticks(rows), { seed }))).trades
  expect(await at(7)).toEqual(await at(7))
  expect(await at(7)).not.toEqual(await at(8))
})

describe('the progress of a run', () => {
  const rows = 300_000
  const many = () => {
    const one = bars([[1290, 1291, 1289, 1290]])
    const column = (value: number) => new Float64Array(rows).fill(value * 100_000)
    const openedAt = Float64Array.from({ length: rows }, (_, row) => row * MINUTE)
    return {
      ...one,
      length: rows,
      openedAt,
      open: column(1290),
      high: column(1291),
      low: column(1289),
      close: column(1290),
      tickVolume: new Float64Array(rows).fill(1),
    }
  }

  it('is told after each stretch and after the last row', async () => {
    const told: number[] = []
    await backtest(
      strategy({}),
      options(many(), {
        onProgress({ done, total }) {
          told.push(done)
          return total === rows
        },
      }),
    )
    // A machine that takes longer is told of more.
    expect(told).toEqual(expect.arrayContaining([131_072, 262_144, rows]))
    expect(told).toEqual(told.toSorted((a, b) => a - b))
  })

  it('is told within a few rows of a strategy that takes long at each', async () => {
    const slow = strategy({
      onBar() {
        const end = performance.now() + 20
        while (performance.now() < end);
      },
    })
    const report = await backtest(slow, options(many(), { onProgress: () => false }))
    expect(report.rows).toBeLessThan(100)
  })

  it('ends the run when it is answered with false, and the report is of the rows until then', async () => {
    const report = await backtest(strategy({}), options(many(), { onProgress: () => false }))
    expect(report.rows).toBeGreaterThan(0)
    expect(report.rows).toBeLessThanOrEqual(131_072)
    expect(report.ended).toBe('data-ended')
    expect(report.equity.at[report.equity.length - 1]).toBeLessThanOrEqual(131_072 * MINUTE)
  })
})
