// Indicators by their definitions, over all inputs anew: slow and plain, to check the incremental ones against.
// Each function gives the value after the last input. Used by tests alone.

export interface TestBar {
  readonly openedAt: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly tickVolume: number
}

type Numbers = readonly number[]
type Bars = readonly TestBar[]

export const sum = (values: Numbers): number => values.reduce((total, value) => total + value, 0)
export const mean = (values: Numbers): number => sum(values) / values.length
export const variance = (values: Numbers): number => {
  const center = mean(values)
  return mean(values.map(value => (value - center) ** 2))
}
export const highest = (bars: Bars, n: number): number => Math.max(...bars.slice(-n).map(bar => bar.high))
export const lowest = (bars: Bars, n: number): number => Math.min(...bars.slice(-n).map(bar => bar.low))
const last = <T>(values: readonly T[], back = 1): T => values.at(-back) as T
const changes = (values: Numbers): number[] =>
  values.slice(1).map((value, i) => value - (values[i] as number))
const typicals = (bars: Bars): number[] => bars.map(({ high, low, close }) => (high + low + close) / 3)
const closesOf = (bars: Bars): number[] => bars.map(bar => bar.close)
/** The newest `n` that end `back` before the last. */
const newest = <T>(values: readonly T[], n: number, back = 0): readonly T[] =>
  values.slice(Math.max(0, values.length - n - back), values.length - back)

/** All values of an average of share α, started with the mean of the first n. */
export function smoothed(values: Numbers, n: number, share: number): number[] {
  if (values.length < n) return []
  const result = [mean(values.slice(0, n))]
  for (const value of values.slice(n)) result.push(last(result) * (1 - share) + value * share)
  return result
}

export const emas = (values: Numbers, n: number): number[] => smoothed(values, n, 2 / (n + 1))
export const rmas = (values: Numbers, n: number): number[] => smoothed(values, n, 1 / n)

export const dema = (values: Numbers, n: number): number => {
  const one = emas(values, n)
  return 2 * last(one) - last(emas(one, n))
}

export const tema = (values: Numbers, n: number): number => {
  const one = emas(values, n)
  const two = emas(one, n)
  return 3 * last(one) - 3 * last(two) + last(emas(two, n))
}

export const wma = (values: Numbers, n: number, back = 0): number => {
  const window = newest(values, n, back)
  return sum(window.map((value, i) => value * (i + 1))) / ((n * (n + 1)) / 2)
}

export const hma = (values: Numbers, n: number): number => {
  const root = Math.floor(Math.sqrt(n))
  const raw = Array.from({ length: root }, (_, i) => {
    const back = root - 1 - i
    return 2 * wma(values, Math.floor(n / 2), back) - wma(values, n, back)
  })
  return wma(raw, root)
}

export const efficiency = (values: Numbers, n: number): number => {
  const steps = newest(changes(newest(values, n + 1)), n)
  const path = sum(steps.map(Math.abs))
  return path === 0 ? 0 : Math.abs(sum(steps)) / path
}

export function kama(values: Numbers, n: number): number {
  let average = values[n - 1] as number
  for (let i = n; i < values.length; i++) {
    const share = efficiency(values.slice(i - n, i + 1), n) * (2 / 3 - 2 / 31) + 2 / 31
    average += share ** 2 * ((values[i] as number) - average)
  }
  return average
}

/** Sessions of whole UTC hours. */
export function vwapOfHour(bars: Bars): number {
  const hour = Math.floor(last(bars).openedAt / 3_600_000)
  const session = newest(bars, 60).filter(bar => Math.floor(bar.openedAt / 3_600_000) === hour)
  const volume = sum(session.map(bar => bar.tickVolume))
  if (volume === 0) return last(typicals(bars))
  return sum(session.map((bar, i) => (typicals(session)[i] as number) * bar.tickVolume)) / volume
}

export function rsis(values: Numbers, n: number): number[] {
  const moves = changes(values)
  const gains = rmas(
    moves.map(move => Math.max(0, move)),
    n,
  )
  const losses = rmas(
    moves.map(move => Math.max(0, -move)),
    n,
  )
  return gains.map((gain, i) =>
    gain + (losses[i] as number) === 0 ? 50 : 100 - 100 / (1 + gain / (losses[i] as number)),
  )
}

const place = (value: number, low: number, high: number, least = 0): number =>
  high - low <= least ? 50 : (100 * (value - low)) / (high - low)

/** `k` smoothed over 3, `d` over 3. */
const kAndD = (percent: (back: number) => number): { k: number; d: number } => {
  const k = (back: number): number => mean([0, 1, 2].map(i => percent(back + i)))
  return { k: k(0), d: mean([0, 1, 2].map(k)) }
}

export const stochastic = (bars: Bars, n: number) =>
  kAndD(back => {
    const window = newest(bars, n, back)
    return place(last(window).close, lowest(window, n), highest(window, n))
  })

export const stochasticRsi = (values: Numbers, n: number) => {
  const all = rsis(values, n)
  return kAndD(back => {
    const window = newest(all, n, back)
    return place(last(window), Math.min(...window), Math.max(...window), 1e-9)
  })
}

export const williamsR = (bars: Bars, n: number): number =>
  place(last(bars).close, lowest(bars, n), highest(bars, n)) - 100

export const cci = (bars: Bars, n: number): number => {
  const window = typicals(newest(bars, n))
  const center = mean(window)
  const deviation = mean(window.map(value => Math.abs(value - center)))
  return window.every(value => value === window[0]) ? 0 : (last(window) - center) / (0.015 * deviation)
}

export const macd = (values: Numbers, n: number) => {
  const short = emas(values, n).slice(n)
  const lines = emas(values, 2 * n).map((slow, i) => (short[i] as number) - slow)
  const signal = last(emas(lines, n))
  return { macd: last(lines), signal, histogram: last(lines) - signal }
}

export const trueRanges = (bars: Bars): number[] =>
  bars.map(({ high, low }, i) => {
    const close = bars[i - 1]?.close
    return close === undefined
      ? high - low
      : Math.max(high - low, Math.abs(high - close), Math.abs(low - close))
  })

export function adx(bars: Bars, n: number) {
  const moves = bars.slice(1).map((bar, i) => {
    const before = bars[i] as TestBar
    return { rise: bar.high - before.high, fall: before.low - bar.low }
  })
  const up = rmas(
    moves.map(({ rise, fall }) => (rise > fall && rise > 0 ? rise : 0)),
    n,
  )
  const down = rmas(
    moves.map(({ rise, fall }) => (fall > rise && fall > 0 ? fall : 0)),
    n,
  )
  const range = rmas(trueRanges(bars).slice(1), n)
  const share = (part: Numbers, i: number): number =>
    range[i] === 0 ? 0 : (100 * (part[i] as number)) / (range[i] as number)
  const index = up.map((_, i) => {
    const [plus, minus] = [share(up, i), share(down, i)]
    return plus + minus === 0 ? 0 : (100 * Math.abs(plus - minus)) / (plus + minus)
  })
  return { adx: last(rmas(index, n)), plus: share(up, up.length - 1), minus: share(down, up.length - 1) }
}

export const aroon = (bars: Bars, n: number) => {
  const window = newest(bars, n + 1)
  const up = (100 * window.findLastIndex(bar => bar.high === highest(window, n + 1))) / n
  const down = (100 * window.findLastIndex(bar => bar.low === lowest(window, n + 1))) / n
  return { up, down, oscillator: up - down }
}

const either = <T>(is: boolean, one: T, other: T): T => (is ? one : other)

/** Wilder's rules with both trends written out. */
export function parabolicSar(bars: Bars, step: number, max: number) {
  const [first, second] = bars as [TestBar, TestBar]
  const falls = first.low - second.low
  let isUp = !(falls > 0 && falls > second.high - first.high)
  let extreme = either(isUp, second.high, second.low)
  let stop = either(isUp, first.low, first.high)
  let [factor, level] = [step, stop]
  for (let i = 1; i < bars.length; i++) {
    // The first stop is the extreme before the trend, not a bar of it.
    const [bar, before] = [bars[i] as TestBar, bars[Math.max(1, i - 1)] as TestBar]
    const low = Math.min(bar.low, before.low)
    const high = Math.max(bar.high, before.high)
    level = stop
    if (either(isUp, bar.low <= stop, bar.high >= stop)) {
      isUp = !isUp
      level = either(isUp, Math.min(extreme, low), Math.max(extreme, high))
      extreme = either(isUp, bar.high, bar.low)
      factor = step
    } else if (either(isUp, bar.high > extreme, bar.low < extreme)) {
      extreme = either(isUp, bar.high, bar.low)
      factor = Math.min(max, factor + step)
    }
    stop = level + factor * (extreme - level)
    stop = either(isUp, Math.min(stop, low), Math.max(stop, high))
  }
  return { trend: either(isUp, 'up', 'down'), level, next: stop }
}

export function superTrend(bars: Bars, n: number, multiplier: number) {
  const ranges = rmas(trueRanges(bars), n)
  const at = (k: number) => bars[k + n - 1] as TestBar
  const middle = (k: number): number => (at(k).high + at(k).low) / 2
  let [upper, lower] = [Number.NaN, Number.NaN]
  let isUp = at(0).close >= middle(0)
  ranges.forEach((range, k) => {
    const [nextUpper, nextLower] = [middle(k) + multiplier * range, middle(k) - multiplier * range]
    const before = k === 0 ? Number.NaN : at(k - 1).close
    upper = either(k === 0 || nextUpper < upper || before > upper, nextUpper, upper)
    lower = either(k === 0 || nextLower > lower || before < lower, nextLower, lower)
    if (k > 0) isUp = either(isUp, at(k).close >= lower, at(k).close > upper)
  })
  return { trend: either(isUp, 'up', 'down'), level: either(isUp, lower, upper) }
}

export const ichimoku = (bars: Bars, short: number, middle: number, long: number, displacement: number) => {
  const center = (n: number, back: number): number => {
    const window = newest(bars, n, back)
    return (highest(window, n) + lowest(window, n)) / 2
  }
  const leadA = (back: number): number => (center(short, back) + center(middle, back)) / 2
  return {
    conversion: center(short, 0),
    base: center(middle, 0),
    leadA: leadA(0),
    leadB: center(long, 0),
    spanA: leadA(displacement),
    spanB: center(long, displacement),
  }
}

export const onBalanceVolume = (bars: Bars): number =>
  sum(changes(closesOf(bars)).map((move, i) => Math.sign(move) * (bars[i + 1] as TestBar).tickVolume))

export const moneyFlowIndex = (bars: Bars, n: number): number => {
  const window = newest(bars, n + 1)
  const typical = typicals(window)
  const flow = (sign: number): number =>
    sum(
      changes(typical).map((move, i) =>
        Math.sign(move) === sign ? (typical[i + 1] as number) * (window[i + 1] as TestBar).tickVolume : 0,
      ),
    )
  if (flow(1) === 0 && flow(-1) === 0) return 50
  return 100 - 100 / (1 + flow(1) / flow(-1))
}

export const chaikinMoneyFlow = (bars: Bars, n: number): number => {
  const window = newest(bars, n)
  const flows = window.map(({ high, low, close, tickVolume }) =>
    high === low ? 0 : ((close - low - (high - close)) / (high - low)) * tickVolume,
  )
  const volume = sum(window.map(bar => bar.tickVolume))
  return volume === 0 ? 0 : sum(flows) / volume
}
