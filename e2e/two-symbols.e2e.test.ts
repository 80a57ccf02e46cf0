import {
  mergeTicks,
  REPLAY_ACCOUNT,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  syntheticTicks,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { plantedFaultsOf, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { type Instrument, symbolId, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { dirty } from './dirty-feed.ts'
import { cutLink, faultyLink } from './links.ts'
import { type ReplayCase, type RunOutcome, runBacktest, runThroughVenue } from './replay-run.ts'
import { restless } from './restless.ts'
import { casesOf } from './requirements.ts'
import { twoSymbols } from './two-symbols.ts'

const LATENCIES = [0, 10, 50, 250] as const

/** Quotes that often share their time with others: the order of equal times matters. */
function market(instrument: Instrument, seed: number): TickColumns {
  const ticks = syntheticTicks({ seed, instrument, startAt: unixMs(Date.UTC(2025, 0, 6, 7)), count: 2500 })
  return { ...ticks, at: ticks.at.map(at => at - (at % 250)) }
}

/** The same moves at 136 times the price, in steps of three digits. */
function yenOf(ticks: TickColumns): TickColumns {
  const scaled = (points: number) => Math.round(points * 1.36) * 100
  return { ...ticks, symbolId: symbolId(7), bid: ticks.bid.map(scaled), ask: ticks.ask.map(scaled) }
}

const gold = market(SYNTHETIC_XAUUSD, 5)
const euro = market(SYNTHETIC_EURUSD, 6)
const USDJPY: Instrument = {
  ...SYNTHETIC_EURUSD,
  id: symbolId(7),
  name: 'USDJPY',
  base: 'USD',
  quote: 'JPY',
  digits: 3,
  pipPosition: 2,
}
const yen: TickColumns = yenOf(market(SYNTHETIC_EURUSD, 7))
const replay = {
  ticks: [gold, euro],
  timeframe: 'm1',
  instrument: SYNTHETIC_XAUUSD,
  watched: [SYNTHETIC_EURUSD],
  strategy: twoSymbols,
} as const

async function expectParity(
  changed: Partial<ReplayCase> & { readonly latencyMs: number },
): Promise<RunOutcome> {
  const expected = await runBacktest({ ...replay, ...changed })
  expect(expected.trades.length).toBeGreaterThanOrEqual(20)
  expect(await runThroughVenue({ ...replay, ...changed, gate: 'rewind' })).toEqual(expected)
  return expected
}

describe('parity of backtest and replay on two symbols in one order', () => {
  it('has quotes of both symbols at the same time, and decides on both', async () => {
    const { at, symbols } = mergeTicks(replay.ticks)
    const tied = at.filter((time, row) => at[row + 1] === time && symbols?.[row] !== symbols?.[row + 1])
    expect(tied.length).toBeGreaterThan(100)
    const { decisions } = await runBacktest({ ...replay, latencyMs: 50 })
    const alone = await runBacktest({ ...replay, ticks: [gold, { ...euro, length: 1 }], latencyMs: 50 })
    expect(decisions).not.toEqual(alone.decisions)
  })

  it.each(LATENCIES)('holds at a latency of %i ms, rewinding and looking ahead', async latencyMs => {
    const expected = await expectParity({ latencyMs })
    expect(await runThroughVenue({ ...replay, latencyMs, gate: 'lookahead' })).toEqual(expected)
  })

  it('holds whatever the order in which the columns are passed', async () => {
    const expected = await runBacktest({ ...replay, latencyMs: 50 })
    expect(await runBacktest({ ...replay, ticks: [euro, gold], latencyMs: 50 })).toEqual(expected)
  })

  it.each(casesOf(LATENCIES, latencyMs => latencyMs === 10 || latencyMs === 250))(
    'holds on a dirty feed at a latency of %i ms, with slow orders and odd pieces, run after run',
    async latencyMs => {
      const hindered = { ticks: [dirty(gold), dirty(euro, 500)], latencyMs, commitMs: 1, link: cutLink }
      const expected = await expectParity(hindered)
      expect(await runThroughVenue({ ...replay, ...hindered, gate: 'rewind' })).toEqual(expected)
    },
  )

  it('sends a bot that watches one of them its quotes alone, as if the other were not there', async () => {
    const alone = { ...replay, watched: [], strategy: restless, ticks: gold, latencyMs: 50 }
    const expected = await runBacktest(alone)
    expect(expected.trades.length).toBeGreaterThanOrEqual(20)
    const both = { ...alone, ticks: replay.ticks, watched: replay.watched, gate: 'rewind' } as const
    expect(await runThroughVenue(both)).toEqual(expected)
  })

  it.each(casesOf([10, 50, 250], latencyMs => latencyMs === 50))(
    'holds to the minor unit when yen become euros over two symbols, at a latency of %i ms',
    async latencyMs => {
      const account = { ...REPLAY_ACCOUNT, currency: 'EUR' }
      const changed = { ticks: [yen, euro], instrument: USDJPY, account, latencyMs }
      const expected = await expectParity(changed)
      // By hand, at the price of the euro of the first quote, which moves by less than a hundredth: both links count.
      const [greatest] = expected.trades.toSorted((a, b) => b.gross.minor - a.gross.minor)
      if (greatest === undefined) throw new Error('no trade')
      const { entryPrice, exitPrice, volume, gross } = greatest
      const yenOfTrade = Math.abs(exitPrice - entryPrice) * volume * USDJPY.lotSize
      const eurosOfTrade = yenOfTrade / exitPrice / ((euro.bid[0] ?? 0) / 100_000)
      expect(gross.currency).toBe('EUR')
      expect(gross.minor / 100 / eurosOfTrade).toBeCloseTo(1, 1.5)
      expect(await runThroughVenue({ ...replay, ...changed, gate: 'lookahead' })).toEqual(expected)
    },
  )

  it('refuses columns that are not one of each instrument', async () => {
    const options = { mode: { type: 'replay', gate: 'rewind', ticks: [gold] }, tls: false } as const
    await expect(
      startSimulator({ ...options, instruments: [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD] }),
    ).rejects.toThrow(/invalid-options.*mode\.ticks is 1 columns/)
  })

  it.each(plantedFaultsOf('rewind'))('is broken by the planted fault %s of the venue', async plant => {
    const expected = await runBacktest({ ...replay, latencyMs: 50 })
    const { at } = mergeTicks(replay.ticks)
    // A fault about a single tick strikes at one on which the strategy decides.
    const plantAt = expected.decisions.map(decision => at.indexOf(decision.at)).find(row => row > 100) ?? -1
    expect(plantAt).toBeGreaterThan(100)
    const faulty = await runThroughVenue({
      ...replay,
      latencyMs: 50,
      gate: 'rewind',
      plant,
      plantAt,
    }).catch((error: unknown) => error)
    expect(faulty).not.toEqual(expected)
  })

  it('is broken by a single early mark', async () => {
    const expected = await runBacktest({ ...replay, latencyMs: 50 })
    const { link, struck } = faultyLink('early-mark', 3)
    const outcome = await runThroughVenue({ ...replay, latencyMs: 50, gate: 'rewind', link }).catch(
      (error: unknown) => error,
    )
    expect(struck()).toBe(true)
    expect(outcome).not.toEqual(expected)
  })
})
