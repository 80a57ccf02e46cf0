import { type Bar, type Price, symbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { ChartBars, MAX_WAITING_BARS } from './chart-bars.ts'

const bar = (minute: number, close = 2): Bar => ({
  type: 'bar',
  symbolId: symbolId(1),
  timeframe: 'm1',
  openedAt: (minute * 60_000) as UnixMs,
  closedAt: ((minute + 1) * 60_000) as UnixMs,
  open: 1 as Price,
  high: 2 as Price,
  low: 1 as Price,
  close: close as Price,
  tickVolume: 9,
})

it('gives closed bars once, and the forming one each time', () => {
  const chart = new ChartBars()
  chart.closed([bar(1), bar(2)])
  expect(chart.take(bar(3, 5)).map(b => b.openedAt / 60_000)).toEqual([1, 2, 3])
  expect(chart.take(bar(3, 6))).toEqual([
    { openedAt: 180_000, open: 1, high: 2, low: 1, close: 6, tickVolume: 9 },
  ])
  expect(chart.take(undefined)).toEqual([])
})

it('keeps at most 1,000 bars, the newest', () => {
  const chart = new ChartBars()
  for (let minute = 0; minute < MAX_WAITING_BARS + 50; minute++) chart.closed([bar(minute)])
  const bars = chart.take(bar(9999))
  expect(bars).toHaveLength(MAX_WAITING_BARS)
  expect(bars[0]?.openedAt).toBe(51 * 60_000)
  expect(bars.at(-1)?.openedAt).toBe(9999 * 60_000)
})
