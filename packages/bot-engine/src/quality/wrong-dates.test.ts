import { describe, expect, it } from 'vitest'
import { cleanTicks } from '../data/clean-ticks.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { QuoteFilter } from './quote-filter.ts'
import { WIDE_QUOTE_LIMITS } from './quote-limits.ts'

const BID = 200_000_000
const SPREAD = 20_000
const FRIDAY_CLOSE = Date.UTC(2025, 0, 10, 22)
const SUNDAY_OPEN = Date.UTC(2025, 0, 12, 23)
const DAILY_CLOSE = Date.UTC(2025, 0, 7, 22)
const HOUR_MS = 3_600_000

/** One filter, told quotes of a calm market. */
class Feed {
  readonly filter = new QuoteFilter({ ...WIDE_QUOTE_LIMITS, instrument: SYNTHETIC_XAUUSD })
  #row = 0

  quote(at: number, off = 0) {
    const bid = BID + (this.#row++ % 4) * 1000 + off
    return this.filter.check(at, bid, bid + SPREAD)
  }

  /** A quote each `stepMs`, up to and with `to`. @returns what was found */
  every(stepMs: number, from: number, to: number) {
    const verdicts: ReturnType<QuoteFilter['check']>[] = []
    for (let at = from; at <= to; at += stepMs) verdicts.push(this.quote(at))
    return verdicts
  }
}

function settled(): Feed {
  const feed = new Feed()
  feed.every(1000, FRIDAY_CLOSE - 2_000_000, FRIDAY_CLOSE - 1_000_000)
  return feed
}

const AT = FRIDAY_CLOSE - 1_000_000

describe('the silence that is one', () => {
  it.each([
    ['a weekend', FRIDAY_CLOSE, SUNDAY_OPEN, 0],
    ['a weekend, 300 quotes on', FRIDAY_CLOSE, SUNDAY_OPEN, 300],
    ['a daily break', DAILY_CLOSE, DAILY_CLOSE + HOUR_MS, 0],
  ])('is five minutes of a quote a second behind %s too', (_break, closesAt, opensAt, quotes) => {
    const feed = new Feed()
    feed.every(1000, closesAt - 1_200_000, closesAt - 1000)
    const lastAt = opensAt + quotes * 1000
    expect(feed.every(1000, opensAt, lastAt).every(verdict => verdict === undefined)).toBe(true)
    expect(feed.quote(lastAt + 301_000)).toBe('future')
    expect(feed.quote(lastAt + 4 * HOUR_MS)).toBe('future')
    expect(feed.quote(lastAt + 1000)).toBeUndefined()
  })

  it('is measured in open hours by the pace of rare quotes, a weekend among them', () => {
    const feed = new Feed()
    feed.every(1000, FRIDAY_CLOSE - 2_600_000, FRIDAY_CLOSE - 2_500_000)
    // Each waits behind a silence; the tenth tells that they are only rare.
    feed.every(400_000, FRIDAY_CLOSE - 2_100_000, FRIDAY_CLOSE - 500_000)
    const last = SUNDAY_OPEN + 2_000_000
    expect(feed.every(400_000, SUNDAY_OPEN + 400_000, last).at(-1)).toBeUndefined()
    expect(feed.quote(last + 7 * HOUR_MS)).toBe('future')
  })
})

describe('a quote dated ahead that passed', () => {
  it.each([60_000, 290_000])(
    'costs nine quotes, by %d ms: the tenth behind it takes the time back',
    aheadMs => {
      const feed = settled()
      expect(feed.quote(AT + aheadMs)).toBeUndefined()
      const behind = feed.every(1000, AT + 1000, AT + 20_000)
      expect(behind.slice(0, 9)).toEqual(Array(9).fill('stale'))
      expect(behind.slice(9)).toEqual(Array(11).fill(undefined))
      expect(feed.filter.report).toMatchObject({ quarantined: 9, rewinds: 1, confirmedJumps: 0 })
      expect(feed.filter.isAhead).toBe(true)
      const caughtUp = feed.every(1000, AT + 21_000, AT + aheadMs)
      expect(caughtUp.every(verdict => verdict === undefined)).toBe(true)
      expect(feed.filter.isAhead).toBe(false)
    },
  )

  it('costs nine quotes too where the market has moved away meanwhile', () => {
    const feed = settled()
    feed.quote(AT + 200_000)
    const behind = Array.from({ length: 10 }, (_, i) => feed.quote(AT + 1000 * (i + 1), 5_000_000))
    expect(behind).toEqual([...Array(9).fill('stale'), undefined])
  })

  it.each<readonly [string, (i: number) => readonly [at: number, bid: number]]>([
    ['go back in time among themselves', i => [AT + 200_000 - i * 1000, BID]],
    ['are the same one again', () => [AT + 20_000, BID]],
    ['differ in price', i => [AT + i * 1000, BID + (i % 2) * 5_000_000]],
    ['lie before the good quote in front of it', i => [AT - 60_000 + i * 1000, BID]],
  ])('is not what quotes tell that %s', (_what, quoteOf) => {
    const feed = settled()
    feed.quote(AT + 290_000)
    for (let i = 0; i < 29; i++) {
      const [at, bid] = quoteOf(i)
      expect(feed.filter.check(at, bid, bid + SPREAD)).toBe('stale')
    }
    expect(feed.filter.report.rewinds).toBe(0)
  })

  it('is not what quotes tell that have good ones between them, nor once ten have passed from its date on', () => {
    const feed = settled()
    for (let good = 0; good < 10; good++) {
      expect(feed.quote(AT + 290_000 + good * 1000)).toBeUndefined()
      for (let old = 1; old <= 9; old++) expect(feed.quote(AT + good * 9000 + old * 1000)).toBe('stale')
    }
    expect(feed.every(1000, AT + 100_000, AT + 200_000).every(verdict => verdict === 'stale')).toBe(true)
    expect([feed.filter.report.rewinds, feed.filter.isAhead]).toEqual([0, false])
  })

  it('is taken back too when the next few go on from it', () => {
    const feed = settled()
    for (let i = 0; i < 9; i++) feed.quote(AT + 290_000 + i)
    expect(feed.every(1000, AT + 1000, AT + 10_000).at(-1)).toBeUndefined()
  })

  it('is not looked for in an hour that is told again', () => {
    const feed = settled()
    const again = feed.every(1000, AT - 900_000, AT - 1000)
    expect(again.every(verdict => verdict === 'stale' || verdict === 'out-of-order')).toBe(true)
    expect(feed.quote(AT + 1000)).toBeUndefined()
  })

  it('dates those behind it in a file that is cleaned, so that its rows are in order', () => {
    const rows = Array.from({ length: 400 }, (_, i) => AT + i * 1000)
    rows[200] = AT + 400_000
    const bid = Float64Array.from(rows, (_, i) => BID + (i % 4) * 1000)
    const { ticks, report } = cleanTicks(
      {
        ...{ type: 'ticks', symbolId: SYNTHETIC_XAUUSD.id, length: rows.length, bid },
        ...{ at: Float64Array.from(rows), ask: bid.map(points => points + SPREAD) },
      },
      { ...WIDE_QUOTE_LIMITS, instrument: SYNTHETIC_XAUUSD },
    )
    expect([report.rewinds, report.quarantined, ticks.length]).toEqual([1, 9, 390])
    expect(ticks.at.every((at, row) => row === 0 || at >= ticks.at[row - 1]!)).toBe(true)
    expect(ticks.at.at(-1)).toBe(AT + 400_000)
  })
})
