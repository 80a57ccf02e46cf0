import { ATR, BollingerBands, EMA, RSI, SMA } from 'technicalindicators'
import { type BenchBar, measureIndicators, RING } from './indicators-data.ts'

measureIndicators(() => {
  const simple = new SMA({ period: 20, values: [] })
  const exponential = new EMA({ period: 20, values: [] })
  const strength = new RSI({ period: 14, values: [] })
  const range = new ATR({ period: 14, high: [], low: [], close: [] })
  const bands = new BollingerBands({ period: 20, stdDev: 2, values: [] })
  return {
    sma20(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = simple.nextValue(closes[i % RING] as number)
      return value ?? 0
    },
    ema20(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = exponential.nextValue(closes[i % RING] as number)
      return value ?? 0
    },
    rsi14(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = strength.nextValue(closes[i % RING] as number)
      return value ?? 0
    },
    atr14(bars, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = range.nextValue(bars[i % RING] as BenchBar as never)
      return value ?? 0
    },
    bb20(closes, count) {
      let value = 0
      for (let i = 0; i < count; i++) value = bands.nextValue(closes[i % RING] as number)?.upper ?? 0
      return value
    },
  }
})
