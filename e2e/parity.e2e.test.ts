import { REPLAY_XAUUSD, readTickFile, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { plantedFaultsOf } from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { firstRows, type RunOutcome, runBacktest, runThroughVenue } from './replay-run.ts'
import { skipWithout, XAUUSD_TICKS } from './requirements.ts'

// The first trading day of the file: 2014-05-01, up to the daily break.
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))

const exitsBy = (outcome: RunOutcome, reason: string): number =>
  outcome.trades.filter(trade => trade.exitReason === reason).length

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))('parity of backtest and live on real ticks', () => {
  let ticks: TickColumns
  beforeAll(async () => {
    ticks = await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL })
  })

  it('gives the same trades and decisions through venue, TLS and live run as in a backtest, on m1 and m15', async () => {
    const outcomes: RunOutcome[] = []
    for (const timeframe of ['m1', 'm15'] as const) {
      const expected = await runBacktest({ ticks, timeframe, latencyMs: 50 })
      const live = await runThroughVenue({ ticks, timeframe, latencyMs: 50 })
      expect(live.decisions).toEqual(expected.decisions)
      expect(live.trades).toEqual(expected.trades)
      outcomes.push(live)
    }
    // A comparison of nothing proves nothing.
    const total = (count: (outcome: RunOutcome) => number): number =>
      outcomes.reduce((sum, outcome) => sum + count(outcome), 0)
    expect(total(outcome => outcome.trades.length)).toBeGreaterThanOrEqual(20)
    expect(total(outcome => exitsBy(outcome, 'stop-loss'))).toBeGreaterThanOrEqual(3)
    expect(total(outcome => exitsBy(outcome, 'take-profit'))).toBeGreaterThanOrEqual(3)
  })

  it.each([0, 10, 250])('holds at a latency of %i ms', async latencyMs => {
    const few = firstRows(ticks, 60_000)
    const expected = await runBacktest({ ticks: few, timeframe: 'm1', latencyMs })
    expect(expected.trades.length).toBeGreaterThan(3)
    expect(await runThroughVenue({ ticks: few, timeframe: 'm1', latencyMs })).toEqual(expected)
  })

  it.each(plantedFaultsOf('lookahead'))('is broken by the planted fault %s', async plant => {
    const few = firstRows(ticks, 60_000)
    const expected = await runBacktest({ ticks: few, timeframe: 'm1', latencyMs: 50 })
    // A fault about a single tick strikes where the tick matters: at the one on which S03 decides.
    const plantAt = few.at.indexOf(expected.decisions[3]?.at ?? 0)
    expect(plantAt).toBeGreaterThan(0)
    const faulty = await runThroughVenue({
      ticks: few,
      timeframe: 'm1',
      latencyMs: 50,
      plant,
      plantAt,
    }).catch((error: unknown) => error)
    expect(faulty).not.toEqual(expected)
  })
})
