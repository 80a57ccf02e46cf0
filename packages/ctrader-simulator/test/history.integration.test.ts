import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const ACCEPTED = 2
const FILLED = 3
const CANCELLED = 5
const PROTECTION = 4
const WEEK_MS = 604_800_000

let stateDir: string
let venue: Simulator
let client: RawClient
let ctidTraderAccountId: number
/** Position that was opened with protection, reduced, and then closed. */
let positionId: number
let openingOrder: number
let beganAt: number

async function start(): Promise<void> {
  venue = await startSimulator({
    mode: { type: 'live-clock', speed: 60, stateDir, waitsForWatchers: false },
    tls: false,
    rateLimits: false,
  })
  client = await RawClient.login(venue)
  ctidTraderAccountId = venue.credentials.ctidTraderAccountId
}

async function untilFilled(send: (id: string) => void): Promise<MessageByPayloadType[2126]> {
  send('trade')
  return (await client.next(2126, ({ message }) => message.executionType === FILLED)).message
}

const close = (volume: number) =>
  untilFilled(id => client.send(2111, { ctidTraderAccountId, positionId, volume }, id))

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'venue-history-'))
  await start()
  beganAt = venue.now()
  const order = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 }
  const filled = await untilFilled(id => client.send(2106, { ...order, relativeStopLoss: 9_000_000 }, id))
  positionId = filled.position?.positionId ?? 0
  openingOrder = filled.order?.orderId ?? 0
  await client.next(2126)
  await close(400)
  await client.next(2126)
  await close(600)
  await client.next(2126, ({ message }) => message.executionType === CANCELLED)
})
afterAll(async () => {
  client.close()
  await venue.close()
  rmSync(stateDir, { recursive: true })
})

const orderList = (fields: object = {}) => client.request(2175, { ctidTraderAccountId, ...fields }, 2176)

describe('the history of an account', () => {
  it('lists every order as it ended, newest first, protection included', async () => {
    const { order = [], hasMore } = await orderList()
    expect(hasMore).toBe(false)
    expect(order.map(({ orderType, orderStatus }) => [orderType, orderStatus])).toEqual([
      [PROTECTION, CANCELLED],
      [1, 2],
      [1, 2],
      [1, 2],
    ])
    const times = order.map(({ utcLastUpdateTimestamp = 0 }) => utcLastUpdateTimestamp)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(order.every(each => each.positionId === positionId)).toBe(true)
  })

  it('takes the ends of a range in, and refuses one wider than a week', async () => {
    const at = (await orderList()).order?.at(-1)?.utcLastUpdateTimestamp ?? 0
    expect((await orderList({ fromTimestamp: at, toTimestamp: at })).order).toHaveLength(1)
    expect((await orderList({ fromTimestamp: at + 1, toTimestamp: at + 1 })).order).toEqual([])
    for (const [fromTimestamp, toTimestamp] of [
      [at, at + WEEK_MS + 1],
      [at, at - 1],
      [-1, at],
    ]) {
      for (const request of [2133, 2175] as const) {
        const fields = { ctidTraderAccountId, fromTimestamp, toTimestamp } as never
        expect((await client.request(request, fields, 2142)).errorCode).toBe('INCORRECT_BOUNDARIES')
      }
    }
  })

  it('gives an order with the deals that filled it', async () => {
    const { order, deal = [] } = await client.request(
      2181,
      { ctidTraderAccountId, orderId: openingOrder },
      2182,
    )
    expect(order).toMatchObject({ orderId: openingOrder, executedVolume: 1000 })
    expect(deal).toMatchObject([{ orderId: openingOrder, positionId, filledVolume: 1000 }])
    expect(order?.executionPrice).toBe(deal[0]?.executionPrice)
    const unknown = await client.request(2181, { ctidTraderAccountId, orderId: 999 }, 2142)
    expect(unknown).toMatchObject({
      errorCode: 'ORDER_NOT_FOUND',
      description: 'Order not found with id 999',
    })
  })

  it('lists orders and deals of a position, with and without a range, and none of one that never was', async () => {
    const position = { ctidTraderAccountId, positionId }
    const { deal = [] } = await client.request(2179, position, 2180)
    expect(
      deal.map(({ filledVolume, closePositionDetail }) => [filledVolume, closePositionDetail?.closedVolume]),
    ).toEqual([
      [600, 600],
      [400, 400],
      [1000, undefined],
    ])
    expect((await client.request(2183, position, 2184)).order).toHaveLength(4)
    const later = { ...position, fromTimestamp: beganAt + 3_600_000, toTimestamp: beganAt + WEEK_MS }
    expect((await client.request(2179, later, 2180)).deal).toEqual([])
    expect((await client.request(2183, later, 2184)).order).toEqual([])
    const wide = { ...position, fromTimestamp: 0, toTimestamp: beganAt }
    expect((await client.request(2179, wide, 2142)).errorCode).toBe('INCORRECT_BOUNDARIES')
    expect((await client.request(2183, wide, 2142)).errorCode).toBe('INCORRECT_BOUNDARIES')
    const nobody = { ctidTraderAccountId, positionId: 999 }
    expect(await client.request(2179, nobody, 2180)).toMatchObject({ deal: [], hasMore: false })
    expect(await client.request(2183, nobody, 2184)).toMatchObject({ order: [], hasMore: false })
  })

  it('pairs the deal that opened with those that closed it', async () => {
    const { deal = [] } = await client.request(2179, { ctidTraderAccountId, positionId }, 2180)
    const [last, first, opening] = deal.map(({ dealId }) => dealId)
    const opened = await client.request(2185, { ctidTraderAccountId, dealId: opening ?? 0 }, 2186)
    expect(opened.offsetting).toEqual([])
    expect(opened.offsetBy).toMatchObject([
      { dealId: first, volume: 400, executionPrice: deal[1]?.executionPrice },
      { dealId: last, volume: 600, executionTimestamp: deal[0]?.executionTimestamp },
    ])
    const closed = await client.request(2185, { ctidTraderAccountId, dealId: last ?? 0 }, 2186)
    expect(closed).toMatchObject({ offsetBy: [], offsetting: [{ dealId: opening, volume: 600 }] })
    const unknown = await client.request(2185, { ctidTraderAccountId, dealId: 999 }, 2142)
    expect(unknown.errorCode).toBe('ENTITY_NOT_FOUND')
  })

  it('[row 29] pages deals with both ends in, so that the deal at an edge comes twice', async () => {
    const page = (toTimestamp: number) =>
      client.request(2133, { ctidTraderAccountId, fromTimestamp: beganAt, toTimestamp, maxRows: 2 }, 2134)
    const first = await page(beganAt + WEEK_MS)
    expect(first).toMatchObject({ hasMore: true, deal: [{ filledVolume: 600 }, { filledVolume: 400 }] })
    const edge = first.deal?.[1]?.executionTimestamp ?? 0
    const second = await page(edge)
    expect(second).toMatchObject({ hasMore: false, deal: [{ filledVolume: 400 }, { filledVolume: 1000 }] })
    expect((await page(edge - 1)).deal).toMatchObject([{ filledVolume: 1000 }])
  })

  it('is dated in the list of accounts', async () => {
    const { accessToken } = venue.credentials
    const { ctidTraderAccount = [] } = await client.request(2149, { accessToken }, 2150)
    const { deal = [] } = await client.request(2179, { ctidTraderAccountId, positionId }, 2180)
    expect(ctidTraderAccount).toMatchObject([
      {
        lastClosingDealTimestamp: deal[0]?.executionTimestamp,
        lastBalanceUpdateTimestamp: deal[0]?.executionTimestamp,
        brokerTitleShort: 'openclaw-simulator',
      },
    ])
  })

  it('is the same after a restart', async () => {
    const before = await orderList()
    const limit = {
      ctidTraderAccountId,
      symbolId: 41,
      orderType: 2,
      tradeSide: 1,
      volume: 100,
      limitPrice: 1000,
    }
    client.send(2106, limit, 'limit')
    const { order } = (await client.next(2126, ({ message }) => message.executionType === ACCEPTED)).message
    client.close()
    await venue.close()
    await start()
    const after = await orderList()
    expect(after.order?.slice(1)).toEqual(before.order)
    expect(after.order?.[0]).toEqual(order)
    const details = await client.request(2181, { ctidTraderAccountId, orderId: openingOrder }, 2182)
    expect(details.deal).toHaveLength(1)
  })
})
