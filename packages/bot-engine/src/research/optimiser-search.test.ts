import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import direct from 'ml-direct'
import { afterAll, describe, expect, it } from 'vitest'
import { buyAndSell, OPTIMUM, waveBars } from '../../test/known-optimum-strategy.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { directOptimiser } from './direct-optimiser.ts'
import { range } from './grid.ts'
import { equitySpan } from './identity.ts'
import { bestRun, scorer, type SweepRun } from './objective.ts'
import { axisValue, type CreateOptimiser, type Suggestion, type SuggestionResult } from './optimiser.ts'
import type { SearchOptions } from './optimiser-search.ts'
import { summariseSweep } from './summary.ts'
import { sweep, type SweepOptions, type SweepProgress } from './sweep.ts'
import { createTrialLedger } from './trial-ledger.ts'

type Run = SweepRun<typeof buyAndSell>
type Options = SweepOptions<typeof buyAndSell>

const folder = mkdtempSync(join(tmpdir(), 'search-'))
afterAll(() => rmSync(folder, { recursive: true }))

const options = {
  instrument: SYNTHETIC_XAUUSD,
  data: waveBars(),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  grid: { buyAt: range(1, 390), sellAt: range(2, 391) },
} satisfies Options
const judged = { objective: 'net-profit', leastTrades: 1 } as const
const profit = scorer(judged.objective, judged.leastTrades)

/** Draws as its seed says, three at a time. */
const drawing: CreateOptimiser = ({ axes, seed }) => {
  const uniform = seededUniform(seed)
  return {
    ask: most =>
      Array.from({ length: Math.min(most, 3) }, () =>
        Object.fromEntries(axes.map(axis => [axis.name, axisValue(axis, uniform())])),
      ),
    tell: () => {},
  }
}

/** The same with a record of all that passes. */
function recorded(create: CreateOptimiser) {
  const asked: Suggestion[] = []
  const told: SuggestionResult[] = []
  const optimiser: CreateOptimiser = space => {
    const inner = create(space)
    return {
      async ask(most) {
        const answer = await inner.ask(most)
        asked.push(...answer)
        return answer
      },
      tell(results) {
        told.push(...results)
        return inner.tell(results)
      },
    }
  }
  return { optimiser, asked, told }
}

async function all(search: SearchOptions, more: Partial<Options> = {}): Promise<Run[]> {
  const runs: Run[] = []
  for await (const run of sweep(buyAndSell, { ...options, search: { ...judged, ...search }, ...more }))
    runs.push(run)
  return runs
}

/** Answers with these suggestions, again and again. */
const always =
  (...suggestions: readonly unknown[]): CreateOptimiser =>
  () => ({ ask: () => suggestions as readonly Suggestion[], tell: () => {} })

describe('a sweep with an optimiser of a library', () => {
  it('finds a known optimum of 152,100 combinations in 150 trials, where chance does not', async () => {
    const runs = await all({ optimiser: directOptimiser(direct), trials: 150 })
    expect(runs.length).toBe(150)
    const best = bestRun(runs, judged.objective, judged.leastTrades) as Run
    const [known] = await all({ optimiser: always(OPTIMUM), trials: 1 })
    const highest = profit((known as Run).report) as number
    expect(highest).toBeGreaterThan(50_000)
    expect(profit(best.report)).toBeGreaterThan(0.999 * highest)
    const drawn = await all({ optimiser: drawing, trials: 150 })
    const luck = profit((bestRun(drawn, judged.objective, judged.leastTrades) as Run).report) as number
    expect(luck).toBeLessThan(profit(best.report) as number)
  })

  it('tells the optimiser the objective of each run in the order of its suggestions', async () => {
    const { optimiser, asked, told } = recorded(drawing)
    const runs = await all({ optimiser, trials: 10 })
    expect(told.map(({ suggestion }) => suggestion)).toEqual(asked)
    const ofRun = new Map(runs.map(({ params, report }) => [JSON.stringify(params), profit(report)]))
    for (const { suggestion, score, problem } of told)
      if (problem === undefined) expect(score).toBe(ofRun.get(JSON.stringify(suggestion)))
    expect(told.some(({ score }) => score !== undefined)).toBe(true)
  })

  it('looks everywhere where no run has a score, and ends', async () => {
    const runs = await all({ optimiser: directOptimiser(direct), trials: 60, leastTrades: 2 })
    expect(runs.length).toBe(60)
    const early = runs.filter(({ params }) => params.buyAt < 130).length
    expect(early).toBeGreaterThan(15)
    expect(early).toBeLessThan(50)
  })

  it('draws the same for one seed, and something else for another', async () => {
    const keys = async (seed: number) =>
      (await all({ optimiser: drawing, trials: 8, seed })).map(({ key }) => key)
    expect(await keys(1)).toEqual(await keys(1))
    expect(await keys(1)).not.toEqual(await keys(2))
  })

  it('keeps combinations that the schema refuses from being run, and tells the optimiser why', async () => {
    const { optimiser, told } = recorded(drawing)
    const progress: SweepProgress[] = []
    const runs = await all({ optimiser, trials: 20 }, { onProgress: now => progress.push(now) })
    const refused = told.filter(({ problem }) => problem !== undefined)
    expect(runs.length).toBe(20)
    expect(refused.length).toBeGreaterThan(3)
    expect(refused[0]).toMatchObject({
      score: undefined,
      problem: expect.stringContaining('buyAt must be before'),
    })
    expect(progress[0]).toEqual({ done: 0, total: 20, resumed: 0, refused: 0 })
    expect(progress.at(-1)).toEqual({
      done: 20,
      total: 20,
      resumed: 0,
      refused: refused.length,
      ended: 'trials',
    })
  })
})

describe('a search that was cancelled', () => {
  it('goes on as if it had not been, told all that it was told', async () => {
    const resultsFile = join(folder, 'search.jsonl')
    const whole = recorded(directOptimiser(direct))
    const runs = await all({ optimiser: whole.optimiser, trials: 40 })
    const controller = new AbortController()
    const kept: Run[] = []
    const search = { ...judged, optimiser: directOptimiser(direct), trials: 40 }
    const cancelled = (async () => {
      const more = { ...options, search, resultsFile, signal: controller.signal }
      for await (const run of sweep(buyAndSell, more)) {
        kept.push(run)
        if (kept.length === 17) controller.abort(new RangeError('enough'))
      }
    })()
    await expect(cancelled).rejects.toThrow('enough')
    const resumed = recorded(directOptimiser(direct))
    const progress: SweepProgress[] = []
    const found = await all(
      { optimiser: resumed.optimiser, trials: 40 },
      { resultsFile, onProgress: now => progress.push(now) },
    )
    expect(resumed.told).toEqual(whole.told)
    expect(found).toEqual(runs)
    expect(progress.at(-1)).toMatchObject({ done: 40, total: 40, resumed: 17 })
    expect(readFileSync(resultsFile, 'utf8').trim().split('\n').length).toBe(41)
  })

  it('gives what it took over before it is cancelled again', async () => {
    const finished = await all({ optimiser: drawing, trials: 9 })
    const controller = new AbortController()
    const found: Run[] = []
    const again = (async () => {
      const optimiser: CreateOptimiser = space => {
        const inner = drawing(space)
        return {
          ask(most) {
            if (most <= 3) controller.abort(new RangeError('again'))
            return inner.ask(most)
          },
          tell: () => {},
        }
      }
      const search = { ...judged, optimiser, trials: 9 }
      for await (const run of sweep(buyAndSell, { ...options, search, finished, signal: controller.signal }))
        found.push(run)
    })()
    await expect(again).rejects.toThrow('again')
    expect(found.length).toBeGreaterThanOrEqual(6)
    expect(finished).toEqual(expect.arrayContaining(found))
  })

  it('does not wait for an optimiser that does not answer', async () => {
    const controller = new AbortController()
    const optimiser: CreateOptimiser = () => ({
      ask: () => {
        controller.abort(new RangeError('too long'))
        return new Promise(() => {})
      },
      tell: () => {},
    })
    await expect(all({ optimiser, trials: 5 }, { signal: controller.signal })).rejects.toThrow('too long')
  })
})

describe('an optimiser that lies', () => {
  it('is over when it repeats itself for ever', async () => {
    const { optimiser, asked, told } = recorded(always(OPTIMUM))
    const progress: SweepProgress[] = []
    const runs = await all({ optimiser, trials: 30 }, { onProgress: now => progress.push(now) })
    expect(runs.length).toBe(1)
    expect(asked.length).toBe(20 * 30)
    expect(new Set(told.map(({ score }) => score)).size).toBe(1)
    expect(progress.at(-1)).toMatchObject({ done: 1, total: 30, ended: 'repeats' })
  })

  it('is over when it suggests for ever what the schema refuses', async () => {
    const progress: SweepProgress[] = []
    const refused = always({ buyAt: 5, sellAt: 3 })
    expect(await all({ optimiser: refused, trials: 4 }, { onProgress: now => progress.push(now) })).toEqual(
      [],
    )
    expect(progress.at(-1)).toMatchObject({ refused: 1, ended: 'repeats' })
  })

  it.each([
    [
      { buyAt: 400, sellAt: 300 },
      'suggested {"buyAt":400,"sellAt":300}: buyAt is 400, not one of 1, 2, 3 … 390',
    ],
    [{ buyAt: 100.5, sellAt: 300 }, 'buyAt is 100.5, not one of'],
    [{ buyAt: 100 }, 'sellAt is undefined, not one of'],
    [{ buyAt: 100, sellAt: 300, volume: 9 }, 'volume is not searched over (buyAt, sellAt are)'],
    [17, 'that is no set of parameters'],
  ])('is named when it suggests %o', async (suggestion, message) => {
    await expect(all({ optimiser: always(suggestion), trials: 2 })).rejects.toThrow(message)
  })

  it('is named when it suggests too many, nothing of use, or fails', async () => {
    const many = always(OPTIMUM, OPTIMUM, OPTIMUM)
    await expect(all({ optimiser: many, trials: 2 })).rejects.toThrow(
      'at most 2 suggestions and answered with 3',
    )
    const none = (() => ({ ask: () => undefined, tell: () => {} })) as unknown as CreateOptimiser
    await expect(all({ optimiser: none, trials: 2 })).rejects.toThrow('answered with undefined')
    const failing: CreateOptimiser = () => ({
      ask: () => [OPTIMUM],
      tell: () => {
        throw new RangeError('no such matrix')
      },
    })
    await expect(all({ optimiser: failing, trials: 2 })).rejects.toThrow(
      'The optimiser failed in tell after 1 trials: no such matrix',
    )
    const broken: CreateOptimiser = () => {
      throw new RangeError('two axes at least')
    }
    await expect(all({ optimiser: broken, trials: 2 })).rejects.toThrow(
      'cannot be made for this grid: two axes',
    )
  })

  it('has tried all of a grid that is smaller than its trials', async () => {
    const progress: SweepProgress[] = []
    const grid = { buyAt: [50, 100], sellAt: [80, 300] }
    const found = await all(
      { optimiser: directOptimiser(direct), trials: 50 },
      { grid, onProgress: now => progress.push(now) },
    )
    expect(found.length).toBe(3)
    expect(progress.at(-1)).toMatchObject({ done: 3, total: 4, refused: 1, ended: 'exhausted' })
  })
})

it('refuses a search that is none', async () => {
  const optimiser = drawing
  await expect(all({ optimiser, trials: 0 })).rejects.toThrow('search.trials is 0. Use a whole number from 1')
  await expect(all({ optimiser, trials: 5, seed: 0.5 })).rejects.toThrow('search.seed is 0.5')
  await expect(all({ optimiser, trials: 5 }, { grid: {}, base: OPTIMUM })).rejects.toThrow(
    'no parameter to search',
  )
  await expect(all({ optimiser, trials: 5 }, { random: { runs: 3 } })).rejects.toThrow(
    'Both random and search',
  )
  await expect(all({ optimiser, trials: 5, leastTrades: -1 })).rejects.toThrow('leastTrades is -1')
})

it('counts every trial of a search, and each once', async () => {
  const ledger = createTrialLedger(join(folder, 'trials.jsonl'))
  const runs = await all({ optimiser: drawing, trials: 12 }, { ledger })
  const span = equitySpan((runs[0] as Run).report.daily)
  const count = () => ledger.count({ market: 'XAUUSD', span })
  expect(count()).toMatchObject({ runs: 12, trials: 12 })
  await all({ optimiser: drawing, trials: 12 }, { ledger })
  expect(count()).toMatchObject({ runs: 24, trials: 12 })
  expect(summariseSweep(runs, { count: count(), ...judged }).trials).toBe(12)
})
