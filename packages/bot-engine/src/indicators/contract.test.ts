import { describe, expect, it } from 'vitest'
import { createRandom } from '../ports/random.ts'
import { CASES, type IndicatorCase } from './cases.ts'
import type { TestBar } from './definitions.ts'

const START = Date.UTC(2025, 0, 6)
const LONG = process.env['CLAW_TEST_FULL'] === '1' ? 1_000_000 : 20_003

/** Bars of a random walk around 1300 in steps of a point, so that some prices are equal; some bars have no volume. */
function walk(seed: number, count: number): TestBar[] {
  const random = createRandom(seed)
  const step = (width: number) => Math.round((random.next() - 0.5) * 100 * width) / 100
  const point = (price: number) => Math.round(price * 100) / 100
  let price = 1300
  return Array.from({ length: count }, (_, i) => {
    const open = point(price + (i % 7 === 0 ? step(0.6) : 0))
    // Pulled back a little, so that a long walk stays near its start.
    const close = point(open + step(2) + (1300 - open) * 0.001)
    price = close
    return {
      openedAt: START + i * 60_000,
      open,
      high: point(Math.max(open, close) + Math.abs(step(0.8))),
      low: point(Math.min(open, close) - Math.abs(step(0.8))),
      close,
      tickVolume: i % 11 === 0 ? 0 : Math.round(random.next() * 200),
    }
  })
}

function run({ create, input }: IndicatorCase, period: number, bars: readonly TestBar[]) {
  const indicator = create(period)
  return bars.map(bar => indicator.push(input(bar)))
}

/** Numbers equal to 1e-9 of themselves, or of `scale` where they are less. */
function expectClose(actual: unknown, expected: unknown, scale: number, where: string): void {
  if (typeof expected === 'number') {
    const tolerance = 1e-9 * Math.max(scale, Math.abs(expected))
    const isClose = Math.abs((actual as number) - expected) <= tolerance
    if (!isClose) expect.fail(`${where}: ${actual} instead of ${expected}`)
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).sort(), where).toEqual(Object.keys(expected).sort())
    for (const [key, value] of Object.entries(expected))
      expectClose((actual as Record<string, unknown>)[key], value, scale, `${where}.${key}`)
  } else expect(actual, where).toBe(expected)
}

const bars = walk(1, 190)

describe.each(CASES)('$name', one => {
  const { name, periods, create, input, warmUp, definition, scale = 1 } = one

  it.each(periods)(
    'has its first value after its warm-up and one after each input since, period %d',
    period => {
      const indicator = create(period)
      expect([indicator.ready, indicator.value]).toEqual([false, undefined])
      bars.forEach((bar, i) => {
        const value = indicator.push(input(bar))
        expect(value !== undefined, `input ${i + 1}`).toBe(i + 1 >= warmUp(period))
        expect([indicator.ready, indicator.value]).toEqual([value !== undefined, value])
      })
    },
  )

  it.each(periods)('equals its definition at every input, period %d', period => {
    run(one, period, bars).forEach((value, i) => {
      if (value === undefined) return
      const inputs = bars.slice(0, i + 1)
      expectClose(value, definition(inputs, period), scale, `${name}(${period}) at ${i}`)
    })
  })

  it(`equals its definition to 1e-9 after ${LONG} inputs`, { timeout: 120_000 }, () => {
    const long = walk(2, LONG)
    const period = periods.at(-1) as number
    expectClose(run(one, period, long).at(-1), definition(long, period), scale, name)
  })

  it.each(periods)('has finite values over equal inputs, also after others, period %d', period => {
    const flat = { open: 1300.1, high: 1300.1, low: 1300.1, close: 1300.1, tickVolume: 0 }
    const still = Array.from({ length: 200 }, (_, i) => ({ ...flat, openedAt: START + i * 60_000 }))
    for (const inputs of [still, [...bars.slice(0, 97), ...still]]) {
      const value = run(one, period, inputs).at(-1)
      expectClose(value, definition(inputs, period), scale, `${name}(${period})`)
    }
  })

  it('gives equal values for equal inputs, whatever another object has seen', () => {
    const period = periods.at(-1) as number
    expect(run(one, period, bars)).toEqual(run(one, period, bars))
  })

  it('refuses an input that is no number, and stands as before', () => {
    const period = periods.at(-1) as number
    const [indicator, spared] = [create(period), create(period)]
    const fields = Object.keys(bars[0] as TestBar).filter(field => reads(one, field))
    expect(fields.length).toBeGreaterThan(0)
    bars.forEach((bar, i) => {
      const field = fields[i % fields.length] as string
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
        expect(() => indicator.push(input({ ...bar, [field]: wrong }))).toThrow(`[data-invalid] ${name} got`)
      expect(indicator.push(input(bar))).toEqual(spared.push(input(bar)))
    })
  })
})

describe.each(CASES.filter(({ periods }) => periods[0] !== 0))('$name', ({ name, periods, create }) => {
  it('refuses a period that is none', () => {
    for (const period of [(periods[0] ?? 0) - 1, 0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 100_001])
      expect(() => create(period)).toThrow(`[invalid-options] ${name} got the period`)
  })
})

/** Whether an indicator's input changes with a field; time is checked by the bars' source. */
function reads({ input }: IndicatorCase, field: string): boolean {
  const bar = bars[0] as TestBar
  if (field === 'openedAt') return false
  return JSON.stringify(input(bar)) !== JSON.stringify(input({ ...bar, [field]: 1234.5 }))
}
