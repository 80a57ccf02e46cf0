// What an optimiser finds where there is nothing: markets of noise in which neighbouring parameters trade alike.
import direct from 'ml-direct'
import { expect, it } from 'vitest'
import { normalQuantile } from '../statistics/normal.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import { directOptimiser } from './direct-optimiser.ts'
import { paramsKey, range } from './grid.ts'
import type { SweepRun } from './objective.ts'
import type { Suggestion } from './optimiser.ts'
import { summariseSweep } from './summary.ts'
import type { buyAndSell } from '../../test/known-optimum-strategy.ts'

const MARKETS = 120
// Below 64 the choice itself is judged by a quarter of the splits, which most of the time of this test would go to.
const DAYS = 60
const TRIALS = 60
const DAY_MS = 86_400_000
const AXES = [
  { name: 'buyAt', values: range(0, 39) },
  { name: 'sellAt', values: range(0, 39) },
]

/** Daily returns of each pair of parameters: sums of four series of noise, weighed by how near they are to it. */
function market(seed: number) {
  const uniform = seededUniform(seed)
  const noise = () => Array.from({ length: DAYS }, () => normalQuantile(uniform() + 1e-10) / 100)
  const sources = Array.from({ length: 4 }, (_, i) => ({
    x: 10 + 20 * (i % 2),
    y: 10 + 20 * Math.floor(i / 2),
    noise: noise(),
  }))
  return ({ buyAt, sellAt }: Suggestion): readonly number[] => {
    const returns = new Array<number>(DAYS).fill(0)
    for (const { x, y, noise: source } of sources) {
      const weight = Math.exp(-((x - Number(buyAt)) ** 2 + (y - Number(sellAt)) ** 2) / 800)
      source.forEach((value, i) => {
        returns[i] = (returns[i] as number) + weight * value
      })
    }
    return returns
  }
}

function runOf(suggestion: Suggestion, returns: readonly number[]): SweepRun<typeof buyAndSell> {
  let equity = 1e6
  const daily = {
    length: DAYS + 1,
    at: Float64Array.from({ length: DAYS + 1 }, (_, day) => day * DAY_MS),
    equityMinor: Float64Array.of(equity, ...returns.map(value => (equity *= 1 + value))),
    dayEnd: 'utc',
  }
  const metrics = { tradeCount: 100, sharpe: sharpeRatio(returns) }
  return {
    key: paramsKey(suggestion),
    params: suggestion,
    report: { metrics, daily },
  } as unknown as SweepRun<typeof buyAndSell>
}

async function searched(seed: number): Promise<readonly SweepRun<typeof buyAndSell>[]> {
  const returnsOf = market(seed)
  const optimiser = directOptimiser(direct)({ axes: AXES, seed, trials: TRIALS })
  const runs = new Map<string, SweepRun<typeof buyAndSell>>()
  while (runs.size < TRIALS) {
    const suggestions = await optimiser.ask(TRIALS - runs.size)
    await optimiser.tell(
      suggestions.map(suggestion => {
        const run = runOf(suggestion, returnsOf(suggestion))
        runs.set(run.key, run)
        return { suggestion, score: run.report.metrics.sharpe }
      }),
    )
  }
  return [...runs.values()]
}

it('the best that an optimiser finds in noise is rarely called better than luck, while a count as of a grid is fooled', async () => {
  const found = { steered: 0, plain: 0 }
  for (let seed = 1; seed <= MARKETS; seed++) {
    const runs = await searched(seed)
    if ((summariseSweep(runs, { steered: true }).deflatedSharpe as number) > 0.95) found.steered += 1
    if ((summariseSweep(runs).deflatedSharpe as number) > 0.95) found.plain += 1
  }
  expect(found.steered / MARKETS).toBeLessThan(0.05)
  expect(found.plain / MARKETS).toBeGreaterThan(0.05)
})
