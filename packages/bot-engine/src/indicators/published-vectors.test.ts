import { describe, expect, it } from 'vitest'
import { adx } from './adx.ts'
import { atr } from './atr.ts'
import { cci } from './cci.ts'
import type { Indicator } from './indicator.ts'
import { rsi } from './rsi.ts'
import { parabolicSar } from './trend-stops.ts'

// Worked examples that others have published: rows and results are theirs, each with its source. What one can check on
// paper is in vectors.test.ts.

type Row = readonly [high: number, low: number, close: number]

const barsOf = (rows: readonly Row[]) => rows.map(([high, low, close]) => ({ high, low, close }))

function known<In, Out>(indicator: Indicator<In, Out>, inputs: readonly In[]): Out[] {
  return inputs.map(input => indicator.push(input)).filter(value => value !== undefined)
}

// StockCharts' ChartSchool, "Relative Strength Index", its spreadsheet of QQQQ; Wilder's smoothing.
const RSI_CLOSES = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
  45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515,
  45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
]
const RSI_14 = [
  70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87,
  45.46, 37.3, 33.08, 37.77,
]

// StockCharts' ChartSchool, "Average True Range", its spreadsheet of QQQQ from 2010-04-01 to 05-13.
const ATR_ROWS: readonly Row[] = [
  [48.7, 47.79, 48.16],
  [48.72, 48.14, 48.61],
  [48.9, 48.39, 48.75],
  [48.87, 48.37, 48.63],
  [48.82, 48.24, 48.74],
  [49.05, 48.64, 49.03],
  [49.2, 48.94, 49.07],
  [49.35, 48.86, 49.32],
  [49.92, 49.5, 49.91],
  [50.19, 49.87, 50.13],
  [50.12, 49.2, 49.53],
  [49.66, 48.9, 49.5],
  [49.88, 49.43, 49.75],
  [50.19, 49.73, 50.03],
  [50.36, 49.26, 50.31],
  [50.57, 50.09, 50.52],
  [50.65, 50.3, 50.41],
  [50.43, 49.21, 49.34],
  [49.63, 48.98, 49.37],
  [50.33, 49.61, 50.23],
  [50.29, 49.2, 49.24],
  [50.17, 49.43, 49.93],
  [49.32, 48.08, 48.43],
  [48.5, 47.64, 48.18],
  [48.32, 41.55, 46.57],
  [46.8, 44.28, 45.41],
  [47.8, 47.31, 47.77],
  [48.39, 47.2, 47.72],
  [48.66, 47.9, 48.62],
  [48.79, 47.73, 47.85],
]
const ATR_14 = [
  0.56, 0.59, 0.59, 0.57, 0.62, 0.62, 0.64, 0.67, 0.69, 0.78, 0.78, 1.21, 1.3, 1.38, 1.37, 1.34, 1.32,
]

// J. Welles Wilder, New Concepts in Technical Trading Systems, 1978: the example of the parabolic system, as TA-Lib's
// test of its SAR takes it over (ta_regtest/ta_test_func/test_sar.c), with the values which that test expects.
const SAR_HIGHS = [
  51.12, 52.35, 52.1, 51.8, 52.1, 52.5, 52.8, 52.5, 53.5, 53.5, 53.8, 54.2, 53.4, 53.5, 54.4, 55.2, 55.7, 57,
  57.5, 58, 57.7, 58, 57.5, 57, 56.7, 57.5, 56.7, 56, 56.2, 54.8, 55.5, 54.7, 54, 52.5, 51, 51.5, 51.7, 53,
]
const SAR_LOWS = [
  50, 51.5, 51, 50.5, 51.25, 51.7, 51.85, 51.5, 52.3, 52.5, 53, 53.5, 52.5, 52.1, 53, 54, 55, 56, 56.5, 57,
  56.5, 57.3, 56.7, 56.3, 56.2, 56, 55.5, 55, 54.9, 54, 54.5, 53.8, 53, 51.5, 50, 50.5, 50.2, 51.5,
]
/** By place among the results, which begin with the second bar. */
const SAR = new Map([
  [0, 50],
  [1, 50.047],
  [4, 50.182],
  [35, 52.93],
  [36, 50],
])

// The first 20 rows of QQQQ of StockCharts' ChartSchool, "Average Directional Index", with the DX, +DI and −DI of nine
// bars that Highcharts Stock expects of its directional movement index over them.
const DMI_ROWS: readonly Row[] = [
  [30.1983, 29.4072, 29.872],
  [30.2776, 29.3182, 30.2381],
  [30.4458, 29.9611, 30.0996],
  [29.3478, 28.7443, 28.9028],
  [29.3477, 28.5566, 28.9225],
  [29.2886, 28.4081, 28.4775],
  [28.8334, 28.0818, 28.5566],
  [28.7346, 27.4289, 27.5576],
  [28.6654, 27.6565, 28.4675],
  [28.8532, 27.8345, 28.2796],
  [28.6356, 27.3992, 27.4882],
  [27.6761, 27.0927, 27.231],
  [27.2112, 26.1826, 26.3507],
  [26.8651, 26.1332, 26.3309],
  [27.409, 26.6277, 27.0333],
  [26.9441, 26.1332, 26.2221],
  [26.5189, 25.4307, 26.0144],
  [26.5189, 25.3518, 25.4605],
  [27.0927, 25.876, 27.0333],
  [27.686, 26.964, 27.4487],
]
const DX_9 = [
  76.08491199785, 79.462994811667, 81.529648910112, 86.176508809317, 86.385665234542, 56.967941469273,
  62.949215797801, 69.683776284956, 70.364402600831, 43.927350477024, 21.91966974528,
]
const DI_9 = [
  { plus: 5.887796348038017, minus: 33.84682596265047 },
  { plus: 10.91939104592899, minus: 28.027907285157493 },
  { plus: 16.535109503389695, minus: 25.81898774350347 },
]

// The rows of StockCharts' ChartSchool, "Commodity Channel Index", with the values of 20 bars that Highcharts Stock
// expects of its index over them, not rounded.
const CCI_ROWS: readonly Row[] = [
  [24.2, 23.85, 23.89],
  [24.07, 23.72, 23.95],
  [24.04, 23.64, 23.67],
  [23.87, 23.37, 23.78],
  [23.67, 23.46, 23.5],
  [23.59, 23.18, 23.32],
  [23.8, 23.4, 23.75],
  [23.8, 23.57, 23.79],
  [24.3, 24.05, 24.14],
  [24.15, 23.77, 23.81],
  [24.05, 23.6, 23.78],
  [24.06, 23.84, 23.86],
  [23.88, 23.64, 23.7],
  [25.14, 23.94, 24.96],
  [25.2, 24.74, 24.88],
  [25.07, 24.77, 24.96],
  [25.22, 24.9, 25.18],
  [25.37, 24.93, 25.07],
  [25.36, 24.96, 25.27],
  [25.26, 24.93, 25],
  [24.82, 24.21, 24.46],
  [24.44, 24.21, 24.28],
]
const CCI_20 = [102.19852632840085, 30.770139381053642, 6.498977012877848]

describe('published examples', () => {
  it("rsi gives StockCharts' 19 values, to their two digits", () => {
    expect(known(rsi(14), RSI_CLOSES).map(value => Number(value.toFixed(2)))).toEqual(RSI_14)
  })

  it("atr gives StockCharts' 17 values, to what their rounded prices allow", () => {
    const found = known(atr(14), barsOf(ATR_ROWS))
    expect(found.length).toBe(ATR_14.length)
    // The sheet was calculated from prices of four digits: 0.554 from those shown stands there as 0.56.
    for (const [i, value] of found.entries())
      expect(Math.abs(value - (ATR_14[i] as number))).toBeLessThan(0.0065)
  })

  it("parabolicSar gives the values of Wilder's own example, the turn included", () => {
    const bars = SAR_HIGHS.map((high, i) => ({
      high,
      low: SAR_LOWS[i] as number,
      close: SAR_LOWS[i] as number,
    }))
    const found = known(parabolicSar(0.02, 0.2), bars)
    expect(found.length).toBe(37)
    for (const [place, value] of SAR) expect(found[place]?.level).toBeCloseTo(value, place === 35 ? 2 : 3)
    expect(found[35]?.trend).toBe('down')
    expect(found[36]?.trend).toBe('up')
  })

  it('adx gives the directional lines of Highcharts, and their index smoothed', () => {
    const found = known(adx(9), barsOf(DMI_ROWS))
    let smooth = DX_9.slice(0, 9).reduce((sum, dx) => sum + dx, 0) / 9
    const expected = DI_9.map((lines, i) => {
      if (i > 0) smooth += ((DX_9[8 + i] as number) - smooth) / 9
      return { ...lines, adx: smooth }
    })
    expect(found.length).toBe(expected.length)
    found.forEach((lines, i) => {
      const { adx: index, plus, minus } = expected[i] as (typeof expected)[number]
      expect(lines.plus).toBeCloseTo(plus, 9)
      expect(lines.minus).toBeCloseTo(minus, 9)
      expect(lines.adx).toBeCloseTo(index, 9)
    })
  })

  it('cci gives the values of Highcharts', () => {
    const found = known(cci(20), barsOf(CCI_ROWS))
    expect(found.length).toBe(CCI_20.length)
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(CCI_20[i] as number, 9)
  })
})
