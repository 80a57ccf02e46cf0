import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { defineStrategy } from '../strategy/define.ts'
import type { Grid } from './grid.ts'
import { sweep, type SweepOptions } from './sweep.ts'

const strategy = defineStrategy({
  name: 'typed',
  params: z.object({
    timeframe: z.enum(['m15', 'h1']).default('m15'),
    fast: z.int().default(10),
    slow: z.int(),
  }),
  feeds: p => ({ main: { timeframe: p.timeframe } }),
  create: () => ({}),
})
declare const rest: Omit<SweepOptions<typeof strategy>, 'grid'>

describe('sweep', () => {
  it('takes a grid of the values that the parameters may have', () => {
    expectTypeOf<Grid<typeof strategy>>().toEqualTypeOf<{
      readonly timeframe?: readonly ('m15' | 'h1')[]
      readonly fast?: readonly number[]
      readonly slow?: readonly number[]
    }>()
    sweep(strategy, { ...rest, grid: { fast: [5, 10], timeframe: ['m15', 'h1'] } })
    // @ts-expect-error ✗ not a value of the enum
    sweep(strategy, { ...rest, grid: { timeframe: ['m1'] } })
    // @ts-expect-error ✗ wrong parameter type
    sweep(strategy, { ...rest, grid: { fast: ['5'] } })
    // @ts-expect-error ✗ no such parameter
    sweep(strategy, { ...rest, grid: { fats: [5] } })
    // @ts-expect-error ✗ wrong type of a fixed parameter
    sweep(strategy, { ...rest, grid: {}, base: { slow: '30' } })
  })

  it('gives runs with the parameters of the strategy', async () => {
    for await (const { params, report } of sweep(strategy, { ...rest, grid: { fast: [5] } })) {
      expectTypeOf(params.fast).toEqualTypeOf<number | undefined>()
      expectTypeOf(params.slow).toEqualTypeOf<number>()
      expectTypeOf(report.metrics.profitFactor).toEqualTypeOf<number | undefined>()
    }
    for await (const { params } of sweep<typeof strategy>({ url: 'file:///x.ts' }, { ...rest, grid: {} }))
      expectTypeOf(params.slow).toEqualTypeOf<number>()
  })
})
