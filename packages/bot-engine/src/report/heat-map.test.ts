import { describe, expect, it } from 'vitest'
import type { Metrics } from '../backtest/metrics.ts'
import { heatMapOf, MOST_HEAT_COLUMNS, MOST_HEAT_ROWS } from './heat-map.ts'
import type { Figures } from './run-document.ts'
import { createSearchDocument, MOST_SEARCH_ROWS } from './search-document.ts'

const axis = (name: string, ...values: unknown[]) => ({ name, values })
const row = (params: Readonly<Record<string, unknown>>, score?: number, tradeCount = 40) => ({
  params,
  ...(score !== undefined && { score }),
  figures: { tradeCount } as Figures,
})

describe('heatMapOf', () => {
  it('has the score and the trades of each place, nothing where nothing was run, and says where the best is', () => {
    const lost = { ...row({ a: 2, b: 10 }, 2), account: 'stopped out 1 time' }
    const map = heatMapOf(
      [axis('a', 1, 2), axis('b', 10, 20)],
      [lost, row({ a: 1, b: 10 }, -0.5, 12), row({ a: 1, b: 20 })],
    )
    expect(map?.cells).toEqual([
      [{ score: -0.5, trades: 12 }, { trades: 40 }],
      [{ score: 2, trades: 40, account: 'stopped out 1 time' }, null],
    ])
    expect(map?.best).toEqual({ row: 1, column: 0 })
    expect(map?.over).toEqual([])
  })

  it('is over the first two axes, each place the best over the others, whose values it keeps', () => {
    const map = heatMapOf(
      [axis('a', 1), axis('b', 10), axis('c', 1, 2), axis('d', 'x')],
      [row({ a: 1, b: 10, c: 1, d: 'x' }, 1), row({ a: 1, b: 10, c: 2, d: 'x' }, 3)],
    )
    expect(map?.over).toEqual(['c', 'd'])
    expect(map?.cells).toEqual([[{ score: 3, trades: 40, rest: { c: 2, d: 'x' } }]])
  })

  it('has no line for a value that was not run, and keeps the order in which values were named', () => {
    const map = heatMapOf(
      [axis('a', 'slow', 'fast', 'none'), axis('b', [1, 2], [3])],
      [row({ a: 'fast', b: [3] }, 1), row({ a: 'slow', b: [3] }, 2)],
    )
    expect(map?.rows).toEqual({ name: 'a', values: ['slow', 'fast'], tried: 2 })
    expect(map?.columns).toEqual({ name: 'b', values: [[3]], tried: 1 })
  })

  it('shows so many values of a long axis, those around the best, and tells how many there were', () => {
    const values = [...Array(100).keys()]
    const runs = (best: number) =>
      values.flatMap(a => [10, 20].map(b => row({ a, b }, a === best && b === 20 ? 5 : 1)))
    for (const [best, first] of [
      [0, 0],
      [50, 50 - MOST_HEAT_ROWS / 2],
      [99, 100 - MOST_HEAT_ROWS],
    ] as const) {
      const map = heatMapOf([axis('a', ...values), axis('b', 10, 20)], runs(best))
      expect(map?.rows.values).toEqual(values.slice(first, first + MOST_HEAT_ROWS))
      expect(map?.rows.tried).toBe(100)
      expect(map?.best).toEqual({ row: best - first, column: 1 })
      expect(map?.cells[best - first]?.[1]?.score).toBe(5)
    }
    const wide = heatMapOf([axis('b', 10, 20), axis('a', ...values)], runs(50))
    expect(wide?.cells[0]).toHaveLength(MOST_HEAT_COLUMNS)
  })

  it('is not there with one axis, or where no run has a score', () => {
    expect(heatMapOf([axis('a', 1)], [row({ a: 1 }, 1)])).toBeUndefined()
    expect(heatMapOf([axis('a', 1), axis('b', 1)], [row({ a: 1, b: 1 })])).toBeUndefined()
    expect(heatMapOf([axis('a', 1), axis('b', 1)], [])).toBeUndefined()
  })
})

it('the heat map of a document has also the runs that are too many for its list', () => {
  const values = [...Array(20).keys()]
  const metrics = { netProfit: { minor: 1, digits: 2, currency: 'USD' }, tradeCount: 40 } as Metrics
  const { heatMap, rows } = createSearchDocument({
    kind: 'sweep',
    title: 'many',
    facts: [],
    currency: 'USD',
    objective: 'sharpe',
    judged: [],
    axes: [axis('a', ...values), axis('b', ...values.slice(0, MOST_HEAT_COLUMNS))],
    rows: values.flatMap(a => values.map(b => ({ params: { a, b }, score: -a - b, metrics }))),
  })
  expect(rows).toHaveLength(MOST_SEARCH_ROWS)
  expect(heatMap?.cells.flat().every(cell => cell?.trades === 40)).toBe(true)
  expect(heatMap?.cells.at(-1)?.at(-1)?.score).toBe(-19 - MOST_HEAT_COLUMNS + 1)
})
