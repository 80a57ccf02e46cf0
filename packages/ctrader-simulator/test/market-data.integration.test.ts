import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_START_AT, type Simulator, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

let venue: Simulator
let client: RawClient
let ctidTraderAccountId: number

beforeAll(async () => {
  venue = await startSimulator({
    mode: { type: 'live-clock', speed: 600 },
    tls: false,
    seed: 4,
    rateLimits: false,
  })
  client = await RawClient.login(venue)
  ctidTraderAccountId = venue.credentials.ctidTraderAccountId
})
afterAll(async () => {
  client.close()
  await venue.close()
})

describe('reference data', () => {
  it('joins assets and symbols by id', async () => {
    const { asset = [] } = await client.request(2112, { ctidTraderAccountId }, 2113)
    const { symbol = [] } = await client.request(2114, { ctidTraderAccountId }, 2115)
    const gold = symbol.find(each => each.symbolName === 'XAUUSD')
    const nameOf = (id: number | undefined) => asset.find(each => each.assetId === id)?.name
    expect([nameOf(gold?.baseAssetId), nameOf(gold?.quoteAssetId)]).toEqual(['XAU', 'USD'])
    expect(gold).toMatchObject({ symbolId: 41, enabled: true })
  })

  it('gives the full record: units of the wire, commission, schedule in its zone', async () => {
    const { symbol = [] } = await client.request(2116, { ctidTraderAccountId, symbolId: [41] }, 2117)
    expect(symbol[0]).toMatchObject({
      symbolId: 41,
      digits: 2,
      pipPosition: 1,
      lotSize: 10_000,
      minVolume: 100,
      stepVolume: 100,
      maxVolume: 1_000_000,
      commissionType: 2,
      preciseTradingCommissionRate: 350_000_000,
      scheduleTimeZone: 'America/New_York',
      schedule: SYNTHETIC_XAUUSD.hours.sessions,
      tradingMode: 0,
    })
  })

  it('describes the account, without a balance version before the balance has changed', async () => {
    const { trader } = await client.request(2121, { ctidTraderAccountId }, 2122)
    expect(trader).toMatchObject({
      balance: 1_000_000,
      moneyDigits: 2,
      leverageInCents: 10_000,
      accountType: 0,
    })
    expect(trader.balanceVersion).toBeUndefined()
  })

  it('refuses a symbol that it does not have', async () => {
    const refusal = { errorCode: 'SYMBOL_NOT_FOUND' }
    expect(await client.request(2116, { ctidTraderAccountId, symbolId: [41, 7] }, 2142)).toMatchObject(
      refusal,
    )
    expect(await client.request(2127, { ctidTraderAccountId, symbolId: [7] }, 2142)).toMatchObject(refusal)
    expect(
      await client.request(2137, { ctidTraderAccountId, symbolId: 7, period: 1, count: 5 }, 2142),
    ).toMatchObject(refusal)
  })
})

describe('historical bars', () => {
  const ask = (fields: { period: number; count?: number; fromTimestamp?: number; toTimestamp?: number }) =>
    client.request(2137, { ctidTraderAccountId, symbolId: 41, ...fields }, 2138)

  it('serves 500 minutes before its start, oldest first, relative to the low, without the period inside', async () => {
    const { trendbar = [], period } = await ask({ period: 1, count: 500, toTimestamp: DEFAULT_START_AT - 1 })
    expect(period).toBe(1)
    expect(trendbar.length).toBe(500)
    const opens = trendbar.map(bar => bar.utcTimestampInMinutes ?? 0)
    expect(opens).toEqual([...opens].sort((a, b) => a - b))
    expect(opens[499]).toBe(DEFAULT_START_AT / 60_000 - 1)
    for (const bar of trendbar) {
      expect(bar.period).toBeUndefined()
      expect(bar.deltaHigh ?? 0).toBeGreaterThanOrEqual(Math.max(bar.deltaOpen ?? 0, bar.deltaClose ?? 0))
    }
  })

  it.each([
    [1, 1],
    [2, 2],
    [5, 5],
    [6, 10],
    [7, 15],
    [8, 30],
    [9, 60],
  ])('aligns bars of period %i to %i minutes', async (period, minutes) => {
    const { trendbar = [], hasMore } = await ask({ period, count: 50 })
    expect(trendbar.length).toBe(50)
    expect(trendbar.every(bar => (bar.utcTimestampInMinutes ?? 1) % minutes === 0)).toBe(true)
    expect(hasMore).toBe(true)
  })

  it('[row 33] has h4, d1 and w1 bars that open with the trading day at 22:00 UTC in winter', async () => {
    for (const period of [10, 12, 13]) {
      const { trendbar = [] } = await ask({ period, count: 3, toTimestamp: Date.UTC(2025, 0, 5, 22) })
      expect(trendbar[2]?.utcTimestampInMinutes).toBe(Date.UTC(2025, 0, 5, 22) / 60_000)
    }
  })

  it('bounds a question without count by both ends, inclusive', async () => {
    const fromTimestamp = DEFAULT_START_AT - 600_000
    const { trendbar = [] } = await ask({ period: 1, fromTimestamp, toTimestamp: DEFAULT_START_AT - 60_000 })
    expect(trendbar.map(bar => bar.utcTimestampInMinutes)).toEqual(
      Array.from({ length: 10 }, (_, i) => fromTimestamp / 60_000 + i),
    )
  })

  it('refuses turned or endless boundaries', async () => {
    const refusedWith = async (fields: object) =>
      (await client.request(2137, { ctidTraderAccountId, symbolId: 41, period: 1, ...fields }, 2142))
        .errorCode
    expect(await refusedWith({ fromTimestamp: 2, toTimestamp: 1 })).toBe('INCORRECT_BOUNDARIES')
    expect(await refusedWith({ count: 1, toTimestamp: 3e12 })).toBe('INCORRECT_BOUNDARIES')
    expect(await refusedWith({})).toBe('INVALID_REQUEST')
    expect(await refusedWith({ period: 99, count: 1 })).toBe('INVALID_REQUEST')
  })
})

describe('spots', () => {
  it('sends the answer, then a snapshot, then every quote with bid, ask and its time, never falling', async () => {
    await client.request(2127, { ctidTraderAccountId, symbolId: [41], subscribeToSpotTimestamp: true }, 2128)
    const spots = []
    for (let i = 0; i < 50; i++) spots.push((await client.next(2131)).message)
    for (const [i, spot] of spots.entries()) {
      expect(spot).toMatchObject({ ctidTraderAccountId, symbolId: 41 })
      expect(spot.ask).toBeGreaterThan(spot.bid ?? 0)
      expect(spot.timestamp).toBeGreaterThanOrEqual(spots[i - 1]?.timestamp ?? 0)
    }
    expect(spots[49]?.timestamp).toBeGreaterThan(DEFAULT_START_AT)
  })

  it('leaves the time out where it was not asked for, and keeps connections apart', async () => {
    const other = await RawClient.login(venue)
    await other.request(2127, { ctidTraderAccountId, symbolId: [1] }, 2128)
    for (let i = 0; i < 5; i++) {
      const { message } = await other.next(2131)
      expect(message.symbolId).toBe(1)
      expect(message.timestamp).toBeUndefined()
    }
    other.close()
  })

  it('refuses a second subscription and an end of one that does not exist', async () => {
    const other = await RawClient.login(venue)
    await other.request(2127, { ctidTraderAccountId, symbolId: [41] }, 2128)
    const again = await other.request(2127, { ctidTraderAccountId, symbolId: [1, 41] }, 2142)
    expect(again.errorCode).toBe('ALREADY_SUBSCRIBED')
    expect((await other.request(2129, { ctidTraderAccountId, symbolId: [1] }, 2142)).errorCode).toBe(
      'NOT_SUBSCRIBED_TO_SPOTS',
    )
    await other.request(2129, { ctidTraderAccountId, symbolId: [41] }, 2130)
    other.close()
  })
})

describe('closed hours', () => {
  it('are skipped in one jump, and what was decided before is done at its instant', async () => {
    const fridayClose = Date.UTC(2025, 0, 10, 22)
    const startAt = unixMs(fridayClose - 60_000)
    const closing = await startSimulator({ mode: { type: 'live-clock', speed: 60, startAt }, tls: false })
    const trader = await RawClient.login(closing)
    const { ctidTraderAccountId } = closing.credentials
    await trader.request(
      2127,
      { ctidTraderAccountId, symbolId: [41, 1], subscribeToSpotTimestamp: true },
      2128,
    )
    let before = 0
    for (
      let quote = (await trader.next(2131)).message;
      (quote.timestamp ?? 0) < fridayClose;
      quote = (await trader.next(2131)).message
    )
      before = quote.timestamp ?? 0
    expect(before).toBeGreaterThan(fridayClose - 30_000)
    // The euro opens on Sunday at 17:00 New York, an hour before gold.
    expect(closing.now()).toBeGreaterThanOrEqual(fridayClose + 48 * 3_600_000)
    trader.close()
    await closing.close()
  })
})

describe('a market that waits for watchers', () => {
  it('stands still until somebody subscribes, but does not let an order wait', async () => {
    const waiting = await startSimulator({
      mode: { type: 'live-clock', speed: 600, waitsForWatchers: true },
      tls: false,
    })
    const trader = await RawClient.login(waiting)
    const { ctidTraderAccountId } = waiting.credentials
    const order = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume: 100 }
    trader.send(2106, order, 'o')
    await trader.next(2126, ({ message }) => message.executionType === 3)
    await trader.request(2104, {}, 2105)
    // It stops at its next pulse, which comes late on a busy machine.
    await expect
      .poll(async () => {
        const before = waiting.now()
        await new Promise(resolve => setTimeout(resolve, 100))
        return waiting.now() - before
      })
      .toBe(0)
    const later = waiting.now()
    await trader.request(2127, { ctidTraderAccountId, symbolId: [41], subscribeToSpotTimestamp: true }, 2128)
    await trader.next(2131, ({ message }) => (message.timestamp ?? 0) > later)
    trader.close()
    await waiting.close()
  })
})
