import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideRounded } from '@openclaw-trading/trading-model'
import { grossMinor, marginMinor, multiplyDivide, surelyRounded } from './profit.ts'

function outcome(calculate: () => number): number | string {
  try {
    return calculate()
  } catch (error) {
    return String(error)
  }
}

describe('multiplyDivide', () => {
  it('rounds ties away from zero on both sides of it', () => {
    expect(multiplyDivide(5, 1, 2)).toBe(3)
    expect(multiplyDivide(-5, 1, 2)).toBe(-3)
    expect(multiplyDivide(1, 1, 3)).toBe(0)
    expect(Object.is(multiplyDivide(-1, 1, 3), 0)).toBe(true)
  })

  it('agrees with big integers for any operands', () => {
    const operand = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })
    fc.assert(
      fc.property(operand, operand, fc.integer({ min: 1, max: 10_000_000 }), (a, b, divisor) => {
        // Both refuse a result that is no safe integer.
        expect(outcome(() => multiplyDivide(a, b, divisor))).toBe(
          outcome(() => divideRounded(BigInt(a) * BigInt(b), BigInt(divisor))),
        )
      }),
    )
  })
})

describe('multiplyDivide near a tie', () => {
  it('agrees with big integers, however large dividend and divisor', () => {
    const MOST = 2 ** 52
    const divisor = fc.oneof(fc.integer({ min: 1, max: 100_000_000 }), fc.integer({ min: 1, max: MOST }))
    fc.assert(
      fc.property(
        divisor.chain(by => fc.tuple(fc.constant(by), fc.integer({ min: 0, max: Math.floor(MOST / by) }))),
        fc.integer({ min: -2, max: 2 }),
        fc.boolean(),
        ([by, whole], off, isNegative) => {
          const near = whole * by + Math.floor(by / 2) + off
          const value = isNegative ? -near : near
          expect(multiplyDivide(value, 1, by)).toBe(divideRounded(BigInt(value), BigInt(by)))
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('grossMinor', () => {
  it('is price difference × volume in minor units', () => {
    // 0.33 lots of 100 oz, 1.234 up.
    expect(grossMinor('buy', 129_000_000, 129_123_400, 3300, 2)).toBe(4072)
    expect(grossMinor('sell', 129_000_000, 129_123_400, 3300, 2)).toBe(-4072)
  })

  it('works for accounts of 0 and of 8 digits', () => {
    expect(grossMinor('buy', 0, 100_000, 10_000, 0)).toBe(100)
    expect(grossMinor('buy', 0, 100_000, 100, 8)).toBe(100_000_000)
  })

  it('is symmetric in side and direction', () => {
    const points = fc.integer({ min: 1, max: 500_000_000 })
    fc.assert(
      fc.property(points, points, fc.integer({ min: 1, max: 10_000_000 }), (entry, exit, cents) => {
        const long = grossMinor('buy', entry, exit, cents, 2)
        expect(grossMinor('sell', entry, exit, cents, 2)).toBe(long === 0 ? 0 : -long)
        expect(grossMinor('sell', exit, entry, cents, 2)).toBe(long)
      }),
    )
  })
})

describe('marginMinor', () => {
  it('reproduces the recorded margin of 1,000 EUR at 1.12600 and 1:100', () => {
    expect(marginMinor(112_600, 100_000, 100, 2)).toBe(1126)
  })
})

describe('what doubles round', () => {
  const whole = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })

  it('is what whole numbers round to, wherever they dare to', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 1_000_000 }), (numerator, denominator) => {
        const rounded = surelyRounded(numerator / denominator)
        if (rounded !== undefined) expect(rounded).toBe(divideRounded(BigInt(numerator), BigInt(denominator)))
      }),
    )
  })

  it('leaves ties and large amounts to whole numbers', () => {
    expect([2.5, -2.5, 0.5, 1e8, Number.NaN, Number.POSITIVE_INFINITY].map(surelyRounded)).toEqual(
      new Array(6).fill(undefined),
    )
    expect([2.4, -2.6, 0.499, -0.1].map(surelyRounded)).toEqual([2, -3, 0, 0])
  })

  it('is the margin that whole numbers give', () => {
    const points = fc.integer({ min: 1, max: 10_000_000_000 })
    const cents = fc.integer({ min: 1, max: 10_000_000 })
    fc.assert(
      fc.property(points, cents, fc.integer({ min: 1, max: 50_000 }), (price, volume, leverage) => {
        const exact = divideRounded(BigInt(price) * BigInt(volume) * 10_000n, 10_000_000n * BigInt(leverage))
        expect(marginMinor(price, volume, leverage / 100, 2)).toBe(exact)
      }),
    )
  })
})
