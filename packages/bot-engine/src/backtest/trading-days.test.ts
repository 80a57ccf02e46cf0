import { barSpan, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { dailyEquity, dailyReturns } from './daily-returns.ts'
import type { EquityColumns } from './equity-curve.ts'
import { LEAST_SHARPE_DAYS, statedSharpe } from './stated-sharpe.ts'
import { type DayEnd, dayEndOf, tradingDays } from './trading-days.ts'

const HOUR = 3_600_000
const endOf = (at: string, dayEnd: DayEnd = 'new-york') =>
  new Date(tradingDays(dayEnd)(Date.parse(at)).endsAt).toISOString()

function equityAt(times: ArrayLike<number>, dayEnd: DayEnd): EquityColumns {
  const at = Float64Array.from(times)
  return { length: at.length, at, equityMinor: at.map((_, row) => 1_000_000 + row), dayEnd }
}

describe('a trading day', () => {
  it('ends at 17:00 New York, in summer an hour earlier by UTC', () => {
    expect(endOf('2024-01-10T12:00Z')).toBe('2024-01-10T22:00:00.000Z')
    expect(endOf('2024-07-10T12:00Z')).toBe('2024-07-10T21:00:00.000Z')
    // Clocks went forward on Sunday 10 March.
    expect(endOf('2024-03-08T21:59Z')).toBe('2024-03-08T22:00:00.000Z')
    expect(endOf('2024-03-11T12:00Z')).toBe('2024-03-11T21:00:00.000Z')
  })

  it('has its end in it: the bar that closes the day is of that day', () => {
    expect(endOf('2024-01-10T22:00Z')).toBe('2024-01-10T22:00:00.000Z')
    expect(endOf('2024-01-10T22:00:00.001Z')).toBe('2024-01-11T22:00:00.000Z')
    expect(endOf('2024-01-11T00:00Z', 'utc')).toBe('2024-01-11T00:00:00.000Z')
    expect(tradingDays('utc')(Date.parse('2024-01-11T00:00Z')).day).toBe(Date.UTC(2024, 0, 10) / 86_400_000)
  })

  it('has Sunday evening, and what trails behind the close of Friday, in Monday', () => {
    const monday = '2024-01-15T22:00:00.000Z'
    for (const at of [
      '2024-01-12T22:00:01Z',
      '2024-01-13T23:00Z',
      '2024-01-14T23:00Z',
      '2024-01-15T12:00Z',
    ]) {
      expect(endOf(at), at).toBe(monday)
      expect(tradingDays('new-york')(Date.parse(at)).day).toBe(Date.UTC(2024, 0, 15) / 86_400_000)
    }
  })

  it('is the d1 bar of the broker on each weekday of forty years', () => {
    const dayOf = tradingDays('new-york')
    for (let noon = Date.UTC(1990, 0, 1, 12); noon < Date.UTC(2030, 0, 1); noon += 7 * 86_400_000)
      for (let day = 0; day < 5; day++) {
        const at = noon + day * 86_400_000
        expect(dayOf(at).endsAt).toBe(barSpan(at as UnixMs, 'd1').closesAt)
      }
  })

  it('is that of UTC where a symbol trades all week', () => {
    expect(dayEndOf(SYNTHETIC_XAUUSD)).toBe('new-york')
    expect(dayEndOf(REPLAY_XAUUSD)).toBe('utc')
    const week = [{ startSecond: 0, endSecond: 604_800 }]
    expect(dayEndOf({ hours: { ...SYNTHETIC_XAUUSD.hours, sessions: week } })).toBe('utc')
  })
})

describe('daily equity', () => {
  const year = syntheticBars({
    seed: 3,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'h1',
    count: 7000,
    startAt: Date.UTC(2024, 0, 1, 23) as UnixMs,
    until: Date.UTC(2025, 0, 1) as UnixMs,
  })
  const closes = year.openedAt.subarray(0, year.length).map(at => at + HOUR)

  it('has a return for each of the 262 weekdays of a year, and none for Sunday evenings', () => {
    // Every sample gains: a return that is missing or there twice would show.
    expect(dailyReturns(equityAt(closes, 'new-york'))).toHaveLength(262)
    expect(dailyReturns(equityAt(closes, 'utc')).length).toBeGreaterThan(300)
  })

  it('gives the same returns as the samples that it was thinned from', () => {
    const equity = equityAt(closes, 'new-york')
    const daily = dailyEquity(equity)
    expect(daily).toMatchObject({ length: 263, dayEnd: 'new-york' })
    expect(dailyReturns(daily)).toEqual(dailyReturns(equity))
  })
})

it('states no annual Sharpe ratio of fewer than 20 days', () => {
  expect(statedSharpe({ sharpe: -52.91, tradingDays: LEAST_SHARPE_DAYS - 1 })).toBeUndefined()
  expect(statedSharpe({ sharpe: -52.91, tradingDays: LEAST_SHARPE_DAYS })).toBe(-52.91)
  expect(statedSharpe({ sharpe: undefined, tradingDays: 300 })).toBeUndefined()
  // Documents of before do not say how many days there were.
  expect(statedSharpe({ sharpe: 1.2 })).toBe(1.2)
})
