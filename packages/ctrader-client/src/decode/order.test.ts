import {
  lots,
  type Order,
  type OrderId,
  pips,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { encodeAmendment } from '../encode/order.ts'
import type { ProtoOAOrder } from '../protocol/generated/messages.js'
import { decodeOrder } from './order.ts'

const gold = { lotSize: 100, digits: 3, pipPosition: 2 }
const order: ProtoOAOrder = {
  orderId: 7,
  tradeData: { symbolId: 41, volume: 1000, tradeSide: 1, label: 'run' },
  orderType: 2,
  orderStatus: 1,
  positionId: 9,
  limitPrice: 1280.5,
  timeInForce: 2,
}

describe('a pending order from the wire', () => {
  it('has its label and its terms', () => {
    const decoded = decodeOrder({ ...order, stopLoss: 1270, relativeTakeProfit: 25_000 }, gold)
    expect(decoded).toMatchObject({
      id: 7,
      positionId: 9,
      label: 'run',
      terms: {
        type: 'limit',
        price: 1280.5,
        timeInForce: { type: 'gtc' },
        stopLoss: 1270,
        takeProfit: { pips: 25 },
      },
    })
  })

  it.each([
    [
      { orderType: 3, stopPrice: 1300 },
      { type: 'stop', price: 1300 },
    ],
    [
      { orderType: 6, stopPrice: 1300, slippageInPoints: 50 },
      { type: 'stop-limit', price: 1300, slippage: 5 },
    ],
    [
      { orderType: 5, baseSlippagePrice: 1290, slippageInPoints: 5, timeInForce: undefined },
      { type: 'market-range', price: 1290, slippage: 0.5, timeInForce: { type: 'ioc' } },
    ],
    [
      { timeInForce: 1, expirationTimestamp: 9000 },
      { type: 'limit', timeInForce: { type: 'gtd', expiresAt: 9000 } },
    ],
    [{ timeInForce: 4 }, { timeInForce: { type: 'fok' } }],
    [{ timeInForce: 3 }, { timeInForce: { type: 'ioc' } }],
    [{ timeInForce: 5 }, { timeInForce: { type: 'market-on-open' } }],
    // A word of a later protocol is not immediate.
    [{ timeInForce: 99 }, { timeInForce: { type: 'unknown' } }],
  ])('with %j has the terms %j', (fields, terms) => {
    expect(decodeOrder({ ...order, ...fields } as ProtoOAOrder, gold).terms).toMatchObject(terms)
  })
})

describe('a market order from the wire', () => {
  const market: ProtoOAOrder = { ...order, orderType: 1, relativeStopLoss: 50_000, trailingStopLoss: true }

  it('has terms when it waits for the open: its protection, and no price', () => {
    expect(decodeOrder({ ...market, timeInForce: 5 }, gold).terms).toEqual({
      type: 'market',
      timeInForce: { type: 'market-on-open' },
      stopLoss: { pips: 50 },
      trailing: true,
    })
  })

  it.each([undefined, 2, 3, 99])('has none with the time in force %s', timeInForce => {
    expect(decodeOrder({ ...market, timeInForce } as ProtoOAOrder, gold).terms).toBeUndefined()
  })
})

describe('encodeAmendment', () => {
  const instrument = {
    ...gold,
    name: 'XAUUSD',
    minVolume: lots(0.01),
    maxVolume: lots(100),
    volumeStep: lots(0.01),
  } as Parameters<typeof encodeAmendment>[2]
  const known: Order = decodeOrder({ ...order, orderType: 6, stopPrice: 1300, slippageInPoints: 50 }, gold)

  it('states volume, price and slippage also when they stay', () => {
    expect(encodeAmendment({ stopLoss: 1290 as Price }, known, instrument)).toEqual({
      volume: 1000,
      stopPrice: 1300,
      slippageInPoints: 50,
      stopLoss: 1290,
    })
    const changes = { price: 1301 as Price, volume: lots(0.2), expiresAt: 9000 as UnixMs, slippage: pips(1) }
    expect(encodeAmendment(changes, known, instrument)).toEqual({
      volume: 2000,
      stopPrice: 1301,
      slippageInPoints: 10,
      expirationTimestamp: 9000,
    })
  })

  it('refuses an order that waits for no price, a range that it has not, and an expiry that is no time', () => {
    const { terms: _terms, ...market } = known
    expect(() => encodeAmendment({}, { ...market, id: 8 as OrderId }, instrument)).toThrow(/orderId is 8/)
    const onOpen = decodeOrder({ ...order, orderType: 1, timeInForce: 5 }, gold)
    expect(() => encodeAmendment({ volume: lots(1) }, onOpen, instrument)).toThrow(/orderId is 7/)
    const limit = decodeOrder(order, gold)
    expect(() => encodeAmendment({ slippage: pips(1) }, limit, instrument)).toThrow(
      /a limit order has no range/,
    )
    expect(() => encodeAmendment({ expiresAt: 0.5 as UnixMs }, limit, instrument)).toThrow(/expiresAt is 0.5/)
  })
})
