import { describe, expect, it } from 'vitest'
import { barAt, barUpdates, MAX_BARS, mergeBars } from './bars.ts'
import { barAtMinute } from './fixtures.ts'

const minutes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => barAtMinute(from + index))

describe('mergeBars', () => {
  it('replaces a candle of the same opening time and adds newer ones', () => {
    const merged = mergeBars(minutes(0, 2), [barAtMinute(2, 107), barAtMinute(3)])
    expect(merged.map(bar => bar.openedAt / 60_000)).toEqual([0, 1, 2, 3])
    expect(merged[2]?.close).toBe(107)
  })

  it('sorts in candles that come late', () => {
    expect(mergeBars([barAtMinute(0), barAtMinute(2)], [barAtMinute(1)]).map(bar => bar.openedAt)).toEqual([
      0, 60_000, 120_000,
    ])
  })

  it('keeps the newest 5,000', () => {
    const merged = mergeBars(minutes(0, MAX_BARS - 1), minutes(MAX_BARS, MAX_BARS + 9))
    expect(merged).toHaveLength(MAX_BARS)
    expect(merged[0]?.openedAt).toBe(10 * 60_000)
  })
})

describe('barUpdates', () => {
  it('names the last shown candle and those after it', () => {
    const shown = minutes(0, 9)
    const next = mergeBars(shown, [barAtMinute(9, 103), barAtMinute(10)])
    expect(barUpdates(shown, next)?.map(bar => bar.openedAt / 60_000)).toEqual([9, 10])
  })

  it('asks for everything anew when the past changed, shrank or was never shown', () => {
    const shown = minutes(0, 9)
    expect(barUpdates([], shown)).toBeNull()
    expect(barUpdates(shown, minutes(0, 5))).toBeNull()
    expect(barUpdates(shown, mergeBars(shown, [barAtMinute(7, 105)]))).toBeNull()
    expect(barUpdates(shown, minutes(5, 20))).toBeNull()
  })
})

describe('barAt', () => {
  it('finds the candle that contains an instant', () => {
    const bars = [barAtMinute(1), barAtMinute(2), barAtMinute(5)]
    expect(barAt(bars, 2 * 60_000 + 59_999)).toBe(120_000)
    expect(barAt(bars, 4 * 60_000)).toBe(120_000)
    expect(barAt(bars, 59_999)).toBeNull()
    expect(barAt([], 1)).toBeNull()
  })
})
