import {
  barSpan,
  type SymbolId,
  TIMEFRAMES,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { BarColumns } from '../data/columns.ts'
import { checkFeeds } from './check-feeds.ts'

const DAY_MS = 86_400_000

/** A bar of the timeframe, and the one that follows it. */
function bars(timeframe: Timeframe, from: string): BarColumns {
  const { openedAt, closesAt } = barSpan(Date.parse(`${from}Z`) as UnixMs, timeframe)
  const price = new Float64Array(2).fill(129_000_000)
  return {
    type: 'bars',
    symbolId: 41 as SymbolId,
    timeframe,
    length: 2,
    openedAt: Float64Array.of(openedAt, closesAt),
    ...{ open: price, high: price, low: price, close: price, tickVolume: price },
  }
}

function isAllowed(wanted: Timeframe, data: BarColumns): boolean {
  try {
    checkFeeds([{ feed: 'main', timeframe: wanted }], data)
    return true
  } catch {
    return false
  }
}

/** Whether every bar of a timeframe over seven years lies in one bar of another, and ends the last of them with it. */
function nests(given: Timeframe, wanted: Timeframe): boolean {
  for (let at = Date.UTC(2020, 0, 1) as UnixMs; at < Date.UTC(2027, 0, 1); at = (at + DAY_MS) as UnixMs) {
    const part = barSpan(at, given)
    const whole = barSpan(part.openedAt, wanted)
    if (part.closesAt > whole.closesAt) return false
    if (barSpan((whole.closesAt - 1) as UnixMs, given).closesAt !== whole.closesAt) return false
  }
  return true
}

describe('feeds that are made of bars', () => {
  it('are those in whose bars the given ones nest, whatever the date', () => {
    for (const given of TIMEFRAMES)
      for (const wanted of TIMEFRAMES)
        expect([given, wanted, isAllowed(wanted, bars(given, '2025-02-04T12:00'))]).toEqual([
          given,
          wanted,
          TIMEFRAMES.indexOf(given) <= TIMEFRAMES.indexOf(wanted) && nests(given, wanted),
        ])
  })

  it.each<[what: string, wanted: Timeframe, given: Timeframe, from: string, allowed: boolean]>([
    ['months of weeks, where the data begin in a month of 28 days', 'mn1', 'w1', '2026-02-09T12:00', false],
    ['weeks of days, in a week with a change of clocks', 'w1', 'd1', '2020-03-03T12:00', true],
    ['months of days, in the March of a change of clocks', 'mn1', 'd1', '2025-03-04T12:00', true],
  ])('%s: the same as on any other day', (_what, wanted, given, from, allowed) => {
    expect(isAllowed(wanted, bars(given, from))).toBe(allowed)
  })
})
