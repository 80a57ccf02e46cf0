import { expect, it } from 'vitest'
import { ChartRing, MAX_CHART_BARS } from './chart-ring.ts'

const bar = (openedAt: number, close = 1) => ({ openedAt, open: 1, high: 2, low: 0.5, close, tickVolume: 3 })
const post = (bars: ReturnType<typeof bar>[], over: object = {}) => ({
  symbol: 'XAUUSD',
  digits: 2,
  timeframe: 'm1',
  bars,
  quote: null,
  ...over,
})

it('lets a newer version of a bar replace the kept one', () => {
  const ring = new ChartRing()
  ring.add('S03/demo', post([bar(60, 1), bar(120, 2)]))
  ring.add('S03/demo', post([bar(120, 3), bar(180, 4)]))
  expect(ring.get('S03/demo')?.bars.map(b => [b.openedAt, b.close])).toEqual([
    [60, 1],
    [120, 3],
    [180, 4],
  ])
})

it('keeps at most 1,000 bars, the newest', () => {
  const ring = new ChartRing()
  for (let start = 0; start < 1500; start += 500)
    ring.add('a', post(Array.from({ length: 500 }, (_, i) => bar((start + i) * 60))))
  const bars = ring.get('a')?.bars ?? []
  expect(bars).toHaveLength(MAX_CHART_BARS)
  expect(bars.at(-1)?.openedAt).toBe(1499 * 60)
})

it('starts again when the market begins anew or the timeframe changes', () => {
  const ring = new ChartRing()
  ring.add('a', post([bar(600), bar(660)]))
  ring.add('a', post([bar(60)]))
  expect(ring.get('a')?.bars.map(b => b.openedAt)).toEqual([60])
  ring.add('a', post([bar(900)], { timeframe: 'm15' }))
  expect(ring.get('a')).toMatchObject({ timeframe: 'm15', bars: [{ openedAt: 900 }] })
})

it('keeps the last quote when a post brings none', () => {
  const ring = new ChartRing()
  ring.add('a', post([bar(60)], { quote: { at: 61, bid: 1, ask: 2 } }))
  ring.add('a', post([bar(120)]))
  expect(ring.get('a')?.quote).toEqual({ at: 61, bid: 1, ask: 2 })
})
