import { money } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { EquityCurve } from './equity-curve.ts'
import { computeMetrics } from './metrics.ts'

const account = { currency: 'USD', digits: 2 }
/** Each closing a round trip of its own. */
const closed = (...nets: readonly number[]) => {
  const trades = nets.map(net => ({ net: money(net, 2, 'USD') }))
  return { trades, roundTrips: trades }
}

function curve(samples: readonly (readonly [day: number, equity: number])[]) {
  const equity = new EquityCurve()
  for (const [day, minor] of samples) equity.push({ now: day * 86_400_000, equityMinor: minor })
  return equity.columns('utc')
}

describe('computeMetrics', () => {
  it('sums, divides gains by losses and counts wins', () => {
    const metrics = computeMetrics(closed(300, -100, 0, -50), curve([]), account)
    expect(metrics).toEqual({
      netProfit: money(150, 2, 'USD'),
      maxDrawdownPercent: 0,
      profitFactor: 2,
      sharpe: undefined,
      tradingDays: 0,
      winRatePercent: 25,
      tradeCount: 4,
    })
  })

  it('has no factor without a loss and no rate without a trade', () => {
    expect(computeMetrics(closed(1), curve([]), account).profitFactor).toBeUndefined()
    expect(computeMetrics(closed(), curve([]), account).winRatePercent).toBeUndefined()
  })

  it('counts round trips, and sums the money of all closings', () => {
    const [part, rest, open] = closed(300, -400, 70).trades
    const trades = [part, rest, open].flatMap(one => one ?? [])
    const metrics = computeMetrics({ trades, roundTrips: closed(-100).trades }, curve([]), account)
    expect(metrics).toMatchObject({ tradeCount: 1, winRatePercent: 0, profitFactor: 0 })
    expect(metrics.netProfit.minor).toBe(-30)
  })

  it('measures the deepest fall from the highest value before', () => {
    expect(
      computeMetrics(
        closed(),
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

  it('measures no fall from a peak that is not above 0', () => {
    const fall = (...equity: readonly number[]) =>
      computeMetrics(closed(), curve(equity.map(minor => [0, minor])), account).maxDrawdownPercent
    expect(fall(-10, -30, 0)).toBe(0)
    expect(fall(-30, 0, 100, 50)).toBe(50)
    expect(fall(100, -20)).toBe(120)
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
    expect(computeMetrics(closed(), equity, account).sharpe).toBeCloseTo(
      (0.075 / 0.1258305739) * Math.sqrt(252),
      6,
    )
    expect(
      computeMetrics(
        closed(),
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
