import { describe, expect, it } from 'vitest'
import type { Figure, Row, Sample } from './row.ts'
import { type RowResult, summarise } from './run-row.ts'

const ROW: Row = {
  bench: 'client',
  figures: [],
  contestants: { ours: 'ours.ts', limit: 'limit.ts', peers: { other: 'other.ts' } },
  size: { full: 1, short: 1 },
}
const FIGURE: Figure = {
  name: 'delay',
  title: 'X1: a delay',
  unit: 'us',
  better: 'less',
  of: 'delay',
  target: { vsLimit: 2 },
}

function summary(changes: Partial<Figure>, series: Readonly<Record<string, readonly number[]>>): RowResult {
  const samples = Object.entries(series).map(([name, values]): [string, Sample[]] => [
    name,
    values.map(delay => ({ figures: { delay } })),
  ])
  return summarise(ROW, { ...FIGURE, ...changes }, new Map(samples), 3)
}

describe('summarise', () => {
  it('compares the medians of both series of ours with the limit and the peers', () => {
    const result = summary({}, { ours: [3, 9, 3], again: [3, 3, 3], limit: [2, 1, 2], other: [6, 6, 6] })
    expect(result).toEqual({
      bench: 'client',
      name: 'delay',
      unit: 'us',
      ours: 3,
      limit: 2,
      vsLimit: 1.5,
      peers: { other: 6 },
      vsPeer: { other: 0.5 },
      aa: 1,
      rounds: 3,
      target: 'vsLimit<=2',
      met: true,
    })
  })

  it('is not met above a bound, and at the bound it is', () => {
    const series = { ours: [4], limit: [2], other: [1] }
    expect(summary({}, series).met).toBe(true)
    expect(summary({ target: { vsLimit: 1.9 } }, series).met).toBe(false)
    expect(summary({ target: { vsLimit: 2, vsPeer: { other: 3 } } }, series).met).toBe(false)
  })

  it('takes a bound as the least where more is better', () => {
    const series = { ours: [4], limit: [2], other: [1] }
    expect(summary({ better: 'more', target: { vsLimit: 2 } }, series)).toMatchObject({
      target: 'vsLimit>=2',
      met: true,
    })
    expect(summary({ better: 'more', target: { vsLimit: 2.1 } }, series).met).toBe(false)
  })

  it('can bound the difference to the limit, and ours alone', () => {
    const series = { ours: [40], limit: [30], other: [1] }
    expect(summary({ target: { overLimit: 10 } }, series)).toMatchObject({
      target: 'ours-limit<=10',
      met: true,
    })
    expect(summary({ target: { overLimit: 9 } }, series).met).toBe(false)
    expect(summary({ target: { ours: 39 } }, series).met).toBe(false)
  })

  it('takes the best of the rounds where asked to', () => {
    const series = { ours: [9, 5, 8], limit: [4, 7, 7], other: [1] }
    expect(summary({ summary: 'best' }, series)).toMatchObject({ ours: 5, limit: 4 })
    expect(summary({ summary: 'best', better: 'more' }, series)).toMatchObject({ ours: 9, limit: 7 })
  })

  it('has no A/A ratio without a second series, and is never met by a figure that is missing', () => {
    expect(summary({}, { ours: [1], limit: [1], other: [1] }).aa).toBeNull()
    expect(summary({ of: 'nothing' }, { ours: [1], limit: [1], other: [1] }).met).toBe(false)
  })
})
