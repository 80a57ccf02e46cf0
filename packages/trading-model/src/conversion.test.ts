import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conversionChain, conversionRate, conversionRatio, findConversionChain } from './conversion.ts'
import { symbolId } from './ids.ts'
import { divideRounded, ratioToNumber, scaleByRatio } from './ratio.ts'

const EURUSD = { id: symbolId(1), base: 'EUR', quote: 'USD' }
const USDJPY = { id: symbolId(2), base: 'USD', quote: 'JPY' }
const GBPUSD = { id: symbolId(3), base: 'GBP', quote: 'USD' }
const prices = new Map([
  [EURUSD.id, 1.25],
  [USDJPY.id, 150],
  [GBPUSD.id, 1.5],
])
const rate = (from: string, to: string, symbols = [EURUSD, USDJPY, GBPUSD]) => {
  const chain = findConversionChain(from, to, symbols)
  return chain === undefined ? undefined : conversionRate(chain, id => prices.get(id))
}

describe('a conversion chain', () => {
  it('multiplies from base to quote and divides from quote to base', () => {
    expect(rate('EUR', 'USD')).toBe(1.25)
    expect(rate('USD', 'EUR')).toBe(0.8)
  })

  it('walks two symbols, in either direction of each', () => {
    expect(rate('JPY', 'EUR')).toBeCloseTo(1 / 150 / 1.25, 15)
    expect(rate('EUR', 'JPY')).toBe(187.5)
    expect(rate('EUR', 'GBP')).toBeCloseTo(1.25 / 1.5, 15)
  })

  it('has no steps between equal currencies and is nothing where no symbol leads', () => {
    expect(findConversionChain('USD', 'USD', [])).toEqual({ from: 'USD', to: 'USD', steps: [] })
    expect(rate('USD', 'USD')).toBe(1)
    expect(rate('EUR', 'CHF')).toBeUndefined()
    expect(rate('EUR', 'JPY', [EURUSD])).toBeUndefined()
  })

  it('prefers one symbol to two and an earlier symbol to a later one', () => {
    const EURJPY = { id: symbolId(4), base: 'EUR', quote: 'JPY' }
    expect(findConversionChain('EUR', 'JPY', [EURUSD, USDJPY, EURJPY])?.steps).toEqual([
      { symbolId: EURJPY.id, inverse: false },
    ])
    const twin = { ...EURUSD, id: symbolId(9) }
    expect(findConversionChain('EUR', 'USD', [twin, EURUSD])?.steps).toEqual([
      { symbolId: twin.id, inverse: false },
    ])
  })

  it('takes the order of the broker and refuses a list that does not connect', () => {
    expect(conversionChain('JPY', 'EUR', [USDJPY, EURUSD])?.steps).toEqual([
      { symbolId: USDJPY.id, inverse: true },
      { symbolId: EURUSD.id, inverse: true },
    ])
    expect(conversionChain('JPY', 'EUR', [EURUSD, USDJPY])).toBeUndefined()
    expect(conversionChain('JPY', 'EUR', [USDJPY])).toBeUndefined()
    expect(conversionChain('JPY', 'EUR', [])).toBeUndefined()
  })

  it('has no rate while a symbol has no price', () => {
    const chain = { from: 'EUR', to: 'USD', steps: [{ symbolId: EURUSD.id, inverse: false }] }
    expect(conversionRate(chain, () => undefined)).toBeUndefined()
    expect(conversionRatio(chain, () => 0)).toBeUndefined()
  })

  it('is undone exactly by the way back', () => {
    const points = fc.integer({ min: 1, max: 2 ** 45 })
    fc.assert(
      fc.property(points, points, fc.integer({ min: 0, max: 2 ** 52 }), (first, second, amount) => {
        const there = findConversionChain('EUR', 'JPY', [EURUSD, USDJPY])
        const back = findConversionChain('JPY', 'EUR', [EURUSD, USDJPY])
        const of = (id: number) => (id === EURUSD.id ? first : second)
        const out = there && conversionRatio(there, of)
        const home = back && conversionRatio(back, of)
        if (out === undefined || home === undefined) return expect.unreachable()
        const numerator = BigInt(amount) * out.numerator * home.numerator
        expect(divideRounded(numerator, out.denominator * home.denominator)).toBe(amount)
      }),
    )
  })
})

describe('a ratio', () => {
  it('rounds half away from zero on both sides of it', () => {
    const half = { numerator: 1n, denominator: 2n }
    expect([1n, 3n, -1n, -3n, 0n].map(value => scaleByRatio(value, half))).toEqual([1, 2, -1, -2, 0])
  })

  it('refuses a result beyond the safe integers', () => {
    expect(scaleByRatio(2n ** 53n - 1n, { numerator: 1n, denominator: 1n })).toBe(2 ** 53 - 1)
    expect(() => scaleByRatio(2n ** 53n, { numerator: 1n, denominator: 1n })).toThrow('[money-overflow]')
  })

  it('becomes the number that a division of doubles gives', () => {
    const whole = fc.integer({ min: 1, max: 2 ** 45 })
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const number = ratioToNumber({ numerator: BigInt(a), denominator: BigInt(b) })
        expect(Math.abs(number / (a / b) - 1)).toBeLessThan(1e-5)
        expect(ratioToNumber({ numerator: BigInt(a) * BigInt(b), denominator: BigInt(b) })).toBe(a)
      }),
    )
  })
})
