import { atr, bollinger, ema, rsi, sma } from '@openclaw-trading/bot-engine'
import { type BenchBar, measureIndicators, RING } from './indicators-data.ts'

measureIndicators(() => {
  const [simple, exponential, strength, range, bands] = [sma(20), ema(20), rsi(14), atr(14), bollinger(20, 2)]
  return {
    sma20(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = simple.push(closes[i % RING] as number)
      return value ?? 0
    },
    ema20(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = exponential.push(closes[i % RING] as number)
      return value ?? 0
    },
    rsi14(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = strength.push(closes[i % RING] as number)
      return value ?? 0
    },
    atr14(bars, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = range.push(bars[i % RING] as BenchBar)
      return value ?? 0
    },
    bb20(closes, count) {
      let value = 0
      for (let i = 0; i < count; i++) value = bands.push(closes[i % RING] as number)?.upper ?? 0
      return value
    },
  }
})
