// The best of 50 worthless strategies, chosen by the first 70 of 100 days, as a ledger and a backtest judge it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { dailyReturns } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { normalQuantile } from '../statistics/normal.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import { meanOf } from '../statistics/sample.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { deflatedEquity } from './deflation.ts'
import { equitySpan } from './identity.ts'
import { createTrialLedger, type Trial } from './trial-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'deflation-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DAY = 86_400_000
const MARKETS = 200
const TRIALS = 50
const ALPHA = 0.05
/** Three standard errors: of a rate of 5 %, and of a mean of numbers that scatter like evenly spread ones. */
const RATE_ERROR = 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / MARKETS)
const MEAN_ERROR = (3 * Math.sqrt(1 / 12)) / Math.sqrt(MARKETS)

function noise(uniform: () => number): EquityColumns {
  const equityMinor = new Float64Array(101).fill(1e6)
  for (let day = 1; day <= 100; day++)
    equityMinor[day] = (equityMinor[day - 1] as number) * (1 + normalQuantile(uniform() + 1e-10) / 100)
  const at = Float64Array.from(equityMinor, (_, day) => day * DAY)
  return { length: 101, at, equityMinor, dayEnd: 'utc' }
}

const firstDays = ({ at, equityMinor, dayEnd }: EquityColumns, days: number): EquityColumns => ({
  length: days + 1,
  at: at.subarray(0, days + 1),
  equityMinor: equityMinor.subarray(0, days + 1),
  dayEnd,
})
const sharpeOf = (equity: EquityColumns) => sharpeRatio(dailyReturns(equity)) as number

const uniform = seededUniform(7)
const markets = Array.from({ length: MARKETS }, () => Array.from({ length: TRIALS }, () => noise(uniform)))

/**
 * Deflated Sharpe ratios of the best by the first 70 days, with trials noted over so many days.
 *
 * @param askedDays - Days of the trials that the variance is taken of.
 */
function judged(notedDays: number, askedDays = 70): readonly number[] {
  return markets.map((trials, market) => {
    const ledger = createTrialLedger(join(folder, `${notedDays}-${askedDays}-${market}.jsonl`))
    ledger.record(trials.map((equity, key) => noted(equity, key, notedDays)))
    const parts = trials.map(equity => firstDays(equity, 70))
    const best = parts.reduce((one, other) => (sharpeOf(other) > sharpeOf(one) ? other : one))
    const count = ledger.count({ market: 'X', span: { from: 0, to: askedDays * DAY } })
    expect(count.trials).toBe(TRIALS)
    return deflatedEquity(best, count) as number
  })
}

function noted(equity: EquityColumns, key: number, days: number): Trial {
  const part = firstDays(equity, days)
  return {
    strategy: 's',
    market: 'X',
    rows: 'd1',
    data: 'd',
    key: `${key}`,
    span: equitySpan(equity),
    judged: equitySpan(part),
    sharpe: sharpeOf(part),
  }
}

const passed = (values: readonly number[]) =>
  values.filter(value => value >= 1 - ALPHA).length / values.length

it('the best of 50 has an even chance of being better than luck on average, and passes 0.95 in at most 5 % of markets', () => {
  const values = judged(70)
  expect(Math.abs(meanOf(values) - 0.5)).toBeLessThan(MEAN_ERROR)
  expect(passed(values)).toBeLessThan(ALPHA + RATE_ERROR)
})

it('the variance of Sharpe ratios over all 100 days would call the same runs better than luck too readily', () => {
  expect(meanOf(judged(100, 100)) - 0.5).toBeGreaterThan(1.5 * MEAN_ERROR)
})

it('trials over other days alone count as worthless ones of the length that is judged', () => {
  const values = judged(100)
  expect(Math.abs(meanOf(values) - 0.5)).toBeLessThan(MEAN_ERROR)
  expect(passed(values)).toBeLessThan(ALPHA + RATE_ERROR)
})
