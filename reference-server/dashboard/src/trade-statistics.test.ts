import { expect, it } from 'vitest'
import { costsOf } from './exit-reason.ts'
import { tradeRow, usd } from './fixtures.ts'
import { runningSums, sparkPath } from './spark-path.ts'
import { tradeStatistics } from './trade-statistics.ts'

it('counts wins by what is left after costs', () => {
  const trades = [
    tradeRow({ net: usd(100) }),
    tradeRow({ gross: usd(50), net: usd(-20) }),
    tradeRow({ net: usd(0) }),
  ]
  expect(tradeStatistics(trades)).toEqual({ count: 3, won: 1, share: 1 / 3, mean: usd(27) })
  expect(tradeStatistics([])).toBeNull()
})

it('takes as costs all that lies between gross and net', () => {
  expect(costsOf(tradeRow({ gross: usd(1000), net: usd(930) }))).toEqual(usd(-70))
})

it('draws running sums with zero in the box', () => {
  expect(runningSums([5, -15])).toEqual([0, 5, -10])
  expect(sparkPath([0, 5, -10], 100, 30)).toEqual({ line: 'M0 10L50 0L100 30', zero: 10 })
  expect(sparkPath([], 100, 30).line).toBe('')
})
