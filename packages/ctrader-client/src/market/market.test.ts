import type { ExecutionEvent, Quote, SymbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import type { LiveBarOptions } from '../account/account-streams.ts'
import { FAKE_ACCOUNT_ID, FakeVenue } from '../testing/fake-venue.ts'
import { GOLD, openAccount } from '../testing/open-account.ts'
import { DepthBooks, MAX_DEPTH_LEVELS } from './depth-books.ts'
import type { DepthBook, LiveBar } from './live-bar.ts'

const ids = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
const MINUTE = 60_000

/** A venue that takes every subscription. */
function marketVenue(): FakeVenue {
  const venue = new FakeVenue()
  venue.answers[2129] = () => [2130, ids]
  venue.answers[2135] = () => [2165, ids]
  venue.answers[2136] = () => [2166, ids]
  venue.answers[2156] = () => [2157, ids]
  venue.answers[2158] = () => [2159, ids]
  return venue
}

const bar = (minutes: number, fields: object = {}) => ({
  volume: 3,
  period: 1,
  low: 263_400_000,
  deltaOpen: 50_000,
  deltaHigh: 200_000,
  utcTimestampInMinutes: minutes,
  ...fields,
})

async function openMarket() {
  const opened = await openAccount(marketVenue(), { reconnect: { initialMs: 1, maxMs: 1 } })
  const asked = (type: number): number => opened.venue.types.filter(known => known === type).length
  const reconnect = async (): Promise<void> => {
    opened.venue.drop()
    for await (const state of opened.client.states()) if (state.type === 'ready') return
  }
  return { ...opened, asked, reconnect }
}

/** Reads a stream into a list while the test goes on. */
function reader<T>(stream: AsyncIterableIterator<T>) {
  const told: T[] = []
  const over = (async () => {
    for await (const item of stream) told.push(item)
  })()
  return { told, over, stop: () => stream.return?.() }
}

describe('account.bars', () => {
  it('[row 41] subscribes to quotes before bars, and to both once however many read them', async () => {
    const { account, client, venue, asked } = await openMarket()
    const first = reader(account.bars(GOLD, 'm1'))
    const second = reader(account.bars(GOLD, 'm1', { forming: true }))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    expect(venue.types.indexOf(2127)).toBeLessThan(venue.types.indexOf(2135))
    expect(asked(2127)).toBe(1)
    expect(venue.last(2135)).toMatchObject({ symbolId: 41, period: 1 })
    await client.close()
    await Promise.all([first.over, second.over])
  })

  it('[row 55] closes a bar at the last bid, which events without one keep', async () => {
    const { account, client, asked, spot } = await openMarket()
    const { told, over } = reader(account.bars(GOLD, 'm1', { forming: true }))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    spot({ bid: 263_500_000, ask: 263_700_000, trendbar: [bar(10)] })
    spot({ ask: 263_900_000, trendbar: [bar(10, { volume: 4 })] })
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told).toMatchObject([
      { type: 'bar-updated', bar: { close: 2635, open: 2634.5, high: 2636, low: 2634, tickVolume: 3 } },
      {
        type: 'bar-updated',
        bar: { close: 2635, tickVolume: 4, openedAt: 10 * MINUTE, closedAt: 11 * MINUTE },
      },
    ])
    await client.close()
    await over
  })

  it('[row 35] takes several bars in one event, each to its own readers', async () => {
    const { account, client, asked, spot } = await openMarket()
    const m1 = reader(account.bars(GOLD, 'm1', { forming: true }))
    const m5 = reader(account.bars(GOLD, 'm5', { forming: true }))
    await vi.waitFor(() => expect(asked(2135)).toBe(2))
    // M15 nobody reads; period 77 nobody knows.
    spot({
      bid: 263_500_000,
      trendbar: [bar(10), bar(10, { period: 5 }), bar(0, { period: 7 }), bar(10, { period: 77 })],
    })
    await vi.waitFor(() => expect([m1.told.length, m5.told.length]).toEqual([1, 1]))
    expect(m5.told).toMatchObject([{ bar: { timeframe: 'm5', closedAt: 15 * MINUTE } }])
    await client.close()
    await Promise.all([m1.over, m5.over])
  })

  it('tells a bar as closed when the next one begins, and closed ones only unless asked', async () => {
    const { account, client, asked, spot } = await openMarket()
    const heard: LiveBar[] = []
    account.on('bar', told => heard.push(told))
    const { told, over } = reader(account.bars(GOLD, 'm1'))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    spot({ bid: 263_500_000, trendbar: [bar(10)] })
    spot({ bid: 263_600_000, trendbar: [bar(11)] })
    // One that comes late changes nothing.
    spot({ bid: 263_700_000, trendbar: [bar(10)] })
    await vi.waitFor(() => expect(told).toHaveLength(1))
    expect(told).toMatchObject([{ type: 'bar-closed', bar: { openedAt: 10 * MINUTE, close: 2635 } }])
    expect(heard.map(({ type }) => type)).toEqual(['bar-updated', 'bar-closed', 'bar-updated'])
    await client.close()
    await over
  })

  it('never closes what an earlier subscription told last, for it may lack ticks', async () => {
    const { account, client, asked, spot } = await openMarket()
    const leaving = new AbortController()
    const first = reader(account.bars(GOLD, 'm1', { signal: leaving.signal }))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    leaving.abort()
    await first.over
    await vi.waitFor(() => expect(asked(2129)).toBe(1))
    // On its way when the subscription ended.
    spot({ bid: 263_500_000, trendbar: [bar(10)] })
    const second = reader(account.bars(GOLD, 'm1'))
    await vi.waitFor(() => expect(asked(2135)).toBe(2))
    spot({ bid: 263_500_000, trendbar: [bar(11)] })
    spot({ bid: 263_500_000, trendbar: [bar(12)] })
    await vi.waitFor(() => expect(second.told.length).toBeGreaterThan(0))
    expect(second.told).toMatchObject([{ type: 'bar-closed', bar: { openedAt: 11 * MINUTE } }])
    await client.close()
    await second.over
  })

  it('never shows a high below the open or the close', async () => {
    const { account, client, asked, spot } = await openMarket()
    const { told, over } = reader(account.bars(GOLD, 'm1', { forming: true }))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    spot({ bid: 263_900_000, trendbar: [bar(10, { deltaHigh: 0 })] })
    await vi.waitFor(() => expect(told).toMatchObject([{ bar: { high: 2639, close: 2639 } }]))
    await client.close()
    await over
  })

  it('confesses a gap after a loss, subscribes again, and closes no bar of before it', async () => {
    const { account, client, asked, spot, reconnect } = await openMarket()
    const { told, over } = reader(account.bars(GOLD, 'm1'))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    spot({ bid: 263_500_000, trendbar: [bar(10)] })
    await reconnect()
    expect([asked(2127), asked(2135)]).toEqual([2, 2])
    spot({ bid: 263_500_000, trendbar: [bar(14)] })
    spot({ bid: 263_500_000, trendbar: [bar(15)] })
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told).toMatchObject([
      { type: 'resynced', symbolId: 41, timeframe: 'm1' },
      { type: 'bar-closed', bar: { openedAt: 14 * MINUTE } },
    ])
    await client.close()
    await over
  })

  it('gives the subscription up when the last reader has left', async () => {
    const { account, client, asked, venue } = await openMarket()
    const first = reader(account.bars(GOLD, 'm1'))
    const signal = new AbortController()
    const second = reader(account.bars(GOLD, 'm1', { signal: signal.signal }))
    await vi.waitFor(() => expect(asked(2135)).toBe(1))
    signal.abort()
    await second.over
    expect(asked(2136)).toBe(0)
    venue.send(2131, { ...ids, symbolId: 41, bid: 263_500_000, trendbar: [bar(10)] })
    venue.send(2131, { ...ids, symbolId: 41, bid: 263_500_000, trendbar: [bar(11)] })
    await vi.waitFor(() => expect(first.told).toHaveLength(1))
    void first.stop()
    venue.send(2131, { ...ids, symbolId: 41, bid: 263_500_000, trendbar: [bar(12)] })
    await vi.waitFor(() => expect([asked(2136), asked(2129)]).toEqual([1, 1]))
    await client.close()
  })
})

describe('a slow reader of bars', () => {
  const openSlow = async (options: LiveBarOptions) => {
    const opened = await openMarket()
    const bars = opened.account.bars(GOLD, 'm1', options)
    const first = bars.next()
    await vi.waitFor(() => expect(opened.asked(2135)).toBe(1))
    const tell = (minutes: number, bid: number): void => opened.spot({ bid, trendbar: [bar(minutes)] })
    tell(10, 263_500_000)
    await first
    return { ...opened, bars, tell }
  }
  const of = ({ value }: IteratorResult<LiveBar>) =>
    value.type === 'resynced' ? [value.type] : [value.type, value.bar.openedAt / MINUTE, value.bar.close]

  it('gets the newest state of the bar in progress and every closed bar', async () => {
    const { client, bars, tell } = await openSlow({ forming: true, bufferSize: 3 })
    for (let bid = 263_500_000; bid < 263_600_000; bid += 1000) tell(10, bid)
    tell(11, 263_600_000)
    tell(12, 263_700_000)
    for (let bid = 263_700_000; bid <= 263_800_000; bid += 1000) tell(12, bid)
    expect([of(await bars.next()), of(await bars.next()), of(await bars.next())]).toEqual([
      ['bar-closed', 10, 2635.99],
      ['bar-closed', 11, 2636],
      ['bar-updated', 12, 2638],
    ])
    await client.close()
  })

  it('gets every change when it asks for every, and fails when bufferSize of them wait', async () => {
    const { client, bars, tell } = await openSlow({ forming: true, every: true, bufferSize: 2 })
    for (const bid of [263_500_000, 263_600_000, 263_700_000]) tell(10, bid)
    expect([of(await bars.next()), of(await bars.next())]).toEqual([
      ['bar-updated', 10, 2635],
      ['bar-updated', 10, 2636],
    ])
    await expect(bars.next()).rejects.toMatchObject({ code: 'buffer-overflow' })
    await client.close()
  })

  it('fails rather than lose a closed bar when bufferSize of them wait', async () => {
    const opened = await openMarket()
    const bars = opened.account.bars(GOLD, 'm1', { bufferSize: 2 })
    const first = bars.next()
    await vi.waitFor(() => expect(opened.asked(2135)).toBe(1))
    for (const minutes of [10, 11, 12, 13, 14]) opened.spot({ bid: 263_500_000, trendbar: [bar(minutes)] })
    expect(of(await first)).toEqual(['bar-closed', 10, 2635])
    expect([of(await bars.next()), of(await bars.next())]).toEqual([
      ['bar-closed', 11, 2635],
      ['bar-closed', 12, 2635],
    ])
    await expect(bars.next()).rejects.toMatchObject({ code: 'buffer-overflow' })
    await opened.client.close()
  })

  it('hears of a gap behind what was closed before it, once however many losses made it', async () => {
    const { client, bars, tell, reconnect } = await openSlow({ forming: true })
    tell(11, 263_600_000)
    await reconnect()
    await reconnect()
    tell(20, 263_700_000)
    expect([of(await bars.next()), of(await bars.next()), of(await bars.next())]).toEqual([
      ['bar-closed', 10, 2635],
      ['resynced'],
      ['bar-updated', 20, 2637],
    ])
    await client.close()
  })
})

describe('a subscription for listeners', () => {
  it('tells bars of which nobody reads a stream, also after a loss, until it is ended', async () => {
    const { account, client, asked, spot, reconnect } = await openMarket()
    const heard: string[] = []
    account.on('bar', ({ type }) => heard.push(type))
    await Promise.all([account.subscribeBars(GOLD, 'm1'), account.subscribeBars(GOLD, 'm1')])
    await account.subscribeBars(GOLD, 'm1')
    expect([asked(2127), asked(2135)]).toEqual([1, 1])
    spot({ bid: 263_500_000, trendbar: [bar(10)] })
    await reconnect()
    expect([asked(2127), asked(2135)]).toEqual([2, 2])
    spot({ bid: 263_500_000, trendbar: [bar(11)] })
    expect(heard).toEqual(['bar-updated', 'resynced', 'bar-updated'])
    account.unsubscribeBars(GOLD, 'm1')
    account.unsubscribeBars(GOLD, 'm1')
    await vi.waitFor(() => expect([asked(2136), asked(2129)]).toEqual([1, 1]))
    spot({ bid: 263_500_000, trendbar: [bar(12)] })
    expect(heard).toHaveLength(3)
    await client.close()
  })

  it('shares bars with their readers: the last of both gives them up', async () => {
    const { account, client, asked } = await openMarket()
    await account.subscribeBars(GOLD, 'm1')
    const leaving = new AbortController()
    const { over } = reader(account.bars(GOLD, 'm1', { signal: leaving.signal }))
    await new Promise(resolve => setImmediate(resolve))
    account.unsubscribeBars(GOLD, 'm1')
    await new Promise(resolve => setImmediate(resolve))
    expect([asked(2135), asked(2136)]).toEqual([1, 0])
    leaving.abort()
    await over
    await vi.waitFor(() => expect([asked(2136), asked(2129)]).toEqual([1, 1]))
    await client.close()
  })

  it('tells a book of which nobody reads a stream, also after a loss, until it is ended', async () => {
    const { account, client, venue, asked, reconnect } = await openMarket()
    const heard: boolean[] = []
    account.on('depth', ({ resynced }) => heard.push(resynced))
    await account.subscribeDepth(GOLD)
    const offer = () =>
      venue.send(2155, { ...ids, symbolId: 41, newQuotes: [{ id: 1, size: 100, bid: 5 }], deletedQuotes: [] })
    offer()
    await reconnect()
    offer()
    expect([heard, asked(2156)]).toEqual([[false, true], 2])
    account.unsubscribeDepth(GOLD)
    await vi.waitFor(() => expect([asked(2158), asked(2129)]).toEqual([1, 1]))
    await client.close()
  })

  it('of a book that has grown without bound is over, and begins anew when it is asked for again', async () => {
    const { account, client, venue, asked } = await openMarket()
    const failed: unknown[] = []
    account.on('depth-failed', symbol => failed.push(symbol))
    await account.subscribeDepth(GOLD)
    const newQuotes = Array.from({ length: MAX_DEPTH_LEVELS + 1 }, (_, id) => ({ id, size: 1, bid: 5 }))
    venue.send(2155, { ...ids, symbolId: 41, newQuotes, deletedQuotes: [] })
    expect(failed).toEqual([GOLD])
    await account.subscribeDepth(GOLD)
    expect([asked(2156), asked(2158)]).toEqual([2, 1])
    await client.close()
  })

  it('of quotes ends when it is told to, and one that is ended before it is there is not kept', async () => {
    const { account, client, asked } = await openMarket()
    await account.subscribe([GOLD])
    account.unsubscribe([GOLD])
    await vi.waitFor(() => expect(asked(2129)).toBe(1))
    const asking = account.subscribe([GOLD])
    await vi.waitFor(() => expect(asked(2127)).toBe(2))
    account.unsubscribe([GOLD])
    await asking
    await vi.waitFor(() => expect(asked(2129)).toBe(2))
    await client.close()
  })
})

describe('account.quotes', () => {
  it('gives a slow reader the newest quote of each symbol, and every one to who asks for every', async () => {
    const { account, client, spot, asked } = await openMarket()
    const newest = account.quotes([GOLD])
    const all = account.quotes([GOLD], { every: true })
    const first = [newest.next(), all.next()]
    await vi.waitFor(() => expect(asked(2127)).toBe(1))
    for (let i = 1; i <= 4; i++) spot({ bid: i, ask: i + 1, timestamp: i })
    await Promise.all(first)
    expect((await newest.next()).value).toMatchObject({ at: 4 })
    expect((await all.next()).value).toMatchObject({ at: 2 })
    await newest.return?.()
    expect(asked(2129)).toBe(0)
    await all.return?.()
    await vi.waitFor(() => expect(asked(2129)).toBe(1))
    await client.close()
  })

  it('never fails a slow reader, and one of every quote when it is bufferSize behind', async () => {
    const { account, client, spot, asked } = await openMarket()
    const newest = account.quotes([GOLD], { bufferSize: 2 })
    const all = account.quotes([GOLD], { every: true, bufferSize: 2 })
    const first = [newest.next(), all.next()]
    await vi.waitFor(() => expect(asked(2127)).toBe(1))
    for (let i = 1; i <= 4; i++) spot({ bid: i, ask: i + 1, timestamp: i })
    await Promise.all(first)
    expect((await newest.next()).value).toMatchObject({ at: 4 })
    expect([(await all.next()).value, (await all.next()).value]).toMatchObject([{ at: 2 }, { at: 3 }])
    await expect(all.next()).rejects.toMatchObject({ code: 'buffer-overflow', details: { capacity: 2 } })
    await client.close()
  })

  it('confesses a gap with the first quote after it, once, also to a reader that slept through it', async () => {
    const { account, client, spot, reconnect } = await openMarket()
    const heard: unknown[] = []
    account.on('quote', ({ at, resynced = false }) => heard.push([at, resynced]))
    await account.subscribe([GOLD])
    const awake = reader(account.quotes([GOLD], { every: true }))
    const asleep = account.quotes([GOLD])
    const first = asleep.next()
    await new Promise(resolve => setImmediate(resolve))
    spot({ bid: 1, ask: 2, timestamp: 1 })
    expect((await first).value).not.toHaveProperty('resynced')
    await reconnect()
    for (const at of [2, 3]) spot({ bid: 1, ask: 2, timestamp: at })
    expect((await asleep.next()).value).toMatchObject({ at: 3, resynced: true })
    spot({ bid: 1, ask: 2, timestamp: 4 })
    expect((await asleep.next()).value).toEqual(expect.not.objectContaining({ resynced: true }))
    const told = [
      [1, false],
      [2, true],
      [3, false],
      [4, false],
    ]
    expect(heard).toEqual(told)
    await vi.waitFor(() => expect(awake.told).toHaveLength(4))
    expect(awake.told.map(({ at, resynced = false }) => [at, resynced])).toEqual(told)
    await client.close()
    await awake.over
  })

  it('keeps what subscribe() asked for when a reader of it leaves', async () => {
    const { account, client, spot, asked } = await openMarket()
    await account.subscribe([GOLD])
    const quotes = account.quotes([GOLD])
    const first = quotes.next()
    await new Promise(resolve => setImmediate(resolve))
    spot({ bid: 1, ask: 2 })
    await first
    await quotes.return?.()
    await new Promise(resolve => setImmediate(resolve))
    expect([asked(2127), asked(2129)]).toEqual([1, 0])
    await client.close()
  })

  it('tells listeners and readers the same, in the same order', async () => {
    const { account, client, spot, events } = await openMarket()
    const heard: (Quote | ExecutionEvent)[] = []
    account.on('quote', quote => heard.push(quote)).on('execution', event => heard.push(event))
    await account.subscribe([GOLD])
    spot({ bid: 1, ask: 2, timestamp: 1 })
    spot({ bid: 3, timestamp: 2 })
    expect(heard).toEqual(events)
    expect(heard).toHaveLength(2)
    await client.close()
  })
})

describe('account.depth', () => {
  const depth = (fields: object) => ({ ...ids, symbolId: 41, newQuotes: [], deletedQuotes: [], ...fields })

  it('keeps a book from offers and deletions, best first on each side', async () => {
    const { account, client, venue, asked } = await openMarket()
    const heard: DepthBook[] = []
    account.on('depth', book => heard.push(book))
    const { over } = reader(account.depth(GOLD))
    await vi.waitFor(() => expect(asked(2156)).toBe(1))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(
      2155,
      depth({
        newQuotes: [
          { id: 1, size: 100, bid: 263_400_000 },
          { id: 2, size: 200, bid: 263_500_000 },
          { id: 3, size: 300, ask: 263_600_000 },
        ],
      }),
    )
    venue.send(
      2155,
      depth({
        newQuotes: [
          { id: 4, size: 400, ask: 263_550_000 },
          { id: 2, size: 250, bid: 263_500_000 },
        ],
        deletedQuotes: [1],
      }),
    )
    expect(heard.at(-1)).toMatchObject({
      symbolId: 41,
      bids: [{ id: 2, price: 2635, volume: 0.025 }],
      asks: [
        { id: 4, price: 2635.5, volume: 0.04 },
        { id: 3, price: 2636, volume: 0.03 },
      ],
      resynced: false,
    })
    expect(heard[0]?.bids.map(({ id }) => id)).toEqual([2, 1])
    await client.close()
    await over
  })

  it('begins a new book after a loss and says so, also to a reader that slept through it', async () => {
    const { account, client, venue, asked, reconnect } = await openMarket()
    const books = account.depth(GOLD)
    const first = books.next()
    await vi.waitFor(() => expect(asked(2156)).toBe(1))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(2155, depth({ newQuotes: [{ id: 1, size: 100, bid: 263_400_000 }] }))
    await first
    await reconnect()
    venue.send(2155, depth({ newQuotes: [{ id: 9, size: 100, bid: 263_300_000 }] }))
    venue.send(2155, depth({ newQuotes: [{ id: 10, size: 100, ask: 263_500_000 }] }))
    expect((await books.next()).value).toMatchObject({
      bids: [{ id: 9 }],
      asks: [{ id: 10 }],
      resynced: true,
    })
    await books.return?.()
    await vi.waitFor(() => expect([asked(2158), asked(2129)]).toEqual([1, 1]))
    await client.close()
  })

  it('fails to its reader when a book grows without bound', async () => {
    const { account, client, venue, asked } = await openMarket()
    const books = account.depth(GOLD)
    const first = books.next()
    await vi.waitFor(() => expect(asked(2156)).toBe(1))
    await new Promise(resolve => setImmediate(resolve))
    const newQuotes = Array.from({ length: MAX_DEPTH_LEVELS + 1 }, (_, id) => ({ id, size: 1, bid: 5 }))
    venue.send(2155, depth({ newQuotes }))
    await expect(first).rejects.toMatchObject({ code: 'buffer-overflow' })
    await client.close()
  })

  it.each([
    ['at once', (join: () => Promise<unknown>) => join()],
    ['in the turn of the failure', (join: () => Promise<unknown>) => Promise.resolve().then(join)],
    ['later', (join: () => Promise<unknown>) => new Promise(resolve => setTimeout(resolve, 20)).then(join)],
  ])('begins anew for a reader that joins %s after a book has failed', async (_when, after) => {
    const { account, client, venue, asked } = await openMarket()
    const first = account.depth(GOLD).next()
    await vi.waitFor(() => expect(asked(2156)).toBe(1))
    await new Promise(resolve => setImmediate(resolve))
    const newQuotes = Array.from({ length: MAX_DEPTH_LEVELS + 1 }, (_, id) => ({ id, size: 1, bid: 5 }))
    venue.send(2155, depth({ newQuotes }))
    const joined = after(() => account.depth(GOLD).next())
    await expect(first).rejects.toMatchObject({ code: 'buffer-overflow' })
    await vi.waitFor(() => expect([asked(2156), asked(2158)]).toEqual([2, 1]))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(2155, depth({ newQuotes: [{ id: 1, size: 100, bid: 263_400_000 }] }))
    expect(await joined).toMatchObject({ value: { bids: [{ id: 1 }] } })
    await client.close()
  })

  it('begins anew for a reader that joins while one whose book has failed has not come back to hear it', async () => {
    const { account, client, venue, asked } = await openMarket()
    const busy = account.depth(GOLD)
    const first = busy.next()
    await vi.waitFor(() => expect(asked(2156)).toBe(1))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(2155, depth({ newQuotes: [{ id: 0, size: 1, bid: 5 }] }))
    await first
    const newQuotes = Array.from({ length: MAX_DEPTH_LEVELS + 1 }, (_, id) => ({ id, size: 1, bid: 5 }))
    venue.send(2155, depth({ newQuotes }))
    const joined = account.depth(GOLD).next()
    await vi.waitFor(() => expect([asked(2156), asked(2158)]).toEqual([2, 1]))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(2155, depth({ newQuotes: [{ id: 1, size: 100, bid: 263_400_000 }] }))
    expect(await joined).toMatchObject({ value: { bids: [{ id: 1 }] } })
    await expect(busy.next()).rejects.toMatchObject({ code: 'buffer-overflow' })
    await client.close()
  })

  it('gives up a book that grows without bound', () => {
    const books = new DepthBooks()
    books.begin(41, false)
    const newQuotes = Array.from({ length: MAX_DEPTH_LEVELS }, (_, id) => ({ id, size: 1, bid: 5 }))
    expect(books.take({ ...ids, symbolId: 41, newQuotes })).toBe('changed')
    expect(books.take({ ...ids, symbolId: 41, newQuotes: [{ id: -1, size: 1, bid: 5 }] })).toBe('overflow')
    expect(books.take({ ...ids, symbolId: 42 as SymbolId, newQuotes })).toBe('ignored')
  })
})
