import { describe, expect, it } from 'vitest'
import * as batch from '../indicators/definitions.ts'
import { normalQuantile } from '../statistics/normal.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { type RegimeInput, type RegimeReading, regimeClassifier } from './classifier.ts'
import { hiddenMarkovFilter } from './hidden-markov.ts'
import { regimeUsefulness } from './usefulness.ts'
import { volatilityPercentile } from './volatility.ts'

const SIGMA = 0.001

/** Bars whose log close moves by the next return, in σ; highs and lows lie a little beyond open and close. */
function barsFrom(seed: number, count: number, nextReturn: (normal: () => number, i: number) => number) {
  const uniform = seededUniform(seed)
  const normal = () => normalQuantile(uniform() + 1e-10)
  let log = Math.log(100)
  return Array.from({ length: count }, (_, i): RegimeInput => {
    const open = log
    log += SIGMA * nextReturn(normal, i)
    const high = Math.max(open, log) + SIGMA * 0.3 * Math.abs(normal())
    const low = Math.min(open, log) - SIGMA * 0.3 * Math.abs(normal())
    return { high: Math.exp(high), low: Math.exp(low), close: Math.exp(log) }
  })
}

const walk = (seed: number, count: number) => barsFrom(seed, count, normal => normal())
const trend = (seed: number, count: number) => barsFrom(seed, count, normal => normal() + 0.15)
function reverting(seed: number, count: number) {
  // Ornstein and Uhlenbeck with a half-life of ten bars.
  let level = 0
  return barsFrom(seed, count, normal => {
    const last = level
    level = 0.5 ** 0.1 * last + normal()
    return level - last
  })
}

function read(bars: readonly RegimeInput[], options = {}): RegimeReading[] {
  const classifier = regimeClassifier(options)
  return bars.map(bar => classifier.push(bar)).filter(reading => reading !== undefined)
}

const share = <T>(items: readonly T[], has: (item: T) => boolean) => items.filter(has).length / items.length
const flipsPerThousand = (readings: readonly RegimeReading[]) =>
  (1000 * readings.filter((reading, i) => i > 0 && reading.regime !== readings[i - 1]?.regime).length) /
  readings.length

/** Posterior of a label after all of them, in matrix form: stay for 50 bars, each label right in 60 % of bars. */
function posteriorOf(labels: readonly string[], wanted: 'trending' | 'ranging' | 'volatile'): number {
  const all = ['trending', 'ranging', 'volatile']
  const [first, ...rest] = labels
  let p: readonly number[] = all.map(known => (known === first ? 0.6 : 0.2))
  for (const label of rest) {
    const prior = all.map((_, to) =>
      p.reduce((sum, weight, from) => sum + weight * (from === to ? 0.98 : 0.01), 0),
    )
    p = prior.map((weight, i) => weight * (all[i] === label ? 0.6 : 0.2))
    const total = p.reduce((sum, weight) => sum + weight, 0)
    p = p.map(weight => weight / total)
  }
  return p[all.indexOf(wanted)] as number
}

const measured = (text: string) => process.stderr.write(`  ${text}\n`)

describe('regimeClassifier', () => {
  it('never changes a label when later bars arrive', () => {
    const bars = [...walk(1, 1500), ...trend(2, 700), ...reverting(3, 700)]
    const all = read(bars)
    for (const count of [1100, 1501, 2200, 2899]) {
      const prefix = read(bars.slice(0, count))
      expect(prefix).toEqual(all.slice(0, prefix.length))
    }
  })

  it('tells a drift of 0.15 σ a bar from reversion with a half-life of ten bars, with balanced accuracy above 0.8', () => {
    const isTrend = ({ direction }: RegimeReading) => direction === 'trend'
    const found = share(read(trend(4, 20_000)), isTrend)
    const spared = 1 - share(read(reverting(5, 20_000)), isTrend)
    expect((found + spared) / 2).toBeGreaterThan(0.8)
    expect(found).toBeGreaterThan(0.65)
    expect(spared).toBeGreaterThan(0.99)
  })

  it('finds the fifth of the bars in which a switching market swings three times as wide', () => {
    const isWild = (i: number) => Math.floor(i / 300) % 5 === 4
    const bars = barsFrom(6, 15_000, (normal, i) => normal() * (isWild(i) ? 3 : 1))
    const readings = read(bars)
    const first = bars.length - readings.length
    const high = readings.filter((_, i) => isWild(i + first))
    const calm = readings.filter((_, i) => !isWild(i + first))
    const wild = ({ volatility }: RegimeReading) => volatility === 'high'
    expect((share(high, wild) + 1 - share(calm, wild)) / 2).toBeGreaterThan(0.8)
  })

  it('follows a market that switches between drift and reversion, and says how late and how steadily', () => {
    // Six spells of 2000 bars each; a spell counts as found with its first bar of the right direction.
    const spell = 2000
    const isTrend = (i: number) => Math.floor(i / spell) % 2 === 0
    let level = 0
    const bars = barsFrom(12, 6 * spell, (normal, i) => {
      if (isTrend(i)) return normal() + 0.15
      const last = level
      level = 0.5 ** 0.1 * last + normal()
      return level - last
    })
    const readings = read(bars)
    const first = bars.length - readings.length
    const found = readings.map(({ direction }) => direction === 'trend')
    const inTrend = found.filter((_, i) => isTrend(i + first))
    const inRange = found.filter((_, i) => !isTrend(i + first))
    const accuracy = (share(inTrend, isFound => isFound) + share(inRange, isFound => !isFound)) / 2
    expect(accuracy).toBeGreaterThan(0.8)
    const lags = [1, 2, 3, 4, 5].map(n => {
      const start = n * spell - first
      return found.slice(start, start + spell).findIndex(isFound => isFound === isTrend(n * spell))
    })
    const median = lags.sort((one, other) => one - other)[2] as number
    expect(median).toBeGreaterThanOrEqual(0)
    expect(median).toBeLessThan(200)
    const flips = flipsPerThousand(readings)
    expect(flips).toBeLessThan(60)
    measured(
      `switching market: accuracy ${accuracy.toFixed(3)}, lag ${median} bars, ${flips.toFixed(1)} flips per 1000`,
    )
  })

  it('calls a random walk trending in at most 20 %, volatile in about 20 %, and does not flicker', () => {
    const readings = read(walk(7, 30_000))
    const trending = share(readings, ({ regime }) => regime === 'trending')
    const volatile = share(readings, ({ regime }) => regime === 'volatile')
    expect(trending).toBeLessThan(0.2)
    expect(volatile).toBeGreaterThan(0.17)
    expect(volatile).toBeLessThan(0.23)
    const hasty = read(walk(7, 30_000), { dwell: 1, posterior: 0 })
    expect(flipsPerThousand(readings)).toBeLessThan(flipsPerThousand(hasty))
    expect(flipsPerThousand(readings)).toBeLessThan(60)
    measured(`random walk: ${flipsPerThousand(readings).toFixed(1)} flips per 1000`)
  })

  it('keeps a regime for the dwell, and takes risk-off at once', () => {
    const readings = read(walk(8, 8000), { dwell: 6 })
    let age = 0
    readings.forEach(({ regime }, i) => {
      if (i > 0 && regime !== readings[i - 1]?.regime) {
        expect(age).toBeGreaterThanOrEqual(6)
        age = 0
      }
      age += 1
    })
    const classifier = regimeClassifier({ window: 50 })
    for (const bar of walk(9, 300)) classifier.push(bar)
    expect(classifier.push({ high: 100, low: 100, close: 100, riskOff: true })?.regime).toBe('risk-off')
  })

  it('leaves a regime only for one with a posterior above 0.7, or what is asked for', () => {
    const bars = [...walk(13, 6000), ...trend(14, 2000)]
    const switches = (readings: readonly RegimeReading[]) =>
      readings.filter((reading, i) => i > 0 && reading.regime !== readings[i - 1]?.regime)
    const usual = switches(read(bars))
    expect(usual.length).toBeGreaterThan(10)
    for (const { posterior } of usual) expect(posterior).toBeGreaterThan(0.7)
    const strict = switches(read(bars, { posterior: 0.95 }))
    for (const { posterior } of strict) expect(posterior).toBeGreaterThan(0.95)
    const loose = switches(read(bars, { posterior: 0 }))
    expect(strict.length).toBeLessThan(usual.length)
    expect(usual.length).toBeLessThan(loose.length)
    expect(loose.some(({ posterior }) => posterior <= 0.7)).toBe(true)
    for (const posterior of [-0.1, 1, Number.NaN])
      expect(() => regimeClassifier({ posterior })).toThrow('[invalid-options] posterior')
    measured(
      `switches in 8000 bars: ${loose.length} without a posterior, ${usual.length} above 0.7, ${strict.length} above 0.95`,
    )
  })

  it('comes back from risk-off to what the bars have said meanwhile, and is sure of what it is told', () => {
    const readings = read(walk(15, 3000).map((bar, i) => ({ ...bar, riskOff: i >= 1500 && i < 1600 })))
    const first = 3000 - readings.length
    const during = readings.slice(1500 - first, 1600 - first)
    expect(new Set(during.map(({ regime, posterior }) => `${regime} ${posterior}`))).toEqual(
      new Set(['risk-off 1']),
    )
    const back = readings.slice(1600 - first).findIndex(({ regime }) => regime !== 'risk-off')
    expect(back).toBeGreaterThanOrEqual(0)
    expect(back).toBeLessThan(20)
  })

  it('calls the turbulent bars of a GARCH market volatile, and judges nothing of their direction', () => {
    // GARCH(1, 1) with shares 0.10 and 0.88: variances wander between a third and several times their mean of 1.
    const variances: number[] = []
    let [variance, last] = [1, 0]
    const bars = barsFrom(16, 30_000, normal => {
      variance = 0.02 + 0.1 * last * last + 0.88 * variance
      variances.push(variance)
      last = Math.sqrt(variance) * normal()
      return last
    })
    const readings = read(bars)
    const own = variances.slice(bars.length - readings.length)
    // The true rank in the same window of 1000: what the percentile of an estimate can know.
    const high = own.map((now, i) => {
      const window = own.slice(Math.max(0, i - 999), i + 1)
      return window.filter(value => value < now).length / window.length > 0.8
    })
    const judged = readings.map(({ volatility }, i) => ({
      isCalled: volatility === 'high',
      isHigh: high[i] === true,
    }))
    const settled = judged.slice(1000)
    const hit = share(
      settled.filter(({ isHigh }) => isHigh),
      ({ isCalled }) => isCalled,
    )
    const spared = share(
      settled.filter(({ isHigh }) => !isHigh),
      ({ isCalled }) => !isCalled,
    )
    measured(`GARCH: balanced accuracy of high volatility ${((hit + spared) / 2).toFixed(3)}`)
    expect((hit + spared) / 2).toBeGreaterThan(0.8)
  })

  it('reads from each bar what a batch over all bars until then gives, to 1e-9, and decides the same by it', () => {
    const bars = [...walk(21, 700), ...trend(22, 400)].map(bar => ({
      ...bar,
      open: bar.close,
      tickVolume: 0,
    }))
    const window = 60
    const classifier = regimeClassifier({ window })
    const readings = bars.map(bar => classifier.push(bar))
    const closes = bars.map(({ close }) => close)
    let labels: ('trending' | 'ranging' | 'volatile')[] = []
    readings.forEach((reading, i) => {
      if (reading === undefined) return
      const label =
        reading.direction === 'trend' ? 'trending' : reading.volatility === 'high' ? 'volatile' : 'ranging'
      labels = [...labels, label]
      if (i % 37 !== 0) return
      const lastCloses = closes.slice(i - 200, i + 1)
      const path = lastCloses.slice(1).reduce((sum, close, k) => sum + Math.abs(close - lastCloses[k]!), 0)
      expect(reading.efficiency).toBeCloseTo(Math.abs(lastCloses.at(-1)! - lastCloses[0]!) / path, 9)
      expect(reading.directionalIndex).toBeCloseTo(batch.adx(bars.slice(0, i + 1) as never, 75).adx, 9)
      const variances: number[] = []
      for (let k = 1; k <= i; k++) {
        const square = Math.log(closes[k]! / closes[k - 1]!) ** 2
        variances.push(k === 1 ? square : 0.94 * variances.at(-1)! + 0.06 * square)
      }
      const recent = variances.slice(-window)
      const below =
        recent.filter(v => v < recent.at(-1)!).length + recent.filter(v => v === recent.at(-1)!).length / 2
      expect(reading.volatilityPercentile).toBeCloseTo((100 * below) / window, 9)
      expect(reading.posterior).toBeCloseTo(posteriorOf(labels, reading.regime as 'trending'), 9)
    })
  })

  it('is silent until it has seen enough, and refuses prices that are none', () => {
    const bars = walk(10, 1001)
    expect(read(bars.slice(0, 1000))).toEqual([])
    expect(read(bars).length).toBe(1)
    for (const close of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => regimeClassifier().push({ high: close, low: close, close })).toThrow('[data-invalid]')
    expect(() => regimeClassifier().push({ high: 1, low: 2, close: 1.5 })).toThrow('[data-invalid]')
    for (const options of [{ window: 10 }, { dwell: 0 }, { window: 1e9 }])
      expect(() => regimeClassifier(options)).toThrow('[invalid-options]')
  })
})

describe('volatilityPercentile', () => {
  const bars = walk(11, 700)
  const closes = bars.map(({ close }) => close)

  it('equals the percentile by counting', () => {
    const percentile = volatilityPercentile(50)
    const variances: number[] = []
    closes.forEach((close, i) => {
      const value = percentile.push(close)
      if (i === 0) return
      const square = Math.log(close / closes[i - 1]!) ** 2
      const last = variances.at(-1)
      variances.push(last === undefined ? square : 0.94 * last + 0.06 * square)
      expect(value === undefined).toBe(variances.length < 50)
      if (variances.length < 50) return
      const window = variances.slice(-50)
      const now = window[49]!
      const below = window.filter(v => v < now).length + window.filter(v => v === now).length / 2
      expect(value).toBeCloseTo(2 * below, 9)
    })
  })
})

describe('hiddenMarkovFilter', () => {
  const model = {
    initial: [0.6, 0.4],
    transitions: [
      [0.95, 0.05],
      [0.1, 0.9],
    ],
    states: [
      { mean: 0.05, deviation: 1 },
      { mean: -0.1, deviation: 2.5 },
    ],
  }
  const values = [0.3, -2.8, 1.1, 4, -3.1, 0.2, 0.1, -0.4]

  it('agrees with the sum over all paths of states', () => {
    const filter = hiddenMarkovFilter(model)
    const density = (state: number, x: number) => {
      const { mean, deviation } = model.states[state]!
      return Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / deviation
    }
    values.forEach((value, last) => {
      const sums = [0, 0]
      for (let path = 0; path < 2 ** (last + 1); path++) {
        const state = (i: number) => (path >> i) & 1
        let weight = model.initial[state(0)]!
        for (let i = 0; i <= last; i++) {
          if (i > 0) weight *= model.transitions[state(i - 1)]![state(i)]!
          weight *= density(state(i), values[i]!)
        }
        sums[state(last)]! += weight
      }
      const probabilities = filter.push(value)
      expect(probabilities[1]).toBeCloseTo(sums[1]! / (sums[0]! + sums[1]!), 12)
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
    })
  })

  it('sorts its states by deviation, and survives values that no state explains', () => {
    const turned = hiddenMarkovFilter({
      initial: [0.4, 0.6],
      transitions: [
        [0.9, 0.1],
        [0.05, 0.95],
      ],
      states: [model.states[1]!, model.states[0]!],
    })
    const filter = hiddenMarkovFilter(model)
    for (const value of [...values, 1e6]) {
      const probabilities = filter.push(value)
      turned.push(value).forEach((p, i) => {
        expect(p).toBeCloseTo(probabilities[i]!, 12)
      })
    }
    expect(filter.probabilities?.[1]).toBeCloseTo(1, 12)
  })

  it('refuses what is no model', () => {
    for (const wrong of [
      { ...model, initial: [0.5, 0.4] },
      { ...model, initial: [1] },
      { ...model, transitions: [[1, 0]] },
      { ...model, states: [model.states[0]!, { mean: 0, deviation: 0 }] },
    ])
      expect(() => hiddenMarkovFilter(wrong)).toThrow('[invalid-options]')
    expect(() => hiddenMarkovFilter(model).push(Number.NaN)).toThrow('[data-invalid]')
  })
})

describe('regimeUsefulness', () => {
  const results = (seed: number, count: number, mean: number) => {
    const uniform = seededUniform(seed)
    return Array.from({ length: count }, () => mean + normalQuantile(uniform() + 1e-10))
  }

  it('calls a regime informative that parts good trades from bad ones', () => {
    const { informative, difference } = regimeUsefulness(results(1, 150, 0.5), results(2, 150, -0.3), {
      seed: 1,
    })
    expect(informative).toBe(true)
    expect(difference?.lower).toBeGreaterThan(0.3)
  })

  it('calls it not informative in most markets where it parts nothing', () => {
    let found = 0
    for (let seed = 0; seed < 80; seed++)
      if (
        regimeUsefulness(results(2 * seed, 60, 0.1), results(2 * seed + 1, 60, 0.1), { seed, resamples: 200 })
          .informative
      )
        found += 1
    expect(found).toBeLessThan(12)
  })

  it('has no answer without trades on both sides', () => {
    expect(regimeUsefulness([], [1, 2], { seed: 1 })).toEqual({ difference: undefined, informative: false })
  })
})
