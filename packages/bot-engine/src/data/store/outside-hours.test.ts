import { type Holiday, isOpen, symbolId, type TradingHours, unixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BarColumns, TickColumns } from '../columns.ts'
import { findGaps } from './gaps.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const DAY_SECONDS = 86_400
/** Within the twelve days that follow New York and London put their clocks back. */
const FIRST_DAY = Date.UTC(2025, 9, 23) / DAY_MS
const DAYS = 12

const zone = fc.constantFrom('UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata')
const holiday: fc.Arbitrary<Holiday> = fc.record({
  day: fc.integer({ min: FIRST_DAY - 1, max: FIRST_DAY + DAYS }),
  recurring: fc.boolean(),
  timeZone: zone,
  startSecond: fc.constantFrom(0, 9 * 3600 + 1200),
  endSecond: fc.constantFrom(13 * 3600 + 1800, DAY_SECONDS),
})
const hours: fc.Arbitrary<TradingHours> = fc.record({
  timeZone: zone,
  sessions: fc.oneof(
    fc.constant([]),
    fc.constant([{ startSecond: 17 * 3600, endSecond: 5 * DAY_SECONDS + 17 * 3600 }]),
    fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 3, max: 60 })).map(([from, lasts]) =>
      [0, 1, 2, 3, 4, 5].map(day => ({
        startSecond: day * DAY_SECONDS + from * 900,
        endSecond: day * DAY_SECONDS + Math.min(from + lasts, 96) * 900,
      })),
    ),
  ),
  holidays: fc.array(holiday, { maxLength: 2 }),
})

const columns = (openedAt: readonly number[]) => {
  const [length, zeros] = [openedAt.length, new Float64Array(openedAt.length)]
  return { length, zeros, times: Float64Array.from(openedAt) }
}
function barsAt(at: readonly number[], timeframe: 'm15' | 'h1'): BarColumns {
  const { length, zeros, times } = columns(at)
  const prices = { open: zeros, high: zeros, low: zeros, close: zeros, tickVolume: zeros }
  return { type: 'bars', symbolId: symbolId(1), timeframe, length, openedAt: times, ...prices }
}
function ticksAt(at: readonly number[]): TickColumns {
  const { length, zeros, times } = columns(at)
  return { type: 'ticks', symbolId: symbolId(1), length, at: times, bid: zeros, ask: zeros }
}

/** By a look at each row and its hour. */
function outsideOf(traded: TradingHours, rows: readonly number[], lengthMs: number): number {
  const opens = (at: number) => isOpen({ hours: traded }, unixMs(at))
  return rows.filter(at => {
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS
    const from = Math.floor(at / lengthMs) * lengthMs
    const isOpenHour = opens(hour) && opens(hour + HOUR_MS - 1)
    return !isOpenHour && !opens(from) && !opens(from + lengthMs - 1)
  }).length
}

it('counts the rows outside the hours that a look at each of them finds', () => {
  const instant = fc.integer({ min: FIRST_DAY * DAY_MS, max: (FIRST_DAY + DAYS) * DAY_MS - 1 })
  const instants = fc.uniqueArray(instant, { minLength: 2, maxLength: 60 })
  fc.assert(
    fc.property(hours, instants, (traded, asked) => {
      const options = { symbol: 'X', instrument: { hours: traded } }
      const sorted = asked.toSorted((one, other) => one - other)
      expect(findGaps(ticksAt(sorted), options).outsideHours).toBe(outsideOf(traded, sorted, MINUTE_MS))
      for (const [timeframe, lengthMs] of [['m15', 15 * MINUTE_MS] as const, ['h1', HOUR_MS] as const]) {
        const opens = [...new Set(sorted.map(at => Math.floor(at / lengthMs) * lengthMs))]
        const { outsideHours } = findGaps(barsAt(opens, timeframe), options)
        expect(outsideHours).toBe(outsideOf(traded, opens, lengthMs))
      }
    }),
    { numRuns: 300 },
  )
})
