import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../statistics/normal.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { regimeClassifier } from './classifier.ts'
import { type RiskOffInput, riskOffOverlay, type RiskOffReading } from './risk-off.ts'

function days(count: number, seed: number): RiskOffInput[] {
  const uniform = seededUniform(seed)
  const normal = () => normalQuantile(uniform() + 1e-10)
  let [vix, dollar, gold, stocks] = [18, 100, 2000, 5000]
  return Array.from({ length: count }, () => {
    // The index reverts to 18; gold falls when stocks do, by half.
    vix *= Math.exp(0.06 * normal() - 0.05 * Math.log(vix / 18))
    dollar *= Math.exp(0.004 * normal())
    const common = normal()
    stocks *= Math.exp(0.01 * common)
    gold *= Math.exp(0.01 * (0.5 * common + Math.sqrt(0.75) * normal()))
    return { vix, dollar, gold, stocks }
  })
}

function read(inputs: readonly RiskOffInput[], options = {}): RiskOffReading[] {
  const overlay = riskOffOverlay(options)
  return inputs.map(day => overlay.push(day)).filter(reading => reading !== undefined)
}

const median = (values: readonly number[]) => {
  const sorted = [...values].sort((one, other) => one - other)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
}

describe('riskOffOverlay', () => {
  it('equals its slow form at every day, and no reading changes when later days arrive', () => {
    const all = days(600, 1)
    const readings = read(all)
    expect(readings.length).toBe(600 - 251)
    readings.forEach(({ vixPercentile, vixZ, dollarZ, combinedZ, goldStocksCorrelation, riskOff }, i) => {
      const until = all.slice(0, i + 252)
      const year = until.slice(-252).map(({ vix }) => vix)
      const now = year.at(-1)!
      const rank = year.filter(v => v < now).length + year.filter(v => v === now).length / 2
      expect(vixPercentile).toBeCloseTo((100 * rank) / 252, 9)
      const z = (of: (day: RiskOffInput) => number) => {
        const changes = until
          .slice(-61)
          .map(of)
          .flatMap((v, k, list) => (k === 0 ? [] : Math.log(v / list[k - 1]!)))
        const middle = median(changes)
        return (
          (changes.at(-1)! - middle) / (1.482602218505602 * median(changes.map(c => Math.abs(c - middle))))
        )
      }
      expect(vixZ).toBeCloseTo(
        z(({ vix }) => vix),
        9,
      )
      expect(dollarZ).toBeCloseTo(
        z(({ dollar }) => dollar),
        9,
      )
      expect(combinedZ).toBeCloseTo((vixZ + dollarZ) / Math.SQRT2, 12)
      expect(goldStocksCorrelation).toBeGreaterThan(-0.2)
      expect(riskOff).toBe(vixPercentile > 90 || combinedZ > 2)
    })
    expect(read(all.slice(0, 400))).toEqual(readings.slice(0, 400 - 251))
    const off = readings.filter(({ riskOff }) => riskOff).length / readings.length
    expect(off).toBeGreaterThan(0.05)
    expect(off).toBeLessThan(0.25)
  })

  it('calls a shock at once by its change, and what follows by its level', () => {
    const calm = days(400, 2).map(day => ({ ...day, vix: 14 + (day.vix - 18) / 10 }))
    const { vix, dollar } = calm.at(-1)!
    const shock = [1.5, 1.6, 1.55].map((factor, i) => ({
      vix: vix * factor,
      dollar: dollar * (1.01 + i / 1000),
    }))
    const readings = read([...calm, ...shock])
    const [first, second] = readings.slice(-3)
    expect(first?.combinedZ).toBeGreaterThan(2)
    expect(second?.combinedZ).toBeGreaterThan(0)
    expect(readings.slice(-3).map(({ riskOff }) => riskOff)).toEqual([true, true, true])
    expect(first?.goldStocksCorrelation).toBeUndefined()
  })

  it('is what the classifier takes as riskOff', () => {
    const classifier = regimeClassifier({ window: 50 })
    for (let i = 0; i < 300; i++) {
      const close = 100 + Math.sin(i / 7)
      classifier.push({ high: close + 0.2, low: close - 0.2, close })
    }
    const reading = read(days(300, 3), { percentile: 0.01 }).at(-1)
    expect(reading?.riskOff).toBe(true)
    const bar = { high: 100, low: 100, close: 100, riskOff: reading?.riskOff === true }
    expect(classifier.push(bar)).toMatchObject({ regime: 'risk-off', posterior: 1 })
  })

  it('is 0 where nothing moves, and refuses what is no close and no window', () => {
    const still = read(Array(300).fill({ vix: 20, dollar: 100 }))
    expect(still.at(-1)).toMatchObject({ vixZ: 0, dollarZ: 0, riskOff: false, vixPercentile: 50 })
    for (const day of [
      { vix: 0, dollar: 1 },
      { vix: 1, dollar: Number.NaN },
      { vix: 1, dollar: 1, gold: -1, stocks: 1 },
    ])
      expect(() => riskOffOverlay().push(day)).toThrow('[data-invalid]')
    for (const options of [
      { window: 5 },
      { window: 2000 },
      { percentileWindow: 1e5 },
      { percentile: 0 },
      { z: -1 },
    ])
      expect(() => riskOffOverlay(options)).toThrow('[invalid-options]')
  })
})
