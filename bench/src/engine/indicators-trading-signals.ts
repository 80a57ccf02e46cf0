import { ATR, BollingerBands, EMA, RSI, SMA } from 'trading-signals'
import { type BenchBar, measureIndicators, RING } from './indicators-data.ts'

measureIndicators(() => {
  const [simple, exponential, strength] = [new SMA(20), new EMA(20), new RSI(14)]
  const [range, bands] = [new ATR(14), new BollingerBands(20, 2)]
  return {
    sma20(closes, count) {
      let value: number | null = 0
      for (let i = 0; i < count; i++) value = simple.add(closes[i % RING] as number)
      return value ?? 0
    },
    ema20(closes, count) {
      let value: number | null = 0
      for (let i = 0; i < count; i++) value = exponential.add(closes[i % RING] as number)
      return value ?? 0
    },
    rsi14(closes, count) {
      let value: number | null = 0
      for (let i = 0; i < count; i++) value = strength.add(closes[i % RING] as number)
      return value ?? 0
    },
    atr14(bars, count) {
      let value: number | null = 0
      for (let i = 0; i < count; i++) value = range.add(bars[i % RING] as BenchBar)
      return value ?? 0
    },
    bb20(closes, count) {
      let value = 0
      for (let i = 0; i < count; i++) value = bands.add(closes[i % RING] as number)?.upper ?? 0
      return value
    },
  }
})
