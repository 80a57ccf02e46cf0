import { describe, expect, it } from 'vitest'
import { unixMs } from '@openclaw-trading/trading-model'
import { adx } from './adx.ts'
import { cci } from './cci.ts'
import { choppiness } from './choppiness.ts'
import { correlation } from './correlation.ts'
import { rma } from './ema.ts'
import type { Indicator } from './indicator.ts'
import { kama } from './kama.ts'
import { linearRegression } from './linear-regression.ts'
import { percentileRank } from './percentile-rank.ts'
import { pivotPoints } from './pivot-points.ts'
import { realisedVolatility } from './realised-volatility.ts'
import { rsi } from './rsi.ts'
import { stochastic, williamsR } from './stochastic.ts'
import { swings } from './swing.ts'
import { parabolicSar, superTrend } from './trend-stops.ts'
import { chaikinMoneyFlow, moneyFlowIndex, onBalanceVolume } from './volume.ts'
import { vwap } from './vwap.ts'
import { hma, wma } from './wma.ts'

// Inputs with values that can be checked on paper; the comments do so.

function values<In, Out>(indicator: Indicator<In, Out>, inputs: readonly In[]): (Out | undefined)[] {
  return inputs.map(input => indicator.push(input))
}

const last = <In, Out>(indicator: Indicator<In, Out>, inputs: readonly In[]): Out =>
  values(indicator, inputs).at(-1) as Out

const bar = (high: number, low: number, close: number, tickVolume = 1) => ({ high, low, close, tickVolume })

describe('averages on paper', () => {
  it('weigh by place, and after Wilder by 1 ÷ period', () => {
    // (1·1 + 2·2 + 3·3) ÷ 6 = 14 ÷ 6; then (2 + 2·3 + 3·10) ÷ 6 = 38 ÷ 6.
    expect(values(wma(3), [1, 2, 3, 10])).toEqual([undefined, undefined, 14 / 6, 38 / 6])
    // Mean of 2 and 4 is 3; 3 + (7 − 3) ÷ 2 = 5.
    expect(values(rma(2), [2, 4, 7])).toEqual([undefined, 3, 5])
  })

  it('hma lies two thirds behind a straight line', () => {
    // A weighted average of n lies (n − 1) ÷ 3 behind. With 8, 16 and 4: 2·(x − 7/3) − (x − 5) = x + 1/3, less 1.
    expect(
      last(
        hma(16),
        Array.from({ length: 40 }, (_, i) => i),
      ),
    ).toBeCloseTo(39 - 2 / 3, 12)
  })

  it('kama moves at its fastest where each step goes the same way, and at its slowest where none goes anywhere', () => {
    // Ratio 1: share (2/3)² = 4/9, from 2 towards 3.
    expect(last(kama(2), [1, 2, 3])).toBeCloseTo(2 + 4 / 9, 12)
    // 1, 2, 1: ratio 0, share (2/31)², from 2 towards 1.
    expect(last(kama(2), [1, 2, 1])).toBeCloseTo(2 - (2 / 31) ** 2, 12)
  })
})

describe('oscillators on paper', () => {
  it('rsi smooths rises and falls after Wilder', () => {
    // Closes of the worked example of StockCharts' ChartSchool, in cents: rises of 3.34 and falls of 1.40 in the first 14
    // changes, so 100 − 100 ÷ (1 + 3.34 ÷ 1.40) = 70.46; then (13·3.34/14 + 0) and (13·1.40/14 + 0.28): 66.25.
    const closes = [
      44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28,
      46.0,
    ]
    const results = values(rsi(14), closes).filter(value => value !== undefined)
    expect(results.length).toBe(2)
    expect(results[0]).toBeCloseTo((100 * 3.34) / (3.34 + 1.4), 9)
    const [gain, loss] = [(13 * 3.34) / 14, (13 * 1.4) / 14 + 0.28]
    expect(results[1]).toBeCloseTo((100 * gain) / (gain + loss), 9)
  })

  it('rsi is 100 where all rose, 0 where all fell, 50 where nothing moved', () => {
    expect(last(rsi(3), [1, 2, 3, 4])).toBe(100)
    expect(last(rsi(3), [4, 3, 2, 1])).toBe(0)
    expect(last(rsi(3), [4, 4, 4, 4])).toBe(50)
  })

  it('stochastic and williamsR place the close in the range', () => {
    // Range 8 … 12; closes 9, 11, 12 lie at 25, 75 and 100 percent.
    const bars = [bar(12, 8, 9), bar(12, 8, 11), bar(12, 8, 12)]
    expect(last(stochastic(1, 1, 3), bars)).toEqual({ k: 100, d: 200 / 3 })
    expect(values(williamsR(1), bars)).toEqual([-75, -25, 0])
  })

  it('cci measures in mean absolute deviations', () => {
    // Typical 1, 2, 6: mean 3, deviation (2 + 1 + 3) ÷ 3 = 2: (6 − 3) ÷ 0.03 = 100.
    expect(
      last(
        cci(3),
        [1, 2, 6].map(price => bar(price, price, price)),
      ),
    ).toBeCloseTo(100, 9)
  })

  it('adx of bars that rise by one each is 100', () => {
    // Movement 1 up, 0 down; true range max(2, 1.5 + …): high − last close = 1 + 1 = 2. +DI = 50, DX = 100.
    const bars = Array.from({ length: 8 }, (_, i) => bar(11 + i, 9 + i, 10 + i))
    const results = values(adx(3), bars)
    expect(results.slice(0, 5)).toEqual(Array(5).fill(undefined))
    expect(results[5]).toEqual({ adx: 100, plus: 50, minus: 0 })
  })

  it('choppiness is 0 where each bar adds its whole range, 100 where all cover the same', () => {
    const rising = Array.from({ length: 5 }, (_, i) => bar(i + 1, i, i + 1))
    expect(last(choppiness(4), rising)).toBeCloseTo(0, 12)
    expect(last(choppiness(4), Array(5).fill(bar(2, 1, 2)))).toBeCloseTo(100, 12)
  })
})

describe('stops on paper', () => {
  it('parabolicSar follows by 0.02 of the way to the extreme, more with each, and turns at a touch', () => {
    const bars = [bar(10, 9, 9.5), bar(11, 10, 10.5), bar(12, 11, 11.5), bar(11.8, 9, 9.2)]
    const results = values(parabolicSar(0.02, 0.2), bars)
    // Upwards from the first low 9; extreme 11: 9 + 0.02·2 = 9.04.
    expect(results[1]).toEqual({ trend: 'up', level: 9, next: 9.04 })
    // Extreme 12 at 0.04: 9.04 + 0.04·2.96 = 9.1584.
    expect(results[2]?.next).toBeCloseTo(9.1584, 12)
    // Low 9 touches 9.1584: downwards from the extreme 12; 12 + 0.02·(9 − 12) = 11.94, but not below the last high 12.
    expect(results[3]).toEqual({ trend: 'down', level: 12, next: 12 })
  })

  it('superTrend holds its lower band until a close breaks it', () => {
    // ATR(1) is the range; middle 10, bands 10 ± 2. Then middle 9.75 and range 1.5: 8.25 is above 8. Then a close at 7.
    const bars = [bar(11, 9, 10), bar(10.5, 9, 9.5), bar(9.5, 7, 7)]
    const results = values(superTrend(1, 1), bars)
    expect(results[0]).toEqual({ trend: 'up', level: 8 })
    expect(results[1]).toEqual({ trend: 'up', level: 8.25 })
    // Middle 8.25, range 2.5: the upper band 10.75 is below 11.25, the band before.
    expect(results[2]).toEqual({ trend: 'down', level: 10.75 })
  })

  it('swings tell a high when its last bar after has closed', () => {
    const bars = [1, 2, 5, 3, 2, 4].map(price => bar(price, price - 0.5, price))
    const results = values(swings(2, 2), bars)
    expect(results[4]).toEqual({ high: 5, low: undefined, isNewHigh: true, isNewLow: false })
    expect(results[5]).toEqual({ high: 5, low: undefined, isNewHigh: false, isNewLow: false })
  })

  it('pivotPoints mirror the range at the pivot', () => {
    // (110 + 90 + 100) ÷ 3 = 100.
    expect(last(pivotPoints(), [bar(110, 90, 100)])).toEqual({
      pivot: 100,
      r1: 110,
      r2: 120,
      r3: 130,
      s1: 90,
      s2: 80,
      s3: 70,
    })
    expect(last(pivotPoints('camarilla'), [bar(110, 90, 106)]).r3).toBeCloseTo(106 + 5.5, 12)
    expect(last(pivotPoints('fibonacci'), [bar(110, 90, 100)]).s2).toBeCloseTo(100 - 12.36, 12)
    expect(() => pivotPoints('woodie' as never)).toThrow('[invalid-options]')
  })
})

describe('volume on paper', () => {
  it('onBalanceVolume adds and takes', () => {
    const bars = [bar(1, 1, 10, 5), bar(1, 1, 11, 7), bar(1, 1, 11, 9), bar(1, 1, 10, 3)]
    expect(values(onBalanceVolume(), bars)).toEqual([0, 7, 7, 4])
  })

  it('moneyFlowIndex is the share of the rising flow', () => {
    // Typical 1, 2, 1; volumes 1, 3, 2: 6 up, 2 down.
    const bars = [bar(1, 1, 1, 1), bar(2, 2, 2, 3), bar(1, 1, 1, 2)]
    expect(last(moneyFlowIndex(2), bars)).toBe(75)
  })

  it('chaikinMoneyFlow weighs by the place of the close', () => {
    // +1·3 at the high, −1·1 at the low, of 4.
    expect(last(chaikinMoneyFlow(2), [bar(2, 1, 2, 3), bar(2, 1, 1, 1)])).toBe(0.5)
  })

  it('vwap starts anew at 17:00 New York, in winter 22:00 UTC and in summer 21:00', () => {
    for (const [month, hour] of [
      [0, 22],
      [6, 21],
    ] as const) {
      const opensAt = Date.UTC(2025, month, 8, hour)
      const at = (minutes: number, price: number, tickVolume: number) => ({
        ...bar(price, price, price, tickVolume),
        openedAt: unixMs(opensAt + minutes * 60_000),
      })
      // (10·1 + 20·3) ÷ 4 = 17.5; then a new day.
      expect(values(vwap(), [at(-2, 10, 1), at(-1, 20, 3), at(0, 30, 2), at(1, 40, 0)])).toEqual([
        10, 17.5, 30, 30,
      ])
    }
  })
})

describe('statistics on paper', () => {
  it('linearRegression fits 1, 2, 2 with the slope 1/2', () => {
    // Mean 5/3; at the ends 5/3 ± 1/2; explained 1/2 of 2/3.
    const line = last(linearRegression(3), [1, 2, 2])
    expect(line.slope).toBeCloseTo(0.5, 12)
    expect(line.value).toBeCloseTo(13 / 6, 12)
    expect(line.intercept).toBeCloseTo(7 / 6, 12)
    expect(line.rSquared).toBeCloseTo(0.75, 12)
  })

  it('correlation is 1 along a line, −1 against it, and 0.5 for 1 2 3 against 1 3 2', () => {
    const pairs = (ys: number[]) => ys.map((y, i) => ({ x: i + 1, y }))
    expect(last(correlation(3), pairs([2, 4, 6]))).toBeCloseTo(1, 12)
    expect(last(correlation(3), pairs([6, 4, 2]))).toBeCloseTo(-1, 12)
    // Covariance 1/3, variances 2/3.
    expect(last(correlation(3), pairs([1, 3, 2]))).toBeCloseTo(0.5, 12)
  })

  it('percentileRank counts equal ones half', () => {
    // Of 1, 2, 2, 2: one below, three equal: (1 + 1.5) ÷ 4.
    expect(last(percentileRank(4), [1, 2, 2, 2])).toBe(62.5)
  })

  it('realisedVolatility of bars that double from low to high', () => {
    // ln 2 each: Parkinson √(ln²2 ÷ (4 ln 2)); Garman and Klass with close = open: ln 2 ÷ √2.
    const bars = Array(3).fill({ open: 1, high: 2, low: 1, close: 1 })
    expect(last(realisedVolatility('parkinson', 3), bars)).toBeCloseTo(Math.sqrt(Math.LN2 / 4), 12)
    expect(last(realisedVolatility('garman-klass', 3), bars)).toBeCloseTo(Math.LN2 / Math.SQRT2, 12)
    // Returns ln 2 and −ln 2: mean 0, sample variance 2·ln²2.
    const swing = [1, 2, 1].map(close => ({ open: close, high: close, low: close, close }))
    expect(last(realisedVolatility('close', 2, 252), swing)).toBeCloseTo(Math.LN2 * Math.sqrt(2 * 252), 12)
    expect(() => realisedVolatility('other' as never, 2)).toThrow('[invalid-options]')
  })
})
