import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import { smaCross } from '../../test/sweep-strategy.ts'
import { dailyEquity, dailyReturns } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { isEngineError } from '../errors.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import { deviationOf } from '../statistics/sample.ts'
import { deflatedSharpe, type SharpeSample, sharpeSample } from '../statistics/sharpe-tests.ts'
import { equitySpan } from './identity.ts'
import { bestRun, type SweepRun } from './objective.ts'
import { summariseSweep } from './summary.ts'
import { sweep, type SweepOptions, type SweepProgress } from './sweep.ts'
import { createTrialLedger } from './trial-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweep-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Options = SweepOptions<typeof smaCross>
type Run = SweepRun<typeof smaCross>
const bars = (seed: number) =>
  syntheticBars({
    seed,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 3000,
    startAt: unixMs(Date.UTC(2025, 0, 6)),
  })
const options = {
  instrument: SYNTHETIC_XAUUSD,
  data: bars(1),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  grid: { fast: [5, 10, 20], slow: [20, 40] },
} satisfies Options

async function all(more: Partial<Options> = {}): Promise<Run[]> {
  const runs: Run[] = []
  for await (const run of sweep(smaCross, { ...options, ...more })) runs.push(run)
  return runs
}

describe('sweep', () => {
  it('runs every combination that the schema takes, each as a backtest of its own would', async () => {
    const progress: SweepProgress[] = []
    const runs = await all({ onProgress: now => progress.push(now) })
    expect(runs.map(({ key }) => key)).toEqual([
      '{"fast":5,"slow":20}',
      '{"fast":5,"slow":40}',
      '{"fast":10,"slow":20}',
      '{"fast":10,"slow":40}',
      '{"fast":20,"slow":40}',
    ])
    expect(new Set(runs.map(({ report }) => report.metrics.netProfit.minor)).size).toBe(5)
    expect(progress.at(0)).toEqual({ done: 0, total: 5, resumed: 0, refused: 1 })
    expect(progress.at(-1)).toEqual({ done: 5, total: 5, resumed: 0, refused: 1 })
    const alone = await all({ grid: { fast: [10] }, base: { slow: 40 } })
    expect(alone).toEqual([runs[3]])
    const { grid: _, ...shared } = options
    const { metrics, equity, rows } = await backtest(smaCross, { ...shared, params: { fast: 10, slow: 40 } })
    expect(runs[3]?.report).toMatchObject({ metrics, rows, daily: dailyEquity(equity) })
  })

  it('draws a seeded part of a grid, no combination twice', async () => {
    const grid = { fast: [4, 5, 6, 7], slow: [20, 30, 40, 50] }
    const drawn = async (seed: number) =>
      (await all({ grid, random: { runs: 6, seed } })).map(({ key }) => key)
    const first = await drawn(1)
    expect(new Set(first).size).toBe(6)
    expect(await drawn(1)).toEqual(first)
    expect(await drawn(2)).not.toEqual(first)
    expect(new Set((await all({ grid, random: { runs: 99 } })).map(({ key }) => key)).size).toBe(16)
  })

  it('keeps what is done when it is cancelled, and goes on from there', async () => {
    const resultsFile = join(folder, 'cancelled.jsonl')
    const controller = new AbortController()
    const kept: Run[] = []
    const cancelled = (async () => {
      for await (const run of sweep(smaCross, { ...options, resultsFile, signal: controller.signal })) {
        kept.push(run)
        if (kept.length === 2) controller.abort(new RangeError('enough'))
      }
    })()
    await expect(cancelled).rejects.toThrow('enough')
    expect(kept.length).toBe(2)
    const progress: SweepProgress[] = []
    const runs = await all({ resultsFile, onProgress: now => progress.push(now) })
    expect(progress.at(0)).toMatchObject({ done: 2, resumed: 2 })
    expect(runs).toEqual(await all())
    expect(runs.slice(0, 2)).toEqual(kept)
    expect(await all({ finished: runs, onProgress: now => progress.push(now) })).toEqual(runs)
    expect(progress.at(-1)).toMatchObject({ done: 5, resumed: 5 })
  })

  it('loses the line of a file that was being written, and refuses runs of other data', async () => {
    const resultsFile = join(folder, 'torn.jsonl')
    const runs = await all({ resultsFile })
    const text = readFileSync(resultsFile, 'utf8')
    writeFileSync(resultsFile, text.slice(0, -40))
    expect(await all({ resultsFile })).toEqual(runs)
    expect(readFileSync(resultsFile, 'utf8')).toBe(text)
    await expect(all({ resultsFile, data: bars(2) })).rejects.toThrow('[invalid-options]')
    await expect(all({ resultsFile, codeHash: 'another' })).rejects.toThrow('sma-cross (code another)')
    await expect(all({ resultsFile, seed: 2 })).rejects.toThrow('Begin a new sweep')
    writeFileSync(resultsFile, text.replace('claw.sweep-runs/4', 'claw.sweep-runs/3'))
    const older = readFileSync(resultsFile, 'utf8')
    await expect(all({ resultsFile })).rejects.toThrow(
      /torn\.jsonl was written by another version: its runs are claw\.sweep-runs\/3, and this version goes on with claw\.sweep-runs\/4, .* Begin a new sweep with another file, or remove this one\.$/,
    )
    expect(readFileSync(resultsFile, 'utf8')).toBe(older)
    writeFileSync(resultsFile, text.replace('{"key"', '"key"'))
    await expect(all({ resultsFile })).rejects.toThrow('torn.jsonl:2 is no JSON')
  })

  it('keeps how often the broker closed for want of margin, and whether the account was lost', async () => {
    const rules = { levelPercent: 100, closes: 'whole', first: 'most-margin' } as const
    const grid = { fast: [5], slow: [20] }
    const stopOut = { currency: 'USD', balance: 300, leverage: 100, stopOut: rules }
    const { trades } = await backtest(smaCross, {
      ...options,
      account: stopOut,
      params: { fast: 5, slow: 20 },
    })
    const stopped = trades.filter(({ exitReason }) => exitReason === 'stop-out').length
    expect(stopped).toBeGreaterThan(0)
    const [kept] = await all({ account: stopOut, grid })
    expect(kept?.report).toMatchObject({ stopOutCount: stopped, accountLost: false })
    const [lost] = await all({ account: { currency: 'USD', balance: 30, leverage: 1000 }, grid })
    expect(lost?.report).toMatchObject({ stopOutCount: 0, accountLost: true })
    const [rich] = await all({ grid })
    expect(rich?.report).toMatchObject({ stopOutCount: 0, accountLost: false })
  })

  it('names the parameters of a run that fails', async () => {
    const error = await all({ grid: { fast: [7], ending: ['throw'] } }).catch((cause: unknown) => cause)
    expect(isEngineError(error, 'handler-failed')).toBe(true)
    expect(String(error)).toContain(
      'With {"fast":7,"ending":"throw"}: onBar of strategy "sma-cross" threw: planted',
    )
  })

  it('refuses data that are no data', async () => {
    const openedAt = options.data.openedAt.slice()
    openedAt[100] = Number.NaN
    await expect(all({ data: { ...options.data, openedAt } })).rejects.toThrow('[data-')
  })

  it('refuses what it cannot run', async () => {
    await expect(all({ workers: 2 })).rejects.toThrow('closures does not cross threads')
    await expect(all({ workers: 0.5 })).rejects.toThrow('[invalid-options] workers')
    await expect(all({ grid: { fast: [50] } })).rejects.toThrow('fast must be shorter than slow')
    await expect(all({ grid: { fast: [] } })).rejects.toThrow('no value for fast')
    await expect(all({ random: { runs: 0 } })).rejects.toThrow('random.runs')
    expect(() => bestRun([], 'profit' as 'sharpe')).toThrow('There is no objective "profit"')
  })
})

describe('the best run', () => {
  it('is the same whatever the order of the runs, and by the objective that was asked for', async () => {
    const runs = await all()
    const best = bestRun(runs, 'net-profit')
    expect(best).toBe(bestRun(runs.toReversed(), 'net-profit'))
    expect(best?.report.metrics.netProfit.minor).toBe(
      Math.max(...runs.map(({ report }) => report.metrics.netProfit.minor)),
    )
    expect(bestRun(runs, () => 1)?.key).toBe('{"fast":10,"slow":20}')
    expect(bestRun(runs, () => Number.NaN)).toBeUndefined()
  })

  it('has 30 trades or what is asked for; runs with fewer have no score, are counted, and stay trials', async () => {
    const runs = await all()
    const counts = runs.map(({ report }) => report.metrics.tradeCount).sort((one, other) => one - other)
    const middle = counts[2] as number
    expect(bestRun(runs, () => 1, middle)?.report.metrics.tradeCount).toBeGreaterThanOrEqual(middle)
    const few = runs.map(run => ({
      ...run,
      report: { ...run.report, metrics: { ...run.report.metrics, tradeCount: 29 } },
    }))
    expect(bestRun(few)).toBeUndefined()
    expect(bestRun(few, 'sharpe', 29)).toBeDefined()
    expect(summariseSweep(few)).toMatchObject({
      best: undefined,
      bestScore: undefined,
      tooFewTrades: 5,
      trials: 5,
    })
    expect(summariseSweep(few, { leastTrades: 0 })).toMatchObject({ tooFewTrades: 0 })
    expect(() => bestRun(runs, 'sharpe', -1)).toThrow('[invalid-options] leastTrades is -1')
  })

  it('is worth less the more was tried on the same data before', async () => {
    const ledger = createTrialLedger(join(folder, 'trials.jsonl'))
    const runs = await all({ ledger })
    const span = equitySpan(runs[0]?.report.daily as EquityColumns)
    const count = () => ledger.count({ market: 'XAUUSD', span })
    expect(count()).toMatchObject({ runs: 5, trials: 5, otherSpans: 0, damagedLines: 0 })
    const fresh = summariseSweep(runs, { count: count() })
    await all({ ledger })
    expect(count()).toMatchObject({ runs: 10, trials: 5 })
    await all({ ledger, grid: { fast: [3, 4, 6, 7, 8, 9], slow: [25, 30, 35, 45, 50] } })
    const later = summariseSweep(runs, { count: count() })
    expect(later.trials).toBe(35)
    expect(later.effectiveTrials).toBeLessThan(35)
    expect(later.deflatedSharpe).toBeLessThan(fresh.deflatedSharpe as number)
    expect(later.overfitting?.probability).toBeGreaterThanOrEqual(0)
  })

  it('counts trials that are none of its runs in full: nobody knows how alike those trade', async () => {
    const runs = await all()
    const { effectiveTrials: own } = summariseSweep(runs)
    expect(own).toBeLessThan(5)
    const count = { runs: 905, trials: 905, sharpeVariance: undefined, otherSpans: 0, damagedLines: 0 }
    expect(summariseSweep(runs, { count }).effectiveTrials).toBe(own + 900)
  })

  it('is judged by the wider of both variances: that of the ledger, and that of the sweep itself', async () => {
    const runs = await all()
    const own =
      (deviationOf(runs.map(({ report }) => sharpeRatio(dailyReturns(report.daily)) as number)) as number) **
      2
    const judgedWith = (sharpeVariance: number) => {
      const count = { runs: 5, trials: 5, sharpeVariance, otherSpans: 0, damagedLines: 0 }
      return summariseSweep(runs, { count })
    }
    const { best, effectiveTrials: trials } = judgedWith(own)
    const sample = sharpeSample(dailyReturns((best as Run).report.daily)) as SharpeSample
    const expected = (sharpeVariance: number) => deflatedSharpe(sample, { trials, sharpeVariance })
    expect(judgedWith(4 * own).deflatedSharpe).toBe(expected(4 * own))
    expect(judgedWith(own / 4).deflatedSharpe).toBe(expected(own))
    expect(summariseSweep(runs).deflatedSharpe).toBe(expected(own))
  })

  it('that there is not has no probability of overfitting either', async () => {
    const runs = await all()
    expect(summariseSweep(runs).overfitting).toBeDefined()
    expect(summariseSweep(runs, { leastTrades: 100_000 })).toMatchObject({
      best: undefined,
      overfitting: undefined,
    })
  })
})
