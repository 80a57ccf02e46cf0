import { money } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { Trade } from '../kernel/trade.ts'
import { EquityCurve } from './equity-curve.ts'
import { computeMetrics } from './metrics.ts'

const account = { currency: 'USD', digits: 2 }
const trade = (net: number) => ({ net: money(net, 2, 'USD') }) as Trade

function curve(samples: readonly (readonly [day: number, equity: number])[]) {
  const equity = new EquityCurve()
  for (const [day, minor] of samples) equity.push(day * 86_400_000, minor)
  return equity.columns()
}

describe('computeMetrics', () => {
  it('sums, divides gains by losses and counts wins', () => {
    const metrics = computeMetrics([trade(300), trade(-100), trade(0), trade(-50)], curve([]), account)
    expect(metrics).toEqual({
      netProfit: money(150, 2, 'USD'),
      maxDrawdownPercent: 0,
      profitFactor: 2,
      sharpe: undefined,
      winRatePercent: 25,
      tradeCount: 4,
    })
  })

  it('has no factor without a loss and no rate without a trade', () => {
    expect(computeMetrics([trade(1)], curve([]), account).profitFactor).toBeUndefined()
    expect(computeMetrics([], curve([]), account).winRatePercent).toBeUndefined()
  })

  it('measures the deepest fall from the highest value before', () => {
    expect(
      computeMetrics(
        [],
        curve([
          [0, 100],
          [0, 80],
          [0, 200],
          [1, 150],
          [1, 190],
        ]),
        account,
      ).maxDrawdownPercent,
    ).toBe(25)
  })

  it('takes the Sharpe ratio of daily returns at the last sample of each day', () => {
    // Returns 20 % since the first sample, then 10 %, −10 %, 10 %: mean 0.075, sample deviation 0.125831.
    const equity = curve([
      [0, 50],
      [0, 60],
      [1, 66],
      [2, 90],
      [2, 59.4],
      [5, 65.34],
    ])
    expect(computeMetrics([], equity, account).sharpe).toBeCloseTo((0.075 / 0.1258305739) * Math.sqrt(252), 6)
    expect(
      computeMetrics(
        [],
        curve([
          [0, 100],
          [1, 100],
          [2, 100],
        ]),
        account,
      ).sharpe,
    ).toBeUndefined()
  })
})

it('keeps more samples than its first capacity', () => {
  const { length, at } = curve(Array.from({ length: 10_000 }, (_, day) => [day, 1] as const))
  expect([length, at[9999]]).toEqual([10_000, 9999 * 86_400_000])
})
