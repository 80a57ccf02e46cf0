import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticTicks } from '../data/synthetic.ts'
import { QuoteFilter } from './quote-filter.ts'
import { WIDE_QUOTE_LIMITS } from './quote-limits.ts'

const instrument = { digits: 2 }
/** Cents as 1/100000. */
const points = (cents: number) => cents * 1000
const START = Date.UTC(2025, 0, 6, 12)

/** A filter that has seen 600 quotes around 2,000.00 / 2,000.20, a second apart. */
function settled(): { readonly filter: QuoteFilter; at: number } {
  const filter = new QuoteFilter({ instrument })
  for (let row = 0; row < 600; row++) {
    const bid = points(200_000 + (row % 4 < 2 ? 0 : 2))
    expect(filter.check(START + row * 1000, bid, bid + points(20))).toBe(row === 0 ? 'future' : undefined)
  }
  return { filter, at: START + 599_000 }
}

const good = { bid: points(200_001), ask: points(200_021) }

describe('QuoteFilter', () => {
  it.each([
    ['not-a-number', 1, Number.NaN, Number.NaN],
    ['not-a-number', 1, good.bid, Number.POSITIVE_INFINITY],
    ['not-a-number', Number.NaN, good.bid, good.ask],
    ['absent-side', 1, Number.NaN, good.ask],
    ['absent-side', 1, good.bid, 0],
    ['zero', 1, 0, 0],
    ['negative', 1, -good.bid, good.ask],
    ['off-grid', 1, good.bid + 1, good.ask],
    ['off-grid', 1, good.bid, good.ask + 0.5],
    ['crossed', 1, good.ask, good.bid],
    ['out-of-order', -1, good.bid, good.ask],
    ['stale', -10_001, good.bid, good.ask],
    ['future', 60_001, good.bid, good.ask],
    ['spike', 1, good.bid + points(100), good.ask + points(100)],
    ['spike', 1, good.bid - points(100), good.ask],
    ['spike', 1, points(108), points(109)],
  ] as const)(
    'quarantines what is %s (%d ms on, %d / %d), and goes on as if it had not come',
    (defect, ms, bid, ask) => {
      const { filter, at } = settled()
      expect(filter.check(at + ms, bid, ask)).toBe(defect)
      expect(filter.report).toMatchObject({ passed: 599, quarantined: 1, defects: { [defect]: 1 } })
      expect(filter.check(at + 2, good.bid, good.ask)).toBeUndefined()
      expect(filter.isDoubtful).toBe(false)
    },
  )

  it('quarantines the same quote again', () => {
    const { filter, at } = settled()
    expect(filter.check(at + 2, good.bid, good.ask)).toBeUndefined()
    expect(filter.check(at + 2, good.bid, good.ask)).toBe('duplicate')
    // The same price at a later time is a quote of its own.
    expect(filter.check(at + 3, good.bid, good.ask)).toBeUndefined()
  })

  it('believes a jump when 10 quotes agree', () => {
    const { filter, at } = settled()
    const jumped = Array.from({ length: 10 }, (_, i) =>
      filter.check(at + 1 + i, points(200_300 + i), points(200_320 + i)),
    )
    expect(jumped).toEqual([...Array(9).fill('spike'), undefined])
    expect(filter.report.confirmedJumps).toBe(1)
    expect(filter.check(at + 12, good.bid, good.ask)).toBe('spike')
  })

  it('believes a jump that lasts for 2 s', () => {
    const { filter, at } = settled()
    expect(filter.check(at + 1, points(200_300), points(200_320))).toBe('spike')
    expect(filter.isDoubtful).toBe(true)
    expect(filter.check(at + 2000, points(200_301), points(200_321))).toBe('spike')
    expect(filter.check(at + 2001, points(200_301), points(200_321))).toBeUndefined()
    expect(filter.isDoubtful).toBe(false)
  })

  it('does not believe a jump for spikes in between, duplicates of it, or a price that came back', () => {
    const { filter, at } = settled()
    const up = (ms: number, cents = 200_300) => filter.check(at + ms, points(cents), points(cents + 20))
    for (let i = 1; i <= 8; i++) expect(up(i)).toBe('spike')
    expect(up(8)).toBe('duplicate')
    expect(up(7)).toBe('out-of-order')
    expect(up(9, 190_000 + 500)).toBe('spike')
    expect(filter.check(at + 10, good.bid, good.ask)).toBeUndefined()
    // The count begins anew.
    for (let i = 11; i <= 19; i++) expect(up(i)).toBe('spike')
    expect(up(20)).toBeUndefined()
  })

  it('believes a real gap whatever spikes come between its quotes', () => {
    const { filter, at } = settled()
    const verdicts = Array.from({ length: 10 }, (_, i) => [
      filter.check(at + 1 + 2 * i, points(200_300 + i), points(200_320 + i)),
      filter.check(at + 2 + 2 * i, points(100_000 + 700 * i), points(100_020 + 700 * i)),
    ])
    expect(verdicts.map(([real]) => real)).toEqual([...Array(9).fill('spike'), undefined])
    expect(verdicts.every(([, spike]) => spike === 'spike')).toBe(true)
  })

  it.each([
    ['a day ahead', 86_400_000, 0],
    ['years ahead', 9e14, 0],
    ['long ago', -86_400_000, 0],
    ['at another price', 0, points(50_000)],
  ])('is not led astray by a first quote %s', (_where, aheadMs, off) => {
    const filter = new QuoteFilter({ instrument })
    expect(filter.check(START + aheadMs, good.bid + off, good.ask + off)).toBe('future')
    expect(filter.check(START + 1000, good.bid, good.ask)).toBe('future')
    for (let i = 2; i < 50; i++)
      expect(
        filter.check(START + i * 1000, good.bid + points(i % 3), good.ask + points(i % 3)),
      ).toBeUndefined()
    expect(filter.report).toMatchObject({ passed: 48, quarantined: 1, defects: { future: 1 } })
  })

  it('waits with its first quote for a second, which counts, and calls neither a defect', () => {
    const filter = new QuoteFilter({ instrument })
    expect(filter.check(START, good.bid, good.ask)).toBe('future')
    expect([filter.isDoubtful, filter.check(START, good.bid, good.ask)]).toEqual([true, 'duplicate'])
    expect(filter.check(START + 1, good.bid, good.ask)).toBeUndefined()
    expect([filter.isDoubtful, filter.report.passed, filter.report.defects.future]).toEqual([false, 1, 0])
  })

  it('is not led into the future by one wrong time', () => {
    const { filter, at } = settled()
    expect(filter.check(at + 86_400_000, good.bid, good.ask)).toBe('future')
    for (let i = 1; i < 50; i++)
      expect(filter.check(at + i * 500, good.bid + points(i % 3), good.ask)).toBeUndefined()
  })

  it('opens after a weekend within ten quotes', () => {
    const { filter, at } = settled()
    const monday = at + 48 * 3_600_000
    const verdicts = Array.from({ length: 12 }, (_, i) =>
      filter.check(monday + i * 50, points(200_800 + (i % 2)), points(200_850)),
    )
    expect(verdicts.indexOf(undefined)).toBe(9)
    expect(verdicts.slice(9)).toEqual([undefined, undefined, undefined])
  })

  it('does not take the hours in which the instrument is closed for a silence', () => {
    const friday = Date.UTC(2025, 0, 10, 21, 59, 50)
    const sunday = Date.UTC(2025, 0, 12, 23, 0, 20)
    const verdictOf = (options: { readonly hours?: typeof SYNTHETIC_XAUUSD.hours }, at: number) => {
      const filter = new QuoteFilter({ instrument: { ...instrument, ...options } })
      filter.check(friday - 1000, good.bid, good.ask)
      filter.check(friday, good.bid, good.ask)
      return filter.check(at, good.bid, good.ask)
    }
    expect(verdictOf({}, sunday)).toBe('future')
    expect(verdictOf(SYNTHETIC_XAUUSD, sunday)).toBeUndefined()
    // Half an hour into the session is a silence all the same.
    expect(verdictOf(SYNTHETIC_XAUUSD, sunday + 1_800_000)).toBe('future')
    expect(verdictOf(SYNTHETIC_XAUUSD, 9e15)).toBe('future')
  })

  it('lets a rare symbol pass: a silence is measured by its own pace', () => {
    const filter = new QuoteFilter({ instrument })
    const passed = Array.from({ length: 500 }, (_, i) =>
      filter.check(START + i * 300_000, points(1000 + (i % 3)), points(1010)),
    ).filter(verdict => verdict === undefined)
    expect(passed.length).toBeGreaterThan(450)
  })

  it('finds its way in a market that has gone wild', () => {
    const { filter, at } = settled()
    const cents = (i: number) => 200_000 + ((i * 7919) % 1000) - 500
    const verdicts = Array.from({ length: 3000 }, (_, i) =>
      filter.check(at + 200 * (i + 1), points(cents(i)), points(cents(i) + 20)),
    )
    const passed = (from: number, to: number) =>
      verdicts.slice(from, to).filter(verdict => verdict === undefined).length
    expect(passed(0, 300)).toBeGreaterThan(3)
    expect(passed(2500, 3000)).toBeGreaterThan(400)
  })

  it('hardly touches a clean market', () => {
    const ticks = syntheticTicks({
      seed: 5,
      instrument: SYNTHETIC_XAUUSD,
      startAt: START as never,
      count: 100_000,
    })
    const filter = new QuoteFilter({ instrument: SYNTHETIC_XAUUSD })
    for (let row = 0; row < ticks.length; row++)
      filter.check(ticks.at[row]!, ticks.bid[row]!, ticks.ask[row]!)
    expect(filter.report.quarantined).toBeLessThan(300)
  })

  it('decides over good quotes the same with and without bad ones between them', () => {
    const ticks = syntheticTicks({
      seed: 6,
      instrument: SYNTHETIC_XAUUSD,
      startAt: START as never,
      count: 3000,
    })
    const row = (i: number) => [ticks.at[i]!, ticks.bid[i]!, ticks.ask[i]!] as const
    const clean = new QuoteFilter({ instrument })
    const verdicts = Array.from(ticks.at, (_, i) => clean.check(...row(i)))
    const bad = [
      ([at]: readonly number[]) => [at!, Number.NaN, 1],
      ([at, bid]: readonly number[]) => [at!, bid!, 0],
      ([at, bid, ask]: readonly number[]) => [at!, ask! + 1000, bid!],
      ([at, bid, ask]: readonly number[]) => [at! - 1, bid!, ask!],
      ([at, bid, ask]: readonly number[]) => [at! + 7_200_000, bid!, ask!],
      ([at, bid, ask]: readonly number[]) => [at!, bid! + 3_000_000, ask! + 3_000_000],
      (quote: readonly number[]) => quote,
    ]
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2998), fc.nat(bad.length - 1)), { maxLength: 300 }), list => {
        const insertions = new Map(list)
        const filter = new QuoteFilter({ instrument })
        const seen = Array.from(ticks.at, (_, i) => {
          const verdict = filter.check(...row(i))
          const kind = insertions.get(i)
          if (kind !== undefined) {
            const [at, bid, ask] = bad[kind]!(row(i)) as [number, number, number]
            expect(filter.check(at, bid, ask)).toBeDefined()
          }
          return verdict
        })
        expect(seen).toEqual(verdicts)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the wide limits', () => {
  it('let a clean market pass whole, with its jumps, breaks and weekends', () => {
    for (const seed of [5, 7, 11]) {
      const ticks = syntheticTicks({
        ...{ seed, instrument: SYNTHETIC_XAUUSD, count: 400_000 },
        startAt: START as never,
      })
      const filter = new QuoteFilter({ ...WIDE_QUOTE_LIMITS, instrument: SYNTHETIC_XAUUSD })
      for (let row = 0; row < ticks.length; row++)
        filter.check(ticks.at[row]!, ticks.bid[row]!, ticks.ask[row]!)
      expect(filter.report).toMatchObject({ passed: 399_999, quarantined: 0 })
    }
  })

  it.each([
    ['spike', 1, good.bid + points(600), good.ask + points(600)],
    ['spike', 1, good.bid - points(600), good.ask],
    ['future', 300_001, good.bid, good.ask],
    ['stale', -10_001, good.bid, good.ask],
    ['zero', 1, 0, 0],
    ['crossed', 1, good.ask, good.bid],
    ['off-grid', 1, good.bid + 1, good.ask],
  ] as const)('still keep back what is %s (%d ms on, %d / %d)', (defect, ms, bid, ask) => {
    const filter = new QuoteFilter({ ...WIDE_QUOTE_LIMITS, instrument })
    for (let row = 0; row < 600; row++)
      filter.check(START + row * 1000, good.bid + points(row % 4), good.ask + points(row % 4))
    expect(filter.check(START + 599_000 + ms, bid, ask)).toBe(defect)
  })

  it('let a move of 0.2 % pass, however calm the market is', () => {
    const filter = new QuoteFilter({ ...WIDE_QUOTE_LIMITS, instrument })
    for (let row = 0; row < 600; row++) filter.check(START + row * 1000, good.bid, good.ask)
    expect(filter.check(START + 600_000, good.bid + points(400), good.ask + points(400))).toBeUndefined()
  })
})
