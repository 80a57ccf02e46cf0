import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { SweepRun } from '@openclaw-trading/bot-engine/research'
import { describe, expect, it } from 'vitest'
import {
  lonelyPeak,
  neighbourhoodOf,
  neighboursData,
  neighboursText,
  shownNeighbourhood,
} from './neighbours.ts'

const axis = [
  { name: 'period', values: [10, 15, 20], text: '' },
  { name: 'deviation', values: [1.5, 2], text: '' },
]
const cell = (period: number, deviation: number, cents: number, tradeCount = 40) =>
  ({
    key: JSON.stringify({ deviation, period }),
    params: { period, deviation },
    report: { metrics: { netProfit: { minor: cents, digits: 2, currency: 'USD' }, tradeCount } },
  }) as unknown as SweepRun<AnyStrategy>

const found = (...cents: readonly [best: number, left: number, right: number, above: number]) => {
  const [best, left, right, above] = cents
  const top = cell(15, 1.5, best)
  const runs = [top, cell(10, 1.5, left), cell(20, 1.5, right), cell(15, 2, above)]
  const asked = { axis, objective: 'net-profit', leastTrades: 1 } as const
  const neighbourhood = neighbourhoodOf(top, runs, asked)
  if (neighbourhood === undefined) throw new Error('no neighbour')
  return { neighbourhood, shown: shownNeighbourhood(neighbourhood, 'net-profit', top) }
}

describe('the neighbours of the best', () => {
  it('are told axis by axis in the money of the account, with where the best is at an end', () => {
    expect(neighboursText(found(10_000, 9000, 8000, 7000).shown)).toBe(
      'mean 80.00, least 70.00: a plateau · period 10 90.00, 20 80.00 · deviation 2 70.00 (the best is at its end)',
    )
    expect(neighboursText(found(10_000, 9000, 8000, 1000).shown)).toContain(': a slope · ')
  })

  it('are a warning where the best is a lonely peak, and only there', () => {
    const { neighbourhood, shown } = found(10_000, 3000, -2000, 500)
    expect(neighboursText(shown)).toContain('mean 5.00, least −20.00: a lonely peak')
    expect(lonelyPeak(neighbourhood, 'net-profit')).toMatchObject([
      { code: 'lonely-peak', message: expect.stringContaining('5 % of its net-profit is left on average') },
    ])
    expect(lonelyPeak(found(10_000, -3000, -2000, 500).neighbourhood, 'x')[0]?.message).toContain(
      'nothing of its x',
    )
    expect(lonelyPeak(found(10_000, 9000, 8000, 7000).neighbourhood, 'net-profit')).toEqual([])
    expect(lonelyPeak(undefined, 'net-profit')).toEqual([])
  })

  it('stand in JSON in the units of the score, with what was not run and what has none', () => {
    const top = cell(10, 1.5, 10_000)
    const asked = { axis, objective: 'net-profit', leastTrades: 30 } as const
    const neighbourhood = neighbourhoodOf(top, [top, cell(15, 1.5, 9000, 3)], asked)
    expect(neighboursData(neighbourhood)).toEqual({
      mean: null,
      least: null,
      kept: null,
      shape: null,
      atEnd: ['period', 'deviation'],
      steps: [
        { axis: 'period', value: 15, score: null, wasRun: true },
        { axis: 'deviation', value: 2, score: null, wasRun: false },
      ],
    })
    expect(neighbourhood && neighboursText(neighbourhood)).toBe(
      'none has a score · period 15 no score (the best is at its end) · deviation 2 not run (the best is at its end)',
    )
    expect(neighboursData(found(10_000, 9000, 8000, 7000).neighbourhood)).toMatchObject({
      mean: 8000,
      kept: 0.8,
    })
    expect(neighbourhoodOf(undefined, [], asked)).toBeUndefined()
    expect(neighbourhoodOf(top, [top], { ...asked, axis: [] })).toBeUndefined()
  })
})
