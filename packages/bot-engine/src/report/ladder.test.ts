import { lots, pips, type Price, type UnixMs } from '@openclaw-trading/trading-model'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BacktestOptions } from '../backtest/options.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { partialTargets } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import { monteCarlo } from '../research/monte-carlo.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import { roundTripColumns } from './round-trip-columns.ts'
import { createRunDocument, type RunDocument } from './run-document.ts'
import { tradesOf } from './run-trade.ts'
import { tradesCsv } from './trades-csv.ts'

const RISK = 10
const VOLUME = 0.1

/** Long and short in turn, whenever flat: on a walk there is nothing to find. */
const turns = defineStrategy({
  name: 'turns',
  params: z.object({ ladder: z.boolean() }),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create({ params }) {
    let entries = 0
    const handlers: Handlers = {
      onBar(_bar, ctx) {
        if (ctx.position !== undefined || ctx.pendingEntries > 0) return
        entries += 1
        ctx[entries % 2 === 0 ? 'sell' : 'buy']({
          volume: lots(VOLUME),
          stopLoss: { pips: pips(RISK * 10) },
          takeProfit: { pips: pips(RISK * 30) },
        })
      },
    }
    return params.ladder ? managed([partialTargets([{ at: { r: 0.5 }, close: 0.5 }])], handlers) : handlers
  },
})
const options: BacktestOptions<typeof turns> = {
  params: { ladder: false },
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    seed: 5,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 8000,
    startAt: Date.UTC(2024, 0, 2) as UnixMs,
  }),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  venue: { latencyMs: 50, barSpreadTicks: 20 },
}

/** R of each finished position from the fills alone: what the parts of the report must add up to. */
function byHand({ fills, open }: BacktestReport): readonly number[] {
  const positions = new Map<number, { opened: number; net: number }>()
  for (const { positionId, volume, closing } of fills) {
    const known = positions.get(positionId) ?? { opened: 0, net: 0 }
    positions.set(positionId, known)
    if (closing === undefined) known.opened += volume
    else known.net += (closing.gross.minor + closing.commission.minor + closing.swap.minor) / 100
  }
  for (const { id } of open) positions.delete(id)
  return [...positions.values()].map(({ opened, net }) => net / (RISK * opened * 100))
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const findingOf = ({ findings }: RunDocument, name: string) => findings.find(one => one.name === name)

describe('a ladder of partial targets on a walk', () => {
  let plain: BacktestReport
  let ladder: BacktestReport
  let document: RunDocument

  beforeAll(async () => {
    plain = await backtest(turns, options)
    ladder = await backtest(turns, { ...options, params: { ladder: true } })
    document = createRunDocument(ladder, options, { title: 'ladder' })
    // A busy machine takes longer than the ten seconds of a hook.
  }, 30_000)

  it('is no trade more than the same entries without it, and wins no more of them by its parts', () => {
    const positions = new Set(ladder.trades.map(({ positionId }) => positionId))
    for (const { id } of ladder.open) positions.delete(id)
    expect(ladder.trades.length).toBeGreaterThan(1.3 * positions.size)
    expect(ladder.metrics.tradeCount).toBe(positions.size)
    expect(ladder.roundTrips).toHaveLength(positions.size)
    const won = byHand(ladder).filter(r => r > 0).length
    expect(ladder.metrics.winRatePercent).toBeCloseTo((won / positions.size) * 100, 9)
    expect(findingOf(document, 'Win rate')?.estimate).toBeCloseTo((won / positions.size) * 100, 9)
    for (const groups of [document.byHour, document.byWeekday])
      expect(groups.reduce((sum, { trades }) => sum + trades, 0)).toBe(positions.size)
  })

  it('has the expectancy of its positions, and is not proven', () => {
    const expectancy = findingOf(document, 'Expectancy')
    expect(expectancy?.estimate).toBeCloseTo(mean(byHand(ladder)), 9)
    expect(expectancy?.low).toBeLessThan(0)
    const closings = ladder.trades.map(({ net, volume }) => net.minor / 100 / (RISK * volume * 100))
    expect(mean(closings)).toBeGreaterThan(mean(byHand(ladder)) + 0.1)
  })

  it('draws positions and not their parts in a Monte Carlo', () => {
    const results = ladder.roundTrips.map(({ net }) => net.minor)
    const startMinor = ladder.equity.equityMinor[0] ?? 0
    expect(monteCarlo(ladder, { seed: 1, resamples: 200 })).toEqual(
      monteCarlo({ startMinor, results }, { seed: 1, resamples: 200 }),
    )
  })

  it('keeps its closings in the document, and says which belong together', () => {
    const closings = tradesOf(document.trades)
    expect(closings).toHaveLength(ladder.trades.length)
    const shares = new Map<number, number>()
    for (const [row, { positionId, share, r }] of closings.entries()) {
      const { positionId: id, net } = ladder.trades[row] ?? { net: { minor: Number.NaN } }
      expect(r).toBeCloseTo(net.minor / 100 / (RISK * VOLUME * 100), 9)
      if (positionId === undefined || share === undefined) continue
      expect(positionId).toBe(id)
      shares.set(positionId, (shares.get(positionId) ?? 0) + share)
    }
    const open = new Set<number>(ladder.open.map(({ id }) => id))
    expect(shares.size).toBeGreaterThan(50)
    for (const [id, share] of shares) expect(share).toBeCloseTo(open.has(id) ? 0.5 : 1, 9)
    expect(tradesCsv(document).split('\n')[0]).toMatch(/,positionId,share$/)
    expect(document.costs.net).toBeCloseTo(document.figures.netProfit, 6)
    // Trades as objects lead to the same.
    expect(createRunDocument({ ...ladder }, options, { title: 'ladder' })).toEqual(document)
  })

  it('changes nothing of a run whose closings are whole', () => {
    const { trades, findings } = createRunDocument(plain, options, { title: 'plain' })
    expect(trades).not.toHaveProperty('share')
    expect(roundTripColumns(trades)).toBe(trades)
    expect(plain.metrics.tradeCount).toBe(plain.trades.length)
    expect(plain.roundTrips.map(({ closings }) => closings)).toEqual(plain.trades.map(trade => [trade]))
    expect(findings.find(({ name }) => name === 'Expectancy')?.estimate).toBeCloseTo(mean(byHand(plain)), 9)
  })
})

describe('a position with two entries, closed in two parts', () => {
  const netted = defineStrategy({
    name: 'netted',
    params: z.object({ rest: z.boolean() }),
    feeds: () => ({ main: { timeframe: 'm15' } }),
    create({ params }) {
      let bars = 0
      return {
        onBar(_bar, ctx) {
          bars += 1
          const stopLoss = { pips: pips(10_000) }
          if (bars === 1 || bars === 3) ctx.buy({ volume: lots(VOLUME), stopLoss })
          if (bars === 5) ctx.close(undefined, lots(0.05))
          if (bars === 7 && params.rest) ctx.close()
        },
      }
    },
  })
  const run = (rest: boolean) =>
    backtest(netted, { ...options, params: { rest }, account: { ...options.account, hedged: false } })

  it('risked its first stop on the volume of both', async () => {
    const report = await run(true)
    expect(report.trades).toHaveLength(2)
    expect(report.roundTrips).toMatchObject([{ volume: 2 * VOLUME, closings: report.trades }])
    const [part, rest] = report.trades
    const risk = 2 * VOLUME * 100 * ((report.fills[0]?.price as Price) - (part?.initialStopLoss as Price))
    const net = ((part?.net.minor ?? 0) + (rest?.net.minor ?? 0)) / 100
    const { trades } = createRunDocument(report, options, { title: 'netted' })
    expect(trades.share?.[0]).toBeCloseTo(0.25, 12)
    expect(roundTripColumns(trades).r?.[0]).toBeCloseTo(net / risk, 6)
    expect(roundTripColumns(trades)).toMatchObject({
      net: [net],
      lots: [2 * VOLUME],
      closedAt: [rest?.closedAt],
    })
  })

  it('is no round trip while a part of it is open, though its money counts', async () => {
    const report = await run(false)
    expect(report.open).toHaveLength(1)
    expect(report.trades).toHaveLength(1)
    expect(report.roundTrips).toEqual([])
    expect(report.metrics).toMatchObject({ tradeCount: 0, winRatePercent: undefined })
    expect(report.metrics.netProfit).toEqual(report.trades[0]?.net)
    const { trades, byHour } = createRunDocument(report, options, { title: 'netted' })
    expect(trades.share?.[0]).toBeCloseTo(0.25, 12)
    expect(roundTripColumns(trades).net).toEqual([])
    expect(byHour.reduce((sum, group) => sum + group.trades, 0)).toBe(0)
  })
})

it('tells R in the currency of the account: yen are converted at the rate of the closing itself', async () => {
  const yen = { ...SYNTHETIC_XAUUSD, base: 'USD', quote: 'JPY' }
  const run = { ...options, instrument: yen, params: { ladder: true } }
  const report = await backtest(turns, run)
  const { trades } = createRunDocument(report, run, { title: 'yen' })
  const risked = tradesOf(roundTripColumns(trades))
  expect(risked.length).toBeGreaterThan(50)
  // The rate is that of the last quote: of the closing price itself, but for a spread and a gap.
  const stopped = risked.filter(({ exitReason, share }) => exitReason === 'stop-loss' && share === undefined)
  expect(stopped.length).toBeGreaterThan(10)
  for (const { r = 0, net, exitPrice } of stopped)
    expect(r / ((net * exitPrice) / (RISK * VOLUME * 100))).toBeCloseTo(1, 2)
})
