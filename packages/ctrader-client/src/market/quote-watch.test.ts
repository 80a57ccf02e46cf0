import type { ExecutionEvent, Instrument, Quote, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { type QuoteWatchChange, type QuoteWatchOptions, watchQuotes } from './quote-watch.ts'

const MONDAY = Date.UTC(2025, 0, 6, 12) as UnixMs
const SATURDAY = Date.UTC(2025, 0, 4, 12) as UnixMs
const WEEK = [1, 2, 3, 4, 5].map(day => ({ startSecond: day * 86_400, endSecond: (day + 1) * 86_400 }))
const instrument = (id: number): Instrument =>
  ({ id, name: `S${id}`, hours: { timeZone: 'UTC', sessions: WEEK, holidays: [] } }) as unknown as Instrument
const [gold, euro] = [instrument(41), instrument(1)]

/** A clock and an account in the hands of the test. */
function bench(startAt: UnixMs, changed: Partial<QuoteWatchOptions> = {}) {
  let elapsed = 0
  let due: { at: number; run: () => void }[] = []
  let listener: (event: Quote | ExecutionEvent) => void = () => {}
  const clock: Clock = {
    now: () => (startAt + elapsed) as UnixMs,
    elapsedMs: () => elapsed,
    schedule(ms, run) {
      const entry = { at: elapsed + ms, run }
      due.push(entry)
      return () => {
        due = due.filter(each => each !== entry)
      }
    },
  }
  const changes: QuoteWatchChange[] = []
  const account = {
    onMarket(next: typeof listener) {
      listener = next
      return () => {
        listener = () => {}
      }
    },
  }
  const watch = watchQuotes(account, {
    instruments: [gold, euro],
    staleAfterMs: 1000,
    onChange: change => changes.push(change),
    clock,
    ...changed,
  })
  const pass = (ms: number): void => {
    const end = elapsed + ms
    for (;;) {
      const [next] = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      due = due.filter(each => each !== next)
      elapsed = next.at
      next.run()
    }
    elapsed = end
  }
  const quote = (id: SymbolId): void => listener({ type: 'quote', symbolId: id } as Quote)
  return { watch, changes, pass, quote, timers: () => due.length }
}

describe('a watch over quotes', () => {
  it('flags the one symbol whose quotes stop, and takes it back when they go on', () => {
    const { watch, changes, pass, quote } = bench(MONDAY)
    for (let i = 0; i < 30; i++) {
      quote(euro.id)
      if (i < 10) quote(gold.id)
      pass(100)
    }
    expect(watch.stale).toEqual([gold.id])
    expect(watch.isStale(gold.id)).toBe(true)
    expect(watch.isStale(euro.id)).toBe(false)
    quote(gold.id)
    expect(changes.map(({ symbolId, isStale }) => [symbolId, isStale])).toEqual([
      [gold.id, true],
      [gold.id, false],
    ])
    expect(changes[0]?.silentMs).toBeGreaterThanOrEqual(1000)
    // At the limit, not at the next of ten checks.
    expect(changes[0]?.silentMs).toBeLessThanOrEqual(1001)
  })

  it('trusts no price before the first quote, nor one it does not watch', () => {
    const { watch, quote } = bench(MONDAY)
    expect(watch.isStale(gold.id)).toBe(true)
    quote(gold.id)
    expect(watch.isStale(gold.id)).toBe(false)
    expect(watch.isStale(7 as SymbolId)).toBe(true)
  })

  it('says nothing through a weekend, and counts from the opening', () => {
    const { changes, pass } = bench(SATURDAY)
    pass(36 * 3_600_000 - 1000)
    expect(changes).toEqual([])
    pass(1800)
    expect(changes).toEqual([])
    pass(400)
    expect(changes).toHaveLength(2)
  })

  it("goes by wall time while no message has told the market's: a weekend is no silence then either", () => {
    const { changes, pass } = bench(SATURDAY, { marketTime: () => undefined })
    pass(10_000)
    expect(changes).toEqual([])
  })

  it('is silent once stopped', () => {
    const { watch, changes, pass, quote } = bench(MONDAY)
    quote(gold.id)
    watch.stop()
    pass(10_000)
    expect(changes).toEqual([])
  })

  it('is silent once stopped by who is told of a silence, and leaves no timer behind', () => {
    let told = 0
    const { watch, pass, timers } = bench(MONDAY, {
      onChange: () => {
        told += 1
        watch.stop()
      },
    })
    pass(10_000)
    expect([told, timers()]).toEqual([1, 0])
  })

  it('goes on after a listener that throws', () => {
    const told: SymbolId[] = []
    const { pass } = bench(MONDAY, {
      onChange: ({ symbolId }) => {
        told.push(symbolId)
        throw new Error('of the listener')
      },
    })
    for (let tries = 0; tries < 2; tries++) expect(() => pass(1500)).toThrow('of the listener')
    expect(told).toEqual([gold.id, euro.id])
  })

  it.each([0, 99, Number.NaN])('refuses a limit of %s ms', staleAfterMs => {
    const account = { onMarket: () => () => {} }
    expect(() => watchQuotes(account, { instruments: [], staleAfterMs })).toThrow('staleAfterMs')
  })
})
