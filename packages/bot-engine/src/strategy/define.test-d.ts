import {
  type Bar,
  type Instrument,
  lots,
  pips,
  type Price,
  roundPrice,
} from '@openclaw-trading/trading-model'
import { assertType, describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { BacktestOptions } from '../backtest/options.ts'
import { backtest } from '../backtest/run.ts'
import type { TickColumns } from '../data/columns.ts'
import { atr } from '../indicators/atr.ts'
import { atrStop, bracket, rewardTarget, structureStop } from '../policies/distance.ts'
import { managed } from '../policies/managed.ts'
import { breakEven } from '../policies/stop-policies.ts'
import type { Context, Entry } from './context.ts'
import { defineStrategy, type StrategyParams } from './define.ts'
import type { Series } from './series.ts'

declare const instrument: Instrument
declare const bar: Bar
declare const data: TickColumns
declare const ctx: Context<{ main: { timeframe: 'm15' } }>
const account = { currency: 'USD', balance: 10_000, leverage: 30 }

const smaCross = defineStrategy({
  name: 'sma-cross',
  params: z
    .object({
      timeframe: z.enum(['m15', 'h1']).default('m15'),
      fast: z.int().default(10),
      slow: z.int().default(30),
    })
    .refine(p => p.fast < p.slow),
  feeds: p => ({ main: { timeframe: p.timeframe, history: p.slow } }),
  create({ params }) {
    expectTypeOf(params).toEqualTypeOf<{ timeframe: 'm15' | 'h1'; fast: number; slow: number }>()
    return {
      onBar(closed, context) {
        expectTypeOf(closed.feed).toEqualTypeOf<'main'>()
        expectTypeOf(context.bars('main')).toEqualTypeOf<Series<Bar>>()
        // @ts-expect-error ✗ no such feed
        context.bars('slow')
      },
    }
  },
})

describe('an entry', () => {
  it('is sized by volume, or by risk with a stop', () => {
    assertType<Entry>({ volume: lots(0.1) })
    assertType<Entry>({ riskPercent: 1, stopLoss: { pips: pips(20) } })
    // @ts-expect-error ✗ sizing by risk needs a stop
    ctx.buy({ riskPercent: 1 })
    // @ts-expect-error ✗ volume and risk together
    ctx.buy({ volume: lots(0.1), riskPercent: 1, stopLoss: { pips: pips(20) } })
    // @ts-expect-error ✗ a bare number is not a volume
    ctx.buy({ volume: 0.1 })
  })

  it('at the market takes protection as a distance only', () => {
    // @ts-expect-error ✗ market orders take protection as a distance only
    ctx.buy({ volume: lots(0.1), stopLoss: roundPrice(instrument, bar.low) })
    // @ts-expect-error ✗ a distance is not a price
    ctx.buy({ volume: lots(0.1), stopLoss: pips(20) })
  })

  it('waits for the open as a market order alone', () => {
    ctx.buy({ volume: lots(0.1), timeInForce: { type: 'market-on-open' } })
    // @ts-expect-error ✗ a market order works until it is cancelled
    ctx.buy({ volume: lots(0.1), timeInForce: { type: 'gtc' } })
    // @ts-expect-error ✗ a limit waits for its price, not for the open
    ctx.buy({ volume: lots(0.1), limit: bar.close, timeInForce: { type: 'market-on-open' } })
    // @ts-expect-error ✗ a range is measured from the quote of the decision
    ctx.buy({ volume: lots(0.1), slippage: pips(1), timeInForce: { type: 'market-on-open' } })
  })

  it('with a limit or a stop takes prices, one of the two', () => {
    assertType<Entry>({ volume: lots(0.1), limit: bar.close, stopLoss: roundPrice(instrument, bar.low) })
    // @ts-expect-error ✗ a price must be rounded to the instrument
    ctx.buy({ volume: lots(0.1), limit: bar.close * 0.999 })
    // @ts-expect-error ✗ a raw price must be rounded, as a stop too
    ctx.sell({ volume: lots(0.1), stop: bar.close, stopLoss: bar.close * 1.001 })
    // @ts-expect-error ✗ limit and stop together
    ctx.buy({ volume: lots(0.1), limit: bar.close, stop: bar.close })
  })
})

describe('policies', () => {
  const range = atr(14)

  it('take the context of any strategy and give what an entry takes', () => {
    const levels = bracket({ stop: atrStop(range, 2), target: rewardTarget(1.5) }).levels('buy', ctx)
    if (levels !== undefined) assertType<Entry>({ riskPercent: 1, ...levels })
    // @ts-expect-error ✗ levels may be missing
    assertType<Entry>({ riskPercent: 1, ...levels })
    // @ts-expect-error ✗ a bare number is no distance
    breakEven({ at: 20 })
    // @ts-expect-error ✗ a market measure knows no risk
    structureStop({ bars: 20, beyond: { r: 1 } })
  })

  it('leave a handler its feeds', () => {
    managed<{ main: { timeframe: 'm15' } }>([breakEven({ at: { r: 1 } })], {
      onBar(closed, context) {
        expectTypeOf(closed.feed).toEqualTypeOf<'main'>()
        // @ts-expect-error ✗ no such feed
        context.bars('slow')
      },
    })
    // @ts-expect-error ✗ no such feed
    managed<{ main: { timeframe: 'm15' } }>([breakEven({ at: { r: 1 } })], {}, { feed: 'slow' })
  })
})

describe('defineStrategy', () => {
  it('infers the state from its schema, and has none without one', () => {
    defineStrategy({
      name: 'state',
      params: z.object({}),
      feeds: () => ({}),
      state: z.object({ levels: z.array(z.number()).default([]) }),
      create({ state }) {
        expectTypeOf(state).toEqualTypeOf<{ levels: number[] }>()
        // @ts-expect-error ✗ no such field
        state.level = 1
        return {}
      },
    })
    defineStrategy({
      name: 'none',
      params: z.object({}),
      feeds: () => ({}),
      create({ state }) {
        expectTypeOf(state).toEqualTypeOf<undefined>()
        return {}
      },
    })
    defineStrategy({
      name: 'number',
      params: z.object({}),
      feeds: () => ({}),
      // @ts-expect-error ✗ a state is an object
      state: z.number(),
      create: () => ({}),
    })
  })

  it('rejects async handlers', () => {
    defineStrategy({
      name: 'async',
      params: z.object({}),
      feeds: () => ({}),
      create: () => ({
        // @ts-expect-error ✗ handlers are synchronous
        async onQuote() {},
        // @ts-expect-error ✗ handlers are synchronous
        async onBar() {},
        // @ts-expect-error ✗ handlers are synchronous
        onExecution: () => Promise.resolve(),
      }),
    })
  })

  it('infers the input of the parameters', () => {
    expectTypeOf<StrategyParams<typeof smaCross>>().toEqualTypeOf<{
      timeframe?: 'm15' | 'h1' | undefined
      fast?: number | undefined
      slow?: number | undefined
    }>()
  })
})

describe('backtest', () => {
  it('takes the parameters of the strategy', () => {
    expectTypeOf(backtest(smaCross, { params: { fast: 5 }, instrument, data, account })).toBeObject()
    // @ts-expect-error ✗ wrong parameter type
    backtest(smaCross, { params: { fast: '5' }, instrument, data, account })
    // @ts-expect-error ✗ this strategy has no state
    assertType<BacktestOptions<typeof smaCross>>({ params: {}, instrument, data, account, state: {} })
    // @ts-expect-error ✗ not a value of the enum
    assertType<BacktestOptions<typeof smaCross>>({ params: { timeframe: 'm1' }, instrument, data, account })
  })
})

it('a context shows positions and prices in the words of the model', () => {
  expectTypeOf(ctx.position?.entryPrice).toEqualTypeOf<Price | undefined>()
  expectTypeOf(ctx.pendingEntries).toBeNumber()
})
