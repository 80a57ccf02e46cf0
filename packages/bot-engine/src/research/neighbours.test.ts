import { describe, expect, it } from 'vitest'
import type { smaCross } from '../../test/sweep-strategy.ts'
import { paramsKey } from './grid.ts'
import { neighboursOf } from './neighbours.ts'
import type { SweepRun } from './objective.ts'

type Run = SweepRun<typeof smaCross>
const grid = { fast: [20, 5, 10], slow: [40, 60, 80] }

/** A run with a Sharpe ratio and so many trades. */
function run(fast: number, slow: number, sharpe: number, tradeCount = 40): Run {
  const params = { fast, slow }
  const metrics = { sharpe, tradeCount, profitFactor: 1 + sharpe }
  return { key: paramsKey(params), params, report: { metrics } } as unknown as Run
}

const best = run(10, 60, 2)
const around = (...scores: readonly [number, number, number, number]) => {
  const [left, right, below, above] = scores
  return [best, run(5, 60, left), run(20, 60, right), run(10, 40, below), run(10, 80, above), run(5, 40, -9)]
}

describe('neighboursOf', () => {
  it('looks one step to either side along each axis, values in their order, and not across', () => {
    const found = neighboursOf(best, around(1.5, 1.8, 1.2, 1.1), { grid })
    expect(found.steps).toEqual([
      { axis: 'fast', value: 5, score: 1.5, wasRun: true },
      { axis: 'fast', value: 20, score: 1.8, wasRun: true },
      { axis: 'slow', value: 40, score: 1.2, wasRun: true },
      { axis: 'slow', value: 80, score: 1.1, wasRun: true },
    ])
    expect(found.atEnd).toEqual([])
    expect(found.mean).toBeCloseTo(1.4, 12)
    expect(found).toMatchObject({ least: 1.1, shape: 'plateau' })
    expect(found.kept).toBeCloseTo(0.7, 12)
  })

  it('calls it a slope where one of them keeps less than half, and a peak where they do on average', () => {
    expect(neighboursOf(best, around(1.9, 1.9, 1.9, 0.9), { grid }).shape).toBe('slope')
    expect(neighboursOf(best, around(1, 1, 1, 1), { grid }).shape).toBe('plateau')
    const peak = neighboursOf(best, around(1.5, 0.1, 0.2, -1), { grid })
    expect(peak).toMatchObject({ shape: 'peak', least: -1 })
    expect(peak.kept).toBeCloseTo(0.1, 12)
  })

  it('tells where the best lies at the end of an axis, and what was not run or has no score', () => {
    const corner = run(5, 40, 2)
    const found = neighboursOf(corner, [corner, run(10, 40, 1.9, 3)], { grid })
    expect(found.steps).toEqual([
      { axis: 'fast', value: 10, score: undefined, wasRun: true },
      { axis: 'slow', value: 60, score: undefined, wasRun: false },
    ])
    expect(found).toMatchObject({
      atEnd: ['fast', 'slow'],
      mean: undefined,
      kept: undefined,
      shape: undefined,
    })
    const some = neighboursOf(corner, [corner, run(10, 40, 1.9)], { grid })
    expect(some).toMatchObject({ mean: 1.9, kept: 0.95, shape: undefined })
  })

  it('measures from where trading is worth nothing: a profit factor of one', () => {
    const found = neighboursOf(best, around(1, 1, 1, 1), { grid, objective: 'profit-factor' })
    expect(found).toMatchObject({ mean: 2, kept: 0.5 })
    const loser = run(10, 60, -1)
    expect(neighboursOf(loser, [loser, run(5, 60, -2)], { grid })).toMatchObject({
      mean: -2,
      kept: undefined,
    })
  })

  it('takes no step along texts and switches, of which none is next to another, nor along one value', () => {
    const options = { grid: { fast: [10], slow: [40, 60, 80], kind: ['a', 'b'] } as typeof grid }
    expect(neighboursOf(best, around(1, 1, 1, 1), options).steps.map(({ axis }) => axis)).toEqual([
      'slow',
      'slow',
    ])
  })
})
