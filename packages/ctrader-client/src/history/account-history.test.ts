import type { DealId, OrderId, PositionId, UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import type { ProtoOADeal, ProtoOAOrder, ProtoOATickData } from '../protocol/generated/messages.js'
import type { Deal } from '../decode/records.ts'
import { FAKE_ACCOUNT_ID, FakeVenue } from '../testing/fake-venue.ts'
import { collect, GOLD, openAccount } from '../testing/open-account.ts'
import { MAX_REPEATS } from './repeating-requester.ts'
import { MAX_HELD_RECORDS, type Paging, readAll, readRange } from './windows.ts'

const ids = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
const DAY = 86_400_000
const WEEK = 7 * DAY
const T0 = 1_700_000_000_000
const range = (from: number, to: number) => ({ from: from as UnixMs, to: to as UnixMs })

/** Ticks as the server sends them: newest first, differences after the first. */
function tickPage(ticks: readonly (readonly [at: number, points: number])[]): ProtoOATickData[] {
  return ticks.toReversed().map(([at, points], i, all) => {
    const before = all[i - 1]
    return before === undefined
      ? { timestamp: at, tick: points }
      : { timestamp: at - before[0], tick: points - before[1] }
  })
}

/** A venue that serves the newest ticks of a span, so many at a time; `hasMore` is what it says. */
function tickVenue(
  sides: {
    readonly bid: readonly (readonly [number, number])[]
    readonly ask?: readonly (readonly [number, number])[]
  },
  limit: number,
  hasMore: (more: boolean) => boolean = more => more,
) {
  const venue = new FakeVenue()
  const asked: [number, number][] = []
  venue.answers[2145] = ({ type, fromTimestamp = 0, toTimestamp = 0 }) => {
    asked.push([fromTimestamp, toTimestamp])
    const all = (type === 1 ? sides.bid : sides.ask) ?? []
    const inside = all.filter(([at]) => at >= fromTimestamp && at <= toTimestamp)
    const page = inside.slice(-limit)
    return [2146, { ...ids, tickData: tickPage(page), hasMore: hasMore(page.length < inside.length) }]
  }
  return { venue, asked }
}

function deal(dealId: number, at: number, over: Partial<ProtoOADeal> = {}): ProtoOADeal {
  return {
    dealId,
    orderId: dealId * 10,
    positionId: 7,
    volume: 100,
    filledVolume: 100,
    symbolId: 41,
    createTimestamp: at,
    executionTimestamp: at,
    executionPrice: 2635,
    tradeSide: 1,
    dealStatus: 2,
    ...over,
  }
}

/** A venue that serves the newest deals of a span, so many at a time, both ends inclusive. */
function dealVenue(deals: readonly ProtoOADeal[], limit: number, hasMore = true) {
  const venue = new FakeVenue()
  const asked: [number, number][] = []
  venue.answers[2133] = ({ fromTimestamp = 0, toTimestamp = 0 }) => {
    asked.push([fromTimestamp, toTimestamp])
    const inside = deals.filter(
      one => one.executionTimestamp >= fromTimestamp && one.executionTimestamp <= toTimestamp,
    )
    return [2134, { ...ids, deal: inside.slice(-limit).toReversed(), hasMore }]
  }
  return { venue, asked }
}

describe('history.ticks', () => {
  it('decodes newest-first differences into absolute ticks, oldest first', async () => {
    const ticks = [
      [T0, 263_500_000],
      [T0 + 5, 263_510_000],
      [T0 + 9, 263_490_000],
    ] as const
    const { account, client } = await openAccount(tickVenue({ bid: ticks }, 100).venue)
    expect(await collect(account.history.ticks(GOLD, 'bid', range(T0, T0 + 100)))).toEqual([
      { type: 'tick', symbolId: 41, side: 'bid', at: T0, price: 2635 },
      { type: 'tick', symbolId: 41, side: 'bid', at: T0 + 5, price: 2635.1 },
      { type: 'tick', symbolId: 41, side: 'bid', at: T0 + 9, price: 2634.9 },
    ])
    await client.close()
  })

  it('loses and doubles none where a page ends within a millisecond, also of equal prices', async () => {
    const ticks = Array.from({ length: 50 }, (_, i) => [T0 + Math.floor(i / 4), 100_000] as const)
    for (const limit of [5, 6, 7, 9]) {
      const { account, client } = await openAccount(tickVenue({ bid: ticks }, limit).venue)
      expect(await collect(account.history.ticks(GOLD, 'bid', range(T0, T0 + 100)))).toHaveLength(50)
      await client.close()
    }
  })

  it('goes on although the server says that there is no more, and ends although it says that there is', async () => {
    const ticks = Array.from({ length: 30 }, (_, i) => [T0 + i, 100_000 + i] as const)
    for (const lie of [() => true, () => false]) {
      const { account, client } = await openAccount(tickVenue({ bid: ticks }, 8, lie).venue)
      const prices = await collect(account.history.ticks(GOLD, 'bid', range(T0, T0 + 30)))
      expect(prices.map(tick => tick.at - T0)).toEqual(Array.from({ length: 30 }, (_, i) => i))
      await client.close()
    }
  })

  it('[row 21] never asks for more than a week', async () => {
    const { venue, asked } = tickVenue(
      {
        bid: [
          [T0, 100_000],
          [T0 + 3 * WEEK - 1, 100_001],
        ],
      },
      100,
    )
    const { account, client } = await openAccount(venue)
    expect(await collect(account.history.ticks(GOLD, 'bid', range(T0, T0 + 3 * WEEK)))).toHaveLength(2)
    for (const [from, to] of asked) expect(to - from).toBeLessThan(WEEK)
    await client.close()
  })
})

describe('history.quotes', () => {
  it('merges both sides by time, keeps the side that does not change, and takes one moment as one', async () => {
    const bid = [
      [T0, 100],
      [T0 + 2, 102],
      [T0 + 9, 109],
    ] as const
    const ask = [
      [T0 + 1, 201],
      [T0 + 2, 202],
    ] as const
    const { account, client } = await openAccount(tickVenue({ bid, ask }, 100).venue)
    const quotes = await collect(account.history.quotes(GOLD, range(T0, T0 + 100)))
    expect(quotes.map(quote => [quote.at - T0, quote.bid, quote.ask])).toEqual([
      [1, 0.001, 0.00201],
      [2, 0.00102, 0.00202],
      [9, 0.00109, 0.00202],
    ])
    await client.close()
  })

  it('has the same quotes in parts as in one piece, also where only one side ticks at the seam', async () => {
    const bid = [
      [T0, 100],
      [T0 + 4, 104],
      [T0 + 6, 106],
    ] as const
    const ask = [
      [T0, 200],
      [T0 + 8, 208],
      [T0 + 9, 209],
    ] as const
    const { account, client } = await openAccount(tickVenue({ bid, ask }, 100).venue)
    const read = (from: number, to: number) =>
      collect(account.history.quotes(GOLD, range(T0 + from, T0 + to)))
    const whole = await read(0, 100)
    expect(whole).toHaveLength(5)
    for (let seam = 0; seam <= 10; seam += 1)
      expect([...(await read(0, seam)), ...(await read(seam, 100))]).toEqual(whole)
    await client.close()
  })
})

describe('history.deals', () => {
  it('[row 29] tells each deal once although pages overlap at their edges, over several weeks', async () => {
    const deals = Array.from({ length: 60 }, (_, i) => deal(i + 1, T0 + Math.floor(i / 3) * DAY))
    for (const hasMore of [true, false]) {
      const { venue, asked } = dealVenue(deals, 4, hasMore)
      const { account, client } = await openAccount(venue)
      const told = await collect(account.history.deals(range(T0, T0 + 30 * DAY)))
      expect(told.map(one => one.dealId)).toEqual(deals.map(one => one.dealId))
      for (const [from, to] of asked) expect(to - from).toBeLessThan(WEEK)
      await client.close()
    }
  })

  it('leaves out what executed nothing, and keeps a status of tomorrow', async () => {
    const { executionPrice: _none, ...missed } = deal(2, T0 + 1, { dealStatus: 7, filledVolume: 0 })
    const { account, client } = await openAccount(
      dealVenue([deal(1, T0), missed, deal(3, T0 + 2, { dealStatus: 99 })], 100).venue,
    )
    expect(await collect(account.history.deals(range(T0, T0 + 100)))).toMatchObject([
      { dealId: 1, status: 'filled', symbolId: 41, volume: 0.01, price: 2635 },
      { dealId: 3, status: 'unknown' },
    ])
    await client.close()
  })

  it('[row 32] asks once more when the first answer after a reconnect is empty, and only then', async () => {
    const { venue, asked } = dealVenue([deal(1, T0)], 100)
    const { account, client } = await openAccount(venue, { reconnect: { initialMs: 1, maxMs: 1 } })
    const read = () => collect(account.history.deals(range(T0, T0 + 100)))
    expect(await collect(account.history.deals(range(T0 + 50, T0 + 100)))).toEqual([])
    expect(asked).toHaveLength(1)
    venue.drop()
    for await (const state of client.states()) if (state.type === 'ready') break
    const honest = venue.answers[2133]
    venue.answers[2133] = () => {
      venue.answers[2133] = honest as NonNullable<typeof honest>
      return [2134, { ...ids, deal: [], hasMore: false }]
    }
    expect(await read()).toHaveLength(1)
    await client.close()
  })

  it('[row 32] asks once more for each of several lists at once that the server answers too early', async () => {
    const { venue } = dealVenue([deal(1, T0)], 100)
    const { account, client } = await openAccount(venue, { reconnect: { initialMs: 1, maxMs: 1 } })
    const read = () => collect(account.history.deals(range(T0, T0 + 100)))
    venue.drop()
    for await (const state of client.states()) if (state.type === 'ready') break
    const honest = venue.answers[2133] as NonNullable<(typeof venue.answers)[2133]>
    let early = 3
    venue.answers[2133] = request =>
      early-- > 0 ? [2134, { ...ids, deal: [], hasMore: false }] : honest(request)
    const lists = await Promise.all([read(), read(), read()])
    expect(lists.map(({ length }) => length)).toEqual([1, 1, 1])
    await client.close()
  })

  const QUICK = { reconnect: { initialMs: 1, maxMs: 1 } }
  const twoPages = (venue: FakeVenue, ask: () => boolean) => {
    const all = [1, 2, 3, 4, 5, 6].map(i => deal(i, T0 + i))
    venue.answers[2133] = ({ fromTimestamp = 0, toTimestamp = 0 }) => {
      if (!ask()) return undefined
      const inside = all.filter(({ executionTimestamp: at }) => at >= fromTimestamp && at <= toTimestamp)
      return [2134, { ...ids, deal: inside.slice(-3).reverse(), hasMore: inside.length > 3 }]
    }
  }

  it('asks again for the page that was on its way when the link broke, and goes on', async () => {
    const venue = new FakeVenue()
    let asked = 0
    twoPages(venue, () => {
      asked += 1
      if (asked === 2) venue.drop(new Error('ECONNRESET'))
      return asked !== 2
    })
    // The record of the symbol is on its way when the link breaks once more.
    const records = venue.answers[2116] as NonNullable<(typeof venue.answers)[2116]>
    venue.answers[2116] = request => {
      venue.answers[2116] = records
      venue.drop(new Error('ECONNRESET'))
      return records(request)
    }
    const { account, client } = await openAccount(venue, QUICK)
    const deals = await collect(account.history.deals(range(T0, T0 + DAY)))
    expect(deals.map(({ dealId }) => dealId)).toEqual([1, 2, 3, 4, 5, 6])
    expect([asked > 3, venue.connections]).toEqual([true, 3])
    await client.close()
  })

  it('gives a request up that breaks the link each time it is asked', async () => {
    const venue = new FakeVenue()
    let asked = 0
    twoPages(venue, () => {
      asked += 1
      venue.drop(new Error('ECONNRESET'))
      return false
    })
    const { account, client } = await openAccount(venue, QUICK)
    await expect(collect(account.history.deals(range(T0, T0 + DAY)))).rejects.toMatchObject({
      code: 'connection-lost',
    })
    expect(asked).toBe(1 + MAX_REPEATS)
    await client.close()
  })

  it.each([
    ['the client does not come back', { reconnect: false }],
    ['the call is given up', QUICK],
  ] as const)('does not ask again when %s', async (what, options) => {
    const venue = new FakeVenue()
    const given = new AbortController()
    let asked = 0
    twoPages(venue, () => {
      asked += 1
      if (what === 'the call is given up') given.abort(new Error('enough'))
      venue.drop(new Error('ECONNRESET'))
      return false
    })
    const { account, client } = await openAccount(venue, options)
    const reading = collect(account.history.deals(range(T0, T0 + DAY), { signal: given.signal }))
    await expect(reading).rejects.toThrow(what === 'the call is given up' ? 'enough' : 'connection-lost')
    await vi.waitFor(() => expect(['ready', 'closed']).toContain(client.state.type))
    expect(asked).toBe(1)
    await client.close()
  })

  it('can be gone on with where it was left, also within a millisecond of several records', async () => {
    const venue = new FakeVenue()
    const all = [deal(1, T0), deal(2, T0 + 5), deal(3, T0 + 5), deal(4, T0 + 5), deal(5, T0 + 9)]
    venue.answers[2133] = ({ fromTimestamp = 0, toTimestamp = 0 }) => [
      2134,
      {
        ...ids,
        deal: all.filter(({ executionTimestamp: at }) => at >= fromTimestamp && at <= toTimestamp),
        hasMore: false,
      },
    ]
    const { account, client } = await openAccount(venue)
    const read: Deal[] = []
    for await (const one of account.history.deals(range(T0, T0 + DAY))) if (read.push(one) === 3) break
    const last = read.at(-1)?.at ?? T0
    const kept = read.filter(({ at }) => at < last)
    const rest = await collect(account.history.deals(range(last, T0 + DAY)))
    expect([...kept, ...rest].map(({ dealId }) => dealId)).toEqual([1, 2, 3, 4, 5])
    await client.close()
  })

  it('reads a position without a range of time, oldest first', async () => {
    const venue = new FakeVenue()
    const asked: (number | undefined)[][] = []
    venue.answers[2179] = ({ fromTimestamp, toTimestamp }) => {
      asked.push([fromTimestamp, toTimestamp])
      const deals = [deal(1, T0), deal(2, T0 + 5)].filter(
        one => one.executionTimestamp <= (toTimestamp ?? Infinity),
      )
      return [2180, { ...ids, deal: deals.toReversed().slice(0, 1), hasMore: true }]
    }
    const { account: mine, client } = await openAccount(venue)
    expect((await collect(mine.history.dealsOf(7 as PositionId))).map(one => one.dealId)).toEqual([1, 2])
    expect(asked[0]).toEqual([undefined, undefined])
    await client.close()
  })
})

describe('history of orders and cash', () => {
  const order: ProtoOAOrder = {
    orderId: 10,
    orderType: 1,
    orderStatus: 2,
    tradeData: { symbolId: 41, volume: 100, tradeSide: 1, comment: 'a.1', openTimestamp: T0 },
    executionPrice: 2635.5,
    executedVolume: 100,
    isStopOut: true,
    utcLastUpdateTimestamp: T0 + 3,
  }

  it('tells orders with their kind, last change and price', async () => {
    const venue = new FakeVenue()
    venue.answers[2175] = () => [
      2176,
      { ...ids, order: [{ ...order, orderId: 11, orderType: 9 }, order], hasMore: false },
    ]
    venue.answers[2183] = () => [2184, { ...ids, order: [order], hasMore: false }]
    const { account: mine, client } = await openAccount(venue)
    expect(await collect(mine.history.orders(range(T0, T0 + 100)))).toMatchObject([
      { id: 10, kind: 'market', updatedAt: T0 + 3, executionPrice: 2635.5, stopOut: true, comment: 'a.1' },
      { id: 11, kind: 'unknown' },
    ])
    expect(await collect(mine.history.ordersOf(7 as PositionId))).toHaveLength(1)
    await client.close()
  })

  it('tells one order with its deals in time, and how deals closed each other', async () => {
    const venue = new FakeVenue()
    venue.answers[2181] = () => [2182, { ...ids, order, deal: [deal(2, T0 + 2), deal(1, T0)] }]
    venue.answers[2185] = () => [
      2186,
      {
        ...ids,
        offsetBy: [{ dealId: 5, volume: 100, executionTimestamp: T0, executionPrice: 2636 }],
        offsetting: [],
      },
    ]
    const { account: mine, client } = await openAccount(venue)
    const details = await mine.history.order(10 as OrderId)
    expect([details.order.id, details.deals.map(one => one.dealId)]).toEqual([10, [1, 2]])
    expect(await mine.history.offsets(1 as DealId, GOLD)).toEqual({
      closedBy: [{ dealId: 5, volume: 0.01, at: T0, price: 2636 }],
      closes: [],
    })
    await client.close()
  })

  it('tells cash with the word of the protocol, in the digits of each movement', async () => {
    const venue = new FakeVenue()
    const cash = { balanceHistoryId: 1, balance: 1_000_000, delta: 10_000, changeBalanceTimestamp: T0 }
    venue.answers[2143] = ({ fromTimestamp, toTimestamp }) => {
      const all = [
        { ...cash, operationType: 99, balanceHistoryId: 2, changeBalanceTimestamp: T0 + DAY, moneyDigits: 4 },
        { ...cash, operationType: 0, externalNote: 'card' },
      ]
      const inside = all.filter(
        one => one.changeBalanceTimestamp >= fromTimestamp && one.changeBalanceTimestamp <= toTimestamp,
      )
      return [2144, { ...ids, depositWithdraw: inside }]
    }
    const { account: mine, client } = await openAccount(venue)
    expect(await collect(mine.history.cashFlow(range(T0, T0 + 2 * WEEK)))).toMatchObject([
      { id: 1, operation: 'balance-deposit', delta: { minor: 10_000, digits: 2 }, note: 'card' },
      { id: 2, operation: 'unknown', delta: { minor: 10_000, digits: 4 } },
    ])
    await client.close()
  })
})

describe('cash movements beyond what one answer takes', () => {
  const cash = (balanceHistoryId: number, at: number) => ({
    operationType: 0,
    balanceHistoryId,
    balance: 0,
    delta: 100,
    changeBalanceTimestamp: at,
    equity: 0,
  })

  it.each([
    ['of different times', (i: number) => T0 + i],
    ['of which many share a time', (i: number) => T0 + Math.floor(i / 300)],
    // What one instant has beyond the length of an answer cannot be asked for; what lies before it can.
    ['of which an answer is full of one time', (i: number) => T0 + Math.floor(i / 500)],
  ])('%s are all read, by their time, each once', async (_what, timeOf) => {
    const all = Array.from({ length: 1200 }, (_, i) => cash(i + 1, timeOf(i)))
    const venue = new FakeVenue()
    let asked = 0
    venue.answers[2143] = ({ fromTimestamp, toTimestamp }) => {
      asked += 1
      const inside = all.filter(({ changeBalanceTimestamp: at }) => at >= fromTimestamp && at <= toTimestamp)
      return [2144, { ...ids, depositWithdraw: inside.slice(-500).reverse() }]
    }
    const { account, client } = await openAccount(venue)
    const read = await collect(account.history.cashFlow(range(T0, T0 + WEEK)))
    expect(read.map(({ id }) => id)).toEqual(all.map(({ balanceHistoryId }) => balanceHistoryId))
    expect(asked).toBeLessThan(10)
    await client.close()
  })
})

describe('readRange', () => {
  /** A server with one record a millisecond that serves so many at a time. */
  const paging = (count: number, limit: number, asked: number[] = []): Paging<number> => ({
    name: 'numbers',
    ask(from = 0, to = count - 1) {
      asked.push(to)
      const last = Math.min(to, count - 1)
      const first = Math.max(from, last - limit + 1)
      const records = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
      return Promise.resolve({ records, hasMore: first > from })
    },
    idOf: n => n,
    atOf: n => n,
    order: () => 0,
  })

  it('holds no more than its limit: a span with more records is read in shorter ones', async () => {
    const count = 2.5 * MAX_HELD_RECORDS
    let expected = 0
    for await (const n of readRange(range(0, count), paging(count, 40_000))) if (n === expected) expected++
    expect(expected).toBe(count)
  })

  it('asks for nothing before its reader wants it', async () => {
    const asked: number[] = []
    const numbers = readRange(range(0, 3 * WEEK), paging(10, 100, asked))
    expect(asked).toEqual([])
    await numbers.next()
    expect(asked.length).toBeLessThan(4)
    await numbers.return?.()
  })

  it('refuses more records of one thing than it may hold', async () => {
    await expect(collect(readAll(paging(MAX_HELD_RECORDS + 10, 60_000)))).rejects.toMatchObject({
      code: 'buffer-overflow',
    })
  })
})
