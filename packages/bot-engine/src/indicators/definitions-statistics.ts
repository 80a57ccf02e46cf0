// Statistical indicators by their definitions; see definitions.ts. Used by tests alone.
import { highest, lowest, mean, sum, type TestBar, trueRanges, variance } from './definitions.ts'

type Numbers = readonly number[]
type Bars = readonly TestBar[]

const logs = (bars: Bars, of: (bar: TestBar, before: TestBar) => number): number[] =>
  bars.slice(1).map((bar, i) => Math.log(of(bar, bars[i] as TestBar)))
const sample = (values: Numbers): number => (variance(values) * values.length) / (values.length - 1)

export const zScore = (values: Numbers): number => {
  const deviation = Math.sqrt(variance(values))
  return deviation === 0 || values.every(value => value === values[0])
    ? 0
    : ((values.at(-1) as number) - mean(values)) / deviation
}

export function linearRegression(values: Numbers) {
  const center = (values.length - 1) / 2
  const middle = mean(values)
  const slope =
    sum(values.map((value, i) => (i - center) * (value - middle))) /
    sum(values.map((_, i) => (i - center) ** 2))
  const at = (i: number): number => middle + slope * (i - center)
  const total = sum(values.map(value => (value - middle) ** 2))
  const explained = sum(values.map((_, i) => (at(i) - middle) ** 2))
  const isFlat = values.every(value => value === values[0])
  return { value: at(values.length - 1), slope, intercept: at(0), rSquared: isFlat ? 0 : explained / total }
}

export const choppiness = (bars: Bars, n: number): number => {
  const span = highest(bars, n) - lowest(bars, n)
  if (span === 0) return 100
  return (100 * Math.log10(sum(trueRanges(bars.slice(-n - 1)).slice(-n)) / span)) / Math.log10(n)
}

export const correlation = (xs: Numbers, ys: Numbers): number => {
  const [x, y] = [mean(xs), mean(ys)]
  const covariance = mean(xs.map((value, i) => (value - x) * ((ys[i] as number) - y)))
  const isFlat = [xs, ys].some(values => values.every(value => value === values[0]))
  return isFlat ? 0 : covariance / Math.sqrt(variance(xs) * variance(ys))
}

export const percentileRank = (values: Numbers): number => {
  const now = values.at(-1) as number
  const below = values.filter(value => value < now).length
  const equal = values.filter(value => value === now).length
  return (100 * (below + equal / 2)) / values.length
}

/** Looks at every bar that has enough neighbours. */
export function swings(bars: Bars, before: number, after: number) {
  let [high, low]: [number | undefined, number | undefined] = [undefined, undefined]
  let [isNewHigh, isNewLow] = [false, false]
  for (let i = before; i + after < bars.length; i++) {
    const bar = bars[i] as TestBar
    const earlier = bars.slice(i - before, i)
    const later = bars.slice(i + 1, i + 1 + after)
    isNewHigh = earlier.every(b => b.high <= bar.high) && later.every(b => b.high < bar.high)
    isNewLow = earlier.every(b => b.low >= bar.low) && later.every(b => b.low > bar.low)
    if (isNewHigh) high = bar.high
    if (isNewLow) low = bar.low
  }
  return { high, low, isNewHigh, isNewLow }
}

export const closeVolatility = (bars: Bars, n: number): number =>
  Math.sqrt(sample(logs(bars.slice(-n - 1), (bar, before) => bar.close / before.close)))

export const parkinson = (bars: Bars, n: number): number =>
  Math.sqrt(sum(bars.slice(-n).map(({ high, low }) => Math.log(high / low) ** 2)) / (4 * n * Math.log(2)))

export const garmanKlass = (bars: Bars, n: number): number =>
  Math.sqrt(
    Math.max(
      0,
      mean(
        bars.slice(-n).map(({ open, high, low, close }) => {
          return 0.5 * Math.log(high / low) ** 2 - (2 * Math.log(2) - 1) * Math.log(close / open) ** 2
        }),
      ),
    ),
  )

export const yangZhang = (bars: Bars, n: number): number => {
  const window = bars.slice(-n - 1)
  const gaps = logs(window, (bar, before) => bar.open / before.close)
  const ways = logs(window, bar => bar.close / bar.open)
  const satchell = window.slice(1).map(({ open, high, low, close }) => {
    return Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open)
  })
  const k = 0.34 / (1.34 + (n + 1) / (n - 1))
  return Math.sqrt(sample(gaps) + k * sample(ways) + (1 - k) * mean(satchell))
}

/** Sides of the lines so far, touching left out; the last crossing if the newest lines made one. */
export function crossed(lines: readonly { readonly fast: number; readonly slow: number }[]) {
  const { fast, slow } = lines.at(-1) ?? { fast: 0, slow: 0 }
  const apart = lines.filter(line => line.fast !== line.slow)
  if (apart.length === 0) return undefined
  if (fast === slow || apart.length < 2) return 'none'
  const before = apart.at(-2) as { fast: number; slow: number }
  if (before.fast > before.slow === fast > slow) return 'none'
  return fast > slow ? 'over' : 'under'
}
