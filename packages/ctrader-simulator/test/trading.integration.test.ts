import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

type Execution = MessageByPayloadType[2126]
type Level = Pick<MessageByPayloadType[2106], 'relativeStopLoss' | 'relativeTakeProfit'>

const ACCEPTED = 2
const FILLED = 3
const REPLACED = 4
const CANCELLED = 5

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

async function executions(count: number, id: string): Promise<Execution[]> {
  const found: Execution[] = []
  while (found.length < count) {
    const received = await client.nextAny()
    expect(received).toMatchObject({ payloadType: 2126, clientMsgId: id })
    found.push(received.message as Execution)
  }
  return found
}

async function buy(levels: Level = {}, count = 3): Promise<Execution[]> {
  const id = `buy-${++requests}`
  client.send(
    2106,
    {
      ctidTraderAccountId,
      symbolId: 41,
      orderType: 1,
      tradeSide: 1,
      volume: 1000,
      ...levels,
      label: 'run 1',
      comment: 'why',
      clientOrderId: 'run.1',
    },
    id,
  )
  return executions(count, id)
}

async function refusedWith(send: (id: string) => void): Promise<{ payloadType: number; message: unknown }> {
  const id = `refused-${++requests}`
  send(id)
  const received = await client.nextAny()
  expect(received.clientMsgId).toBe(id)
  return received
}

describe('sequence A: a market order without protection', () => {
  it('is accepted with a created position, then filled with an open one and a deal', async () => {
    const [accepted, filled] = await buy({}, 2)
    expect(accepted).toMatchObject({
      executionType: ACCEPTED,
      isServerEvent: false,
      order: {
        orderId: 1,
        orderStatus: 1,
        orderType: 1,
        executedVolume: 0,
        closingOrder: false,
        clientOrderId: 'run.1',
        positionId: 1,
      },
      position: { positionId: 1, positionStatus: 3, price: 0, tradeData: { volume: 0 } },
    })
    expect(accepted?.deal).toBeUndefined()
    const at = filled?.order?.utcLastUpdateTimestamp
    expect(filled).toMatchObject({
      executionType: FILLED,
      isServerEvent: false,
      order: {
        orderStatus: 2,
        executedVolume: 1000,
        timeInForce: 3,
        tradeData: {
          symbolId: 41,
          volume: 1000,
          tradeSide: 1,
          label: 'run 1',
          comment: 'why',
          closeTimestamp: at,
        },
      },
      position: {
        positionId: 1,
        positionStatus: 1,
        swap: 0,
        commission: -35,
        moneyDigits: 2,
        tradeData: { volume: 1000, tradeSide: 1, label: 'run 1', comment: 'why', openTimestamp: at },
      },
      deal: {
        dealId: 1,
        orderId: 1,
        positionId: 1,
        volume: 1000,
        filledVolume: 1000,
        symbolId: 41,
        tradeSide: 1,
        dealStatus: 2,
        executionTimestamp: at,
        commission: -35,
        moneyDigits: 2,
      },
    })
    expect(filled?.deal?.executionPrice).toBe(filled?.position?.price)
    expect(filled?.position?.usedMargin).toBe(Math.round(((filled?.position?.price ?? 0) * 10 * 100) / 100))
    expect(filled?.position?.stopLoss).toBeUndefined()
    expect(filled?.deal?.closePositionDetail).toBeUndefined()
  })
})

describe('sequence B: a market order with relative protection', () => {
  it('is filled bare, then one protective order of the venue carries both levels, counted from the fill', async () => {
    const [accepted, filled, protected_] = await buy({
      relativeStopLoss: 5_000_000,
      relativeTakeProfit: 6_000_000,
    })
    expect(accepted?.order).toMatchObject({ relativeStopLoss: 5_000_000, relativeTakeProfit: 6_000_000 })
    expect(filled?.position?.stopLoss).toBeUndefined()
    const price = filled?.position?.price ?? 0
    expect(protected_).toMatchObject({
      executionType: ACCEPTED,
      isServerEvent: true,
      order: {
        orderId: 2,
        orderType: 4,
        orderStatus: 1,
        closingOrder: true,
        timeInForce: 2,
        tradeData: { tradeSide: 2, volume: 1000 },
      },
      position: { positionStatus: 1 },
    })
    expect(protected_?.order?.stopPrice).toBeCloseTo(price - 50, 9)
    expect(protected_?.order?.limitPrice).toBeCloseTo(price + 60, 9)
    expect(protected_?.position?.stopLoss).toBe(protected_?.order?.stopPrice)
    expect(protected_?.position?.takeProfit).toBe(protected_?.order?.limitPrice)
    expect(protected_?.order?.stopLoss).toBeUndefined()
    const { position = [], order = [] } = await client.request(2124, { ctidTraderAccountId }, 2125)
    expect(position).toEqual([protected_?.position])
    expect(order).toEqual([])
    const withOrders = await client.request(2124, { ctidTraderAccountId, returnProtectionOrders: true }, 2125)
    expect(withOrders.order).toEqual([protected_?.order])
  })
})

describe('sequence C: amending protection', () => {
  it('replaces the whole set on the same order, and cancels it when both levels are left out', async () => {
    const [, , first] = await buy({ relativeStopLoss: 5_000_000, relativeTakeProfit: 6_000_000 })
    const stopLoss = (first?.position?.stopLoss ?? 0) - 10
    client.send(2110, { ctidTraderAccountId, positionId: 1, stopLoss }, 'amend')
    const [replaced] = await executions(1, 'amend')
    expect(replaced).toMatchObject({
      executionType: REPLACED,
      isServerEvent: false,
      order: { orderId: 2, stopPrice: stopLoss },
      position: { stopLoss },
    })
    expect(replaced?.order?.limitPrice).toBeUndefined()
    expect(replaced?.position?.takeProfit).toBeUndefined()
    client.send(2110, { ctidTraderAccountId, positionId: 1 }, 'bare')
    const [cancelled] = await executions(1, 'bare')
    expect(cancelled).toMatchObject({
      executionType: CANCELLED,
      order: { orderId: 2, orderStatus: 5 },
      position: { positionStatus: 1 },
    })
    expect(cancelled?.position?.stopLoss).toBeUndefined()
    const nothing = await refusedWith(id => client.send(2110, { ctidTraderAccountId, positionId: 1 }, id))
    expect(nothing).toMatchObject({
      payloadType: 2142,
      message: { errorCode: 'INVALID_REQUEST', description: 'Nothing to amend.' },
    })
  })
})

describe('sequence D: a partial close', () => {
  it('fills, realises its share, and the venue shrinks the protective order', async () => {
    const [, , first] = await buy({ relativeStopLoss: 5_000_000 })
    client.send(2111, { ctidTraderAccountId, positionId: 1, volume: 400 }, 'part')
    const [accepted, filled, replaced] = await executions(3, 'part')
    expect(accepted).toMatchObject({
      executionType: ACCEPTED,
      order: {
        orderId: 3,
        orderType: 1,
        closingOrder: true,
        positionId: 1,
        tradeData: { tradeSide: 2, volume: 400 },
      },
      position: { positionStatus: 1, tradeData: { volume: 1000 } },
    })
    expect(filled).toMatchObject({
      executionType: FILLED,
      position: {
        positionStatus: 1,
        commission: -21,
        stopLoss: first?.position?.stopLoss,
        tradeData: { volume: 600 },
      },
      deal: {
        commission: -14,
        tradeSide: 2,
        closePositionDetail: {
          entryPrice: first?.position?.price,
          commission: -28,
          swap: 0,
          closedVolume: 400,
          balanceVersion: 1,
        },
      },
    })
    const detail = filled?.deal?.closePositionDetail
    expect(detail?.balance).toBe(1_000_000 + (detail?.grossProfit ?? 0) - 28)
    expect(replaced).toMatchObject({
      executionType: REPLACED,
      isServerEvent: true,
      order: { orderId: 2, tradeData: { volume: 600 } },
    })
    const { trader } = await client.request(2121, { ctidTraderAccountId }, 2122)
    expect(trader).toMatchObject({ balance: detail?.balance, balanceVersion: 1 })
  })
})

describe('sequence E: a full close', () => {
  it('closes a bare position in the fill', async () => {
    await buy({}, 2)
    client.send(2111, { ctidTraderAccountId, positionId: 1, volume: 1000 }, 'close')
    const [, filled] = await executions(2, 'close')
    expect(filled).toMatchObject({
      executionType: FILLED,
      position: { positionStatus: 2, tradeData: { volume: 0 } },
    })
    expect(filled?.position?.tradeData.closeTimestamp).toBe(filled?.order?.utcLastUpdateTimestamp)
  })

  it('leaves a protected one created with volume 0 and price 0 until its protective order is cancelled', async () => {
    const [, , first] = await buy({ relativeStopLoss: 5_000_000, relativeTakeProfit: 6_000_000 })
    client.send(2111, { ctidTraderAccountId, positionId: 1, volume: 1000 }, 'close')
    const [, filled, cancelled] = await executions(3, 'close')
    expect(filled).toMatchObject({
      executionType: FILLED,
      position: {
        positionStatus: 3,
        price: 0,
        stopLoss: first?.position?.stopLoss,
        tradeData: { volume: 0 },
      },
    })
    expect(cancelled).toMatchObject({
      executionType: CANCELLED,
      isServerEvent: true,
      order: { orderId: 2, orderType: 4, orderStatus: 5 },
      position: {
        positionStatus: 2,
        tradeData: { closeTimestamp: cancelled?.order?.utcLastUpdateTimestamp },
      },
    })
    const { position = [] } = await client.request(2124, { ctidTraderAccountId }, 2125)
    expect(position).toEqual([])
  })
})

describe('sequence F: a level is hit', () => {
  it('is one fill of the protective order by the venue, at the price of the quote', async () => {
    await buy({ relativeStopLoss: 60_000, relativeTakeProfit: 60_000 })
    const hit = await client.next(2126)
    expect(hit.clientMsgId).toBeUndefined()
    expect(hit.message).toMatchObject({
      executionType: FILLED,
      isServerEvent: true,
      order: { orderId: 2, orderType: 4, orderStatus: 2, executedVolume: 1000, closingOrder: true },
      position: { positionStatus: 2, tradeData: { volume: 0 } },
      deal: {
        orderId: 2,
        positionId: 1,
        tradeSide: 2,
        closePositionDetail: { closedVolume: 1000, commission: -70 },
      },
    })
    const { order, deal } = hit.message
    const price = deal?.executionPrice ?? 0
    expect(price <= (order?.stopPrice ?? 0) || price >= (order?.limitPrice ?? Number.POSITIVE_INFINITY)).toBe(
      true,
    )
    const list = await client.request(
      2133,
      { ctidTraderAccountId, fromTimestamp: venue.now() - 6e8, toTimestamp: venue.now() },
      2134,
    )
    expect(list.deal?.map(each => each.dealId)).toEqual([2, 1])
    expect(list.deal?.[0]).toEqual(deal)
  })
})

describe('other connections', () => {
  it('hear of every execution, without the id of the one that asked', async () => {
    const other = await RawClient.login(venue)
    await buy({}, 2)
    for (const executionType of [ACCEPTED, FILLED]) {
      const heard = await other.next(2126)
      expect(heard.clientMsgId).toBeUndefined()
      expect(heard.message.executionType).toBe(executionType)
    }
    client.send(2111, { ctidTraderAccountId, positionId: 99, volume: 100 }, 'no')
    expect((await client.nextAny()).payloadType).toBe(2132)
    expect(other.received.some(({ payloadType }) => payloadType === 2132)).toBe(false)
    other.close()
  })
})

describe('refusals', () => {
  it('names market rules in an order error event', async () => {
    const unknown = await refusedWith(id =>
      client.send(2111, { ctidTraderAccountId, positionId: 99, volume: 100 }, id),
    )
    expect(unknown).toMatchObject({
      payloadType: 2132,
      message: { ctidTraderAccountId, errorCode: 'POSITION_NOT_FOUND', positionId: 99 },
    })
    const order = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1 }
    const volume = await refusedWith(id => client.send(2106, { ...order, volume: 150 }, id))
    expect(volume).toMatchObject({ payloadType: 2132, message: { errorCode: 'TRADING_BAD_VOLUME' } })
    const money = await refusedWith(id => client.send(2106, { ...order, volume: 1_000_000 }, id))
    expect(money).toMatchObject({ payloadType: 2132, message: { errorCode: 'NOT_ENOUGH_MONEY' } })
    const [, filled] = await buy({}, 2)
    const stop = (filled?.position?.price ?? 0) + 500
    const stops = await refusedWith(id =>
      client.send(2110, { ctidTraderAccountId, positionId: 1, stopLoss: Math.round(stop) }, id),
    )
    expect(stops).toMatchObject({ payloadType: 2132, message: { errorCode: 'TRADING_BAD_STOPS' } })
  })

  it.each([
    [
      { stopLoss: 100 },
      'SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]',
    ],
    [{ relativeStopLoss: 1500 }, 'Relative stop loss has invalid precision'],
    [{ relativeTakeProfit: 1 }, 'Relative take profit has invalid precision'],
    [{ label: 'x'.repeat(101) }, 'Label is longer than 100 characters'],
    [{ comment: 'x'.repeat(513) }, 'Comment is longer than 512 characters'],
    [{ clientOrderId: 'x'.repeat(51) }, 'Client order id is longer than 50 characters'],
    [{ tradeSide: 3 }, 'Trade side 3 does not exist'],
  ])('answers a malformed order %j with INVALID_REQUEST', async (fields, description) => {
    const order = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 }
    const refused = await refusedWith(id => client.send(2106, { ...order, ...fields }, id))
    expect(refused).toMatchObject({
      payloadType: 2142,
      message: { errorCode: 'INVALID_REQUEST', description },
    })
  })

  it('answers a protection with too many digits with the recorded text', async () => {
    await buy({}, 2)
    const refused = await refusedWith(id =>
      client.send(2110, { ctidTraderAccountId, positionId: 1, stopLoss: 2000.123 }, id),
    )
    const description = 'Order protection = 2000.123 has more digits than symbol allows. Allowed 2 digits'
    expect(refused).toMatchObject({
      payloadType: 2142,
      message: { errorCode: 'INVALID_REQUEST', description },
    })
  })

  it.each([[{ orderType: 4 }, 'Orders of type STOP_LOSS_TAKE_PROFIT are not simulated']])(
    'answers %j, which is not simulated, with UNSUPPORTED_MESSAGE',
    async (fields, description) => {
      const order = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 }
      const refused = await refusedWith(id => client.send(2106, { ...order, ...fields }, id))
      expect(refused).toMatchObject({
        payloadType: 2142,
        message: { errorCode: 'UNSUPPORTED_MESSAGE', description },
      })
    },
  )
})

describe('open profit', () => {
  it('is the difference to the side at which the position would close', async () => {
    await buy({}, 2)
    const { positionUnrealizedPnL = [] } = await client.request(2187, { ctidTraderAccountId }, 2188)
    const [pnl] = positionUnrealizedPnL
    expect(pnl?.netUnrealizedPnL).toBe((pnl?.grossUnrealizedPnL ?? 0) - 35)
  })
})
