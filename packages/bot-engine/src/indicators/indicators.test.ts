import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../ports/random.ts'
import { atr } from './atr.ts'
import { bollinger } from './bollinger.ts'
import { cross } from './cross.ts'
import { ema } from './ema.ts'
import type { Indicator } from './indicator.ts'
import { sma } from './sma.ts'

function values<In, Out>(indicator: Indicator<In, Out>, inputs: readonly In[]): (Out | undefined)[] {
  return inputs.map(input => indicator.push(input))
}

describe('sma', () => {
  it('is the mean of the last inputs, from the first full window on', () => {
    expect(values(sma(3), [1, 2, 3, 4, 8])).toEqual([undefined, undefined, 2, 3, 5])
  })

  it('has the last input as its mean with a period of 1', () => {
    expect(values(sma(1), [5, 7, 7])).toEqual([5, 7, 7])
  })

  it('tells when it is ready', () => {
    const average = sma(2)
    average.push(1)
    expect(average.ready).toBe(false)
    average.push(3)
    expect([average.ready, average.value]).toEqual([true, 2])
  })

  it.each([0, -1, 1.5, Number.NaN, 100_001])('refuses a period of %d', period => {
    expect(() => sma(period)).toThrow(/invalid-options.*period/)
  })

  it('drifts by less than 1e-9 over a million inputs', () => {
    const random = createRandom(5)
    const window: number[] = []
    const average = sma(20)
    const bands = bollinger(20)
    let price = 1300
    for (let i = 0; i < 1_000_003; i++) {
      price += random.next() - 0.5
      window[i % 20] = price
      average.push(price)
      bands.push(price)
    }
    const mean = window.reduce((sum, value) => sum + value, 0) / 20
    const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20)
    expect(Math.abs((average.value as number) - mean)).toBeLessThan(1e-9)
    expect(Math.abs((bands.value?.upper as number) - (mean + 2 * deviation))).toBeLessThan(1e-9)
  })
})

describe('ema', () => {
  it('starts with the mean and moves by 2 ÷ (period + 1) of the difference', () => {
    expect(values(ema(3), [2, 4, 6, 8, 4])).toEqual([undefined, undefined, 4, 6, 5])
  })

  it('stays between the least and the largest input', () => {
    const price = fc.double({ min: 1, max: 5000, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(price, { minLength: 5, maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        (inputs, period) => {
          const average = values(ema(period), inputs).at(-1) as number
          expect(average).toBeGreaterThanOrEqual(Math.min(...inputs) - 1e-9)
          expect(average).toBeLessThanOrEqual(Math.max(...inputs) + 1e-9)
        },
      ),
    )
  })
})

describe('atr', () => {
  const bar = (high: number, low: number, close: number) => ({ high, low, close })

  it('smooths the true range after Wilder, gaps included', () => {
    // Ranges 2, 3 (gap up from 9 to 12), 2, 5 (gap down from 11 to 6): means 2.5, 2.25, 3.625.
    const bars = [bar(10, 8, 9), bar(12, 10, 11), bar(12, 10, 11), bar(8, 6, 7)]
    expect(values(atr(2), bars)).toEqual([undefined, 2.5, 2.25, 3.625])
  })

  it('is the range of a flat series of equal bars', () => {
    expect(values(atr(3), Array(10).fill(bar(11, 9, 10))).at(-1)).toBe(2)
  })
})

describe('bollinger', () => {
  it('uses the population deviation', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, population deviation 2.
    expect(values(bollinger(8, 2), [2, 4, 4, 4, 5, 5, 7, 9]).at(-1)).toEqual({
      upper: 9,
      middle: 5,
      lower: 1,
    })
  })

  it('has no width over equal inputs', () => {
    expect(values(bollinger(4), [7, 7, 7, 7, 7]).at(-1)).toEqual({ upper: 7, middle: 7, lower: 7 })
  })

  it('refuses a width that is none', () => {
    expect(() => bollinger(20, 0)).toThrow(/deviations/)
    expect(() => bollinger(1)).toThrow(/period/)
  })
})

describe('cross', () => {
  it('tells a crossing once, and touching is none', () => {
    const lines = [1, 3, 3, 2, 2, 1, 2, 3].map(fast => ({ fast, slow: 2 }))
    expect(values(cross(), lines)).toEqual(['none', 'over', 'none', 'none', 'none', 'under', 'none', 'over'])
  })

  it('has no value while the lines are equal from the start', () => {
    expect(values(cross(), [{ fast: 1, slow: 1 }])).toEqual([undefined])
  })
})

it('gives the same values for the same inputs, whatever came before in another object', () => {
  const inputs = Array.from({ length: 200 }, (_, i) => 1300 + Math.sin(i) * 3)
  for (const create of [() => sma(20), () => ema(20), () => bollinger(20)])
    expect(values<number, unknown>(create(), inputs)).toEqual(values<number, unknown>(create(), inputs))
})
