import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Instrument, lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readAccount } from '../backtest/options.ts'
import { backtest } from '../backtest/run.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import type { BarColumns } from '../data/columns.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticTicks } from '../data/synthetic.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { sma } from '../indicators/sma.ts'
import type { FeedBar } from '../strategy/series.ts'
import { defineStrategy } from '../strategy/define.ts'
import { between, mapColumns, type RunData, withData } from './data-columns.ts'
import { foldsOf } from './folds.ts'
import { equitySpan } from './identity.ts'
import { sweep } from './sweep.ts'
import { createTrialLedger, type Trial } from './trial-ledger.ts'
import { walkForward, type WalkForwardOptions, type WalkForwardProgress } from './walk-forward.ts'
import type { WalkForwardReport } from './walk-forward-report.ts'
import { warmUpBefore } from './warm-up-bars.ts'

const DAY = 86_400_000
const account = { currency: 'USD', balance: 10_000, leverage: 100 }
const market = (count: number, seed = 5) =>
  syntheticBars({
    seed,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'h1',
    count,
    startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
  })

/** Prices that rise by so much a bar on top of what they do. */
function rising(bars: BarColumns, pointsPerBar: (row: number) => number): BarColumns {
  let lift = 0
  const lifts = Float64Array.from({ length: bars.length }, (_, row) => (lift += pointsPerBar(row)))
  return mapColumns(bars, bars.length, (column, name) =>
    ['open', 'high', 'low', 'close'].includes(name)
      ? column.map((value, row) => value + Math.round((lifts[row] as number) / 1000) * 1000)
      : column,
  ) as BarColumns
}

/** Holds one side for a day at a time. */
const holder = defineStrategy({
  name: 'holder',
  params: z.object({ side: z.enum(['buy', 'sell']).default('buy'), hours: z.int().min(1).default(12) }),
  feeds: () => ({ main: { timeframe: 'h1' } }),
  create({ params }) {
    let held = 0
    return {
      onBar(_, ctx) {
        held += 1
        if (ctx.position !== undefined && held >= params.hours) ctx.close()
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        held = 0
        const entry = { volume: lots(0.1), stopLoss: { pips: pips(2000) } }
        if (params.side === 'buy') ctx.buy(entry)
        else ctx.sell(entry)
      },
    }
  },
})

type Options = WalkForwardOptions<typeof holder>
const options = (data: RunData, more: Partial<Options> = {}): Options => ({
  instrument: SYNTHETIC_XAUUSD,
  data,
  account,
  grid: { side: ['buy', 'sell'], hours: [6, 12] },
  inSampleMs: 28 * DAY,
  outOfSampleMs: 14 * DAY,
  ...more,
})

describe('folds', () => {
  it('tile what follows the first sample, each chosen on the past alone with a gap before it', () => {
    const span = { from: 0, to: 100 }
    expect(foldsOf(span, { inSampleMs: 40, outOfSampleMs: 25, purgeMs: 5, embargoMs: 2 })).toEqual([
      { inSample: { from: 0, to: 33 }, outOfSample: { from: 40, to: 65 } },
      { inSample: { from: 25, to: 58 }, outOfSample: { from: 65, to: 90 } },
      { inSample: { from: 50, to: 83 }, outOfSample: { from: 90, to: 100 } },
    ])
    const anchored = foldsOf(span, { mode: 'anchored', inSampleMs: 40, outOfSampleMs: 30 })
    expect(anchored.map(({ inSample }) => inSample)).toEqual([
      { from: 0, to: 40 },
      { from: 0, to: 70 },
    ])
    expect(() => foldsOf(span, { inSampleMs: 100, outOfSampleMs: 10 })).toThrow(
      'nothing is left to be judged on',
    )
    for (const wrong of [{ inSampleMs: 5, purgeMs: 5 }, { outOfSampleMs: 0 }, { embargoMs: -1 }])
      expect(() => foldsOf(span, { inSampleMs: 40, outOfSampleMs: 25, ...wrong })).toThrow(
        '[invalid-options]',
      )
  })
})

describe('walkForward', () => {
  const up = rising(market(1600), () => 150_000)

  it('finds the side of a trend, and carries one account from fold to fold', async () => {
    const progress: number[] = []
    const found = await walkForward(holder, options(up, { onProgress: ({ done }) => progress.push(done) }))
    expect(found.folds.length).toBe(5)
    expect(found.folds.map(({ params }) => params?.side)).toEqual(Array(5).fill('buy'))
    const ends = found.folds.map(({ report }) => report!.daily.equityMinor.at(-1))
    const starts = found.folds.map(({ report }) => report!.daily.equityMinor[0])
    expect(starts).toEqual([1_000_000, ...ends.slice(0, -1)])
    expect(found.metrics.tradeCount).toBe(found.trades.length)
    expect(found.efficiency).toBeGreaterThan(0.5)
    expect(found.efficiency).toBeLessThan(2)
    expect(found.probabilisticSharpe).toBeGreaterThan(0.95)
    expect(found.matrix?.keys.length).toBe(4)
    expect(found.overfitting?.probability).toBeLessThan(0.5)
    expect(progress).toEqual([...Array(4 * 6 + 1).keys()])
  })

  it('chooses the same whatever happens later, and what it chose before a turn loses after it', async () => {
    const first = up.openedAt[0] as number
    const turnAt = first + 56 * DAY
    const turned = rising(market(1600), row => ((up.openedAt[row] as number) < turnAt ? 150_000 : -150_000))
    const [straight, broken] = [
      await walkForward(holder, options(up, { matrix: false })),
      await walkForward(holder, options(turned, { matrix: false })),
    ]
    // Spans of the third fold begin at the turn: its choice was made before.
    for (const fold of [0, 1, 2]) expect(broken.folds[fold]!.params).toEqual(straight.folds[fold]!.params)
    const lost = broken.folds[2]!.report!
    expect(lost.metrics.netProfit.minor).toBeLessThan(0)
    expect(broken.folds.at(-1)!.params?.side).toBe('sell')
    expect(broken.overfitting).toBeUndefined()
  })

  it('judges each choice by the backtest that its spans say', async () => {
    const { folds, trades } = await walkForward(holder, options(up, { purgeMs: DAY, matrix: false }))
    const { params, outOfSample, report, inSample, inSampleReport } = folds[0]!
    const alone = (from: number, to: number) =>
      backtest(holder, {
        params: params!,
        instrument: SYNTHETIC_XAUUSD,
        account,
        data: between(up, from, to) as BarColumns,
      })
    const after = await alone(outOfSample.from, outOfSample.to)
    expect(report!.metrics).toEqual(after.metrics)
    expect(trades.slice(0, after.trades.length)).toEqual(after.trades)
    expect(inSampleReport!.metrics).toEqual((await alone(inSample.from, inSample.to)).metrics)
    expect(outOfSample.from - inSample.to).toBe(DAY)
  })

  it('trades nothing where no combination has a value, and counts every run with the span that it is of', async () => {
    const recorded: Trial[] = []
    const ledger = {
      ...createTrialLedger('unused'),
      record: (trials: readonly Trial[]) => void recorded.push(...trials),
    }
    const found = await walkForward(holder, options(up, { objective: () => undefined, ledger }))
    expect(found.folds.every(({ params, report }) => params === undefined && report === undefined)).toBe(true)
    expect([found.trades.length, found.equity.length, found.efficiency]).toEqual([0, 0, undefined])
    expect(recorded.length).toBe(4 * 6)
    expect(new Set(recorded.map(({ data }) => data)).size).toBe(1)
    // Five samples and all spans out of sample.
    expect(new Set(recorded.map(({ span: { from, to } }) => `${from} ${to}`)).size).toBe(6)
    expect(recorded.every(({ span, judged }) => judged.from >= span.from && judged.to <= span.to + DAY)).toBe(
      true,
    )
  })

  it('leaves the Sharpe ratios of runs over all data as they were', async () => {
    const ledger = createTrialLedger(join(mkdtempSync(join(tmpdir(), 'walked-')), 'trials.jsonl'))
    let daily: EquityColumns | undefined
    const grid = { side: ['buy', 'sell'], hours: [6, 12] } as const
    const whole = { instrument: SYNTHETIC_XAUUSD, data: up, account, grid, ledger }
    for await (const { report } of sweep(holder, whole)) daily = report.daily
    const count = () => ledger.count({ market: 'XAUUSD', span: equitySpan(daily as EquityColumns) })
    const before = count()
    expect(before).toMatchObject({ runs: 4, trials: 4, otherSpans: 0 })
    await walkForward(holder, options(up, { ledger }))
    expect(count()).toEqual({ ...before, runs: 4 + 24 })
    rmSync(dirname(ledger.path), { recursive: true })
  })
})

describe('a walk-forward that is ended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'walk-forward-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const data = market(1600)

  it('has told of the folds that were judged, and goes on with the runs that were done', async () => {
    const whole = await walkForward(holder, options(data))
    const resultsFile = join(folder, 'runs.jsonl')
    const ledger = createTrialLedger(join(folder, 'trials.jsonl'))
    const told: WalkForwardReport<typeof holder>[] = []
    const controller = new AbortController()
    const ended = walkForward(
      holder,
      options(data, {
        resultsFile,
        ledger,
        signal: controller.signal,
        onFold(soFar) {
          told.push(soFar)
          if (soFar.folds.length === 2) controller.abort(new RangeError('enough'))
        },
      }),
    )
    await expect(ended).rejects.toThrow('enough')
    expect(told.map(({ folds }) => folds.length)).toEqual([1, 2])
    const [, last] = told
    expect(last?.folds).toEqual(whole.folds.slice(0, 2))
    expect(last?.trades).toEqual(whole.trades.slice(0, last?.trades.length))
    expect(last?.equity.equityMinor).toEqual(whole.equity.equityMinor.subarray(0, last?.equity.length))
    expect(last?.metrics.tradeCount).toBe(last?.trades.length)
    expect([last?.matrix, last?.overfitting]).toEqual([undefined, undefined])

    const progress: WalkForwardProgress[] = []
    const again = { resultsFile, ledger, onProgress: (now: WalkForwardProgress) => void progress.push(now) }
    expect(await walkForward(holder, options(data, again))).toEqual(whole)
    expect(progress[0]).toEqual({ done: 0, total: 24, resumed: 8, foldsDone: 0, folds: 5 })
    expect(progress.at(-1)).toEqual({ done: 24, total: 24, resumed: 8, foldsDone: 5, folds: 5 })
    // Each combination over each span once: what was taken over is counted no second time.
    const span = { from: data.openedAt[0] as number, to: data.openedAt[data.length - 1] as number }
    expect(ledger.count({ market: 'XAUUSD', span }).runs).toBe(24)
    await expect(walkForward(holder, options(data, { resultsFile, seed: 2 }))).rejects.toThrow(
      '[invalid-options]',
    )
  })
})

describe('the bars before a span', () => {
  const feeds = { main: { timeframe: 'm15', history: 4 }, slow: { timeframe: 'h1', history: 3 } } as const
  /** Every bar that a strategy is given, warm-up or not. */
  const watcher = (seen: FeedBar[]) =>
    defineStrategy({
      name: 'watcher',
      params: z.object({}),
      feeds: () => feeds,
      create: () => ({ onBar: bar => void seen.push(bar) }),
    })

  const start = unixMs(Date.UTC(2025, 0, 7))
  it.each([
    [
      'bars',
      syntheticBars({ seed: 1, instrument: SYNTHETIC_XAUUSD, timeframe: 'm5', count: 900, startAt: start }),
    ],
    [
      'quotes',
      syntheticTicks({ seed: 1, instrument: SYNTHETIC_XAUUSD, startAt: start, until: unixMs(start + DAY) }),
    ],
  ] as const)(
    'are those that a run over all %s has seen, the one in the making among them',
    async (_, data) => {
      const all: FeedBar[] = []
      const run = { params: {}, instrument: SYNTHETIC_XAUUSD, account }
      await backtest(watcher(all), { ...run, data })
      for (const at of [start + 6 * 3_600_000, start + 6 * 3_600_000 + 40 * 60_000]) {
        const warmUp = await warmUpBefore(watcher([]), { ...run, data }, at)
        const later: FeedBar[] = []
        const rest = between(data, at, Number.POSITIVE_INFINITY) as BarColumns
        await backtest(watcher(later), { ...run, data: rest, warmUp })
        const byFeed = (bars: FeedBar[], feed: string) => bars.filter(bar => bar.feed === feed)
        for (const [feed, { history }] of Object.entries(feeds)) {
          const expected = byFeed(all, feed)
          const first = expected.findIndex(({ closedAt }) => closedAt > at)
          expect(byFeed(later, feed)).toEqual(expected.slice(first - history))
        }
      }
      expect(await warmUpBefore(watcher([]), { ...run, data }, start)).toEqual({})
    },
  )

  it('are those of other instruments too', async () => {
    const m5 = (instrument: Instrument, seed: number) =>
      syntheticBars({ seed, instrument, timeframe: 'm5', count: 600, startAt: start })
    const seen = (bars: FeedBar[]) =>
      defineStrategy({
        name: 'watcher',
        params: z.object({}),
        feeds: () => ({
          main: { timeframe: 'm15', history: 3 },
          euro: { timeframe: 'h1', symbol: 'EURUSD', history: 2 },
        }),
        create: () => ({ onBar: bar => void bars.push(bar) }),
      })
    const run = {
      params: {},
      instrument: SYNTHETIC_XAUUSD,
      account,
      watched: [SYNTHETIC_EURUSD],
      watchedBars: [m5(SYNTHETIC_EURUSD, 2)],
      data: m5(SYNTHETIC_XAUUSD, 1),
    }
    const all: FeedBar[] = []
    await backtest(seen(all), run)
    const at = start + 12 * 3_600_000 + 25 * 60_000
    const warmUp = await warmUpBefore(seen([]), run, at)
    const later: FeedBar[] = []
    const rest = withData(run, data => between(data, at, Number.POSITIVE_INFINITY))
    await backtest(seen(later), { ...rest, warmUp })
    for (const [feed, history] of [
      ['main', 3],
      ['euro', 2],
    ] as const) {
      const expected = all.filter(bar => bar.feed === feed)
      const first = expected.findIndex(({ closedAt }) => closedAt > at)
      expect(later.filter(bar => bar.feed === feed)).toEqual(expected.slice(first - history))
    }
  })

  it('are as many as one asks for, where the data have them', async () => {
    const bars = market(300)
    const run = { params: {}, instrument: SYNTHETIC_XAUUSD, account: readAccount(account), data: bars }
    const slow = defineStrategy({
      name: 'slow',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'h1' } }),
      create: () => ({ onBar: () => void sma(3) }),
    })
    const at = bars.openedAt[250] as number
    expect((await warmUpBefore(slow, run, at))['main']).toEqual({ closed: [] })
    expect((await warmUpBefore(slow, run, at, 100))['main']?.closed.length).toBe(100)
    expect((await warmUpBefore(slow, run, at, 1000))['main']?.closed.length).toBe(250)
  })
})
