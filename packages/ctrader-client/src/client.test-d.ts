import { lots, pips, type Price, type SymbolId } from '@openclaw-trading/trading-model'
import { describe, expectTypeOf, it } from 'vitest'
import {
  type Account,
  type CommandName,
  CTraderError,
  type CTraderClient,
  isCTraderError,
  type QueryName,
} from './index.ts'
import type { ProtoOAReconcileRes } from './protocol/index.ts'

declare const client: CTraderClient
declare const account: Account
declare const symbolId: SymbolId
declare const limitPrice: Price

describe('client types', () => {
  it('derives parameters and results from the table of requests', () => {
    expectTypeOf(
      client.request('reconcile', { ctidTraderAccountId: 1 }),
    ).resolves.toEqualTypeOf<ProtoOAReconcileRes>()
    // @ts-expect-error symbolId is missing
    void client.request('getTrendbars', { ctidTraderAccountId: 1, period: 1, symbol: 1 })
    // @ts-expect-error newOrder is a command: it has no single answer
    void client.request('newOrder', {})
    // @ts-expect-error reconcile is a query
    client.command('reconcile', { ctidTraderAccountId: 1 })
    expectTypeOf<CommandName>().toEqualTypeOf<
      'newOrder' | 'cancelOrder' | 'amendOrder' | 'amendPositionSLTP' | 'closePosition'
    >()
    expectTypeOf<'newOrder'>().not.toExtend<QueryName>()
  })

  it('takes an order with what its type needs and nothing that it does not have', () => {
    const order = { symbolId, side: 'buy', volume: lots(0.1) } as const
    void account.placeOrder({ ...order, type: 'limit', limitPrice, stopLoss: { pips: pips(20) } })
    // @ts-expect-error a limit order needs its price
    void account.placeOrder({ ...order, type: 'limit' })
    // @ts-expect-error a stop order needs its price
    void account.placeOrder({ ...order, type: 'stop', limitPrice })
    // @ts-expect-error a bare number is no price
    void account.placeOrder({ ...order, type: 'limit', limitPrice: 1.05 })
    // @ts-expect-error a bare number is no volume
    void account.placeOrder({ ...order, type: 'limit', limitPrice, volume: 0.1 })
  })

  it('narrows details by code', () => {
    const error: unknown = new Error('x')
    if (isCTraderError(error, 'rate-limited'))
      expectTypeOf(error.details).toEqualTypeOf<{
        readonly retryAfterMs: number
        readonly serverCode?: string
      }>()
    if (isCTraderError(error) && error.code === 'under-maintenance')
      expectTypeOf(error.details.endsAt).toExtend<number | undefined>()
    // @ts-expect-error details of another code
    new CTraderError('rate-limited', '', { delivery: 'unknown' })
  })
})
