import { accountId, type SymbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { connect } from '../connect.ts'
import type { ProtoOAGetTrendbarsReq } from '../protocol/generated/messages.js'
import { FAKE_ACCOUNT_ID, FakeVenue } from '../testing/fake-venue.ts'

const GOLD = 41 as SymbolId
const MINUTE = 60_000

/** A venue with one bar at each of these minutes, as the real one serves them: newest within `to`, at most `limit`. */
async function open(minutes: readonly number[], limit = Number.POSITIVE_INFINITY) {
  const venue = new FakeVenue()
  const requests: ProtoOAGetTrendbarsReq[] = []
  venue.answers[2137] = request => {
    requests.push(request)
    const { toTimestamp = 0, fromTimestamp, count = 0 } = request
    const inside = minutes.filter(
      at => at * MINUTE <= toTimestamp && (fromTimestamp === undefined || at * MINUTE >= fromTimestamp),
    )
    const trendbar = inside
      .slice(-Math.min(count, limit))
      .map(at => ({ volume: 1, low: 100_000 + at, utcTimestampInMinutes: at }))
    return [2138, { ctidTraderAccountId: FAKE_ACCOUNT_ID, period: request.period, trendbar, hasMore: true }]
  }
  // The limits of the server have their own tests; here they would only take time.
  const budget = { take: () => Promise.resolve() }
  const client = await connect({
    environment: 'demo',
    application: { clientId: 'c', clientSecret: 's' },
    transport: venue.transport,
    budget,
  })
  const account = await client.authorize(accountId(FAKE_ACCOUNT_ID), 'token')
  const read = async (from: number, to: number): Promise<readonly number[]> => {
    const found: number[] = []
    for await (const bar of account.history.bars(GOLD, 'm1', {
      from: (from * MINUTE) as UnixMs,
      to: (to * MINUTE) as UnixMs,
    }))
      found.push(bar.openedAt / MINUTE)
    return found
  }
  return { account, client, requests, read }
}
const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe('history.bars', () => {
  it('pages backwards through a server that serves few at a time, without a gap or a double', async () => {
    const { client, read, requests } = await open(span(0, 100), 7)
    expect(await read(10, 90)).toEqual(span(10, 90))
    expect(requests.length).toBeGreaterThan(10)
    await client.close()
  })

  it('stops when a page brings nothing new, whatever hasMore says', async () => {
    const { client, read, requests } = await open([20, 30])
    expect(await read(10, 90)).toEqual([20, 30])
    expect(requests).toHaveLength(2)
    await client.close()
  })

  it('takes the start and leaves out the end of the range', async () => {
    const { client, read } = await open(span(0, 50))
    expect(await read(10, 20)).toEqual(span(10, 20))
    await client.close()
  })

  it('never asks for a span that the server refuses', async () => {
    const { client, read, requests } = await open([1, 6000, 14_000])
    expect(await read(0, 15_000)).toEqual([1, 6000, 14_000])
    for (const { fromTimestamp = 0, toTimestamp = 0 } of requests)
      expect(toTimestamp - fromTimestamp).toBeLessThanOrEqual(302_400_000)
    await client.close()
  })

  it('refuses a range that the server does not know', async () => {
    const { client, read } = await open([])
    await expect(read(-1, 5)).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(read(5, 2 ** 40)).rejects.toMatchObject({ code: 'invalid-argument' })
    await client.close()
  })
})

describe('history.latest', () => {
  it('collects the newest bars over several pages, oldest first', async () => {
    const { account, client } = await open(span(0, 100), 9)
    const bars = await account.history.latest(GOLD, 'm1', 30)
    expect(bars.map(bar => bar.openedAt / MINUTE)).toEqual(span(70, 100))
    await client.close()
  })

  it('is content with what there is', async () => {
    const { account, client } = await open([5])
    expect(await account.history.latest(GOLD, 'm1', 30)).toHaveLength(1)
    expect(await (await open([])).account.history.latest(GOLD, 'm1', 30)).toEqual([])
    await client.close()
  })

  it.each([0, -1, 1.5])('refuses a count of %d', async count => {
    const { account, client } = await open([])
    await expect(account.history.latest(GOLD, 'm1', count)).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await client.close()
  })
})
