import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SYNTHETIC_XAUUSD, syntheticBars } from '../src/data/index.ts'
import {
  type CreateOptimiser,
  directOptimiser,
  isEngineError,
  range,
  type SuggestionResult,
  sweep,
  type SweepOptions,
  type SweepRun,
  walkForward,
} from '../src/research/index.ts'
import { unixMs } from '@openclaw-trading/trading-model'
import direct from 'ml-direct'
import { describe, expect, it } from 'vitest'
import { cooldown, maxDrawdown } from '../src/index.ts'
import { buyAndSell, waveBars } from './known-optimum-strategy.ts'
import { smaCross } from './sweep-strategy.ts'

type S = typeof smaCross
const module = { url: new URL('./sweep-strategy.ts', import.meta.url).href }
const options = {
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    seed: 1,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 3000,
    startAt: unixMs(Date.UTC(2025, 0, 6)),
  }),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  grid: { fast: [5, 8, 10, 12, 20], slow: [25, 40, 60] },
} satisfies SweepOptions<S>

const byKey = (runs: SweepRun<S>[]) => runs.sort((one, other) => (one.key < other.key ? -1 : 1))

async function all(source: S | typeof module, more: Partial<SweepOptions<S>> = {}): Promise<SweepRun<S>[]> {
  const runs: SweepRun<S>[] = []
  for await (const run of sweep<S>(source, { ...options, ...more })) runs.push(run)
  return byKey(runs)
}

describe('workers', () => {
  it('find from a TypeScript module what one thread finds', async () => {
    const runs = await all(module, { workers: 2 })
    expect(runs.length).toBe(15)
    expect(runs).toEqual(await all(smaCross))
  })

  it('keep the protections of the run', async () => {
    const protections = [cooldown({ minutes: 600, after: 'trade' }), maxDrawdown({ percent: 1 })]
    const runs = await all(module, { workers: 2, protections })
    expect(runs).toEqual(await all(smaCross, { protections }))
    expect(runs.some(({ report }) => report.blockedCount > 0)).toBe(true)
    const copied = { ...cooldown({ minutes: 600 }), name: 'my rule' }
    await expect(all(module, { workers: 2, protections: [copied] })).rejects.toThrow(
      '[invalid-options] protections[0], "my rule", cannot be sent to a thread',
    )
    await expect(all(smaCross, { protections: [copied] })).resolves.toHaveLength(15)
  })

  it('choose in a walk-forward what one thread chooses, and fold after fold', async () => {
    const DAY_MS = 86_400_000
    const spans = { inSampleMs: 14 * DAY_MS, outOfSampleMs: 7 * DAY_MS }
    const protections = [cooldown({ minutes: 120, after: 'trade' })]
    const walk = { ...options, ...spans, protections }
    const told: number[] = []
    const found = await walkForward<S>(module, {
      ...walk,
      workers: 2,
      onFold: ({ folds }) => told.push(folds.length),
    })
    expect(found).toEqual(await walkForward(smaCross, walk))
    expect(told).toEqual(found.folds.map((_, fold) => fold + 1))
    expect(told.length).toBeGreaterThan(2)
  })

  it('are told the same search by an optimiser, be they one, two or none', async () => {
    const wave = { instrument: SYNTHETIC_XAUUSD, data: waveBars(), account: options.account }
    const grid = { buyAt: range(1, 390), sellAt: range(2, 391) }
    const searched = async (source: typeof buyAndSell | { readonly url: string }, workers: number) => {
      const told: SuggestionResult[] = []
      const optimiser: CreateOptimiser = space => {
        const inner = directOptimiser(direct)(space)
        return {
          ask: most => inner.ask(most),
          tell(results) {
            told.push(...results)
            return inner.tell(results)
          },
        }
      }
      const search = { optimiser, trials: 40, objective: 'net-profit', leastTrades: 1 } as const
      const runs: SweepRun<typeof buyAndSell>[] = []
      for await (const run of sweep<typeof buyAndSell>(source, { ...wave, grid, search, workers }))
        runs.push(run)
      return { told, runs: runs.sort((one, other) => (one.key < other.key ? -1 : 1)) }
    }
    const here = await searched(buyAndSell, 0)
    const url = new URL('./known-optimum-strategy.ts', import.meta.url).href
    expect(here.runs.length).toBe(40)
    expect(await searched({ url }, 1)).toEqual(here)
    expect(await searched({ url }, 2)).toEqual(here)
  })

  it('give what is done and end at once when the sweep is cancelled', async () => {
    const controller = new AbortController()
    const runs: SweepRun<S>[] = []
    const cancelled = (async () => {
      const all = { ...options, workers: 2, signal: controller.signal }
      for await (const run of sweep<S>(module, all)) {
        runs.push(run)
        if (runs.length === 3) controller.abort(new RangeError('enough'))
      }
    })()
    await expect(cancelled).rejects.toThrow('enough')
    expect(runs.length).toBeGreaterThanOrEqual(3)
    expect(runs.length).toBeLessThan(15)
    expect(byKey([...runs])).toEqual(
      (await all(smaCross)).filter(({ key }) => runs.some(run => run.key === key)),
    )
  })

  it('end with the loop that reads them', async () => {
    for await (const run of sweep<S>(module, { ...options, workers: 1 })) {
      expect(run.report.rows).toBe(3000)
      break
    }
  })

  it('that end or throw name the parameters of their run', async () => {
    const failure = (ending: 'exit' | 'throw') =>
      all(module, { workers: 1, grid: { fast: [6], ending: [ending] } }).catch((error: unknown) => error)
    const crashed = await failure('exit')
    expect(isEngineError(crashed, 'worker-failed')).toBe(true)
    expect(String(crashed)).toContain('the run with {"ending":"exit","fast":6}: it ended with code 3')
    const thrown = await failure('throw')
    expect(isEngineError(thrown, 'handler-failed')).toBe(true)
    expect(String(thrown)).toContain(
      'With {"fast":6,"ending":"throw"}: onBar of strategy "sma-cross" threw: planted',
    )
    expect(String((thrown as Error & { cause: Error }).cause.stack)).toContain('sweep-strategy.ts')
  })

  it('refuse modules without one strategy, and options that are no data', async () => {
    await expect(all({ url: new URL('./nowhere.ts', import.meta.url).href })).rejects.toThrow(
      '[invalid-options]',
    )
    await expect(all({ url: import.meta.resolve('@openclaw-trading/trading-model') })).rejects.toThrow(
      'Export exactly one defineStrategy value',
    )
    const venue = { latencyMs: 50, draw: () => 1 }
    await expect(all(module, { workers: 1, venue })).rejects.toThrow('plain data')
  })
})

it('runs from built packages with a strategy in JavaScript, without any loader', async () => {
  const program = `
    import { SYNTHETIC_XAUUSD, syntheticBars } from '@openclaw-trading/bot-engine/data'
    import { sweep } from '@openclaw-trading/bot-engine/research'
    const data = syntheticBars({ seed: 1, instrument: SYNTHETIC_XAUUSD, timeframe: 'm15', count: 2000, startAt: Date.UTC(2025, 0, 6) })
    const url = import.meta.resolve('@openclaw-trading/examples/strategies/xauusd-bollinger-bounce')
    const account = { currency: 'USD', balance: 10000, leverage: 100 }
    const runs = []
    for await (const run of sweep({ url }, { instrument: SYNTHETIC_XAUUSD, data, account, workers: 2, grid: { period: [15, 20], deviation: [1.5, 2] } }))
      runs.push([run.key, run.report.metrics.tradeCount])
    console.log(JSON.stringify(runs.sort()))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../../../examples', import.meta.url)),
  })
  const runs = JSON.parse(stdout) as [string, number][]
  expect(runs.map(([key]) => key)).toEqual([
    '{"deviation":1.5,"period":15}',
    '{"deviation":1.5,"period":20}',
    '{"deviation":2,"period":15}',
    '{"deviation":2,"period":20}',
  ])
  expect(runs.every(([, trades]) => trades > 0)).toBe(true)
})
