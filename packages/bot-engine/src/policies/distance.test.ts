import {
  type Bar,
  type Pips,
  pips,
  type Price,
  type Quote,
  type Side,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { Context } from '../strategy/context.ts'
import { BarSeries } from '../strategy/series.ts'
import {
  atrStop,
  atrTarget,
  bracket,
  rewardTarget,
  structureStop,
  structureTarget,
  swingStop,
} from './distance.ts'

/** A bar of [low, high]. */
function bar([low, high]: readonly [number, number]): Bar {
  const prices = { open: low as Price, high: high as Price, low: low as Price, close: high as Price }
  const times = { openedAt: 0 as UnixMs, closedAt: 60_000 as UnixMs }
  return { type: 'bar', symbolId: REPLAY_XAUUSD.id, timeframe: 'm1', tickVolume: 1, ...times, ...prices }
}

/** What a policy reads of a context: the quote 1300.0/1300.2 and closed bars. */
function context(bars: readonly (readonly [number, number])[] = []): Context {
  const series = new BarSeries(1000, { feed: 'main', symbolId: REPLAY_XAUUSD.id, timeframe: 'm1' })
  for (const range of bars) series.push(bar(range))
  const symbolId = REPLAY_XAUUSD.id
  const quote: Quote = { type: 'quote', symbolId, at: 1 as UnixMs, bid: 1300 as Price, ask: 1300.2 as Price }
  return { instrument: REPLAY_XAUUSD, quote, bars: () => series } as Partial<Context> as Context
}

/** A pip of gold is 0.01 here. */
const at = (price: number) => ({ pips: pips(Math.round(price * 1000) / 10) })

describe('atrStop and atrTarget', () => {
  it('are multiples of the value, rounded to the instrument', () => {
    expect(atrStop({ value: 1.23456 }, 2).distance('buy', context())).toEqual(at(2.469))
    expect(atrTarget({ value: 1 }, 3).distance('sell', context())).toEqual(at(3))
  })

  it('have no distance while the indicator is not ready, or is 0', () => {
    expect(atrStop({ value: undefined }, 2).distance('buy', context())).toBeUndefined()
    expect(atrStop({ value: 0 }, 2).distance('buy', context())).toBeUndefined()
  })

  it.each([0, -1, Number.NaN])('refuse %d times', times => {
    expect(() => atrStop({ value: 1 }, times)).toThrow('[invalid-options]')
  })
})

describe('structureStop', () => {
  const bars: readonly (readonly [number, number])[] = [
    [1280, 1320],
    [1295, 1302],
    [1297, 1304],
  ]

  it.each<[Side, number]>([
    // From the ask of 1300.2 down to 1295, and 0.5 more.
    ['buy', 5.7],
    // From the bid of 1300 up to 1304, the spread of 0.2 and 0.5 more.
    ['sell', 4.7],
  ])('of a %s lies beyond the extreme of the last bars', (side, distance) => {
    const policy = structureStop({ bars: 2, beyond: { pips: pips(50) } })
    expect(policy.distance(side, context(bars))).toEqual(at(distance))
  })

  it('is measured from the price that the order waits for', () => {
    const from = { from: 1298 as Price }
    expect(structureStop({ bars: 2 }).distance('buy', context(bars), from)).toEqual(at(3))
  })

  it('has no distance with too few bars, or when the price has passed the structure', () => {
    expect(structureStop({ bars: 4 }).distance('buy', context(bars))).toBeUndefined()
    expect(structureStop({ bars: 1 }).distance('buy', context([[1305, 1306]]))).toBeUndefined()
  })

  it('as a target looks to the other side', () => {
    expect(structureTarget({ bars: 2 }).distance('buy', context(bars))).toEqual(at(3.8))
    expect(structureTarget({ bars: 2 }).distance('sell', context(bars))).toEqual(at(4.8))
  })
})

describe('swingStop', () => {
  const bars: readonly (readonly [number, number])[] = [
    [1290, 1310],
    [1288, 1312],
    [1291, 1309],
    [1296, 1303],
    [1294, 1305],
    [1297, 1302],
    // Lower, but nothing has closed after it: not confirmed.
    [1293, 1306],
  ]

  it('lies beyond the newest confirmed swing', () => {
    expect(swingStop({ strength: 1 }).distance('buy', context(bars))).toEqual(at(6.2))
    expect(swingStop({ strength: 1 }).distance('sell', context(bars))).toEqual(at(5.2))
  })

  it('asks for more bars on each side with more strength', () => {
    const more = [[1292, 1311], [1289.5, 1311.5], ...bars] as const
    expect(swingStop({ strength: 2 }).distance('buy', context(more))).toEqual(at(12.2))
  })

  it('has no distance when the bars it may search have no swing', () => {
    expect(swingStop({ strength: 1, bars: 3 }).distance('buy', context(bars))).toBeUndefined()
    expect(swingStop().distance('buy', context())).toBeUndefined()
  })
})

describe('an option with which a level would lie nowhere, or inside of its structure, is refused when it is made', () => {
  const RANGE = { value: 1 }
  const NEGATIVE = { pips: pips(-5) }
  it.each<[string, () => unknown]>([
    [
      'structureStop was given beyond.pips = -5. Pass a number, 0 or above',
      () => structureStop({ bars: 2, beyond: NEGATIVE }),
    ],
    [
      'structureStop was given beyond.pips = NaN',
      () => structureStop({ bars: 2, beyond: { pips: Number.NaN as Pips } }),
    ],
    [
      'structureStop was given beyond.times = -1',
      () => structureStop({ bars: 2, beyond: { atr: RANGE, times: -1 } }),
    ],
    ['structureStop was given bars = 0.5. Pass a whole number from 1', () => structureStop({ bars: 0.5 })],
    ['structureTarget was given bars = NaN', () => structureTarget({ bars: Number.NaN })],
    [
      'structureTarget was given beyond.pips = Infinity. Pass a number',
      () => structureTarget({ bars: 2, beyond: { pips: Number.POSITIVE_INFINITY as Pips } }),
    ],
    [
      'swingStop was given beyond.pips = -5. Pass a number, 0 or above',
      () => swingStop({ beyond: NEGATIVE }),
    ],
    [
      'swingStop was given beyond.times = Infinity',
      () => swingStop({ beyond: { atr: RANGE, times: Number.POSITIVE_INFINITY } }),
    ],
    ['swingStop was given strength = 1.5. Pass a whole number from 1', () => swingStop({ strength: 1.5 })],
    ['swingStop was given bars = NaN', () => swingStop({ bars: Number.NaN })],
    [
      'swingStop was given bars = 4, and a swing of strength 2 takes 5. Pass 5 or more',
      () => swingStop({ bars: 4 }),
    ],
    [
      'swingStop was given bars = 100, and a swing of strength 50 takes 101',
      () => swingStop({ strength: 50 }),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow('[invalid-options]')
    expect(make).toThrow(message)
  })

  it('while as many bars as one swing takes are enough', () => {
    const bars = [
      [1295, 1302],
      [1294, 1304],
      [1296, 1303],
    ] as const
    expect(swingStop({ strength: 1, bars: 3 }).distance('buy', context(bars))).toEqual(at(6.2))
  })

  it('while no gap may be stated, and a target may lie short of its structure', () => {
    const bars = [[1295, 1304]] as const
    const none = { pips: pips(0) }
    expect(structureStop({ bars: 1, beyond: none }).distance('buy', context(bars))).toEqual(at(5.2))
    const short = structureTarget({ bars: 1, beyond: { pips: pips(-50) } })
    expect(short.distance('buy', context(bars))).toEqual(at(3.3))
  })
})

describe('bracket', () => {
  it('gives stop and target as an order takes them', () => {
    const both = bracket({ stop: atrStop({ value: 1 }, 2), target: rewardTarget(1.5) })
    expect(both.levels('buy', context())).toEqual({ stopLoss: at(2), takeProfit: at(3) })
    expect(bracket({ stop: atrStop({ value: 1 }, 2) }).levels('buy', context())).toEqual({ stopLoss: at(2) })
  })

  it('gives nothing while one of both is missing', () => {
    const unready = atrStop({ value: undefined }, 2)
    expect(bracket({ stop: unready, target: rewardTarget(1.5) }).levels('buy', context())).toBeUndefined()
    expect(
      bracket({ stop: atrStop({ value: 1 }, 2), target: unready }).levels('buy', context()),
    ).toBeUndefined()
  })
})
