import { describe, expect, it } from 'vitest'
import { type GradeEvidence, gradeOf } from './grade.ts'
import { confidenceRadius } from './sequential.ts'

const proven: GradeEvidence = {
  trades: 400,
  tradingDays: 120,
  regimes: 3,
  expectancy: { mean: 0.4, lower: 0.2, upper: 0.6 },
  deviation: 1.2,
  deflatedSharpe: 0.97,
  probabilisticSharpe: 0.99,
  profitFactorLower: 1.3,
  maxDrawdown: 8,
  expectedDrawdown: 12,
  drawdownLimit: 20,
  parity: 0.95,
  earnsAtWiderSpread: true,
  limitBreached: false,
}
const grade = (change: Partial<GradeEvidence> = {}) => gradeOf({ ...proven, ...change })

describe('gradeOf', () => {
  it('gives A when every bound holds', () => {
    expect(grade()).toEqual({ grade: 'A', limitedBy: undefined, tradesNeeded: undefined })
  })

  it.each([
    [{ expectancy: { mean: 0.4, lower: 0.1, upper: 0.6 } }, 'lower bound of expectancy > 0.1 R'],
    [{ deflatedSharpe: 0.94 }, 'deflated Sharpe ratio ≥ 0.95'],
    [{ deflatedSharpe: undefined }, 'deflated Sharpe ratio ≥ 0.95'],
    [{ maxDrawdown: 13 }, 'drawdown within the 95 % of the bootstrap'],
    [{ profitFactorLower: 1.1 }, 'lower bound of profit factor > 1.1'],
    [{ parity: 0.85 }, 'parity ≥ 0.9'],
    [{ earnsAtWiderSpread: undefined }, 'profit at 1.5 times the spread'],
  ])('gives B and names what A lacks: %o', (change, limitedBy) => {
    expect(grade(change)).toMatchObject({ grade: 'B', limitedBy })
  })

  it.each([
    [{ expectancy: { mean: 0.4, lower: 0, upper: 0.8 } }, 'lower bound of expectancy > 0 R'],
    [{ probabilisticSharpe: 0.94 }, 'probabilistic Sharpe ratio ≥ 0.95'],
    [{ parity: 0.7 }, 'parity ≥ 0.8'],
    [{ parity: undefined }, 'parity ≥ 0.8'],
    [{ maxDrawdown: 21 }, 'drawdown within its limit'],
  ])('gives C and names what B lacks: %o', (change, limitedBy) => {
    expect(grade(change)).toMatchObject({ grade: 'C', limitedBy })
  })

  it('gives D for a mean that is not above 0, and F for what is surely bad', () => {
    expect(grade({ expectancy: { mean: 0, lower: -0.2, upper: 0.2 } }).grade).toBe('D')
    expect(grade({ expectancy: { mean: -0.4, lower: -0.6, upper: -0.1 } }).grade).toBe('F')
    expect(grade({ parity: 0.49 }).grade).toBe('F')
    expect(grade({ limitBreached: true, trades: 3 }).grade).toBe('F')
  })

  it('says nothing of a small sample, but what is missing', () => {
    expect(grade({ trades: 12 })).toEqual({ grade: 'insufficient', limitedBy: '30 trades', tradesNeeded: 30 })
    expect(grade({ tradingDays: 19 })).toMatchObject({ grade: 'insufficient', limitedBy: '20 trading days' })
    expect(grade({ regimes: 1, parity: 0.1 })).toMatchObject({
      grade: 'insufficient',
      limitedBy: '2 regimes',
    })
  })

  it('tells how many trades the next grade needs, exactly', () => {
    const needed = grade({ trades: 40, expectancy: { mean: 0.25, lower: -0.05, upper: 0.5 } })
      .tradesNeeded as number
    expect(0.25 - confidenceRadius(needed, 1.2)).toBeGreaterThan(0)
    expect(0.25 - confidenceRadius(needed - 1, 1.2)).toBeLessThanOrEqual(0)
    // No number of trades proves 0.1 R of a mean of 0.1 R.
    expect(grade({ expectancy: { mean: 0.1, lower: 0.05, upper: 0.2 } }).tradesNeeded).toBeUndefined()
  })

  it('refuses bounds that are no numbers', () => {
    expect(() => grade({ expectancy: { mean: Number.NaN, lower: 0, upper: 0 } })).toThrow('[data-invalid]')
    expect(() => grade({ deviation: 0 })).toThrow('[invalid-options] deviation')
  })
})
