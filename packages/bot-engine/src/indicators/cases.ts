// Every indicator with its warm-up and its definition, for the contract suite. Used by tests alone.
import { adx } from './adx.ts'
import { aroon } from './aroon.ts'
import { atr } from './atr.ts'
import { bollinger } from './bollinger.ts'
import { cci } from './cci.ts'
import { donchian, keltner } from './channels.ts'
import { choppiness } from './choppiness.ts'
import { correlation } from './correlation.ts'
import { cross, crossOver, crossUnder } from './cross.ts'
import * as plain from './definitions.ts'
import type { TestBar } from './definitions.ts'
import * as statistics from './definitions-statistics.ts'
import { standardDeviation, zScore } from './deviation.ts'
import { efficiencyRatio } from './efficiency-ratio.ts'
import { dema, ema, rma, tema } from './ema.ts'
import { ichimoku } from './ichimoku.ts'
import type { Indicator } from './indicator.ts'
import { kama } from './kama.ts'
import { linearRegression } from './linear-regression.ts'
import { macd } from './macd.ts'
import { momentum, rateOfChange } from './momentum.ts'
import { percentileRank } from './percentile-rank.ts'
import { type PivotKind, pivotPoints } from './pivot-points.ts'
import { realisedVolatility, type VolatilityEstimator } from './realised-volatility.ts'
import { rsi } from './rsi.ts'
import { sma } from './sma.ts'
import { stochastic, stochasticRsi, williamsR } from './stochastic.ts'
import { swings } from './swing.ts'
import { parabolicSar, superTrend } from './trend-stops.ts'
import { chaikinMoneyFlow, moneyFlowIndex, onBalanceVolume } from './volume.ts'
import { vwap } from './vwap.ts'
import { hma, wma } from './wma.ts'

/** An indicator under the contract suite; period 0 stands for one without. */
export interface IndicatorCase {
  readonly name: string
  /** The least period, and a usual one. */
  readonly periods: readonly number[]
  create(period: number): Indicator<unknown, unknown>
  /** What it takes of a bar. */
  input(bar: TestBar): unknown
  /** Inputs until the first value, that one included. */
  warmUp(period: number): number
  definition(bars: readonly TestBar[], period: number): unknown
  /** Size below which values count as rounding. Default 1. */
  readonly scale?: number
}

interface Parts<In> {
  readonly create: (period: number) => Indicator<In, unknown>
  readonly warmUp: (period: number) => number
  readonly periods?: readonly number[]
  readonly scale?: number
}

const closes = (bars: readonly TestBar[]): number[] => bars.map(bar => bar.close)
const usual = [1, 20]
const own = (n: number): number => n

/** One that reads closes; its definition may be given the newest `period` alone. */
function ofCloses(
  name: string,
  { create, warmUp, periods = usual, scale = 1 }: Parts<number>,
  definition: (values: readonly number[], period: number) => unknown,
): IndicatorCase {
  return {
    name,
    periods,
    scale,
    create: create as IndicatorCase['create'],
    input: bar => bar.close,
    warmUp,
    definition: (bars, period) => definition(closes(bars), period),
  }
}

/** One that reads bars; a bar is cut to the fields that are stated. */
function ofBars<In>(
  name: string,
  fields: string,
  { create, warmUp, periods = usual, scale = 1 }: Parts<In>,
  definition: IndicatorCase['definition'],
): IndicatorCase {
  const names = fields.split(' ') as (keyof TestBar)[]
  const input = (bar: TestBar) => Object.fromEntries(names.map(field => [field, bar[field]]))
  return { name, periods, scale, create: create as IndicatorCase['create'], input, warmUp, definition }
}

const HLC = 'high low close'
const HLCV = 'high low close tickVolume'
const newest = (values: readonly number[], n: number): readonly number[] => values.slice(-n)
const last = (values: readonly number[]): number => values.at(-1) as number

const bands = (middle: number, width: number) => ({ upper: middle + width, middle, lower: middle - width })

const averages: readonly IndicatorCase[] = [
  ofCloses('sma', { create: sma, warmUp: own }, (v, n) => plain.mean(newest(v, n))),
  ofCloses('ema', { create: ema, warmUp: own }, (v, n) => last(plain.emas(v, n))),
  ofCloses('rma', { create: rma, warmUp: own }, (v, n) => last(plain.rmas(v, n))),
  ofCloses('wma', { create: wma, warmUp: own }, (v, n) => plain.wma(v, n)),
  ofCloses('dema', { create: dema, warmUp: n => 2 * n - 1 }, plain.dema),
  ofCloses('tema', { create: tema, warmUp: n => 3 * n - 2 }, plain.tema),
  ofCloses(
    'hma',
    { create: hma, warmUp: n => n + Math.floor(Math.sqrt(n)) - 1, periods: [2, 20] },
    plain.hma,
  ),
  ofCloses('kama', { create: n => kama(n), warmUp: n => n + 1 }, plain.kama),
  ofBars(
    'vwap',
    `openedAt ${HLCV}`,
    { create: () => vwap('h1'), warmUp: () => 1, periods: [0] },
    plain.vwapOfHour,
  ),
]

const oscillators: readonly IndicatorCase[] = [
  ofCloses('rsi', { create: rsi, warmUp: n => n + 1 }, (v, n) => last(plain.rsis(v, n))),
  ofBars('stochastic', HLC, { create: n => stochastic(n), warmUp: n => n + 4 }, plain.stochastic),
  ofCloses(
    'stochasticRsi',
    { create: n => stochasticRsi(n, n), warmUp: n => 2 * n + 4, scale: 100 },
    plain.stochasticRsi,
  ),
  ofBars('williamsR', HLC, { create: williamsR, warmUp: own }, plain.williamsR),
  ofBars('cci', HLC, { create: cci, warmUp: own, periods: [2, 20], scale: 100 }, plain.cci),
  ofCloses(
    'rateOfChange',
    { create: rateOfChange, warmUp: n => n + 1 },
    (v, n) => (last(v) / (v.at(-1 - n) as number) - 1) * 100,
  ),
  ofCloses(
    'momentum',
    { create: momentum, warmUp: n => n + 1 },
    (v, n) => last(v) - (v.at(-1 - n) as number),
  ),
  ofCloses('macd', { create: n => macd(n, 2 * n, n), warmUp: n => 3 * n - 1 }, plain.macd),
  ofBars('adx', HLC, { create: adx, warmUp: n => 2 * n }, plain.adx),
  ofBars('aroon', HLC, { create: aroon, warmUp: n => n + 1 }, plain.aroon),
  ofBars(
    'choppiness',
    HLC,
    { create: choppiness, warmUp: own, periods: [2, 20], scale: 100 },
    statistics.choppiness,
  ),
]

const lines: readonly IndicatorCase[] = [
  ofBars('parabolicSar', HLC, { create: () => parabolicSar(), warmUp: () => 2, periods: [0] }, bars =>
    plain.parabolicSar(bars, 0.02, 0.2),
  ),
  ofBars('superTrend', HLC, { create: n => superTrend(n, 1.5), warmUp: own }, (b, n) =>
    plain.superTrend(b, n, 1.5),
  ),
  ofBars('atr', HLC, { create: atr, warmUp: own }, (b, n) => last(plain.rmas(plain.trueRanges(b), n))),
  ofCloses('bollinger', { create: n => bollinger(n), warmUp: own, periods: [2, 20] }, (v, n) =>
    bands(plain.mean(newest(v, n)), 2 * Math.sqrt(plain.variance(newest(v, n)))),
  ),
  ofBars('keltner', HLC, { create: n => keltner(n, n, 1.5), warmUp: own }, (b, n) =>
    bands(last(plain.emas(closes(b), n)), 1.5 * last(plain.rmas(plain.trueRanges(b), n))),
  ),
  ofBars('donchian', HLC, { create: donchian, warmUp: own }, (b, n) => {
    const [upper, lower] = [plain.highest(b, n), plain.lowest(b, n)]
    return { upper, middle: (upper + lower) / 2, lower }
  }),
  ofBars('ichimoku', HLC, { create: n => ichimoku(n, 2 * n, 4 * n, 3 * n), warmUp: n => 7 * n }, (b, n) =>
    plain.ichimoku(b, n, 2 * n, 4 * n, 3 * n),
  ),
  ofBars('swings', HLC, { create: n => swings(n, n), warmUp: n => 2 * n + 1, periods: [1, 3] }, (b, n) =>
    statistics.swings(b, n, n),
  ),
  ...(['classic', 'fibonacci', 'camarilla'] as const).map(kind =>
    ofBars('pivotPoints', HLC, { create: () => pivotPoints(kind), warmUp: () => 1, periods: [0] }, b =>
      pivots(kind, b.at(-1) as TestBar),
    ),
  ),
]

/** The levels written out. */
function pivots(kind: PivotKind, { high: h, low: l, close: c }: TestBar) {
  const p = (h + l + c) / 3
  if (kind === 'classic')
    return {
      pivot: p,
      r1: 2 * p - l,
      r2: p + h - l,
      r3: h + 2 * (p - l),
      s1: 2 * p - h,
      s2: p - (h - l),
      s3: l - 2 * (h - p),
    }
  const [from, a, b, d] = kind === 'fibonacci' ? [p, 0.382, 0.618, 1] : [c, 1.1 / 12, 1.1 / 6, 1.1 / 4]
  const at = (share: number): number => from + share * (h - l)
  return { pivot: p, r1: at(a), r2: at(b), r3: at(d), s1: at(-a), s2: at(-b), s3: at(-d) }
}

const volumes: readonly IndicatorCase[] = [
  ofBars(
    'onBalanceVolume',
    HLCV,
    { create: onBalanceVolume, warmUp: () => 1, periods: [0] },
    plain.onBalanceVolume,
  ),
  ofBars('moneyFlowIndex', HLCV, { create: moneyFlowIndex, warmUp: n => n + 1 }, plain.moneyFlowIndex),
  ofBars('chaikinMoneyFlow', HLCV, { create: chaikinMoneyFlow, warmUp: own }, plain.chaikinMoneyFlow),
]

const volatility = (
  estimator: VolatilityEstimator,
  periods: readonly number[],
  warmUp: (n: number) => number,
  definition: (bars: readonly TestBar[], n: number) => number,
) =>
  ofBars(
    'realisedVolatility',
    'open high low close',
    { create: n => realisedVolatility(estimator, n, 252), warmUp, periods, scale: 1e-4 },
    (b, n) => definition(b, n) * Math.sqrt(252),
  )

const linesOf = ({ open, close }: TestBar) => ({ fast: close, slow: open })
const crossing = (
  name: string,
  create: () => Indicator<{ fast: number; slow: number }, unknown>,
  answer: (side: string) => unknown,
): IndicatorCase => ({
  name,
  periods: [0],
  create: create as IndicatorCase['create'],
  input: linesOf,
  warmUp: () => 1,
  definition: bars => {
    const side = statistics.crossed(bars.map(linesOf))
    return side === undefined ? undefined : answer(side)
  },
})

const figures: readonly IndicatorCase[] = [
  ofCloses('standardDeviation', { create: standardDeviation, warmUp: own, periods: [2, 20] }, (v, n) =>
    Math.sqrt(plain.variance(newest(v, n))),
  ),
  ofCloses('zScore', { create: zScore, warmUp: own, periods: [2, 20] }, (v, n) =>
    statistics.zScore(newest(v, n)),
  ),
  ofCloses('linearRegression', { create: linearRegression, warmUp: own, periods: [2, 20] }, (v, n) =>
    statistics.linearRegression(newest(v, n)),
  ),
  ofCloses('efficiencyRatio', { create: efficiencyRatio, warmUp: n => n + 1 }, plain.efficiency),
  ofCloses('percentileRank', { create: percentileRank, warmUp: own }, (v, n) =>
    statistics.percentileRank(newest(v, n)),
  ),
  {
    name: 'correlation',
    periods: [2, 20],
    create: correlation as IndicatorCase['create'],
    input: ({ close, low }) => ({ x: close, y: low }),
    warmUp: own,
    definition: (bars, n) =>
      statistics.correlation(
        newest(closes(bars), n),
        newest(
          bars.map(bar => bar.low),
          n,
        ),
      ),
  },
  volatility('close', [2, 20], n => n + 1, statistics.closeVolatility),
  volatility('parkinson', [1, 20], own, statistics.parkinson),
  volatility('garman-klass', [1, 20], own, statistics.garmanKlass),
  volatility('yang-zhang', [2, 20], n => n + 1, statistics.yangZhang),
  crossing('cross', cross, side => side),
  crossing('crossOver', crossOver, side => side === 'over'),
  crossing('crossUnder', crossUnder, side => side === 'under'),
]

/** Every indicator of the package. */
export const CASES: readonly IndicatorCase[] = [...averages, ...oscillators, ...lines, ...volumes, ...figures]
