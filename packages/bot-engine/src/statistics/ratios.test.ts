import { describe, expect, it } from 'vitest'
import {
  annualSharpe,
  autocorrelations,
  calmarRatio,
  expectancy,
  maxDrawdown,
  maxDrawdownOfSum,
  payoffRatio,
  profitFactor,
  rMultiple,
  sharpeRatio,
  sortinoRatio,
  winRate,
} from './ratios.ts'

const RETURNS = [0.01, -0.02, 0.015, 0.003, -0.007, 0.022, -0.011, 0.004, 0.009, -0.001]
const RESULTS = [2, -1, 0, 1.5, -1, -0.5]

describe('ratios', () => {
  it('agree with NumPy on a record of ten days', () => {
    expect(sharpeRatio(RETURNS)).toBeCloseTo(0.19050552507108534, 13)
    expect(sortinoRatio(RETURNS)).toBeCloseTo(0.31760928314921294, 13)
    expect(calmarRatio(RETURNS, 252)).toBeCloseTo(39.85059297624962, 9)
    const [first, second, third] = autocorrelations(RETURNS, 3) ?? []
    expect(first).toBeCloseTo(-0.6516101932231868, 13)
    expect(second).toBeCloseTo(0.027359283113973686, 13)
    expect(third).toBeCloseTo(0.4297955754690563, 13)
  })

  it('count a trade without result neither as gain nor as loss', () => {
    expect(expectancy(RESULTS)).toBeCloseTo(1 / 6, 15)
    expect(winRate(RESULTS)).toBeCloseTo(2 / 6, 15)
    expect(profitFactor(RESULTS)).toBeCloseTo(3.5 / 2.5, 15)
    expect(payoffRatio(RESULTS)).toBeCloseTo(1.75 / (2.5 / 3), 15)
    expect(rMultiple(-50, 100)).toBe(-0.5)
  })

  it('measure falls as a share of equity, and in the unit of results', () => {
    expect(maxDrawdown([100, 120, 90, 130, 110])).toBeCloseTo(0.25, 15)
    expect(maxDrawdown([1, 2, 3])).toBe(0)
    expect(maxDrawdown([0, 0, 5, 4])).toBeCloseTo(0.2, 15)
    expect(maxDrawdownOfSum([-1, -1, 3, -0.5, -2, 4])).toBe(2.5)
    expect(maxDrawdownOfSum([])).toBe(0)
  })

  it('are undefined where a record gives no base for them', () => {
    expect([expectancy([]), winRate([]), maxDrawdown([])]).toEqual([undefined, undefined, undefined])
    expect([sharpeRatio([]), sharpeRatio([0.1]), sharpeRatio([0.1, 0.1, 0.1])]).toEqual(
      Array(3).fill(undefined),
    )
    expect([profitFactor([1, 2]), payoffRatio([1, 2]), payoffRatio([-1])]).toEqual(Array(3).fill(undefined))
    expect([sortinoRatio([]), sortinoRatio([1, 0]), calmarRatio([0.1], 252)]).toEqual(
      Array(3).fill(undefined),
    )
    expect([autocorrelations([1, 1, 1], 1), autocorrelations([1, 2], 2)]).toEqual([undefined, undefined])
  })

  it('refuse what is no number, with its place', () => {
    for (const compute of [
      expectancy,
      winRate,
      profitFactor,
      payoffRatio,
      sharpeRatio,
      sortinoRatio,
      maxDrawdown,
      maxDrawdownOfSum,
      (values: number[]) => autocorrelations(values, 1),
      (values: number[]) => calmarRatio(values, 252),
    ])
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
        expect(() => compute([1, bad, 2])).toThrow(/^\[data-invalid\] .* at index \d/)
    expect(() => rMultiple(1, 0)).toThrow('[invalid-options] initialRisk is 0')
    expect(() => calmarRatio([-1.5], 252)).toThrow('[data-invalid]')
  })
})

describe('annualSharpe', () => {
  it('multiplies by √q without autocorrelation', () => {
    expect(annualSharpe(0.1, 252)).toBeCloseTo(0.1 * Math.sqrt(252), 12)
    expect(annualSharpe(0.1, 1)).toBe(0.1)
  })

  it('follows Lo with autocorrelation: a first-order one of −20 % raises η(12) to 4.17, +20 % lowers it to 2.88', () => {
    // For an AR(1), η(q) = √q ÷ √(1 + 2ρ/(1 − ρ)·(1 − (1 − ρ^q)/(q·(1 − ρ)))).
    for (const [rho, eta] of [
      [-0.2, 4.17],
      [0.2, 2.88],
    ] as const) {
      const powers = Array.from({ length: 11 }, (_, i) => rho ** (i + 1))
      const closed =
        Math.sqrt(12) / Math.sqrt(1 + ((2 * rho) / (1 - rho)) * (1 - (1 - rho ** 12) / (12 * (1 - rho))))
      expect(annualSharpe(1, 12, powers)).toBeCloseTo(closed, 12)
      expect(annualSharpe(1, 12, powers)).toBeCloseTo(eta, 2)
    }
  })

  it('is undefined if the autocorrelations leave no variance', () => {
    expect(annualSharpe(1, 2, [-1])).toBeUndefined()
    expect(() => annualSharpe(1, 2.5)).toThrow('[invalid-options] periods is 2.5')
    expect(() => annualSharpe(Number.NaN, 2)).toThrow('[data-invalid]')
  })
})
