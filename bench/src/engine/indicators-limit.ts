import { type BenchBar, measureIndicators, RING } from './indicators-data.ts'

// Closures by hand: no names, no checks, no classes. Sums run on for ever and drift.

function simple(period: number) {
  const ring = new Float64Array(period)
  let [sum, next, seen] = [0, 0, 0]
  return (input: number): number | undefined => {
    sum += input - (ring[next] as number)
    ring[next] = input
    next = next + 1 === period ? 0 : next + 1
    if (seen < period) seen += 1
    return seen < period ? undefined : sum / period
  }
}

function smoothed(period: number, share: number) {
  let [value, seen] = [0, 0]
  return (input: number): number | undefined => {
    if (seen < period) {
      seen += 1
      value += (input - value) / seen
    } else value += (input - value) * share
    return seen < period ? undefined : value
  }
}

function strength(period: number) {
  let [last, gain, loss, seen] = [0, 0, 0, 0]
  return (input: number): number | undefined => {
    const change = input - last
    last = input
    if (seen === 0) {
      seen = 1
      return undefined
    }
    const share = 1 / Math.min(seen, period)
    gain += (Math.max(0, change) - gain) * share
    loss += (Math.max(0, -change) - loss) * share
    if (seen <= period) seen += 1
    return seen <= period ? undefined : (100 * gain) / (gain + loss)
  }
}

function range(period: number) {
  const average = smoothed(period, 1 / period)
  let [last, seen] = [0, false]
  return ({ high, low, close }: BenchBar): number | undefined => {
    const value = seen ? Math.max(high, last) - Math.min(low, last) : high - low
    last = close
    seen = true
    return average(value)
  }
}

function bands(period: number, deviations: number) {
  const ring = new Float64Array(period)
  let [sum, squares, next, seen] = [0, 0, 0, 0]
  return (input: number) => {
    const old = ring[next] as number
    sum += input - old
    squares += input * input - old * old
    ring[next] = input
    next = next + 1 === period ? 0 : next + 1
    if (seen < period) seen += 1
    if (seen < period) return undefined
    const middle = sum / period
    const width = deviations * Math.sqrt(Math.max(0, squares / period - middle * middle))
    return { upper: middle + width, middle, lower: middle - width }
  }
}

measureIndicators(() => {
  const [average, exponential, index] = [simple(20), smoothed(20, 2 / 21), strength(14)]
  const [trueRange, channel] = [range(14), bands(20, 2)]
  return {
    sma20(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = average(closes[i % RING] as number)
      return value ?? 0
    },
    ema20(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = exponential(closes[i % RING] as number)
      return value ?? 0
    },
    rsi14(closes, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = index(closes[i % RING] as number)
      return value ?? 0
    },
    atr14(bars, count) {
      let value: number | undefined = 0
      for (let i = 0; i < count; i++) value = trueRange(bars[i % RING] as BenchBar)
      return value ?? 0
    },
    bb20(closes, count) {
      let value = 0
      for (let i = 0; i < count; i++) value = channel(closes[i % RING] as number)?.upper ?? 0
      return value
    },
  }
})
