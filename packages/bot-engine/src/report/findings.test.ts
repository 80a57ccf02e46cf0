import { expect, it } from 'vitest'
import { normalQuantile } from '../statistics/normal.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { findingsOf } from './findings.ts'

const DAY = 86_400_000

/** A run of a year with a daily drift in units of its deviation. */
function run(drift: number, seed: number, hasTrades = true) {
  const uniform = seededUniform(seed)
  const r = Array.from({ length: 252 }, () => normalQuantile(uniform() + 1e-10) + drift)
  let equity = 1_000_000
  const equityMinor = Float64Array.from([equity, ...r.map(value => (equity *= 1 + value / 100))])
  const at = Float64Array.from(equityMinor, (_, i) => i * DAY)
  return findingsOf(
    { length: at.length, at, equityMinor, dayEnd: 'utc' },
    { net: hasTrades ? r : [], r: hasTrades ? r : [] } as never,
    { seed: 1 },
  )
}

it('gives the yearly Sharpe ratio with an interval, whose lower end is above 0 in about 5 % of runs without drift', () => {
  const sharpeOf = (drift: number, seed: number) =>
    run(drift, seed, false).find(({ name }) => name === 'Sharpe (annual)')
  const one = sharpeOf(0.1, 1)
  expect(one?.estimate).toBeGreaterThan(one?.low as number)
  expect(one?.estimate).toBeLessThan(one?.high as number)
  // One year tells a yearly ratio to about ±1.
  expect((one?.high as number) - (one?.low as number)).toBeGreaterThan(2.5)
  expect((one?.high as number) - (one?.low as number)).toBeLessThan(4.5)
  expect(run(0.1, 1)).toEqual(run(0.1, 1))
  let above = 0
  for (let seed = 1; seed <= 30; seed++) if ((sharpeOf(0, seed)?.low as number) > 0) above += 1
  expect(above).toBeLessThanOrEqual(5)
})
