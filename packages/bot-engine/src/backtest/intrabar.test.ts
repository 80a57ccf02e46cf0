import { lots, pips, type Price } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import type { Entry } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { IntrabarPolicy } from './options.ts'
import { backtest } from './run.ts'

const MINUTE = 60_000
const points = (price: number) => Math.round(price * 100_000)

type Ohlc = readonly [number, number, number, number]

/** Bars as [open, high, low, close], decimal. */
function bars(rows: readonly Ohlc[], timeframe: 'm1' | 'm5' = 'm5'): BarColumns {
  const column = (index: 0 | 1 | 2 | 3) => Float64Array.from(rows, row => points(row[index]))
  return {
    type: 'bars',
    symbolId: REPLAY_XAUUSD.id,
    timeframe,
    length: rows.length,
    openedAt: Float64Array.from(rows, (_row, index) => index * (timeframe === 'm1' ? MINUTE : 5 * MINUTE)),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    tickVolume: new Float64Array(rows.length).fill(9),
  }
}

/** Quotes as [time, bid] with a spread of 0.3. */
function ticks(rows: readonly (readonly [number, number])[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: rows.length,
    at: Float64Array.from(rows, row => row[0]),
    bid: Float64Array.from(rows, row => points(row[1])),
    ask: Float64Array.from(rows, row => points(row[1] + 0.3)),
  }
}

const once = (side: 'buy' | 'sell', entry: Entry) =>
  defineStrategy({
    name: 'once',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm5' } }),
    create() {
      let done = false
      return {
        onBar(_bar, ctx) {
          if (!done) ctx[side](entry)
          done = true
        },
      }
    },
  })

function run(
  strategy: ReturnType<typeof once>,
  data: BarColumns,
  intrabar?: IntrabarPolicy,
  venue: Partial<VenueModel> = {},
) {
  return backtest(strategy, {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    data,
    venue: { latencyMs: 0, barSpreadTicks: 300, ...venue },
    ...(intrabar !== undefined && { intrabar }),
  })
}

const bothLevels = { volume: lots(0.1), stopLoss: { pips: pips(200) }, takeProfit: { pips: pips(200) } }
const quiet: Ohlc = [1290, 1290.5, 1289.5, 1290]
/** Entry 1290.3, stop 1288.3, target 1292.3: both within reach, the target nearer to the open. */
const wideUpFirst: Ohlc = [1290, 1293, 1286, 1290]
const wideDownFirst: Ohlc = [1290, 1294, 1288, 1290]

describe('a target that fills behind a trailing stop', () => {
  // The first bar takes 0.02 lots at the target and trails the stop past it; the second opens 0.005 above the stop.
  const rows: readonly Ohlc[] = [
    [1290, 1290, 1290, 1290],
    [1290, 1293, 1290, 1292.5],
    [1292.005, 1292.005, 1292.005, 1292.005],
  ]
  const depth = {
    levels: [
      { distanceTicks: 0, volume: lots(0.02) },
      { distanceTicks: 10, volume: lots(0.03) },
    ],
  }

  it('is told as the target, as the venue knows it', async () => {
    const stopLoss = { pips: pips(100) }
    const strategy = once('buy', {
      volume: lots(0.05),
      stopLoss,
      takeProfit: { pips: pips(50) },
      trailing: true,
    })
    const { trades } = await run(strategy, bars(rows), undefined, { depth })
    expect(trades.map(trade => [trade.volume, trade.exitPrice, trade.stopLoss, trade.exitReason])).toEqual([
      [0.02, 1290.806, 1289.306, 'take-profit'],
      [0.02, 1292.005, 1292, 'take-profit'],
      [0.01, 1291.995, 1292, 'take-profit'],
    ])
  })
})

describe('stop and target within one bar', () => {
  it('takes the stop under `worst`, which is the default', async () => {
    for (const policy of [undefined, { policy: 'worst' } as const]) {
      const report = await run(once('buy', bothLevels), bars([quiet, wideUpFirst]), policy)
      expect(report.trades).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1288.3, closedAt: 599_999 }])
      expect(report.intrabar).toEqual({ policy: 'worst', dependentTrades: 1, barsWithoutData: 0 })
    }
  })

  it('takes what the nearer extreme reaches first under `path`', async () => {
    const path = { policy: 'path' } as const
    const up = await run(once('buy', bothLevels), bars([quiet, wideUpFirst]), path)
    expect(up.trades).toMatchObject([{ exitReason: 'take-profit', exitPrice: 1292.3 }])
    const down = await run(once('buy', bothLevels), bars([quiet, wideDownFirst]), path)
    expect(down.trades).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1288.3 }])
    expect(down.intrabar).toEqual({ policy: 'path', dependentTrades: 1, barsWithoutData: 0 })
  })

  it('takes the low first under `path` when both extremes are equally near', async () => {
    const even: Ohlc = [1290, 1293, 1287, 1290]
    const report = await run(once('buy', bothLevels), bars([quiet, even]), { policy: 'path' })
    expect(report.trades).toMatchObject([{ exitReason: 'stop-loss' }])
  })

  it('counts no trade of which one level alone was within reach', async () => {
    const report = await run(once('buy', bothLevels), bars([quiet, [1290, 1293, 1289.5, 1292]]))
    expect(report.trades).toMatchObject([{ exitReason: 'take-profit' }])
    expect(report.intrabar?.dependentTrades).toBe(0)
  })
})

describe('a pending order within one bar', () => {
  const stopEntry = { ...bothLevels, stop: 1291 as Price }

  it('opens under `worst`, and its stop counts at once', async () => {
    const report = await run(once('buy', stopEntry), bars([quiet, [1290, 1293.5, 1288.5, 1290]]))
    expect(report.trades).toMatchObject([{ entryPrice: 1291, exitPrice: 1289, exitReason: 'stop-loss' }])
    expect(report.intrabar?.dependentTrades).toBe(1)
  })

  it('opens on the way under `path`, and meets its target on the same leg', async () => {
    // Low first, then up through 1291 (ask) and 1293 (bid).
    const report = await run(once('buy', stopEntry), bars([quiet, [1290, 1293.5, 1288.5, 1290]]), {
      policy: 'path',
    })
    expect(report.trades).toMatchObject([{ entryPrice: 1291, exitPrice: 1293, exitReason: 'take-profit' }])
  })

  it('is not better off for a stop that the market has passed when it fills', async () => {
    // Filled at the gap of 1285.3 with its stop at 1289: it leaves at the bid of the open, not at its level.
    const entry = { volume: lots(0.1), limit: 1290 as Price, stopLoss: 1289 as Price }
    for (const policy of ['worst', 'path'] as const) {
      const report = await run(
        once('buy', entry),
        bars([quiet, [1292, 1293, 1291, 1292], [1285, 1289.5, 1284, 1286]]),
        {
          policy,
        },
      )
      expect(report.trades).toMatchObject([{ entryPrice: 1285.3, exitPrice: 1285, exitReason: 'stop-loss' }])
    }
  })
})

describe('a trailing stop within one bar', () => {
  const trailing = { volume: lots(0.1), stopLoss: { pips: pips(200) }, trailing: true }
  // Entry 1290.3, stop 1288.3; the high moves it to 1293, and the close lies below.
  const data = bars([quiet, [1290, 1295, 1289, 1291], [1291, 1291.5, 1290.5, 1291]])

  it('is never hit within the bar that moves it under `worst`', async () => {
    const report = await run(once('buy', trailing), data)
    expect(report.trades).toMatchObject([{ exitPrice: 1291, closedAt: 600_000 }])
    expect(report.intrabar?.dependentTrades).toBe(1)
  })

  it('moves with the path and is hit on its way back', async () => {
    const report = await run(once('buy', trailing), data, { policy: 'path' })
    expect(report.trades).toMatchObject([{ exitPrice: 1293, closedAt: 599_999 }])
  })
})

it('looks at the margin level on the extremes of a bar, behind its stops', async () => {
  // 0.1 lots hold 129.03 back; 50 % of it are 64.52, which 200 dollars reach 13.5 below the entry.
  const crash: Ohlc = [1290, 1291, 1275, 1290]
  const account = {
    ...REPLAY_ACCOUNT,
    balanceMinor: 20_000,
    stopOut: { levelPercent: 50, closes: 'whole', first: 'most-margin' },
  } as const
  const of = async (entry: Entry, policy: 'worst' | 'path') =>
    (
      await backtest(once('buy', entry), {
        params: {},
        instrument: REPLAY_XAUUSD,
        account,
        data: bars([quiet, crash]),
        venue: { latencyMs: 0, barSpreadTicks: 300 },
        intrabar: { policy },
      })
    ).trades
  for (const policy of ['worst', 'path'] as const) {
    expect(await of({ volume: lots(0.1) }, policy)).toMatchObject([
      { exitReason: 'stop-out', exitPrice: 1275 },
    ])
    expect(await of(bothLevels, policy)).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1288.3 }])
  }
})

describe('`replay`', () => {
  const data = bars([quiet, wideUpFirst, quiet])

  it('lets quotes decide within the bar, with their own times and spreads', async () => {
    const finer = ticks([
      [310_000, 1290],
      [320_000, 1287],
      [330_000, 1293],
    ])
    const report = await run(once('buy', bothLevels), data, { policy: 'replay', data: finer })
    expect(report.trades).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1287, closedAt: 320_000 }])
    expect(report.intrabar).toEqual({ policy: 'replay', dependentTrades: 0, barsWithoutData: 0 })
  })

  it('lets shorter bars decide, with `worst` within each', async () => {
    const minutes: Ohlc[] = [
      ...Array.from({ length: 5 }, (): Ohlc => [1290, 1290.5, 1289.5, 1290]),
      [1290, 1291, 1289, 1291],
      [1291, 1293, 1291, 1292],
      [1292, 1292, 1286, 1290],
    ]
    const report = await run(once('buy', bothLevels), data, { policy: 'replay', data: bars(minutes, 'm1') })
    expect(report.trades).toMatchObject([{ exitReason: 'take-profit', exitPrice: 1292.3, closedAt: 419_999 }])
    expect(report.intrabar).toMatchObject({ dependentTrades: 0 })
    const open: Ohlc[] = [...minutes.slice(0, 5), [1290, 1293, 1286, 1290]]
    const again = await run(once('buy', bothLevels), data, { policy: 'replay', data: bars(open, 'm1') })
    expect(again.trades).toMatchObject([{ exitReason: 'stop-loss' }])
    expect(again.intrabar).toMatchObject({ dependentTrades: 1 })
  })

  it('says for how many bars there were no finer rows', async () => {
    const report = await run(once('buy', bothLevels), data, { policy: 'replay', data: ticks([[10, 1290]]) })
    expect(report.trades).toMatchObject([{ exitReason: 'stop-loss', exitPrice: 1288.3 }])
    expect(report.intrabar).toEqual({ policy: 'replay', dependentTrades: 1, barsWithoutData: 1 })
  })

  it('refuses rows of another source, another symbol and longer bars', async () => {
    const of = (finer: TickColumns | BarColumns) =>
      run(once('buy', bothLevels), data, { policy: 'replay', data: finer })
    await expect(of(ticks([[310_000, 1299]]))).rejects.toThrow(/Row 0 of intrabar.data .* not within bar 1/)
    await expect(of({ ...ticks([[1, 1290]]), symbolId: 9 as never })).rejects.toThrow(/symbol 9/)
    await expect(of(data)).rejects.toThrow(/shorter bars/)
  })
})

it('refuses a policy that does not exist, and data to replay beside quotes', async () => {
  const best = { policy: 'best' } as unknown as IntrabarPolicy
  await expect(run(once('buy', bothLevels), bars([quiet]), best)).rejects.toThrow(/intrabar.policy is "best"/)
  const quotes = ticks([[1, 1290]])
  await expect(
    backtest(once('buy', bothLevels), {
      params: {},
      instrument: REPLAY_XAUUSD,
      account: REPLAY_ACCOUNT,
      data: quotes,
      intrabar: { policy: 'replay', data: quotes },
    }),
  ).rejects.toThrow(/the run is over quotes/)
})

describe('the spread over bars', () => {
  const entryAt = async (venue: Partial<VenueModel>, data: BarColumns) =>
    (await run(once('buy', { volume: lots(0.1) }), data, undefined, venue)).open[0]?.entryPrice

  it('is fixed, by hour of the day, or recorded', async () => {
    const data = bars([quiet, quiet])
    expect(await entryAt({ barSpreadTicks: 250 }, data)).toBe(1290.25)
    const byHour = Array.from({ length: 24 }, (_, hour) => hour)
    const later = { ...data, openedAt: Float64Array.of(39_300_000, 39_600_000) }
    expect(await entryAt({ barSpreadTicks: byHour }, later)).toBe(1290.011)
    const recorded = { ...data, spread: Float64Array.of(10_000, 70_000) }
    expect(await entryAt({ barSpreadTicks: 'recorded' }, recorded)).toBe(1290.7)
  })

  it('is refused when it is not there or no spread', async () => {
    const data = bars([quiet, quiet])
    await expect(entryAt({ barSpreadTicks: 'recorded' }, data)).rejects.toThrow(/no column of spreads/)
    const bad = { ...data, spread: Float64Array.of(1, Number.NaN) }
    await expect(entryAt({ barSpreadTicks: 'recorded' }, bad)).rejects.toThrow(/Bar 1 has a spread of NaN/)
    await expect(entryAt({ barSpreadTicks: [1, 2] }, data)).rejects.toThrow(/24 of them/)
    await expect(entryAt({ barSpreadTicks: -1 }, data)).rejects.toThrow(/\[invalid-options\] venue.barSpread/)
  })
})
