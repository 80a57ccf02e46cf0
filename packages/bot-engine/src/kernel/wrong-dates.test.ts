import { lots, pointsToPrice, type SymbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ManualBroker, sessions, start } from '../../test/manual-broker.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { WIDE_QUOTE_LIMITS } from '../quality/quote-limits.ts'
import { riskVolume } from '../risk/sizing.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import { Kernel } from './kernel.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const START = Date.UTC(2025, 0, 6, 12)
const BID = 129_000_000
const EURO = { ...REPLAY_XAUUSD, id: 7 as SymbolId, name: 'EURUSD' }
const AHEAD_MS = 290_000

/** A kernel with the wide limits that also watches a second instrument. */
function twoFeeds(handlers: Handlers) {
  const blocked: string[] = []
  const kernel = new Kernel({
    strategy: defineStrategy({
      name: 'probe',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1' }, other: { timeframe: 'm1', symbol: 'EURUSD' } }),
      create: () => handlers,
    }),
    ...{ params: {}, instrument: REPLAY_XAUUSD, watched: [EURO], account: REPLAY_ACCOUNT, label: 'probe' },
    ...{ session: 's', seed: 1, size: riskVolume, quoteFilter: WIDE_QUOTE_LIMITS },
    listener: {
      onCommand: () => ({ type: 'sent' }),
      onBlocked: ({ reason }) => void blocked.push(reason),
    },
  })
  const own = (second: number, aheadMs = 0) =>
    kernel.quote(START + second * 1000 + aheadMs, BID + (second % 4) * 1000, BID + 30_000)
  const watched = (second: number, aheadMs = 0) =>
    kernel.watchedQuote({
      ...{ type: 'quote', symbolId: EURO.id, at: (START + second * 1000 + aheadMs + 1) as UnixMs },
      ...{ bid: pointsToPrice(BID + (second % 4) * 1000), ask: pointsToPrice(BID + 30_000) },
    })
  return { kernel, blocked, own, watched }
}

describe('a quote dated ahead that the filter let pass', () => {
  it('blinds a run for nine quotes; then prices go on at the time that stands, and nothing is opened', () => {
    const times: number[] = []
    const { kernel, blocked, own } = twoFeeds({
      onQuote(quote, ctx) {
        times.push(quote.at)
        if (times.length >= 100) ctx.buy({ volume: lots(0.01) })
      },
    })
    for (let second = 0; second < 100; second++) own(second)
    expect(own(100, AHEAD_MS)).toBe(true)
    const counted = Array.from({ length: 20 }, (_, i) => own(101 + i))
    expect(counted).toEqual([...Array(9).fill(false), ...Array(11).fill(true)])
    const aheadAt = START + 100_000 + AHEAD_MS
    expect(times.slice(-12)).toEqual(Array(12).fill(aheadAt))
    expect(kernel.state.bid).toBe(BID)
    expect([kernel.lateQuotes, kernel.guard?.report.rewinds]).toEqual([0, 1])
    expect(new Set(blocked)).toEqual(
      new Set(['a quote was dated ahead of the market, which has not reached that date yet']),
    )
    for (let second = 121; second <= 100 + AHEAD_MS / 1000; second++) own(second)
    blocked.length = 0
    own(101 + AHEAD_MS / 1000)
    expect([blocked, kernel.state.now]).toEqual([[], aheadAt + 1000])
  })

  it('does so too when it was of an instrument that is only watched', () => {
    const times: number[] = []
    const { kernel, own, watched } = twoFeeds({ onQuote: quote => void times.push(quote.at) })
    for (let second = 0; second < 100; second++) {
      own(second)
      watched(second)
    }
    watched(100, AHEAD_MS)
    const counted = Array.from({ length: 20 }, (_, i) => {
      watched(101 + i)
      return own(101 + i)
    })
    expect(counted).toEqual([...Array(9).fill(false), ...Array(11).fill(true)])
    expect([kernel.lateQuotes, new Set(times.slice(-23)).size]).toEqual([9, 1])
    expect(kernel.guard?.doubt).toContain('dated ahead')
    // The one watched has closed; the one traded tells that the date was reached.
    for (let second = 121; second <= 101 + AHEAD_MS / 1000; second++) own(second)
    expect(kernel.guard?.doubt).toBeUndefined()
  })
})

describe('the age of the last quote of a live run', () => {
  it('is that of the last one that counted, however many are kept back', async () => {
    let wall = START
    const clock = { now: () => wall as UnixMs, sleep: () => new Promise<void>(() => {}) }
    const broker = new ManualBroker()
    const session = await start({}, broker, { quoteFilter: WIDE_QUOTE_LIMITS, clock })
    broker.quote(START)
    expect(session.view().lastQuoteAgeMs).toBeUndefined()
    broker.quote(START + 1000)
    expect(session.view().lastQuoteAgeMs).toBe(0)
    for (let second = 1; second <= 5; second++) {
      wall += 1000
      broker.quote(START + 1000 - second * 20_000)
    }
    expect(session.view()).toMatchObject({ lastQuoteAgeMs: 5000, quarantine: { quarantined: 5 } })
  })
})
