import { describe, expectTypeOf, it } from 'vitest'
import {
  type ExecutionEvent,
  type Fill,
  type Lots,
  lots,
  type OrderRequest,
  offsetPrice,
  type PendingTerms,
  type Pips,
  type Price,
  pips,
  roundPrice,
  type Timeframe,
  type UnixMs,
} from './index.ts'

declare const instrument: Parameters<typeof offsetPrice>[0]
declare const symbolId: OrderRequest['symbolId']
declare const event: ExecutionEvent
declare const terms: PendingTerms

describe('brands', () => {
  it('keep prices, distances, volumes and times apart', () => {
    expectTypeOf<Price>().not.toExtend<Pips>()
    expectTypeOf<Lots>().not.toExtend<Price>()
    expectTypeOf<UnixMs>().not.toExtend<Price>()
    // @ts-expect-error a plain number is no price: roundPrice makes one
    offsetPrice(instrument, 1.1, pips(1))
    // @ts-expect-error a volume is no distance
    offsetPrice(instrument, roundPrice(instrument, 1.1), lots(1))
  })

  it('fall back to numbers in arithmetic', () => {
    expectTypeOf(roundPrice(instrument, 1) * 2).toEqualTypeOf<number>()
  })
})

describe('OrderRequest', () => {
  it('takes protection of a market order as a distance only', () => {
    const market = { type: 'market', symbolId, side: 'buy', volume: lots(0.01) } as const
    expectTypeOf({ ...market, stopLoss: { pips: pips(20) } }).toExtend<OrderRequest>()
    expectTypeOf({ ...market, stopLoss: roundPrice(instrument, 1) }).not.toExtend<OrderRequest>()
  })

  it('lets only a market order wait for the open', () => {
    const timeInForce = { type: 'market-on-open' } as const
    const base = { symbolId, side: 'buy', volume: lots(0.01) } as const
    const price = roundPrice(instrument, 1)
    expectTypeOf({ ...base, type: 'market' as const, timeInForce }).toExtend<OrderRequest>()
    const gtc = { type: 'gtc' } as const
    expectTypeOf({ ...base, type: 'market' as const, timeInForce: gtc }).not.toExtend<OrderRequest>()
    const limit = { ...base, type: 'limit' as const, limitPrice: price }
    expectTypeOf({ ...limit, timeInForce: gtc }).toExtend<OrderRequest>()
    expectTypeOf({ ...limit, timeInForce }).not.toExtend<OrderRequest>()
    expectTypeOf({
      ...base,
      type: 'stop' as const,
      stopPrice: price,
      timeInForce,
    }).not.toExtend<OrderRequest>()
  })

  it('demands the price that its type needs', () => {
    const limit = { type: 'limit', symbolId, side: 'sell', volume: lots(0.01) } as const
    expectTypeOf(limit).not.toExtend<OrderRequest>()
    expectTypeOf({
      ...limit,
      limitPrice: roundPrice(instrument, 1),
      stopLoss: roundPrice(instrument, 2),
    }).toExtend<OrderRequest>()
  })
})

describe('PendingTerms', () => {
  it('have a price unless a market order waits for the open', () => {
    if (terms.type === 'market') expectTypeOf(terms.timeInForce.type).toEqualTypeOf<'market-on-open'>()
    else expectTypeOf(terms.price).toEqualTypeOf<Price>()
  })
})

describe('ExecutionEvent', () => {
  it('narrows by its type', () => {
    if (event.type === 'order-filled') expectTypeOf(event.fill).toEqualTypeOf<Fill>()
    if (event.type === 'order-rejected') expectTypeOf(event.reason).toEqualTypeOf<string>()
  })
})

describe('Timeframe', () => {
  it('is a closed list', () => {
    expectTypeOf<'m15'>().toExtend<Timeframe>()
    expectTypeOf<'m7'>().not.toExtend<Timeframe>()
  })
})
