import { money } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { missed, readBound } from './bound.ts'
import { summaryTable } from './summary.ts'

const metrics = {
  netProfit: money(100, 2, 'USD'),
  maxDrawdownPercent: 1,
  profitFactor: 2,
  sharpe: 52.91,
  tradingDays: 3,
  winRatePercent: 50,
  tradeCount: 4,
}
const part = (tradingDays: number) => ({
  name: 'in-sample' as const,
  from: 0,
  to: 1,
  metrics: { ...metrics, tradingDays },
})

it('takes no annual Sharpe ratio of three days for a bound, and says why', () => {
  const bounds = readBound('sharpe=1', [])
  expect(missed(bounds, metrics)).toEqual([
    'sharpe is undefined (3 trading days, and below 20 an annual ratio says nothing), not 1',
  ])
  expect(missed(bounds, { ...metrics, tradingDays: 20 })).toEqual([])
})

it('writes a loss as the tables do', () => {
  expect(missed(readBound('sharpe=1', []), { ...metrics, tradingDays: 20, sharpe: -0.06 })).toEqual([
    'sharpe is −0.06, not 1',
  ])
})

it('prints the days in place of an annual Sharpe ratio of fewer than 20', () => {
  const lineOf = (tradingDays: number) =>
    summaryTable([part(tradingDays)])
      .split('\n')
      .find(line => line.includes('Sharpe'))
  expect(lineOf(19)).toMatch(/– \(19 of 20 days\)$/)
  expect(lineOf(20)).toMatch(/ 52\.91$/)
})
