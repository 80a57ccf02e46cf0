import { describe, expect, it } from 'vitest'
import type { Metrics } from '../backtest/metrics.ts'
import { overfitting } from '../statistics/overfitting.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { createSearchDocument, MOST_SEARCH_ROWS, type SearchFacts, searchHtml } from './search-document.ts'

const uniform = seededUniform(1)
const noise = Array.from({ length: 6 }, () => Float64Array.from({ length: 64 }, () => uniform() - 0.5))
const metrics = { netProfit: { minor: 12_345, digits: 2, currency: 'USD' }, tradeCount: 40 } as Metrics
const facts: SearchFacts = {
  kind: 'sweep',
  title: 'fade </script><b>',
  facts: ['XAUUSD'],
  currency: 'USD',
  objective: 'sharpe',
  judged: [{ name: 'Trials', value: 6, digits: 0, meaning: 'How often.' }],
  overfitting: overfitting(noise, { blocks: 8 }),
  rows: Array.from({ length: 300 }, (_, period) => ({ params: { period }, score: 1, metrics })),
}

describe('a search as a document', () => {
  it('holds the histogram whose lower half is the probability of overfitting, and survives JSON', () => {
    const document = createSearchDocument(facts)
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
    const { bins = [], probability, splits = 0 } = document.overfitting ?? {}
    expect(splits).toBe(70)
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(70)
    expect(bins.slice(0, bins.length / 2).reduce((sum, { count }) => sum + count, 0) / 70).toBe(probability)
  })

  it('keeps the best rows, says how many there were, and has money as decimals', () => {
    const { rows, rowCount } = createSearchDocument(facts)
    expect([rows.length, rowCount]).toEqual([MOST_SEARCH_ROWS, 300])
    expect(rows[0]).toMatchObject({ params: { period: 0 }, score: 1, figures: { netProfit: 123.45 } })
    expect(createSearchDocument({ ...facts, rows: [{ name: 'no choice' }] }).rows).toEqual([
      { name: 'no choice' },
    ])
    const lost = { ...facts, rows: [{ account: 'account lost', metrics }] }
    expect(createSearchDocument(lost).rows).toMatchObject([{ account: 'account lost' }])
  })

  it('is a page that reads no text of it as markup', () => {
    const html = searchHtml(createSearchDocument(facts))
    expect(html).toContain('<title>fade &lt;/script&gt;&lt;b&gt; – sweep</title>')
    const data = /<script type="application\/json" id="run">(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    expect(JSON.parse(data)).toEqual(createSearchDocument(facts))
    expect(html).not.toContain('fade </script>')
  })
})
