import type { Broker } from '@openclaw-trading/bot-engine'
import type { TickColumns } from '@openclaw-trading/bot-engine/data'
import type { ExecutionEvent, MarketEvent, UnixMs } from '@openclaw-trading/trading-model'
import { beforeAll, describe, expect, it } from 'vitest'
import { DEFECTS } from './defects.ts'
import { goldTicks } from './r-14.ts'
import { wireQuotesScenario } from './r-14-wire.ts'
import { runWireQuotes, type WireQuotesOptions } from './wire-quotes.ts'

const ROWS = 50_000
type Heard = MarketEvent | ExecutionEvent

/** A broker whose events are told wrongly; `undefined`: not at all. */
function misheard(mishear: () => (event: Heard) => Heard | undefined): (broker: Broker) => Broker {
  return inner => ({
    ended: inner.ended,
    instrument: (name, options) => inner.instrument(name, options),
    snapshot: options => inner.snapshot(options),
    history: (...args) => inner.history(...args),
    decide: () => inner.decide(),
    submit: (command, options) => inner.submit(command, options),
    close: () => inner.close(),
    start: (feeds, onEvent, options) => {
      const heard = mishear()
      return inner.start(
        feeds,
        event => {
          const told = heard(event)
          if (told !== undefined) onEvent(told)
        },
        options,
      )
    },
  })
}

describe('R-14 over the wire: bad ticks never trade', () => {
  it('plays twelve kinds of them to a live bot over TLS, through both gates: each is counted, no trade changes', async () => {
    const result = await wireQuotesScenario.run({ seed: 2, short: true, sizes: {} })
    expect(result.violations).toBeUndefined()
    for (const kind of DEFECTS) expect(result.counts[kind]).toBeGreaterThan(ROWS * 0.008)
    expect(result.counts).toMatchObject({ rows: ROWS, rowsAhead: ROWS })
    expect(result.counts['tradesClean']).toBeGreaterThan(10)
    expect(result.counts['tradesSpoiled']).toBe(result.counts['tradesClean'])
    expect(result.counts['tradesAhead']).toBe(result.counts['tradesClean'])
    expect(result.counts['rewinds']).toBeGreaterThan(0)
    expect(result.counts['unreadable']).toBe(
      (result.counts['negative'] ?? 0) + (result.counts['not-a-number'] ?? 0),
    )
  })
})

describe('R-14 over the wire finds', () => {
  let clean: TickColumns
  beforeAll(async () => {
    clean = await goldTicks(20_000)
  })
  const violationsOf = async (fault: Partial<WireQuotesOptions>) => {
    const { violations } = await runWireQuotes({ clean, seed: 1, share: 0.01, gate: 'rewind', ...fault })
    return violations.join('\n')
  }

  it('nothing where nothing is wrong', async () => {
    expect(await violationsOf({})).toBe('')
  })

  it('a bot without the filter', async () => {
    expect(await violationsOf({ quoteFilter: false })).toMatch(/differ/)
  })

  it('a filter that takes no move for a spike', async () => {
    expect(await violationsOf({ quoteFilter: { sigmas: 1e6 } })).toContain('counts differ')
  })

  it('a filter that believes every date', async () => {
    expect(await violationsOf({ quoteFilter: { pauseMs: 1e12 } })).toContain('counts differ')
  })

  it('a clock that one wrong date moves', async () => {
    // As a running maximum of the stated times does.
    const runningMaximum = () => {
      let latest = 0
      return (event: Heard): Heard => {
        if (event.type !== 'quote') return event
        latest = Math.max(latest, event.at)
        return { ...event, at: latest as UnixMs }
      }
    }
    expect(await violationsOf({ wrap: misheard(runningMaximum) })).toMatch(/trades differ/)
  })

  it('a bad quote that is lost before anybody counts it', async () => {
    const losingOne = () => {
      let last: Heard | undefined
      let isLost = false
      return (event: Heard): Heard | undefined => {
        const isRepeat =
          event.type === 'quote' &&
          last?.type === 'quote' &&
          last.at === event.at &&
          last.bid === event.bid &&
          last.ask === event.ask
        last = event
        if (isLost || !isRepeat) return event
        isLost = true
        return undefined
      }
    }
    expect(await violationsOf({ wrap: misheard(losingOne) })).toContain('counts differ')
  })

  it('a venue that trades on what it should only tell', async () => {
    expect(await violationsOf({ tradesOnBad: true })).toMatch(/differ/)
  })
})
