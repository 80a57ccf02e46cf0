import { type Bar, type Price, symbolId, type UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BarSeries, BarView } from './series.ts'

const SAME = { type: 'bar', symbolId: symbolId(1), timeframe: 'm1', feed: 'main' } as const

function bar(number: number): Bar {
  const prices = {
    open: number as Price,
    high: (number + 0.3) as Price,
    low: (number - 0.1) as Price,
    close: (number + 0.2) as Price,
  }
  return {
    ...SAME,
    openedAt: (number * 60_000) as UnixMs,
    closedAt: ((number + 1) * 60_000) as UnixMs,
    ...prices,
    tickVolume: number + 7,
  }
}

it('keeps the newest bars and counts from either end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (pushed, capacity) => {
        const series = new BarSeries(capacity, SAME)
        for (const number of pushed) series.push(bar(number))
        const kept = pushed.slice(-capacity).map(bar)
        expect(series.length).toBe(kept.length)
        for (let index = -capacity - 1; index <= capacity; index++)
          expect(series.at(index)).toEqual(kept.at(index))
      },
    ),
  )
})

it('has nothing at an index that is no number', () => {
  const series = new BarSeries(2, SAME)
  series.push(bar(1))
  expect(series.at(Number.NaN)).toBeUndefined()
})

it('gives a strategy the bars alone, as they grow', () => {
  const series = new BarSeries(2, SAME)
  const view = new BarView(series)
  expect([view.length, view.at(-1)]).toEqual([0, undefined])
  for (const number of [1, 2, 3]) series.push(bar(number))
  expect([view.length, view.at(0), view.at(-1)]).toEqual([2, bar(2), bar(3)])
  expect(Object.keys(view)).toEqual([])
})

it('tells the newest bar in the order of fields that handlers get', () => {
  const series = new BarSeries(2, SAME)
  series.push(bar(4))
  const { feed, ...rest } = bar(4) as ReturnType<typeof series.newest>
  expect(JSON.stringify(series.newest())).toBe(JSON.stringify({ ...numbersLast(rest), feed }))
})

/** `type`, `symbolId` and `timeframe`, then times, prices and ticks. */
function numbersLast({ type, symbolId: id, timeframe, ...numbers }: Bar) {
  return { type, symbolId: id, timeframe, ...numbers }
}
