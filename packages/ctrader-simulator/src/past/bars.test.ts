import { describe, expect, it } from 'vitest'
import { BarHistory, MAX_BARS_PER_ANSWER, MAX_MINUTE_BARS, type VenueBar } from './bars.ts'

const MINUTE = 60_000
const MONDAY = Date.UTC(2025, 0, 6, 7)

function history(ticks: readonly (readonly [second: number, bid: number])[]): BarHistory {
  const bars = new BarHistory()
  for (const [second, bid] of ticks) bars.take(MONDAY + second * 1000, bid)
  return bars
}

const flat = (openedAt: number): VenueBar => ({ openedAt, open: 1, high: 1, low: 1, close: 1, tickVolume: 1 })

describe('BarHistory', () => {
  it('builds minutes from bids, oldest first, with the bar in progress last, and none without ticks', () => {
    const bars = history([
      [0, 10],
      [20, 14],
      [40, 8],
      [59.999, 12],
      [60, 11],
      [190, 9],
    ])
    const { bars: answer, hasMore } = bars.query({ timeframe: 'm1', to: MONDAY + 10 * MINUTE, count: 10 })
    expect(hasMore).toBe(false)
    expect(answer).toEqual([
      { openedAt: MONDAY, open: 10, high: 14, low: 8, close: 12, tickVolume: 4 },
      { openedAt: MONDAY + MINUTE, open: 11, high: 11, low: 11, close: 11, tickVolume: 1 },
      { openedAt: MONDAY + 3 * MINUTE, open: 9, high: 9, low: 9, close: 9, tickVolume: 1 },
    ])
  })

  it('merges minutes into longer bars', () => {
    const bars = history([
      [0, 10],
      [61, 20],
      [299, 5],
      [300, 7],
      [301, 8],
    ])
    expect(bars.query({ timeframe: 'm5', to: MONDAY + 10 * MINUTE, count: 10 }).bars).toEqual([
      { openedAt: MONDAY, open: 10, high: 20, low: 5, close: 5, tickVolume: 3 },
      { openedAt: MONDAY + 5 * MINUTE, open: 7, high: 8, low: 7, close: 8, tickVolume: 2 },
    ])
  })

  it('opens a day at 17:00 New York', () => {
    const bars = history([[0, 10]])
    expect(bars.query({ timeframe: 'd1', to: MONDAY, count: 1 }).bars[0]?.openedAt).toBe(
      Date.UTC(2025, 0, 5, 22),
    )
  })

  it('counts back from `to`, whose bar is included, and lets a count overrule `from`', () => {
    const bars = history([
      [0, 1],
      [60, 2],
      [120, 3],
      [180, 4],
    ])
    const answer = bars.query({
      timeframe: 'm1',
      to: MONDAY + 2 * MINUTE,
      from: MONDAY + 2 * MINUTE,
      count: 2,
    })
    expect(answer.bars.map(bar => bar.open)).toEqual([2, 3])
    expect(answer.hasMore).toBe(true)
  })

  it('returns [from, to] without a count', () => {
    const bars = history([
      [0, 1],
      [60, 2],
      [120, 3],
      [180, 4],
    ])
    const answer = bars.query({ timeframe: 'm1', from: MONDAY + MINUTE, to: MONDAY + 2 * MINUTE })
    expect(answer).toEqual({
      bars: [expect.objectContaining({ open: 2 }), expect.objectContaining({ open: 3 })],
      hasMore: false,
    })
  })

  it('cuts a wide question to the newest bars and says that there are more', () => {
    const bars = new BarHistory()
    for (let i = 0; i < MAX_BARS_PER_ANSWER + 10; i++) bars.append(flat(MONDAY + i * MINUTE))
    const answer = bars.query({ timeframe: 'm1', from: MONDAY, to: MONDAY + 1e9 })
    expect(answer.bars.length).toBe(MAX_BARS_PER_ANSWER)
    expect(answer.bars[0]?.openedAt).toBe(MONDAY + 10 * MINUTE)
    expect(answer.hasMore).toBe(true)
  })

  it('drops the oldest minutes at its limit, and with them a longer bar whose beginning is gone', () => {
    const bars = new BarHistory()
    for (let i = 0; i <= MAX_MINUTE_BARS; i++) bars.append(flat(MONDAY + i * MINUTE))
    expect(bars.length).toBeLessThanOrEqual(MAX_MINUTE_BARS)
    expect(bars.nextNumber).toBe(MAX_MINUTE_BARS + 1)
    const oldest = MONDAY + (MAX_MINUTE_BARS / 8) * MINUTE
    const { bars: hours } = bars.query({ timeframe: 'h1', to: oldest + 2 * 60 * MINUTE, count: 100 })
    expect(hours[0]?.openedAt).toBe(Math.ceil(oldest / (60 * MINUTE)) * 60 * MINUTE)
    expect(hours[0]?.tickVolume).toBe(60)
  })

  it('numbers closed bars for those who record them', () => {
    const bars = history([
      [0, 1],
      [60, 2],
      [120, 3],
    ])
    expect(bars.nextNumber).toBe(2)
    expect(bars.since(1).map(bar => bar.open)).toEqual([2])
  })
})
