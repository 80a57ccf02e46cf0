import { beforeAll, describe, expect, it } from 'vitest'
import { type BadQuotesOptions, runBadQuotes } from './bad-quotes.ts'
import { type Check, DEFECTS } from './defects.ts'
import { badQuotesScenario, goldTicks } from './r-14.ts'

const ROWS = 60_000

let options: BadQuotesOptions
beforeAll(async () => {
  options = { clean: await goldTicks(ROWS), seed: 1, share: 0.01 }
})

describe('R-14: bad ticks never trade', () => {
  it('finds and counts twelve kinds of them, and the trades are those of the clean quotes', async () => {
    const result = await badQuotesScenario.run({ seed: 3, short: true, sizes: { rows: ROWS } })
    expect(result.violations).toBeUndefined()
    for (const kind of DEFECTS) expect(result.counts[kind]).toBeGreaterThan(ROWS * 0.008)
    expect(result.counts['tradesClean']).toBeGreaterThan(10)
    expect(result.counts['tradesSpoiled']).toBe(result.counts['tradesClean'])
  })

  it.each(DEFECTS)('catches a filter that lets pass: %s', async kind => {
    const { violations } = await runBadQuotes({
      ...options,
      // Not even looked at, as if the rule were missing.
      wrap: (check, kindOf) => (at, bid, ask) => (kindOf() === kind ? undefined : check(at, bid, ask)),
    })
    expect(violations.join('\n')).toContain(`${kind} passed`)
  })

  it('catches a filter that eats good quotes, and one that miscounts', async () => {
    const eats = (check: Check): Check => {
      let row = 0
      return (at, bid, ask) => (row++ % 50 === 0 ? 'spike' : check(at, bid, ask))
    }
    expect((await runBadQuotes({ ...options, wrap: eats })).violations.join('\n')).toContain('trades differ')
    const miscounts =
      (check: Check): Check =>
      (at, bid, ask) =>
        check(at, bid, ask) === undefined ? undefined : 'zero'
    expect((await runBadQuotes({ ...options, wrap: miscounts })).violations.join('\n')).toContain(
      'counted as zero',
    )
  })
})
