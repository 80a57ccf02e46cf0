import * as technical from 'technicalindicators'
import * as signals from 'trading-signals'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../ports/random.ts'
import { adx } from './adx.ts'
import { aroon } from './aroon.ts'
import { atr } from './atr.ts'
import { bollinger } from './bollinger.ts'
import { cci } from './cci.ts'
import { donchian, keltner } from './channels.ts'
import { choppiness } from './choppiness.ts'
import { dema, ema, rma, tema } from './ema.ts'
import { ichimoku } from './ichimoku.ts'
import type { Indicator } from './indicator.ts'
import { kama } from './kama.ts'
import { linearRegression } from './linear-regression.ts'
import { macd } from './macd.ts'
import { momentum, rateOfChange } from './momentum.ts'
import { rsi } from './rsi.ts'
import { sma } from './sma.ts'
import { stochastic, williamsR } from './stochastic.ts'
import { parabolicSar, superTrend } from './trend-stops.ts'
import { chaikinMoneyFlow, moneyFlowIndex, onBalanceVolume } from './volume.ts'
import { hma, wma } from './wma.ts'

const random = createRandom(3)
let price = 1300
const bars = Array.from({ length: 400 }, () => {
  const open = price
  const close = open + random.next() * 4 - 2
  price = close
  return {
    open,
    high: Math.max(open, close) + random.next(),
    low: Math.min(open, close) - random.next(),
    close,
    tickVolume: 1 + Math.round(random.next() * 300),
  }
})
const closes = bars.map(bar => bar.close)
/** Bars in the words of both libraries. */
const candles = bars.map(({ tickVolume, ...prices }) => ({ ...prices, volume: tickVolume }))
const columns = {
  open: bars.map(bar => bar.open),
  high: bars.map(bar => bar.high),
  low: bars.map(bar => bar.low),
  close: closes,
  volume: bars.map(bar => bar.tickVolume),
}

function ours<In>(indicator: Indicator<In, unknown>, inputs: readonly In[]): unknown[] {
  return inputs.map(input => indicator.push(input)).filter(value => value !== undefined)
}

const theirs = <In>(indicator: { add(input: In): unknown }, inputs: readonly In[]): unknown[] =>
  inputs.map(input => indicator.add(input)).filter(value => value !== null)

/** Compares the newest values, by name where they are records; `least` of them are there. */
function expectSame(actual: unknown[], expected: unknown[], least = 300): void {
  const count = Math.min(actual.length, expected.length)
  expect(count).toBeGreaterThanOrEqual(least)
  const [mine, others] = [actual.slice(-count), expected.slice(-count)]
  mine.forEach((value, i) => {
    if (typeof value === 'number') expect(value).toBeCloseTo(others[i] as number, 8)
    else
      for (const [key, part] of Object.entries(value as Record<string, number>))
        expect(part, key).toBeCloseTo((others[i] as Record<string, number>)[key] as number, 8)
  })
}

const pick = (names: Record<string, string>) => (value: unknown) =>
  Object.fromEntries(Object.entries(names).map(([own, other]) => [own, (value as never)[other]]))

describe('the same values as trading-signals', () => {
  it.each([
    ['sma', sma(20), new signals.SMA(20)],
    ['rma', rma(14), new signals.WSMA(14)],
    ['wma', wma(20), new signals.WMA(20)],
    ['hma', hma(20), new signals.HMA(20)],
    ['kama', kama(10), new signals.KAMA(10)],
    ['rsi', rsi(14), new signals.RSI(14)],
    ['momentum', momentum(12), new signals.MOM(12)],
  ] as const)('has %s in common', (_, own, other) => {
    expectSame(ours(own, closes), theirs(other, closes))
  })

  it('rateOfChange, which it gives as a fraction', () => {
    const values = theirs(new signals.ROC(12), closes)
    expectSame(
      ours(rateOfChange(12), closes),
      values.map(value => 100 * (value as number)),
    )
  })

  it.each([
    ['atr', atr(14), new signals.ATR(14)],
    ['cci', cci(20), new signals.CCI(20)],
    ['williamsR', williamsR(14), new signals.WilliamsR(14)],
    ['choppiness', choppiness(14), new signals.CHOP(14)],
  ] as const)('has %s in common', (_, own, other) => {
    expectSame(ours(own, bars), theirs(other, candles))
  })

  it.each([
    ['moneyFlowIndex', moneyFlowIndex(14), new signals.MFI(14)],
    ['chaikinMoneyFlow', chaikinMoneyFlow(20), new signals.CMF(20)],
  ] as const)('has %s in common', (_, own, other) => {
    expectSame(ours(own, bars), theirs(other, candles))
  })

  it('ema, dema, tema, keltner, macd once the start is forgotten: its averages start with the first input', () => {
    const newest = (values: unknown[]) => values.slice(-80)
    for (const [own, other] of [
      [ema(20), new signals.EMA(20)],
      [dema(10), new signals.DEMA(10)],
      [tema(10), new signals.TEMA(10)],
    ] as const)
      expectSame(newest(ours(own, closes)), newest(theirs(other, closes)), 80)
    const channel = new signals.KeltnerChannels({ emaInterval: 20, atrInterval: 10, multiplier: 2 })
    expectSame(newest(ours(keltner(20, 10, 2), bars)), newest(theirs(channel, candles)), 80)
    const lines = new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9))
    expectSame(newest(ours(macd(12, 26, 9), closes)), newest(theirs(lines, closes)), 80)
  })

  it('has bollinger in common', () => {
    expectSame(ours(bollinger(20, 2), closes), theirs(new signals.BollingerBands(20, 2), closes))
  })

  it('has donchian in common', () => {
    expectSame(ours(donchian(20), bars), theirs(new signals.DonchianChannels(20), candles))
  })

  it('has stochastic in common', () => {
    const other = new signals.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 })
    expectSame(
      ours(stochastic(14, 3, 3), bars),
      theirs(other, candles).map(pick({ k: 'stochK', d: 'stochD' })),
    )
  })

  it('has aroon in common', () => {
    const values = theirs(new signals.Aroon(25), candles).map(pick({ up: 'aroonUp', down: 'aroonDown' }))
    expectSame(values, ours(aroon(25), bars))
  })

  it('superTrend once both have turned, as they start on different sides', () => {
    const values = theirs(new signals.SuperTrend({ interval: 10, multiplier: 2 }), candles)
    const levels = values.map(value => (value as { supertrend: number }).supertrend)
    const own = ours(superTrend(10, 2), bars).map(value => (value as { level: number }).level)
    expectSame(own.slice(-300), levels.slice(-300))
  })

  it('ichimoku without its displacement', () => {
    const names = { conversion: 'conversion', base: 'base', leadA: 'spanA', leadB: 'spanB' }
    const values = theirs(new signals.IchimokuCloud(), candles).map(pick(names))
    expectSame(values, ours(ichimoku(), bars))
  })

  it('linearRegression, without its prediction, which lies one step ahead', () => {
    const names = { slope: 'slope', intercept: 'intercept' }
    const values = theirs(new signals.LinearRegression(20), closes).map(pick(names))
    expectSame(values, ours(linearRegression(20), closes))
  })

  it('adx once the start is forgotten: theirs counts the first bar as one without movement', () => {
    const values = theirs(new signals.ADX(14), candles)
    const own = ours(adx(14), bars).map(value => (value as { adx: number }).adx)
    own.slice(-80).forEach((value, i) => {
      expect(value).toBeCloseTo(values.slice(-80)[i] as number, 4)
    })
  })
})

describe('the same values as technicalindicators', () => {
  it.each([
    ['sma', () => sma(20), () => technical.SMA.calculate({ period: 20, values: closes })],
    ['ema', () => ema(20), () => technical.EMA.calculate({ period: 20, values: closes })],
    ['rma', () => rma(14), () => technical.WEMA.calculate({ period: 14, values: closes })],
    ['wma', () => wma(20), () => technical.WMA.calculate({ period: 20, values: closes })],
    ['rateOfChange', () => rateOfChange(12), () => technical.ROC.calculate({ period: 12, values: closes })],
  ])('has %s in common', (_, own, other) => {
    expectSame(ours(own(), closes), other())
  })

  it('rsi, which it rounds to two digits', () => {
    const values = technical.RSI.calculate({ period: 14, values: closes })
    ours(rsi(14), closes).forEach((value, i) => {
      expect(Math.abs((value as number) - (values[i] as number))).toBeLessThan(0.00501)
    })
  })

  it('has bollinger and macd in common', () => {
    expectSame(
      ours(bollinger(20, 2), closes),
      technical.BollingerBands.calculate({ period: 20, stdDev: 2, values: closes }),
    )
    const options = {
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    }
    const lines = technical.MACD.calculate({ ...options, values: closes })
    expectSame(
      ours(macd(12, 26, 9), closes),
      lines.map(pick({ macd: 'MACD', signal: 'signal', histogram: 'histogram' })),
    )
  })

  it('has williamsR, cci and the fast stochastic in common', () => {
    expectSame(ours(williamsR(14), bars), technical.WilliamsR.calculate({ ...columns, period: 14 }))
    expectSame(ours(cci(20), bars), technical.CCI.calculate({ ...columns, period: 20 }))
    expectSame(
      ours(stochastic(14, 1, 3), bars),
      technical.Stochastic.calculate({ ...columns, period: 14, signalPeriod: 3 }),
    )
  })

  it('adx and its directional indicators', () => {
    const values = technical.ADX.calculate({ ...columns, period: 14 })
    expectSame(ours(adx(14), bars), values.map(pick({ adx: 'adx', plus: 'pdi', minus: 'mdi' })))
  })

  it('atr once the start is forgotten: its first range is that of the second bar', () => {
    const values = technical.ATR.calculate({ ...columns, period: 14 })
    const own = ours(atr(14), bars)
    own.slice(-60).forEach((value, i) => {
      expect(value).toBeCloseTo(values.slice(-60)[i] as number, 8)
    })
  })

  it('onBalanceVolume, which starts at the second bar', () => {
    expectSame(ours(onBalanceVolume(), bars), technical.OBV.calculate(columns))
  })

  it('parabolicSar once both have turned', () => {
    const values = technical.PSAR.calculate({ ...columns, step: 0.02, max: 0.2 })
    const own = ours(parabolicSar(), bars).map(value => (value as { level: number }).level)
    expectSame(own.slice(-300), values.slice(-300))
  })
})
