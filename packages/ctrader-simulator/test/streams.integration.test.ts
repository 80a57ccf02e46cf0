import type { MessageByPayloadType, ProtoOADepthQuote } from '@openclaw-trading/ctrader-client/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

type Spot = MessageByPayloadType[2131]

const XAUUSD = 41
const M1 = 1
const M5 = 5
const H1 = 9

let venue: Simulator
let client: RawClient
let ctidTraderAccountId: number

beforeAll(async () => {
  venue = await startSimulator({
    mode: { type: 'live-clock', speed: 600 },
    tls: false,
    rateLimits: false,
    seed: 11,
  })
  ctidTraderAccountId = venue.credentials.ctidTraderAccountId
})
afterAll(() => venue.close())
beforeEach(async () => {
  client = await RawClient.login(venue)
})
afterEach(() => client.close())

async function watch(): Promise<Spot> {
  await client.request(
    2127,
    { ctidTraderAccountId, symbolId: [XAUUSD], subscribeToSpotTimestamp: true },
    2128,
  )
  return (await client.next(2131)).message
}

async function nextSpots(count: number): Promise<Spot[]> {
  const spots: Spot[] = []
  while (spots.length < count) spots.push((await client.next(2131)).message)
  return spots
}

function subscribeBars(period: number) {
  return client.request(2135, { ctidTraderAccountId, symbolId: XAUUSD, period }, 2165)
}

/** Sums the differences of an answer up. */
function absolute({ tickData = [] }: MessageByPayloadType[2146]): { at: number; points: number }[] {
  let at = 0
  let points = 0
  return tickData.map(({ timestamp, tick }) => {
    at += timestamp
    points += tick
    return { at, points }
  })
}

describe('ticks', () => {
  it.each([
    ['bid', 1],
    ['ask', 2],
  ] as const)(
    'of the %s equal those that were streamed, newest first, as differences',
    async (side, type) => {
      await watch()
      const spots = await nextSpots(60)
      const [first, last] = [spots[0]?.timestamp ?? 0, spots.at(-1)?.timestamp ?? 0]
      const page = await client.request(
        2145,
        { ctidTraderAccountId, symbolId: XAUUSD, type, fromTimestamp: first, toTimestamp: last },
        2146,
      )
      expect(absolute(page)).toEqual(
        spots.map(spot => ({ at: spot.timestamp, points: spot[side] })).reverse(),
      )
      expect(page.hasMore).toBe(false)
      expect(page.tickData?.slice(1).every(({ timestamp }) => timestamp < 0)).toBe(true)
    },
  )

  it('page back through the past without a gap or a repetition, and make up the bars of it', async () => {
    const start = venue.now()
    const ticks: { at: number; points: number }[] = []
    let toTimestamp: number = start
    for (let hasMore = true; hasMore; ) {
      const page = await client.request(
        2145,
        {
          ctidTraderAccountId,
          symbolId: XAUUSD,
          type: 1,
          fromTimestamp: start - 3 * 3_600_000,
          toTimestamp,
        },
        2146,
      )
      ticks.push(...absolute(page))
      hasMore = page.hasMore
      toTimestamp = (ticks.at(-1)?.at ?? 0) - 1
    }
    const times = ticks.map(({ at }) => at)
    expect(ticks.length).toBeGreaterThan(5000)
    expect(times).toEqual([...new Set(times)].sort((a, b) => b - a))
    const { trendbar = [] } = await client.request(
      2137,
      { ctidTraderAccountId, symbolId: XAUUSD, period: M1, count: 100, toTimestamp: start - 120_000 },
      2138,
    )
    expect(trendbar).toHaveLength(100)
    for (const { utcTimestampInMinutes = 0, low = 0, deltaOpen = 0, deltaClose = 0, volume } of trendbar) {
      const minute = ticks.filter(({ at }) => Math.floor(at / 60_000) === utcTimestampInMinutes)
      expect([minute.length, minute.at(-1)?.points, minute[0]?.points]).toEqual([
        volume,
        low + deltaOpen,
        low + deltaClose,
      ])
    }
  })

  it.each([
    [{ type: 3 }, 'INVALID_REQUEST'],
    [{ symbolId: 5 }, 'SYMBOL_NOT_FOUND'],
    [{ fromTimestamp: 0, toTimestamp: 604_800_001 }, 'INCORRECT_BOUNDARIES'],
    [{ fromTimestamp: 6, toTimestamp: 5 }, 'INCORRECT_BOUNDARIES'],
    [{ fromTimestamp: -1, toTimestamp: 5 }, 'INCORRECT_BOUNDARIES'],
  ])('are refused for %j with %s', async (fields, errorCode) => {
    const request = { ctidTraderAccountId, symbolId: XAUUSD, type: 1, ...fields }
    expect((await client.request(2145, request, 2142)).errorCode).toBe(errorCode)
  })
})

describe('live bars', () => {
  it('[row 41] need spots first, and their lack is an INVALID_REQUEST', async () => {
    const request = { ctidTraderAccountId, symbolId: XAUUSD, period: M1 }
    expect((await client.request(2135, request, 2142)).errorCode).toBe('INVALID_REQUEST')
    await watch()
    await client.request(2135, request, 2165)
    expect((await client.request(2135, request, 2142)).errorCode).toBe('ALREADY_SUBSCRIBED')
  })

  it('[row 35] of several periods come together, with each change of the bid and no other', async () => {
    await watch()
    for (const period of [M1, H1]) await subscribeBars(period)
    // Spots that were on their way meanwhile know of one period or of none.
    let bid: number | undefined
    while (bid === undefined) {
      const [spot] = await nextSpots(1)
      if (spot?.trendbar?.length === 2) bid = spot.bid
    }
    const seen = { moved: 0, still: 0 }
    for (const spot of await nextSpots(120)) {
      const periods = spot.trendbar?.map(({ period }) => period) ?? []
      if (spot.bid === bid) {
        seen.still += 1
        expect(periods).toEqual([])
      } else {
        seen.moved += 1
        expect(periods).toEqual([M1, H1])
      }
      bid = spot.bid
    }
    expect(Math.min(seen.moved, seen.still)).toBeGreaterThan(3)
  })

  it('are the bars in progress without their close, and begin a new minute with its number', async () => {
    await watch()
    await subscribeBars(M1)
    const told = new Map<number, { low: number; high: number; open: number; volume: number }>()
    for (const spot of await nextSpots(400))
      for (const bar of spot.trendbar ?? []) {
        const { low = 0, deltaOpen = 0, deltaHigh = 0, utcTimestampInMinutes = 0, volume } = bar
        expect(Object.keys(bar)).not.toContain('deltaClose')
        expect(utcTimestampInMinutes).toBe(Math.floor((spot.timestamp ?? 0) / 60_000))
        expect(low).toBeLessThanOrEqual(spot.bid ?? 0)
        expect(low + deltaHigh).toBeGreaterThanOrEqual(spot.bid ?? 0)
        told.set(utcTimestampInMinutes, { low, high: low + deltaHigh, open: low + deltaOpen, volume })
      }
    const { trendbar = [] } = await client.request(
      2137,
      { ctidTraderAccountId, symbolId: XAUUSD, period: M1, count: 1000 },
      2138,
    )
    const minutes = [...told.keys()].slice(1, -1)
    expect(minutes.length).toBeGreaterThan(2)
    for (const minute of minutes) {
      const bar = trendbar.find(({ utcTimestampInMinutes }) => utcTimestampInMinutes === minute)
      const { low = 0, deltaOpen = 0, deltaHigh = 0 } = bar ?? {}
      expect(told.get(minute)).toMatchObject({ low, high: low + deltaHigh, open: low + deltaOpen })
    }
  })

  it('end with their own unsubscription, and all of them with that of the spots', async () => {
    await watch()
    for (const period of [M1, M5]) await subscribeBars(period)
    const request = { ctidTraderAccountId, symbolId: XAUUSD, period: M1 }
    await client.request(2136, request, 2166)
    const first = await client.next(2131, ({ message }) => (message.trendbar?.length ?? 0) > 0)
    expect(first.message.trendbar?.map(({ period }) => period)).toEqual([M5])
    expect((await client.request(2136, request, 2142)).errorCode).toBe('INVALID_REQUEST')
    await client.request(2129, { ctidTraderAccountId, symbolId: [XAUUSD] }, 2130)
    await watch()
    const spots = await nextSpots(20)
    expect(spots.flatMap(({ trendbar = [] }) => trendbar)).toEqual([])
  })

  it.each([
    [{ period: 15 }, 'INVALID_REQUEST'],
    [{ symbolId: 5 }, 'SYMBOL_NOT_FOUND'],
  ])('are refused for %j with %s', async (fields, errorCode) => {
    const request = { ctidTraderAccountId, symbolId: XAUUSD, period: M1, ...fields }
    expect((await client.request(2135, request, 2142)).errorCode).toBe(errorCode)
  })
})

describe('depth', () => {
  const request = () => ({ ctidTraderAccountId, symbolId: [XAUUSD] })
  const depths = () =>
    client.received.flatMap(({ payloadType, message }) =>
      payloadType === 2155 ? [message as MessageByPayloadType[2155]] : [],
    )

  it('needs spots first, and is subscribed to once', async () => {
    expect((await client.request(2156, request(), 2142)).errorCode).toBe('NOT_SUBSCRIBED_TO_SPOTS')
    await watch()
    await client.request(2156, request(), 2157)
    expect((await client.request(2156, request(), 2142)).errorCode).toBe('ALREADY_SUBSCRIBED')
    const unknown = { ctidTraderAccountId, symbolId: [5] }
    expect((await client.request(2156, unknown, 2142)).errorCode).toBe('SYMBOL_NOT_FOUND')
    const none = { ctidTraderAccountId, symbolId: [] }
    expect((await client.request(2156, none, 2142)).errorCode).toBe('INVALID_REQUEST')
  })

  it('begins with the whole book, and its changes keep the best levels at the quote', async () => {
    await watch()
    await client.request(2156, request(), 2157)
    const book = new Map<number, ProtoOADepthQuote>()
    const best = () => ({
      bid: Math.max(...[...book.values()].flatMap(({ bid }) => bid ?? [])),
      ask: Math.min(...[...book.values()].flatMap(({ ask }) => ask ?? [])),
    })
    await nextSpots(60)
    let quote: { bid?: number | undefined; ask?: number | undefined } = {}
    for (const { payloadType, message } of client.received) {
      if (payloadType === 2131) {
        const { bid, ask } = message as Spot
        quote = { bid, ask }
      }
      if (payloadType !== 2155) continue
      const { newQuotes = [], deletedQuotes = [] } = message as MessageByPayloadType[2155]
      for (const id of deletedQuotes) expect(book.delete(id)).toBe(true)
      for (const level of newQuotes) book.set(level.id, level)
      expect(best()).toEqual(quote)
      expect(book.size).toBe(20)
    }
    expect(depths()[0]?.newQuotes).toHaveLength(20)
    expect(depths().length).toBeGreaterThan(20)
  })

  it('tells a second subscriber the book that the first one has', async () => {
    await watch()
    await client.request(2156, request(), 2157)
    await nextSpots(20)
    const other = await RawClient.login(venue)
    await other.request(2127, request(), 2128)
    await other.request(2156, request(), 2157)
    const whole = (await other.next(2155)).message.newQuotes ?? []
    await client.request(2121, { ctidTraderAccountId }, 2122)
    const book = new Map<number, ProtoOADepthQuote>()
    let isSame = false
    for (const { newQuotes = [], deletedQuotes = [] } of depths()) {
      for (const id of deletedQuotes) book.delete(id)
      for (const level of newQuotes) book.set(level.id, level)
      isSame ||= whole.length === book.size && whole.every(({ id, size }) => book.get(id)?.size === size)
    }
    expect(isSame).toBe(true)
    other.close()
  })

  it('ends with its own unsubscription, and with that of the spots', async () => {
    await watch()
    await client.request(2156, request(), 2157)
    await client.request(2158, request(), 2159)
    expect((await client.request(2158, request(), 2142)).errorCode).toBe('INVALID_REQUEST')
    const before = depths().length
    await nextSpots(20)
    expect(depths()).toHaveLength(before)
    await client.request(2156, request(), 2157)
    await client.request(2129, request(), 2130)
    expect((await client.request(2158, request(), 2142)).errorCode).toBe('INVALID_REQUEST')
  })
})
