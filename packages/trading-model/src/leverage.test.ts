import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountMargin, effectiveLeverage, type LeverageTier, tieredMargin } from './leverage.ts'
import { divideRounded } from './ratio.ts'

const tiers: readonly LeverageTier[] = [
  { upToUsd: 100_000, leverage: 200 },
  { upToUsd: 500_000, leverage: 100 },
  { leverage: 50 },
]
const cents = (from: number, to: number, account = 500, of = tiers) => {
  const margin = tieredMargin(of, account, BigInt(from * 100), BigInt(to * 100))
  return divideRounded(margin.numerator, margin.denominator)
}

describe('margin over leverage tiers', () => {
  it('divides each part of the exposure by the leverage of its tier', () => {
    expect(cents(0, 100_000)).toBe(50_000)
    expect(cents(0, 600_000)).toBe(50_000 + 400_000 + 200_000)
    expect(cents(50_000, 150_000)).toBe(25_000 + 50_000)
    expect(cents(700_000, 700_000)).toBe(0)
  })

  it('never takes more leverage than the account has', () => {
    expect(cents(0, 600_000, 100)).toBe(100_000 + 400_000 + 200_000)
    expect(cents(0, 600_000, 30)).toBe(2_000_000)
    expect(cents(0, 1000, 100, [])).toBe(1000)
  })

  it('goes on with the last tier beyond its end', () => {
    expect(cents(0, 300, 500, [{ upToUsd: 100, leverage: 10 }])).toBe(3000)
  })

  it('refuses tiers that do not ascend and a leverage that is none', () => {
    const twice = [{ upToUsd: 10, leverage: 5 }, { upToUsd: 10, leverage: 4 }, { leverage: 1 }]
    expect(() => cents(0, 100, 100, twice)).toThrow('[invalid-value]')
    expect(() => cents(0, 100, 0)).toThrow('[invalid-value]')
    expect(() => cents(0, 100, Number.NaN)).toThrow('[invalid-value]')
  })

  it('is the same in one piece and in any two', () => {
    const amount = fc.integer({ min: 0, max: 2 ** 40 })
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 1, max: 1000 }), (a, b, leverage) => {
        const whole = tieredMargin(tiers, leverage, 0n, BigInt(a + b))
        const first = tieredMargin(tiers, leverage, 0n, BigInt(a))
        const rest = tieredMargin(tiers, leverage, BigInt(a), BigInt(a + b))
        const sum = first.numerator * rest.denominator + rest.numerator * first.denominator
        expect(sum * whole.denominator).toBe(whole.numerator * first.denominator * rest.denominator)
      }),
    )
  })
})

describe('effectiveLeverage', () => {
  it('is the exposure over its margin', () => {
    expect(effectiveLeverage(tiers, 500, 100_000)).toBe(200)
    expect(effectiveLeverage(tiers, 500, 200_000)).toBeCloseTo(200_000 / 1500, 12)
    expect(effectiveLeverage(tiers, 100, 100_000)).toBe(100)
  })

  it('is that of the first tier for no exposure', () => {
    expect(effectiveLeverage(tiers, 500, 0)).toBe(200)
    expect(effectiveLeverage(tiers, 30, 0)).toBe(30)
    expect(effectiveLeverage([], 30, 0)).toBe(30)
  })
})

describe('accountMargin', () => {
  const symbols = [
    { longMinor: 500, shortMinor: 300 },
    { longMinor: 0, shortMinor: 40 },
  ]

  it('takes the greater direction, both, or what one exceeds the other by, for each symbol', () => {
    expect(accountMargin('max', symbols)).toBe(540)
    expect(accountMargin('sum', symbols)).toBe(840)
    expect(accountMargin('net', symbols)).toBe(240)
    expect(accountMargin('sum', [])).toBe(0)
  })
})
