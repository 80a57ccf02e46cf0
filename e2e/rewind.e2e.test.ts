import {
  REPLAY_XAUUSD,
  readTickFile,
  SYNTHETIC_XAUUSD,
  syntheticTicks,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { plantedFaultsOf } from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { dirty } from './dirty-feed.ts'
import { BOT_FAULTS } from './faulty-broker.ts'
import { cutLink, faultyLink } from './links.ts'
import { splitPast } from './past.ts'
import { firstRows, type ReplayCase, type RunOutcome, runBacktest, runThroughVenue } from './replay-run.ts'
import { casesOf, skipWithout, XAUUSD_TICKS } from './requirements.ts'
import { restless } from './restless.ts'

// The first trading day of the file: 2014-05-01, up to the daily break.
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))
const LATENCIES = [0, 10, 50, 250] as const

/** Compares what a run left with the backtest's, and that there was enough to compare. */
async function expectParity(replay: ReplayCase, leastTrades: number): Promise<RunOutcome> {
  const expected = await runBacktest(replay)
  expect(expected.trades.length).toBeGreaterThanOrEqual(leastTrades)
  expect(await runThroughVenue({ ...replay, gate: 'rewind' })).toEqual(expected)
  return expected
}

describe('parity of backtest and a rewinding replay on a synthetic market', () => {
  const ticks = syntheticTicks({
    seed: 5,
    instrument: SYNTHETIC_XAUUSD,
    startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
    count: 4000,
  })
  const replay = { ticks, timeframe: 'm1', instrument: SYNTHETIC_XAUUSD, strategy: restless } as const

  it.each(LATENCIES)('holds at a latency of %i ms, as it does looking ahead', async latencyMs => {
    const expected = await expectParity({ ...replay, latencyMs }, 50)
    expect(await runThroughVenue({ ...replay, latencyMs, gate: 'lookahead' })).toEqual(expected)
  })

  it('holds when every order takes a millisecond to be written down', async () => {
    await expectParity({ ...replay, latencyMs: 50, commitMs: 1 }, 50)
  })

  it.each([0, 50])('holds at %i ms when the bytes arrive in pieces of odd sizes', async latencyMs => {
    await expectParity({ ...replay, latencyMs, link: cutLink }, 50)
  })

  it('holds with slow orders and odd pieces at once, run after run', async () => {
    const expected = await expectParity({ ...replay, latencyMs: 10, commitMs: 1, link: cutLink }, 50)
    for (let run = 0; run < 2; run++)
      expect(
        await runThroughVenue({ ...replay, latencyMs: 10, commitMs: 1, link: cutLink, gate: 'rewind' }),
      ).toEqual(expected)
  })

  it.each(LATENCIES)('holds on a dirty feed at a latency of %i ms', async latencyMs => {
    await expectParity({ ...replay, ticks: dirty(ticks), latencyMs }, 50)
  })

  it.each(plantedFaultsOf('rewind'))('is broken by the planted fault %s of the venue', async plant => {
    const expected = await runBacktest({ ...replay, latencyMs: 50 })
    // A fault about a single tick strikes at one on which the strategy decides.
    const plantAt = expected.decisions.map(({ at }) => ticks.at.indexOf(at)).find(row => row > 100) ?? -1
    expect(plantAt).toBeGreaterThan(100)
    const faulty = await runThroughVenue({ ...replay, latencyMs: 50, gate: 'rewind', plant, plantAt }).catch(
      (error: unknown) => error,
    )
    expect(faulty).not.toEqual(expected)
  })

  it.each(BOT_FAULTS.filter(fault => fault !== 'forming-as-closed'))(
    'is broken by the planted fault %s of the bot',
    async botFault => {
      const expected = await runBacktest({ ...replay, latencyMs: 50 })
      const faulty = await runThroughVenue({ ...replay, latencyMs: 50, gate: 'rewind', botFault }).catch(
        (error: unknown) => error,
      )
      expect(faulty).not.toEqual(expected)
    },
  )

  it('holds for S03 with a past and a bar in the making, and is broken when that bar is taken for a closed one', async () => {
    const many = syntheticTicks({
      seed: 5,
      instrument: SYNTHETIC_XAUUSD,
      startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
      count: 30_000,
    })
    const { past, ticks: rest } = splitPast(many, 12_000)
    expect(past.closed.length).toBeGreaterThan(60)
    const warm = { timeframe: 'm1', instrument: SYNTHETIC_XAUUSD, latencyMs: 50, past, ticks: rest } as const
    const expected = await expectParity(warm, 3)
    const faulty = await runThroughVenue({ ...warm, gate: 'rewind', botFault: 'forming-as-closed' })
    expect(faulty).not.toEqual(expected)
  })

  it('is broken by a single mark that overtakes its order, and by a single message that is not dropped', async () => {
    const expected = await runBacktest({ ...replay, latencyMs: 50 })
    for (const fault of ['none', 'early-mark', 'one-not-dropped'] as const) {
      const { link, struck } = faultyLink(fault, 3)
      const outcome = await runThroughVenue({ ...replay, latencyMs: 50, gate: 'rewind', link }).catch(
        (error: unknown) => error,
      )
      expect(struck()).toBe(fault !== 'none')
      if (fault === 'none') expect(outcome).toEqual(expected)
      else expect(outcome).not.toEqual(expected)
    }
  })
})

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))(
  'parity of backtest and a rewinding replay on real ticks',
  () => {
    let ticks: TickColumns
    let few: TickColumns
    beforeAll(async () => {
      ticks = await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL })
      few = firstRows(ticks, 15_000)
    })

    const s03 = casesOf(LATENCIES, latencyMs => latencyMs === 0 || latencyMs === 250)
    it.each(s03)('holds for S03 at a latency of %i ms', async latencyMs => {
      await expectParity({ ticks, timeframe: 'm1', latencyMs }, 20)
    })

    const hasty = casesOf(LATENCIES, latencyMs => latencyMs === 10 || latencyMs === 50)
    it.each(hasty)(
      'holds for a restless strategy at a latency of %i ms, with slow orders and odd pieces',
      async latencyMs => {
        const replay = { ticks: few, timeframe: 'm1', latencyMs, strategy: restless } as const
        const expected = await expectParity(replay, 100)
        const hindered = { ...replay, commitMs: 1, link: cutLink, gate: 'rewind' } as const
        expect(await runThroughVenue(hindered)).toEqual(expected)
      },
    )
  },
)
