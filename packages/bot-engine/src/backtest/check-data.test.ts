import { isOpen, symbolId, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
/** A Wednesday, 12:00 UTC. */
const NOON = Date.UTC(2026, 0, 14, 12)
const GOLD = 400_000_000

const quiet = defineStrategy({
  name: 'quiet',
  params: z.object({}),
  feeds: () => ({}),
  create: () => ({}),
})

const run = (data: BarColumns | TickColumns) =>
  backtest(quiet, { params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data })

function bars(length: number, from = NOON): BarColumns {
  const column = (value: number) => new Float64Array(length).fill(value)
  return {
    type: 'bars',
    symbolId: SYNTHETIC_XAUUSD.id,
    timeframe: 'm1',
    length,
    openedAt: Float64Array.from({ length }, (_, row) => from + row * MINUTE),
    open: column(GOLD),
    high: column(GOLD + 1000),
    low: column(GOLD - 1000),
    close: column(GOLD),
    tickVolume: column(5),
  }
}

/** Of three months, in the hours of the market. */
const manyBars = () =>
  syntheticBars({
    instrument: SYNTHETIC_XAUUSD,
    seed: 3,
    startAt: unixMs(NOON),
    timeframe: 'm1',
    count: 50_000,
  })

function ticks(length: number, from = NOON): TickColumns {
  return {
    type: 'ticks',
    symbolId: SYNTHETIC_XAUUSD.id,
    length,
    at: Float64Array.from({ length }, (_, row) => from + row * 1000),
    bid: new Float64Array(length).fill(GOLD),
    ask: new Float64Array(length).fill(GOLD + 2000),
  }
}

/** The data with one value of a column replaced. */
function spoiled<T extends BarColumns | TickColumns>(
  data: T,
  column: keyof T,
  row: number,
  value: number,
): T {
  const values = Float64Array.from(data[column] as unknown as Float64Array)
  values[row] = value
  return { ...data, [column]: values }
}

describe('bad bars stop a backtest before it begins', () => {
  it.each([
    ['unsorted', spoiled(bars(5), 'openedAt', 3, NOON), /\[data-out-of-order\] Bar 3 opens at/],
    ['repeated', spoiled(bars(5), 'openedAt', 2, NOON + MINUTE), /\[data-out-of-order\] Bar 2 opens at/],
    ['without a time', spoiled(bars(5), 'openedAt', 2, Number.NaN), /\[data-invalid\] Bar 2 has no time/],
    [
      'with a bad price and a bad time: the first of them',
      spoiled(spoiled(bars(5), 'openedAt', 2, NOON), 'close', 4, Number.NaN),
      /Bar 2 opens at/,
    ],
    [
      'with a bad time and a bad price: the first of them',
      spoiled(spoiled(bars(5), 'openedAt', 4, NOON), 'close', 2, Number.NaN),
      /Bar 2 is no bar/,
    ],
    [
      'with a bad time and a bad price in one row: the price',
      spoiled(spoiled(bars(5), 'openedAt', 3, NOON), 'close', 3, Number.NaN),
      /Bar 3 is no bar/,
    ],
    [
      'with a row outside the hours and a bad price: the first of them',
      spoiled(bars(200, Date.UTC(2026, 0, 16, 21)), 'close', 119, Number.NaN),
      /Bar 119 is no bar/,
    ],
    [
      'with a bad price behind many good ones, and a bad time behind it',
      spoiled(spoiled(manyBars(), 'openedAt', 40_000, NOON), 'high', 39_999, 0.5),
      /Bar 39999 is no bar/,
    ],
    [
      'with a bad time behind many good ones, and a bad price behind it',
      spoiled(spoiled(manyBars(), 'openedAt', 39_999, NOON), 'high', 40_000, 0.5),
      /Bar 39999 opens at/,
    ],
    [
      'with a bad price in the last of many',
      spoiled(manyBars(), 'low', 49_999, GOLD + 1),
      /Bar 49999 is no bar/,
    ],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, 8.64e15].flatMap(at =>
      [0, 4].map(
        row =>
          [
            `at ${at} in row ${row}`,
            spoiled(bars(5), 'openedAt', row, at),
            new RegExp(
              `\\[data-invalid\\] Bar ${row} opens at ${String(at).replace('+', '\\+')}, which is no date`,
            ),
          ] as [string, BarColumns, RegExp],
      ),
    ),
    [
      'of days that open at no date',
      { ...spoiled(bars(2), 'openedAt', 1, Number.POSITIVE_INFINITY), timeframe: 'd1' as const },
      /\[data-invalid\] Bar 1 opens at Infinity, which is no date/,
    ],
    ['of another timeframe', spoiled(bars(5), 'openedAt', 4, NOON + 200_000), /Bar 4 opens at .* no m1 bar/],
    ['with a price that is no number', spoiled(bars(5), 'close', 1, Number.NaN), /Bar 1 is no bar/],
    ['with an endless price', spoiled(bars(5), 'high', 1, Number.POSITIVE_INFINITY), /Bar 1 is no bar/],
    ['with a decimal price', spoiled(bars(5), 'close', 4, GOLD + 0.5), /Bar 4 is no bar/],
    ['with a low of 0', spoiled(bars(5), 'low', 0, 0), /Bar 0 is no bar/],
    ['with a high below the close', spoiled(bars(5), 'high', 2, GOLD - 1), /Bar 2 is no bar/],
    ['with a volume that is no number', spoiled(bars(5), 'tickVolume', 2, Number.NaN), /Bar 2 is no bar/],
    ['shorter in one column', { ...bars(5), low: new Float64Array(3).fill(GOLD) }, /Bar 3 is no bar/],
    ['of a weekend', bars(5, Date.UTC(2026, 0, 17, 12)), /Row 0 of XAUUSD is of 2026-01-17T12:00:00.000Z/],
    ['of another zone', bars(200, Date.UTC(2026, 0, 16, 21)), /Row 120 of XAUUSD .* times of another zone/],
    ['empty', bars(0), /\[data-invalid\] The data of XAUUSD has no rows/],
    [
      'of another symbol',
      { ...bars(5), symbolId: symbolId(9) },
      /\[invalid-options\] The data is of symbol 9/,
    ],
  ])('%s', async (_name, data, message) => {
    await expect(run(data)).rejects.toThrow(message)
  })
})

describe('four hours and twelve', () => {
  const parts = (timeframe: 'h4' | 'h12', ...opens: readonly string[]) => ({
    ...bars(opens.length),
    timeframe,
    openedAt: Float64Array.from(opens, open => Date.parse(`${open}Z`)),
  })

  it.each([
    ['h4', 0, ['2026-01-14T00:00', '2026-01-14T04:00'], '2026-01-13T22:00'],
    ['h12', 0, ['2026-01-14T00:00', '2026-01-14T12:00'], '2026-01-13T22:00'],
    ['h4', 2, ['2026-07-14T17:00', '2026-07-14T21:00', '2026-07-15T02:00'], '2026-07-15T01:00'],
    // The first is dated by its first trade, and the others go on from there.
    ['h4', 1, ['2026-01-13T23:00', '2026-01-14T03:00', '2026-01-14T07:00'], '2026-01-14T02:00'],
  ] as const)('of another grid are refused: %s, row %i', async (timeframe, row, opens, within) => {
    await expect(run(parts(timeframe, ...opens))).rejects.toThrow(
      `[data-invalid] Bar ${row} opens at ${opens[row]}:00.000Z, within the ${timeframe} bar of ${within}:00.000Z`,
    )
  })

  it('pass where the first of a session is dated by the open of the market', async () => {
    const report = await run(parts('h4', '2026-01-12T18:00', '2026-01-12T23:00', '2026-01-13T02:00'))
    expect(report.rows).toBe(3)
  })
})

describe('bad quotes stop a backtest before it begins', () => {
  it.each([
    ['unsorted', spoiled(ticks(5), 'at', 3, NOON), /\[data-out-of-order\] Row 3 of XAUUSD has the time/],
    [
      'without a time',
      spoiled(ticks(5), 'at', 2, Number.NaN),
      /\[data-invalid\] Row 2 of XAUUSD is no quote/,
    ],
    ['at no date', spoiled(ticks(5), 'at', 4, 8.64e15), /\[data-invalid\] Row 4 of XAUUSD is no quote/],
    ['with half a millisecond', spoiled(ticks(5), 'at', 2, NOON + 2000.5), /Row 2 of XAUUSD is no quote/],
    ['with a bid that is no number', spoiled(ticks(5), 'bid', 1, Number.NaN), /Row 1 of XAUUSD is no quote/],
    ['with an endless ask', spoiled(ticks(5), 'ask', 1, Number.POSITIVE_INFINITY), /Row 1 of XAUUSD is no/],
    ['with an ask of 0', spoiled(ticks(5), 'ask', 4, 0), /Row 4 of XAUUSD is no quote/],
    ['with a decimal price', spoiled(ticks(5), 'bid', 4, 4000.25), /Row 4 of XAUUSD is no quote/],
    ['of a weekend', ticks(5, Date.UTC(2026, 0, 17, 12)), /Row 0 of XAUUSD is of 2026-01-17/],
    ['empty', ticks(0), /\[data-invalid\] The data of XAUUSD has no rows/],
    ['of another symbol', { ...ticks(5), symbolId: symbolId(9) }, /The data is of symbol 9/],
  ])('%s', async (_name, data, message) => {
    await expect(run(data)).rejects.toThrow(message)
  })
})

it('counts each quote outside the hours, also behind hours that it passes at once', async () => {
  // Every seven minutes from Tuesday noon to Friday noon: open hours, and a daily break in each night.
  const data = ticks(618, NOON - 24 * HOUR)
  const at = data.at.map((_, row) => NOON - 24 * HOUR + row * 7 * MINUTE)
  const outside = at.filter(time => !isOpen(SYNTHETIC_XAUUSD, unixMs(time))).length
  expect(outside).toBeGreaterThan(20)
  expect(await run({ ...data, at })).toMatchObject({ rows: 618, rowsOutsideHours: outside })
})

it('counts rows of the daily break, and takes quotes of one instant', async () => {
  // 21:30 to 22:30 UTC: the break of New York's winter begins at 22:00.
  const report = await run(bars(60, NOON + 9.5 * HOUR))
  expect(report.rowsOutsideHours).toBe(30)
  const same = await run(spoiled(ticks(5), 'at', 1, NOON))
  expect(same).toMatchObject({ rows: 5, rowsOutsideHours: 0 })
})
