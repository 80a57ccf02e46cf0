import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

type Execution = MessageByPayloadType[2126]

const ACCEPTED = 2
const FILLED = 3
const REPLACED = 4
const CANCELLED = 5
const EXPIRED = 6
const LIMIT = 2
const STOP = 3
const MARKET_RANGE = 5
const STOP_LIMIT = 6
const IOC = 3
const GTD = 1
const ON_OPEN = 5

let venue: Simulator
let client: RawClient
let ctidTraderAccountId: number
let requests = 0

beforeEach(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock', speed: 120 }, tls: false, seed: 11 })
  client = await RawClient.login(venue)
  ctidTraderAccountId = venue.credentials.ctidTraderAccountId
})
afterEach(async () => {
  client.close()
  await venue.close()
})

function place(fields: object): string {
  const id = `place-${++requests}`
  client.send(
    2106,
    {
      ctidTraderAccountId,
      symbolId: 41,
      orderType: LIMIT,
      tradeSide: 1,
      volume: 1000,
      label: 'run 1',
      clientOrderId: 'run.1',
      ...fields,
    },
    id,
  )
  return id
}

/** The next execution; `id`: the request it must answer. */
async function execution(id?: string): Promise<Execution> {
  const received = await client.nextAny()
  expect(received.payloadType).toBe(2126)
  expect(received.clientMsgId).toBe(id)
  return received.message as Execution
}

describe('sequence G: an order that waits', () => {
  it('is accepted with the id of its position, shown by Reconcile, replaced, cancelled, and then not found', async () => {
    const accepted = await execution(
      place({ limitPrice: 1000, stopLoss: 900.5, relativeTakeProfit: 5_000_000 }),
    )
    expect(accepted).toMatchObject({
      executionType: ACCEPTED,
      isServerEvent: false,
      order: {
        orderId: 1,
        orderType: LIMIT,
        orderStatus: 1,
        limitPrice: 1000,
        stopLoss: 900.5,
        relativeTakeProfit: 5_000_000,
        timeInForce: 2,
        positionId: 1,
        clientOrderId: 'run.1',
        closingOrder: false,
        tradeData: { volume: 1000, tradeSide: 1, label: 'run 1' },
      },
      position: { positionId: 1, positionStatus: 3, price: 0, tradeData: { volume: 0 } },
    })
    const { order = [], position = [] } = await client.request(2124, { ctidTraderAccountId }, 2125)
    expect([order, position]).toEqual([[accepted.order], []])

    client.send(2109, { ctidTraderAccountId, orderId: 1, limitPrice: 1100.25, volume: 2000 }, 'amend')
    const replaced = await execution('amend')
    expect(replaced).toMatchObject({
      executionType: REPLACED,
      order: { orderId: 1, limitPrice: 1100.25, positionId: 1, tradeData: { volume: 2000 } },
    })
    expect(replaced.order?.stopLoss).toBeUndefined()
    expect(replaced.order?.relativeTakeProfit).toBeUndefined()

    client.send(2108, { ctidTraderAccountId, orderId: 1 }, 'cancel')
    expect(await execution('cancel')).toMatchObject({
      executionType: CANCELLED,
      isServerEvent: false,
      order: { orderId: 1, orderStatus: 5, executedVolume: 0 },
      position: { positionStatus: 2, tradeData: { volume: 0 } },
    })
    client.send(2108, { ctidTraderAccountId, orderId: 1 }, 'again')
    expect(await client.nextAny()).toMatchObject({
      payloadType: 2132,
      clientMsgId: 'again',
      message: { errorCode: 'ORDER_NOT_FOUND', orderId: 1, description: 'Order not found with id 1' },
    })
  })

  it('expires as an event of the venue that answers nobody', async () => {
    // 30 s of market time are a quarter of a second here.
    const expiresAt = venue.now() + 30_000
    const id = place({ limitPrice: 1000, timeInForce: GTD, expirationTimestamp: expiresAt })
    expect(await execution(id)).toMatchObject({
      order: { timeInForce: GTD, expirationTimestamp: expiresAt },
    })
    expect(await execution()).toMatchObject({
      executionType: EXPIRED,
      isServerEvent: true,
      order: { orderStatus: 4, utcLastUpdateTimestamp: expiresAt },
    })
  })

  it('fills at once when the market has reached it, and gets its protection', async () => {
    const id = place({ limitPrice: 9000, relativeStopLoss: 90_000_000 })
    expect(await execution(id)).toMatchObject({ executionType: ACCEPTED })
    const filled = await execution(id)
    expect(filled).toMatchObject({ executionType: FILLED, order: { orderType: LIMIT, limitPrice: 9000 } })
    expect(filled.deal?.executionPrice).toBeLessThan(9000)
    expect(await execution(id)).toMatchObject({ executionType: ACCEPTED, order: { orderType: 4 } })
  })

  it('is cancelled by the venue when it may not wait', async () => {
    const id = place({ limitPrice: 1000, timeInForce: IOC })
    expect(await execution(id)).toMatchObject({ executionType: ACCEPTED, order: { timeInForce: IOC } })
    expect(await execution(id)).toMatchObject({ executionType: CANCELLED, isServerEvent: true })
    const range = place({ orderType: MARKET_RANGE, baseSlippagePrice: 1000, slippageInPoints: 5 })
    expect(await execution(range)).toMatchObject({ order: { baseSlippagePrice: 1000, slippageInPoints: 5 } })
    expect(await execution(range)).toMatchObject({ executionType: CANCELLED, order: { executedVolume: 0 } })
  })
})

describe('a pending order', () => {
  it.each([
    [{ limitPrice: 1000.123 }, 'Order price = 1000.123 has more digits than symbol allows. Allowed 2 digits'],
    [{ limitPrice: -1 }, 'Order price = -1 is not a price'],
    [
      { limitPrice: 1000, stopLoss: 900.001 },
      'Order protection = 900.001 has more digits than symbol allows. Allowed 2 digits',
    ],
    [{ limitPrice: 1000, relativeStopLoss: 1500 }, 'Relative stop loss has invalid precision'],
    [{}, 'Message missing required fields: limitPrice'],
    [{ orderType: STOP_LIMIT, stopPrice: 9000 }, 'Message missing required fields: slippageInPoints'],
    [
      { orderType: MARKET_RANGE, baseSlippagePrice: 1000, slippageInPoints: 5, stopLoss: 900 },
      'SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]',
    ],
    [{ limitPrice: 1000, timeInForce: GTD }, 'Message missing required fields: expirationTimestamp'],
    [
      { limitPrice: 1000, expirationTimestamp: 5 },
      'An expiration is allowed only with time in force GOOD_TILL_DATE',
    ],
    [
      { orderType: STOP, stopPrice: 9000, timeInForce: IOC },
      'Time in force IMMEDIATE_OR_CANCEL is not allowed for order type STOP',
    ],
    [
      { limitPrice: 1000, timeInForce: ON_OPEN },
      'Time in force MARKET_ON_OPEN is not allowed for order type LIMIT',
    ],
    [
      { orderType: MARKET_RANGE, baseSlippagePrice: 1000, slippageInPoints: 5, timeInForce: ON_OPEN },
      'Time in force MARKET_ON_OPEN is not allowed for order type MARKET_RANGE',
    ],
    [
      { orderType: 1, timeInForce: ON_OPEN, expirationTimestamp: 5 },
      'An expiration is allowed only with time in force GOOD_TILL_DATE',
    ],
  ])('that is malformed like %j is answered with INVALID_REQUEST', async (fields, description) => {
    const id = place(fields)
    expect(await client.nextAny()).toMatchObject({
      payloadType: 2142,
      clientMsgId: id,
      message: { errorCode: 'INVALID_REQUEST', description },
    })
  })

  it.each([
    ['TRADING_BAD_PRICES', { orderType: STOP, stopPrice: 1000 }],
    ['TRADING_BAD_EXPIRATION_DATE', { limitPrice: 1000, timeInForce: GTD, expirationTimestamp: 5 }],
    ['TRADING_BAD_STOPS', { limitPrice: 1000, stopLoss: 1001 }],
    ['TRADING_BAD_VOLUME', { limitPrice: 1000, volume: 150 }],
  ])('against the rules of the market is refused with %s', async (errorCode, fields) => {
    const id = place(fields)
    expect(await client.nextAny()).toMatchObject({
      payloadType: 2132,
      clientMsgId: id,
      message: { errorCode },
    })
  })
})
