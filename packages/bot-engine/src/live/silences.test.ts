import type { UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualBroker, sessions, start } from '../../test/manual-broker.ts'
import { WIDE_QUOTE_LIMITS } from '../quality/quote-limits.ts'
import type { QuoteSilence } from '../ports/broker.ts'
import type { RunEvent } from './run-event.ts'
import { DEFAULT_KEPT_BACK_MS } from './silences.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const START = Date.UTC(2025, 0, 6, 12)

/** A broker that tells when quotes stop. */
class WatchingBroker extends ManualBroker {
  readonly onQuoteSilence = (_listener: (change: QuoteSilence) => void): void => undefined
}

/** A run behind the filter of quotes, on a clock of its own; `quotes` sends one a second, all kept back or all good. */
async function filtered(keptBackAfterMs?: number, broker: ManualBroker = new WatchingBroker()) {
  let wall = START
  const events: RunEvent[] = []
  const logged: string[] = []
  const log = (_fields: object, message: string) => void logged.push(message)
  const session = await start({}, broker, {
    quoteFilter: WIDE_QUOTE_LIMITS,
    clock: { now: () => wall as UnixMs, sleep: () => new Promise<void>(() => {}) },
    logger: { debug: () => {}, info: () => {}, warn: log, error: log },
    observer: { onEvent: event => void events.push(event) },
    ...(keptBackAfterMs === undefined ? {} : { keptBackAfterMs }),
  })
  const quotes = (seconds: number, isGood: boolean) => {
    for (let second = 0; second < seconds; second++) {
      wall += 1000
      broker.quote(isGood ? wall : START - 3_600_000 - second * 20_000)
    }
  }
  const told = () => events.filter(({ type }) => type.startsWith('quotes-'))
  quotes(3, true)
  const pass = (ms: number) => {
    wall += ms
  }
  return { session, quotes, told, logged, pass }
}

describe('a run of which every quote is kept back', () => {
  it('opens nothing after a minute, says so, and goes on with the first good one', async () => {
    const { session, quotes, told, logged } = await filtered()
    quotes(DEFAULT_KEPT_BACK_MS / 1000 + 1, false)
    expect([told(), session.view().doubt, session.status]).toEqual([[], undefined, 'running'])
    quotes(1, false)
    expect(session.view()).toMatchObject({
      doubt: 'every quote of XAUUSD is kept back',
      entriesEnabled: false,
      lastQuoteAgeMs: DEFAULT_KEPT_BACK_MS + 2000,
    })
    expect([told(), logged, session.status]).toMatchObject([
      [{ type: 'quotes-stopped', symbolId: 41, silentMs: 61_000, isKeptBack: true }],
      ['quotes stopped'],
      'exits-only',
    ])
    quotes(30, false)
    expect(told()).toHaveLength(1)
    quotes(1, true)
    expect([told()[1], session.view().entriesEnabled]).toMatchObject([{ type: 'quotes-resumed' }, true])
    expect(session.view()).not.toHaveProperty('doubt')
  })

  it('says so after the time that was asked for', async () => {
    const { quotes, told } = await filtered(5000)
    quotes(7, false)
    expect(told()).toHaveLength(1)
  })

  it('does not count the silence of before: a closed market is none', async () => {
    const { session, quotes, told } = await filtered(5000)
    quotes(1, false)
    quotes(1, true)
    quotes(5, false)
    expect([told(), session.view().doubt]).toEqual([[], undefined])
  })

  it('does not count a weekend between the last quote that was kept back and the next', async () => {
    const { quotes, told, pass } = await filtered(5000)
    quotes(1, false)
    pass(48 * 3_600_000)
    quotes(5, false)
    expect(told()).toEqual([])
    quotes(2, false)
    expect(told()).toMatchObject([{ type: 'quotes-stopped', silentMs: 6000 }])
    // What was said stands until a quote counts, however long that takes.
    pass(48 * 3_600_000)
    quotes(1, false)
    expect(told()).toHaveLength(1)
  })

  it('says nothing on a venue that replays: its time is not the wall', async () => {
    const { quotes, told } = await filtered(5000, new ManualBroker())
    quotes(100, false)
    expect(told()).toEqual([])
  })
})
