import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { between } from './data-columns.ts'
import { type OrderCounts, sumOrders } from './order-counts.ts'
import { sweep, type SweepOptions } from './sweep.ts'
import { walkForward } from './walk-forward.ts'

const folder = mkdtempSync(join(tmpdir(), 'orders-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Buys at every sixth bar, out at the next third; of the entries one in `wrongOf` is off the step of volumes. */
const askew = defineStrategy({
  name: 'askew',
  params: z.object({ wrongOf: z.int().min(1) }),
  feeds: () => ({ main: { timeframe: 'h1' } }),
  create({ params }) {
    let bars = 0
    let entries = 0
    return {
      onBar(_, ctx) {
        bars += 1
        if (bars % 6 === 3 && ctx.position !== undefined) ctx.close()
        if (bars % 6 !== 0) return
        entries += 1
        ctx.buy({
          volume: lots(entries % params.wrongOf === 0 ? 0.105 : 0.1),
          stopLoss: { pips: pips(5000) },
        })
      },
    }
  },
})

const DAY = 86_400_000
const options = {
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    instrument: SYNTHETIC_XAUUSD,
    seed: 5,
    timeframe: 'h1',
    count: 1000,
    startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
  }),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  grid: { wrongOf: [1, 2, 1_000_000] },
}

async function counts(more: Partial<SweepOptions<typeof askew>> = {}) {
  const found = []
  for await (const { report } of sweep(askew, { ...options, ...more })) found.push(report)
  return found
}

describe('what is kept of a trial', () => {
  it('has the orders that the venue refused, as a backtest of the same parameters counts them', async () => {
    const reports = await counts()
    const { grid, ...shared } = options
    for (const [i, wrongOf] of grid.wrongOf.entries()) {
      const { orderCount, refused, refusedChanges } = await backtest(askew, {
        ...shared,
        params: { wrongOf },
      })
      expect(reports[i]).toMatchObject({ orderCount, refused, refusedChanges })
    }
    const [all, half, none] = reports.map(({ refused }) => refused[0]?.count ?? 0)
    expect(all).toBe(reports[0]?.orderCount)
    expect(half).toBe(Math.floor((reports[1]?.orderCount ?? 0) / 2))
    expect(none).toBe(0)
    expect(reports[0]?.refused).toMatchObject([{ code: 'TRADING_BAD_VOLUME', first: { side: 'buy' } }])
  })

  it('is the same when it comes from the file of an ended sweep', async () => {
    const resultsFile = join(folder, 'runs.jsonl')
    const first = await counts({ resultsFile })
    expect(await counts({ resultsFile })).toEqual(first)
  })
})

describe('a walk-forward', () => {
  const spans = { inSampleMs: 20 * DAY, outOfSampleMs: 10 * DAY, objective: 'net-profit' as const }

  it('tells of each fold what all its combinations were refused, also where nothing could be chosen', async () => {
    const { folds } = await walkForward(askew, { ...options, ...spans, grid: { wrongOf: [1] } })
    expect(folds.length).toBeGreaterThan(1)
    for (const { params, report, tried } of folds) {
      expect(params).toBeUndefined()
      expect(report).toBeUndefined()
      expect(tried).toMatchObject({ runs: 1, refused: [{ code: 'TRADING_BAD_VOLUME' }] })
      expect(tried.refused[0]?.count).toBe(tried.orderCount)
      expect(tried.orderCount).toBeGreaterThan(40)
    }
  })

  it('tells of the choice alone what it was refused out of sample', async () => {
    const { folds } = await walkForward(askew, { ...options, ...spans, grid: { wrongOf: [1, 2] } })
    const [fold] = folds
    expect(fold?.params).toEqual({ wrongOf: 2 })
    const { from, to } = fold?.outOfSample ?? { from: 0, to: 0 }
    const { grid: _, ...shared } = options
    const alone = await backtest(askew, {
      ...shared,
      data: between(options.data, from, to),
      params: { wrongOf: 2 },
    })
    expect(fold?.report?.refused[0]?.count).toBe(alone.refused[0]?.count)
    const inSample = fold?.inSampleReport?.refused[0]?.count ?? 0
    expect(fold?.tried.refused[0]?.count).toBeGreaterThan(2 * inSample)
  })
})

describe('sumOrders', () => {
  const at = (day: number) => unixMs(Date.UTC(2025, 0, day))
  const order = (code: string, count: number, day: number) => ({
    code,
    count,
    first: { at: at(day), side: 'buy' as const, volume: lots(0.1), description: code },
  })
  const close = (count: number, day: number) => ({
    kind: 'close' as const,
    code: 'A',
    count,
    first: { at: at(day), description: 'A' },
  })
  const runs: readonly OrderCounts[] = [
    { orderCount: 5, refused: [order('A', 3, 4)], refusedChanges: [close(1, 9)] },
    { orderCount: 7, refused: [order('B', 6, 3), order('A', 1, 2)], refusedChanges: [] },
    { orderCount: 0, refused: [], refusedChanges: [close(2, 8), { ...close(3, 7), kind: 'cancel' }] },
    { orderCount: 1, refused: [order('C', 4, 4)], refusedChanges: [] },
  ]

  it('adds by code, the most frequent first, each with the earliest of them all', () => {
    expect(sumOrders(runs)).toEqual({
      orderCount: 13,
      refused: [order('B', 6, 3), order('A', 4, 2), order('C', 4, 4)],
      refusedChanges: [{ ...close(3, 7), kind: 'cancel' }, close(3, 8)],
    })
    expect(sumOrders([])).toEqual({ orderCount: 0, refused: [], refusedChanges: [] })
  })

  it('comes to the same in whatever order the runs were done, and in parts', () => {
    const twin = { ...order('A', 1, 2), first: { ...order('A', 1, 2).first, volume: lots(0.2) } }
    const all = [...runs, { orderCount: 1, refused: [twin], refusedChanges: [] }]
    expect(sumOrders(all.toReversed())).toEqual(sumOrders(all))
    expect(all.reduce((sum, run) => sumOrders([sum, run]))).toEqual(sumOrders(all))
    expect(sumOrders(all).refused[1]?.first.volume).toBe(0.1)
  })
})
