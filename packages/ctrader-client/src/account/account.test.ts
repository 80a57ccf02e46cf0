import {
  accountId,
  clientOrderId,
  type ExecutionEvent,
  lots,
  type PositionId,
  pips,
  type Price,
  type Quote,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import type { ConnectOptions } from '../options.ts'
import { FAKE_ACCOUNT_ID, FAKE_GOLD, FakeVenue } from '../testing/fake-venue.ts'

const GOLD = 41 as SymbolId
const trade = { symbolId: 41, volume: 100, tradeSide: 1, openTimestamp: 1000 }
const position = { positionId: 7, positionStatus: 1, swap: 0, price: 2635, moneyDigits: 2, tradeData: trade }
const order = {
  orderId: 1,
  orderType: 1,
  orderStatus: 2,
  tradeData: trade,
  positionId: 7,
  utcLastUpdateTimestamp: 2000,
  clientOrderId: 'a.1',
}
const deal = {
  dealId: 3,
  orderId: 1,
  positionId: 7,
  volume: 100,
  filledVolume: 100,
  symbolId: 41,
  createTimestamp: 1,
  executionTimestamp: 2000,
  executionPrice: 2635,
  tradeSide: 1,
  dealStatus: 2,
}
const filled = { ctidTraderAccountId: FAKE_ACCOUNT_ID, executionType: 3, order, position, deal }
const market = {
  type: 'market',
  symbolId: GOLD,
  side: 'buy',
  volume: lots(0.01),
  clientOrderId: clientOrderId('a.1'),
} as const

async function open(venue = new FakeVenue(), options: Pick<ConnectOptions, 'reconnect' | 'budget'> = {}) {
  const client = await connect({
    environment: 'demo',
    application: { clientId: 'c', clientSecret: 's' },
    transport: venue.transport,
    ...options,
  })
  const account = await client.authorize(accountId(FAKE_ACCOUNT_ID), 'token')
  const events: (Quote | ExecutionEvent)[] = []
  account.onMarket(event => events.push(event))
  const spot = (fields: object): void =>
    venue.send(2131, { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbolId: 41, ...fields })
  return { venue, client, account, events, spot }
}

describe('connect', () => {
  it('authorises the application, asks for the version, and closes politely', async () => {
    const { venue, client, account } = await open()
    expect(venue.types.slice(0, 3)).toEqual([2100, 2104, 2102])
    expect([client.serverVersion, client.replay, account.currency, account.mode]).toEqual([
      '91',
      undefined,
      'USD',
      'hedged',
    ])
    await client.close()
    expect([client.state, venue.open]).toEqual([{ type: 'closed' }, false])
  })

  it('says that the application was refused, and leaves no connection behind', async () => {
    const venue = new FakeVenue()
    venue.answers[2100] = () => [2142, { errorCode: 'CH_CLIENT_AUTH_FAILURE' }]
    await expect(open(venue)).rejects.toMatchObject({ code: 'token-invalid' })
    expect(venue.open).toBe(false)
  })

  it('takes an application or an account that is authorised already as authorised', async () => {
    const venue = new FakeVenue()
    venue.answers[2100] = () => [2142, { errorCode: 'CH_CLIENT_ALREADY_AUTHENTICATED' }]
    venue.answers[2102] = () => [2142, { errorCode: 'ALREADY_LOGGED_IN' }]
    const { client } = await open(venue)
    expect(await client.accounts(() => Promise.resolve('token'))).toEqual([{ id: 5, live: false, login: 77 }])
    await client.close()
  })
})

describe('Account', () => {
  it('finds the enabled instrument of a name, and names some when there is none', async () => {
    const { account, client } = await open()
    expect(await account.instrument('XAUUSD')).toMatchObject({
      id: 41,
      base: 'XAU',
      quote: 'USD',
      lotSize: 100,
    })
    await expect(account.instrument('GOLD')).rejects.toThrow(/invalid-argument.*"GOLD".*XAUUSD/)
    expect((await account.instruments()).map(({ id }) => id)).toEqual([41, 43])
    await client.close()
  })

  it('subscribes once to a symbol, always with the time of quotes', async () => {
    const { account, client, venue } = await open()
    await account.subscribe([GOLD])
    await account.subscribe([GOLD])
    expect(venue.types.filter(type => type === 2127)).toHaveLength(1)
    expect(venue.last(2127)).toMatchObject({ symbolId: [41], subscribeToSpotTimestamp: true })
    await client.close()
  })

  it('takes a symbol that is subscribed already as subscribed', async () => {
    const { account, client, venue } = await open()
    venue.answers[2127] = () => [2142, { errorCode: 'ALREADY_SUBSCRIBED' }]
    await account.subscribe([GOLD])
    await client.close()
  })

  it('delivers quotes and executions in wire order, dated by the market', async () => {
    const { account, client, venue, events, spot } = await open()
    await account.subscribe([GOLD])
    spot({ bid: 263_500_000, ask: 263_530_000, timestamp: 1500 })
    venue.send(2126, filled)
    spot({ bid: 263_510_000, timestamp: 1900 })
    venue.send(2132, { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'MARKET_CLOSED' })
    expect(events.map(({ type, at }) => [type, at])).toEqual([
      ['quote', 1500],
      ['order-filled', 2000],
      // Market time never goes back, and a refusal has none of its own.
      ['quote', 2000],
      ['order-rejected', 2000],
    ])
    await client.close()
  })

  it('marks what the broker has not dated: a refusal, a margin, an execution behind the market, a snapshot', async () => {
    const { account, client, venue, events, spot } = await open()
    venue.positions = [position]
    await account.subscribe([GOLD])
    venue.send(2132, { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'MARKET_CLOSED' })
    spot({ bid: 263_500_000, ask: 263_530_000, timestamp: 1500 })
    venue.send(2126, filled)
    venue.send(2141, { ctidTraderAccountId: FAKE_ACCOUNT_ID, positionId: 7, usedMargin: 100, moneyDigits: 2 })
    spot({ bid: 263_510_000, timestamp: 2400 })
    venue.send(2126, filled)
    account.resync()
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('resynced'))
    expect(events.map(event => [event.type, event.at, 'isUndated' in event])).toEqual([
      ['order-rejected', 0, true],
      ['quote', 1500, false],
      ['order-filled', 2000, false],
      ['position-updated', 2000, true],
      ['quote', 2400, false],
      ['order-filled', 2400, true],
      ['resynced', 2400, true],
    ])
    await client.close()
  })

  it('hears nothing of other accounts of the connection', async () => {
    const { account, client, venue, events } = await open()
    await account.subscribe([GOLD])
    venue.send(2131, { ctidTraderAccountId: 6, symbolId: 41, bid: 1, ask: 2 })
    venue.send(2126, { ...filled, ctidTraderAccountId: 6 })
    expect(events).toEqual([])
    await client.close()
  })

  it('tells executions of a symbol that was traded elsewhere as soon as it knows it', async () => {
    const { client, venue, events } = await open()
    venue.send(2126, { ...filled, executionType: 2 })
    venue.send(2126, filled)
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['order-accepted', 'order-filled']))
    await client.close()
  })

  // Without a session that restores accounts the link is not in doubt: what comes behind is told as it comes.
  it.each([
    [{}, ['resynced']],
    [{ reconnect: false } as const, ['order-filled', 'order-replaced', 'resynced']],
  ])('tells a snapshot for an execution that cannot be read, with %j', async (options, told) => {
    const { client, venue, events } = await open(new FakeVenue(), options)
    const { deal: _missing, ...unreadable } = filled
    venue.send(2126, unreadable)
    venue.send(2126, filled)
    venue.send(2126, { ...filled, executionType: 4 })
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(told))
    await client.close()
  })

  it('takes another snapshot for what could not be read while one was taken, also without a session that restores', async () => {
    const { client, venue, events } = await open(new FakeVenue(), { reconnect: false })
    const { deal: _missing, ...unreadable } = filled
    const trader = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    venue.answers[2121] = request => {
      venue.answers[2121] = trader
      const { clientMsgId } = venue.last(2121)
      // Behind the first snapshot, which is read slowly.
      venue.sendBytes(Buffer.from([0, 0, 0, 8, 0x08, 0xce, 0x10, 0x12, 0x03, 0x12, 0x7f, 0x41]))
      venue.positions = [position]
      setTimeout(() => {
        const answer = trader(request)
        if (answer !== undefined) venue.send(answer[0], answer[1] as never, clientMsgId)
      }, 20)
      return undefined
    }
    venue.send(2126, unreadable)
    await vi.waitFor(() =>
      expect(events.at(-1)).toMatchObject({ type: 'resynced', snapshot: { positions: [{ id: 7 }] } }),
    )
    await client.close()
  })

  it('tells a refusal that came while the account was told anew, also when that took more than one attempt', async () => {
    const { account, client, venue, events } = await open(new FakeVenue(), { reconnect: { initialMs: 1 } })
    venue.answers[2106] = () => undefined
    const placed = account.placeOrder(market)
    await vi.waitFor(() => expect(venue.types).toContain(2106))
    const trader = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    venue.answers[2121] = () => {
      venue.answers[2121] = trader
      const refusal = { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'NOT_ENOUGH_MONEY' }
      venue.send(2132, refusal, venue.last(2106).clientMsgId)
      return [2142, { errorCode: 'CONCURRENT_MODIFICATION' }]
    }
    account.resync()
    await expect(placed).rejects.toMatchObject({ code: 'order-rejected' })
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('resynced'))
    expect(events).toMatchObject([
      { type: 'resynced' },
      { type: 'order-rejected', reason: 'NOT_ENOUGH_MONEY', clientOrderId: 'a.1' },
    ])
    await client.close()
  })

  it('tells the last 100 refusals of an attempt that failed', async () => {
    const { account, client, venue, events } = await open(new FakeVenue(), { reconnect: { initialMs: 1 } })
    const trader = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    venue.answers[2121] = () => {
      venue.answers[2121] = trader
      for (let nth = 0; nth <= 100; nth++)
        venue.send(2132, { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: `REFUSAL_${nth}` })
      return [2142, { errorCode: 'CONCURRENT_MODIFICATION' }]
    }
    account.resync()
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('resynced'))
    const reasons = events.flatMap(event => ('reason' in event ? [event.reason] : []))
    expect([reasons.length, reasons[0], reasons.at(-1)]).toEqual([100, 'REFUSAL_1', 'REFUSAL_100'])
    await client.close()
  })

  it('loses the account when a hole cannot be told without a session that restores: its streams fail', async () => {
    const { account, client, venue } = await open(new FakeVenue(), { reconnect: false })
    const { deal: _missing, ...unreadable } = filled
    venue.answers[2124] = () => [2142, { errorCode: 'REQUEST_FREQUENCY_EXCEEDED_BY_A_LOT' }]
    const lost: unknown[] = []
    client.on('account-lost', id => lost.push(id))
    const next = account.executions().next()
    venue.send(2126, unreadable)
    await expect(next).rejects.toMatchObject({ code: 'connection-lost', message: /no snapshot/ })
    expect(lost).toEqual([FAKE_ACCOUNT_ID])
    await client.close()
  })

  it('is told anew on demand, on the connection that stands or on a new one', async () => {
    const { account, client, venue, events } = await open(new FakeVenue(), { reconnect: { initialMs: 1 } })
    account.resync()
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['resynced']))
    await vi.waitFor(() => expect(client.state.type).toBe('ready'))
    client.renew('a test')
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['resynced', 'resynced']))
    expect(venue.types.filter(type => type === 2100)).toHaveLength(2)
    await client.close()
  })

  it('keeps the connection while an order of anybody awaits its answer', async () => {
    const { account, client, venue } = await open(new FakeVenue(), { reconnect: { initialMs: 1 } })
    const order = account.placeOrder(market)
    await vi.waitFor(() => expect(venue.types).toContain(2106))
    client.renew('a test')
    expect(client.state.type).toBe('ready')
    venue.send(2126, filled, venue.last(2106).clientMsgId)
    expect(await order).toMatchObject({ status: 'filled' })
    client.renew('a test')
    expect(client.state.type).toBe('waiting')
    await client.close()
  })

  it('places a market order and resolves with the filled order', async () => {
    const { account, client, venue } = await open()
    venue.answers[2106] = () => [2126, filled]
    expect(await account.placeOrder({ ...market, stopLoss: { pips: pips(10) } })).toMatchObject({
      id: 1,
      status: 'filled',
      clientOrderId: 'a.1',
    })
    expect(venue.last(2106)).toMatchObject({ volume: 100, relativeStopLoss: 100_000, comment: 'a.1' })
    await client.close()
  })

  it.each([2132, 2142, 50] as const)(
    'tells a refusal by message %i once in the stream, with our order id, and to the caller',
    async type => {
      const { account, client, venue, events } = await open()
      venue.answers[2106] = () => [
        type,
        { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'NOT_ENOUGH_MONEY' },
      ]
      await expect(account.placeOrder(market)).rejects.toMatchObject({
        code: 'order-rejected',
        details: { serverCode: 'NOT_ENOUGH_MONEY' },
      })
      expect(events).toMatchObject([
        { type: 'order-rejected', reason: 'NOT_ENOUGH_MONEY', clientOrderId: 'a.1' },
      ])
      await client.close()
    },
  )

  it('refuses a wrong volume before anything is sent', async () => {
    const { account, client, venue } = await open()
    const submission = account.submit({ type: 'place', request: { ...market, volume: lots(0.005) } })
    await submission.sent
    await expect(submission.done).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(venue.types).not.toContain(2106)
    await client.close()
  })

  it('closes a whole position by what it last heard of it', async () => {
    const { account, client, venue } = await open()
    venue.positions = [position]
    venue.answers[2111] = () => [2126, { ...filled, deal: { ...deal, tradeSide: 2 } }]
    expect((await account.snapshot()).positions).toMatchObject([{ id: 7, volume: 0.01 }])
    venue.send(2126, { ...filled, position: { ...position, tradeData: { ...trade, volume: 300 } } })
    expect(await account.closePosition(7 as PositionId)).toMatchObject({ dealId: 3, side: 'sell' })
    expect(venue.last(2111)).toMatchObject({ positionId: 7, volume: 300 })
    await client.close()
  })

  it('closes a part below the least volume of an entry, and none off the step', async () => {
    const { account, client, venue } = await open()
    venue.answers[2116] = () => [
      2117,
      { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbol: [{ ...FAKE_GOLD, minVolume: 500 }] },
    ]
    venue.positions = [{ ...position, tradeData: { ...trade, volume: 1000 } }]
    venue.answers[2111] = () => [2126, { ...filled, deal: { ...deal, tradeSide: 2 } }]
    await account.closePosition(7 as PositionId, { volume: lots(0.02) })
    expect(venue.last(2111)).toMatchObject({ positionId: 7, volume: 200 })
    await expect(account.closePosition(7 as PositionId, { volume: lots(0.005) })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await client.close()
  })

  it('asks the server about a position that it has not heard of', async () => {
    const { account, client, venue } = await open()
    venue.positions = [position]
    venue.answers[2110] = () => [2126, { ...filled, executionType: 4, order: { ...order, orderType: 4 } }]
    expect(await account.setProtection(7 as PositionId, { stopLoss: 2630 as Price })).toMatchObject({ id: 7 })
    expect(venue.last(2110)).toMatchObject({ positionId: 7, stopLoss: 2630 })
    expect(venue.last(2110).takeProfit).toBeUndefined()
    await expect(account.closePosition(8 as PositionId)).rejects.toThrow(/invalid-argument.*positionId is 8/)
    // The position may have shrunk since the decision: more than is open is the broker's to refuse.
    venue.answers[2111] = () => [
      2132,
      { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'TRADING_BAD_VOLUME' },
    ]
    await expect(account.closePosition(7 as PositionId, { volume: lots(0.02) })).rejects.toMatchObject({
      code: 'order-rejected',
    })
    await client.close()
  })

  it('says of a refusal after the timeout what was refused, and of which volume', async () => {
    const { account, client, venue, events } = await open()
    venue.positions = [position]
    await account.snapshot()
    venue.answers[2111] = () => undefined
    const requestId = clientOrderId('s1.4')
    const command = { type: 'close', positionId: 7 as PositionId, volume: lots(0.01) } as const
    const { done } = account.submit(command, { timeoutMs: 20, requestId })
    await expect(done).rejects.toMatchObject({ code: 'request-timeout' })
    venue.send(
      2132,
      { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'MARKET_CLOSED' },
      venue.last(2111).clientMsgId,
    )
    expect(events).toMatchObject([
      { type: 'order-rejected', refused: { type: 'close', positionId: 7, id: 's1.4', volume: lots(0.01) } },
    ])
    await client.close()
  })

  it.each(
    ([2132, 2142, 50] as const).flatMap(type =>
      (['TIMEOUT_ERROR', 'UNKNOWN_ERROR', 'CANT_ROUTE_REQUEST', 'CH_SERVER_NOT_REACHABLE'] as const).map(
        errorCode => [type, errorCode] as const,
      ),
    ),
  )('tells of no refusal where message %i says no more than %s', async (type, errorCode) => {
    const { account, client, venue, events } = await open()
    venue.positions = [position]
    await account.snapshot()
    venue.answers[2111] = () => [type, { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode }]
    await expect(account.closePosition(7 as PositionId)).rejects.toMatchObject({
      code: 'request-timeout',
      details: { delivery: 'unknown' },
    })
    expect(events).toEqual([])
    await client.close()
  })

  it.each([2132, 2142, 50] as const)(
    'tells a refusal by message %i that comes after the timeout, with our order id',
    async type => {
      const { account, client, venue, events } = await open()
      venue.answers[2106] = () => undefined
      await expect(account.placeOrder(market, { timeoutMs: 20 })).rejects.toMatchObject({
        code: 'request-timeout',
        details: { delivery: 'unknown' },
      })
      const refusal = { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'NOT_ENOUGH_MONEY' }
      venue.send(type, refusal, venue.last(2106).clientMsgId)
      expect(events).toMatchObject([
        { type: 'order-rejected', reason: 'NOT_ENOUGH_MONEY', clientOrderId: 'a.1' },
      ])
      expect(venue.types.filter(sent => sent === 2106)).toHaveLength(1)
      await client.close()
    },
  )

  it.each(
    ([2132, 2142, 50] as const).flatMap(first =>
      ([2132, 2142, 50] as const).flatMap(second => [
        ['in time', first, second] as const,
        ['after the timeout', first, second] as const,
      ]),
    ),
  )(
    'tells the refusal behind a TIMEOUT_ERROR that came %s (messages %i and %i), once',
    async (when, first, second) => {
      const { account, client, venue, events } = await open()
      const saying = (errorCode: string) => ({ ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode })
      venue.answers[2106] = () => (when === 'in time' ? [first, saying('TIMEOUT_ERROR')] : undefined)
      await expect(account.placeOrder(market, { timeoutMs: 20 })).rejects.toMatchObject({
        code: 'request-timeout',
        details: { delivery: 'unknown' },
      })
      const { clientMsgId } = venue.last(2106)
      if (when !== 'in time') venue.send(first, saying('TIMEOUT_ERROR'), clientMsgId)
      expect(events).toEqual([])
      venue.send(second, saying('NOT_ENOUGH_MONEY'), clientMsgId)
      expect(events).toMatchObject([
        { type: 'order-rejected', reason: 'NOT_ENOUGH_MONEY', clientOrderId: 'a.1' },
      ])
      await client.close()
    },
  )

  it('remembers the last 1024 requests without an answer', async () => {
    const { account, client, venue, events } = await open(new FakeVenue(), {
      budget: { tryTake: () => true, take: () => Promise.resolve() },
    })
    venue.positions = [position]
    await account.snapshot()
    venue.answers[2111] = () => undefined
    const close = () => account.closePosition(7 as PositionId, { timeoutMs: 50 })
    for (let round = 0; round < 5; round++) await Promise.allSettled(Array.from({ length: 205 }, close))
    const closes = venue.received.filter(({ payloadType }) => payloadType === 2111)
    expect(closes).toHaveLength(1025)
    for (const { clientMsgId } of closes.slice(0, 2))
      venue.send(2132, { ctidTraderAccountId: FAKE_ACCOUNT_ID, errorCode: 'MARKET_CLOSED' }, clientMsgId)
    expect(events.map(event => 'refused' in event)).toEqual([false, true])
    await client.close()
  })

  it('offers quotes as an async iterable that unsubscribes its listener on break', async () => {
    const { account, client, spot } = await open()
    const quotes = account.quotes([GOLD])
    const first = quotes.next()
    await vi.waitFor(() => {
      spot({ bid: 1, ask: 2, timestamp: 1 })
    })
    await new Promise(resolve => setImmediate(resolve))
    spot({ bid: 3, ask: 4, timestamp: 2 })
    expect((await first).value).toMatchObject({ type: 'quote' })
    await quotes.return?.()
    await client.close()
  })

  it('ends a stream of executions with what broke the connection when it shall not come back', async () => {
    const { account, client, venue } = await open(new FakeVenue(), { reconnect: false })
    const next = account.executions().next()
    venue.drop(new Error('ECONNRESET'))
    await expect(next).rejects.toMatchObject({ code: 'connection-lost' })
    expect(client.state).toMatchObject({ type: 'closed', cause: { code: 'connection-lost' } })
  })

  it('yields the events of a ground-floor command up to the last', async () => {
    const { client, venue } = await open()
    venue.answers[2111] = () => [2126, { ...filled, executionType: 2 }]
    const events: number[] = []
    const command = client.command(
      'closePosition',
      { ctidTraderAccountId: 5, positionId: 7, volume: 100 },
      { clientMsgId: 'x' },
    )
    await vi.waitFor(() => expect(venue.last(2111).clientMsgId).toBe('x'))
    queueMicrotask(() => queueMicrotask(() => venue.send(2126, filled, 'x')))
    for await (const event of command) events.push(event.executionType)
    expect(events).toEqual([2, 3])
    await client.close()
  })
})
