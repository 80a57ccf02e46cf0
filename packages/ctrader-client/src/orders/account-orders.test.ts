import {
  clientOrderId,
  lots,
  type OrderId,
  type PositionId,
  pips,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import type { ProtoOAOrder, ProtoOAPosition } from '../protocol/generated/messages.js'
import { FAKE_ACCOUNT_ID, FAKE_GOLD, FakeVenue } from '../testing/fake-venue.ts'
import { GOLD, openAccount } from '../testing/open-account.ts'
import { toDistances } from './distances.ts'
import { Turns } from './turns.ts'

const ids = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
const OPEN = 2
const trade = { symbolId: 41, volume: 100, tradeSide: 1, openTimestamp: 1000 }
const position: ProtoOAPosition = {
  positionId: 7,
  positionStatus: 1,
  swap: 0,
  price: 2635,
  moneyDigits: 2,
  tradeData: trade,
}
const order: ProtoOAOrder = { orderId: 1, orderType: 1, orderStatus: 1, tradeData: trade, positionId: 7 }
const pending: ProtoOAOrder = { ...order, orderType: 2, limitPrice: 2600, timeInForce: 2 }
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
const execution = (executionType: number, fields: object = {}) =>
  [2126, { ...ids, executionType, order, position, deal, ...fields }] as const
const market = { type: 'market', symbolId: GOLD, side: 'buy', volume: lots(0.01) } as const
const limit = { ...market, type: 'limit', limitPrice: 2600 as Price } as const

/** A venue with one book; what it has changes with the test. */
function bookVenue(book: { readonly position?: readonly object[]; readonly order?: readonly object[] }) {
  const venue = new FakeVenue()
  venue.answers[2124] = () => [2125, { ...ids, ...book }]
  return venue
}

describe('placeOrder', () => {
  it('writes an order that needs no quote before it returns, where the budget has a free place', async () => {
    const { account, client, venue } = await openAccount(new FakeVenue(), {
      budget: { tryTake: () => true, take: () => Promise.resolve() },
    })
    await account.instrument('XAUUSD')
    venue.answers[2106] = () => execution(3)
    const placed = account.placeOrder(market)
    expect(venue.types.at(-1)).toBe(2106)
    await placed
    await client.close()
  })

  it('[row 12] waits for the fill of a market order, or only for its acceptance', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => execution(2)
    expect(await account.placeOrder(market, { until: 'accepted' })).toMatchObject({
      id: 1,
      status: 'accepted',
    })
    const filled = account.placeOrder(market)
    await vi.waitFor(() => expect(venue.types.filter(type => type === 2106)).toHaveLength(2))
    venue.send(...execution(3, { order: { ...order, orderStatus: OPEN } }), venue.last(2106).clientMsgId)
    expect(await filled).toMatchObject({ status: 'filled' })
    await client.close()
  })

  it('[row 56] answers a pending order with its fill when asked to, whichever events of others lie between', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => execution(2, { order: pending })
    const filled = account.placeOrder(limit, { until: 'filled' })
    await vi.waitFor(() => expect(venue.types).toContain(2106))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(...execution(3, { order: { ...pending, orderId: 99, orderStatus: OPEN } }))
    venue.send(...execution(3, { order: { ...pending, orderStatus: OPEN, executedVolume: 100 } }))
    expect(await filled).toMatchObject({ id: 1, status: 'filled' })
    await client.close()
  })

  it('takes a pending order that is filled in the moment of its acceptance', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => {
      queueMicrotask(() => venue.send(...execution(3, { order: { ...pending, orderStatus: OPEN } })))
      return execution(2, { order: pending })
    }
    expect(await account.placeOrder(limit, { until: 'filled' })).toMatchObject({ status: 'filled' })
    await client.close()
  })

  it('rejects a pending order that is refused when its price comes', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => execution(2, { order: pending })
    const filled = account.placeOrder(limit, { until: 'filled' })
    filled.catch(() => {})
    await vi.waitFor(() => expect(venue.types).toContain(2106))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(...execution(7, { order: { ...pending, orderStatus: 3 }, errorCode: 'NOT_ENOUGH_MONEY' }))
    await expect(filled).rejects.toMatchObject({
      code: 'order-rejected',
      details: { serverCode: 'NOT_ENOUGH_MONEY' },
    })
    await client.close()
  })

  it('answers a market order for the open when it is accepted, or with its fill when asked to', async () => {
    const { account, client, venue } = await openAccount()
    const waiting = { ...order, timeInForce: 5 }
    venue.answers[2106] = () => execution(2, { order: waiting })
    const onOpen = { ...market, timeInForce: { type: 'market-on-open' } } as const
    const terms = { type: 'market', timeInForce: { type: 'market-on-open' } }
    expect(await account.placeOrder(onOpen)).toMatchObject({ id: 1, status: 'accepted', terms })
    expect(venue.last(2106)).toMatchObject({ orderType: 1, timeInForce: 5 })
    const filled = account.placeOrder(onOpen, { until: 'filled' })
    await vi.waitFor(() => expect(venue.types.filter(type => type === 2106)).toHaveLength(2))
    await new Promise(resolve => setImmediate(resolve))
    venue.send(...execution(3, { order: { ...waiting, orderStatus: OPEN, executedVolume: 100 } }))
    expect(await filled).toMatchObject({ id: 1, status: 'filled' })
    await client.close()
  })

  it('takes no prices as the levels of an order for the open, past the types', async () => {
    const { account, client, venue } = await openAccount()
    const onOpen = { ...market, timeInForce: { type: 'market-on-open' }, stopLoss: 2630 as Price } as const
    await expect(account.placeOrder(onOpen as never)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(venue.types).not.toContain(2106)
    await client.close()
  })

  it('asks what became of a pending order over a gap', async () => {
    const { account, client, venue } = await openAccount(new FakeVenue(), {
      reconnect: { initialMs: 1, maxMs: 1 },
    })
    venue.answers[2106] = () => execution(2, { order: pending })
    venue.answers[2181] = () => [2182, { ...ids, order: { ...pending, orderStatus: 5 }, deal: [] }]
    const filled = account.placeOrder(limit, { until: 'filled' })
    await vi.waitFor(() => expect(venue.types).toContain(2106))
    await new Promise(resolve => setImmediate(resolve))
    venue.drop()
    expect(await filled).toMatchObject({ id: 1, status: 'cancelled' })
    await client.close()
  })

  it('stops waiting for a price when its caller does', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => execution(2, { order: pending })
    const stop = new AbortController()
    const filled = account.placeOrder(limit, { until: 'filled', signal: stop.signal })
    filled.catch(() => {})
    await vi.waitFor(() => expect(venue.types).toContain(2106))
    await new Promise(resolve => setImmediate(resolve))
    stop.abort(new Error('enough'))
    await expect(filled).rejects.toThrow('enough')
    await client.close()
  })

  it.each([2132, 2142, 50] as const)('[row 11] [row 44] rejects on message %i', async type => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => [type, { ...ids, errorCode: 'MARKET_CLOSED' }]
    await expect(account.placeOrder(limit, { until: 'filled' })).rejects.toMatchObject({
      code: 'order-rejected',
    })
    await client.close()
  })

  it('[row 44] rejects on an execution that says so', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2106] = () => execution(7, { errorCode: 'TRADING_BAD_STOPS' })
    await expect(account.placeOrder(market)).rejects.toMatchObject({
      code: 'order-rejected',
      details: { serverCode: 'TRADING_BAD_STOPS' },
    })
    await client.close()
  })

  it('[row 18] refuses an expiry that has passed before it sends', async () => {
    const { account, client, venue, spot } = await openAccount()
    spot({ bid: 1, ask: 2, timestamp: 1_700_000_000_000 })
    for (const expiresAt of [0, 1_700_000_000_000] as UnixMs[])
      await expect(
        account.placeOrder({ ...limit, timeInForce: { type: 'gtd', expiresAt } }),
      ).rejects.toMatchObject({
        code: 'invalid-argument',
      })
    expect(venue.types).not.toContain(2106)
    venue.answers[2106] = () => execution(2, { order: pending })
    const expiresAt = 1_700_000_000_001 as UnixMs
    await account.placeOrder({ ...limit, timeInForce: { type: 'gtd', expiresAt } })
    expect(venue.last(2106)).toMatchObject({ timeInForce: 1, expirationTimestamp: expiresAt })
    await client.close()
  })

  it('refuses an expiry that has passed whichever call states it, as a bot does by submit', async () => {
    const { account, client, venue, spot } = await openAccount()
    spot({ bid: 1, ask: 2, timestamp: 1_700_000_000_000 })
    const timeInForce = { type: 'gtd', expiresAt: 1_700_000_000_000 as UnixMs } as const
    const amendment = { expiresAt: timeInForce.expiresAt }
    for (const command of [
      { type: 'place', request: { ...limit, timeInForce } },
      { type: 'amend-order', orderId: 1 as OrderId, amendment },
    ] as const)
      await expect(account.submit(command).accepted).rejects.toMatchObject({
        code: 'invalid-argument',
        details: { path: expect.stringMatching(/expiresAt$/) },
      })
    expect(venue.types.filter(type => [2106, 2109].includes(type))).toEqual([])
    await client.close()
  })

  it('judges an expiry by the clock of this machine where the broker has not told its time yet', async () => {
    const { account, client, venue } = await openAccount()
    const expiresAt = (Date.now() - 60_000) as UnixMs
    const placed = account.placeOrder({ ...limit, timeInForce: { type: 'gtd', expiresAt } })
    await expect(placed).rejects.toThrow(/by the clock of this machine/)
    expect(venue.types).not.toContain(2106)
    await client.close()
  })

  it('judges no expiry by the clock of this machine on another server, for its market may have another', async () => {
    const environment = { host: '127.0.0.1', port: 5035 }
    const { account, client, venue } = await openAccount(undefined, { environment })
    venue.answers[2106] = () => execution(2, { order: pending })
    const expiresAt = (Date.now() - 60_000) as UnixMs
    await account.placeOrder({ ...limit, timeInForce: { type: 'gtd', expiresAt } })
    expect(venue.last(2106)).toMatchObject({ timeInForce: 1, expirationTimestamp: expiresAt })
    await client.close()
  })

  it.each(['ioc', 'fok'] as const)(
    'waits for what becomes of a limit order that is %s, or only for its acceptance',
    async type => {
      const { account, client, venue } = await openAccount()
      const timeInForce = type === 'ioc' ? 3 : 4
      const taken = { ...pending, timeInForce }
      venue.answers[2106] = () => execution(2, { order: taken })
      const request = { ...limit, timeInForce: { type } } as const
      expect(await account.placeOrder(request, { until: 'accepted' })).toMatchObject({ status: 'accepted' })
      const gone = account.placeOrder(request)
      await vi.waitFor(() => expect(venue.types.filter(sent => sent === 2106)).toHaveLength(2))
      venue.send(...execution(5, { order: { ...taken, orderStatus: 5 } }), venue.last(2106).clientMsgId)
      expect(await gone).toMatchObject({ status: 'cancelled' })
      expect(venue.last(2106)).toMatchObject({ timeInForce })
      await client.close()
    },
  )

  it('[row 19] makes distances of the prices of a market order, from where it would fill, on the tick', async () => {
    const { account, client, venue, spot } = await openAccount()
    venue.answers[2106] = () => execution(3, { order: { ...order, orderStatus: OPEN } })
    const placed = account.placeOrder({
      ...market,
      stopLoss: 2630.1 as Price,
      takeProfit: { pips: pips(100) },
    })
    await vi.waitFor(() => expect(venue.types).toContain(2127))
    spot({ bid: 263_500_000, ask: 263_530_000 })
    await placed
    expect(venue.last(2106)).toMatchObject({ relativeStopLoss: 520_000, relativeTakeProfit: 1_000_000 })
    expect(venue.last(2106).stopLoss).toBeUndefined()
    await client.close()
  })

  it('[row 19] refuses a level on the wrong side of the market', () => {
    const rules = { digits: 2, pipPosition: 1 }
    const quote = { bid: 2635 as Price, ask: 2635.3 as Price }
    expect(() => toDistances(rules, 'buy', quote, { stopLoss: 2635.3 as Price })).toThrow(/below 2635\.3/)
    expect(() => toDistances(rules, 'sell', quote, { takeProfit: 2636 as Price })).toThrow(/below 2635/)
    expect(toDistances(rules, 'sell', quote, { stopLoss: 2636 as Price, trailing: true })).toEqual({
      stopLoss: { pips: 10 },
      trailing: true,
    })
  })

  it('[row 45] refuses a market order while the instrument is closed by its hours, when asked to', async () => {
    const venue = new FakeVenue()
    // Open on the first second of Sunday only.
    const schedule = [{ startSecond: 0, endSecond: 1 }]
    const hours = { schedule, scheduleTimeZone: 'UTC' }
    venue.answers[2116] = () => [2117, { ...ids, symbol: [{ ...FAKE_GOLD, ...hours }] }]
    const { account, client } = await openAccount(venue)
    venue.answers[2106] = () => execution(3, { order: { ...order, orderStatus: OPEN } })
    await expect(account.placeOrder(market, { checkHours: true })).rejects.toThrow(
      /closed by its hours.*again at/,
    )
    expect(venue.types).not.toContain(2106)
    await account.placeOrder(market)
    const onOpen = { ...market, timeInForce: { type: 'market-on-open' } } as const
    await account.placeOrder(onOpen, { checkHours: true })
    expect(venue.last(2106)).toMatchObject({ timeInForce: 5 })
    await client.close()
  })

  it('[row 17] [row 30] refuses volumes that are none, off the step or out of bounds before it sends', async () => {
    const { account, client, venue } = await openAccount()
    for (const volume of [0.001, 0.015, 101])
      await expect(account.placeOrder({ ...market, volume: lots(volume) })).rejects.toMatchObject({
        code: 'invalid-argument',
      })
    expect(venue.types).not.toContain(2106)
    await client.close()
  })
})

describe('editProtection', () => {
  const guarded = {
    ...position,
    stopLoss: 2630.1,
    takeProfit: 2640.5,
    trailingStopLoss: true,
    guaranteedStopLoss: true,
    stopLossTriggerMethod: 2,
  }

  it('[row 20] changes one level and sends every other with it, flags too', async () => {
    const { account, client, venue } = await openAccount(bookVenue({ position: [guarded] }))
    venue.answers[2110] = () => execution(4, { order: { ...order, orderType: 4 }, position: guarded })
    await account.editProtection(7 as PositionId, { takeProfit: 2650 as Price })
    expect(venue.last(2110)).toMatchObject({
      stopLoss: 2630.1,
      takeProfit: 2650,
      trailingStopLoss: true,
      guaranteedStopLoss: true,
      stopLossTriggerMethod: 2,
    })
    await account.editProtection(7 as PositionId, { stopLoss: null })
    const sent = venue.last(2110)
    expect([sent.stopLoss, sent.takeProfit, sent.trailingStopLoss]).toEqual([undefined, 2640.5, undefined])
    await client.close()
  })

  it('sends nothing when nothing changes, and refuses what has no stop', async () => {
    const { account, client, venue } = await openAccount(
      bookVenue({ position: [guarded, { ...position, positionId: 8 }] }),
    )
    expect(await account.editProtection(7 as PositionId, { stopLoss: 2630.1 as Price })).toMatchObject({
      id: 7,
    })
    await expect(account.editProtection(8 as PositionId, { trailing: true })).rejects.toThrow(/trailing/)
    await expect(account.editProtection(9 as PositionId, {})).rejects.toThrow(/positionId is 9/)
    expect(venue.types).not.toContain(2110)
    await client.close()
  })

  it('makes two edits of one position one after the other: neither undoes the other', async () => {
    let now: ProtoOAPosition = guarded
    const venue = new FakeVenue()
    venue.answers[2124] = () => [2125, { ...ids, position: [now] }]
    venue.answers[2110] = ({ stopLoss, takeProfit }) => {
      now = { ...guarded, ...(stopLoss ? { stopLoss } : {}), ...(takeProfit ? { takeProfit } : {}) }
      return execution(4, { order: { ...order, orderType: 4 }, position: now })
    }
    const { account, client } = await openAccount(venue)
    await Promise.all([
      account.editProtection(7 as PositionId, { stopLoss: 2631 as Price }),
      account.editProtection(7 as PositionId, { takeProfit: 2641 as Price }),
    ])
    expect([now.stopLoss, now.takeProfit]).toEqual([2631, 2641])
    await client.close()
  })

  it('[row 22] treats "Nothing to amend." as done', async () => {
    const { account, client, venue } = await openAccount(bookVenue({ position: [position] }))
    venue.answers[2110] = () => [
      2142,
      { ...ids, errorCode: 'INVALID_REQUEST', description: 'Nothing to amend.' },
    ]
    expect(await account.setProtection(7 as PositionId, {})).toMatchObject({ id: 7 })
    venue.answers[2110] = () => [
      2142,
      { ...ids, errorCode: 'INVALID_REQUEST', description: 'Something else.' },
    ]
    await expect(account.setProtection(7 as PositionId, {})).rejects.toMatchObject({ code: 'order-rejected' })
    await client.close()
  })
})

describe('editOrder', () => {
  it('[row 20] keeps price, volume, expiry, levels and flags that are not named', async () => {
    const expirationTimestamp = Date.now() + 60_000
    const now = {
      ...pending,
      timeInForce: 1,
      expirationTimestamp,
      relativeStopLoss: 100_000,
      takeProfit: 2650,
      trailingStopLoss: true,
      tradeData: { ...trade, guaranteedStopLoss: true },
    }
    const { account, client, venue } = await openAccount(bookVenue({ order: [now] }))
    venue.answers[2109] = () => execution(4, { order: now })
    await account.editOrder(1 as OrderId, { price: 2601 as Price })
    expect(venue.last(2109)).toMatchObject({
      volume: 100,
      limitPrice: 2601,
      expirationTimestamp,
      relativeStopLoss: 100_000,
      takeProfit: 2650,
      trailingStopLoss: true,
      guaranteedStopLoss: true,
    })
    await account.editOrder(1 as OrderId, { expiresAt: null, takeProfit: null })
    const sent = venue.last(2109)
    expect([sent.expirationTimestamp, sent.takeProfit, sent.relativeStopLoss]).toEqual([
      undefined,
      undefined,
      100_000,
    ])
    await expect(account.editOrder(5 as OrderId, {})).rejects.toThrow(/orderId is 5/)
    await client.close()
  })
})

describe('what is mine', () => {
  const book = {
    position: [
      { ...position, positionId: 1, tradeData: { ...trade, label: 'S03' } },
      { ...position, positionId: 2, tradeData: { ...trade, label: 'other' } },
      { ...position, positionId: 3, tradeData: { ...trade, label: 'S03', symbolId: 43 } },
    ],
    order: [
      { ...pending, tradeData: { ...trade, label: 'S03' } },
      { ...pending, orderId: 2 },
    ],
  }

  it('[row 31] lists positions and orders of one label, and of one symbol', async () => {
    const { account, client } = await openAccount(bookVenue(book))
    expect((await account.positions({ label: 'S03' })).map(({ id }) => id)).toEqual([1, 3])
    expect((await account.positions({ label: 'S03', symbolId: GOLD })).map(({ id }) => id)).toEqual([1])
    expect((await account.pendingOrders({ label: 'S03' })).map(({ id }) => id)).toEqual([1])
    expect(await account.positions()).toHaveLength(3)
    await client.close()
  })

  it('closes what a filter means, and tells the outcome of each', async () => {
    const { account, client, venue } = await openAccount(bookVenue(book))
    venue.answers[2111] = ({ positionId }) =>
      positionId === 1
        ? execution(3, { deal: { ...deal, tradeSide: 2, positionId: 1 } })
        : [2132, { ...ids, errorCode: 'MARKET_CLOSED' }]
    expect(await account.closePositions({ label: 'S03' })).toMatchObject([
      { type: 'closed', positionId: 1, fill: { dealId: 3 } },
      { type: 'failed', positionId: 3, cause: { code: 'order-rejected' } },
    ])
    await client.close()
  })
})

describe('a book that is read while things happen', () => {
  it('encodes from what was told last, not from the older snapshot', async () => {
    const whole = { ...position, tradeData: { ...trade, volume: 200 } }
    const { account, client, venue } = await openAccount(bookVenue({ position: [whole] }))
    await account.snapshot()
    const trader = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    venue.answers[2121] = request => {
      // Half of it is closed, and another one is opened, behind the answer with the positions.
      queueMicrotask(() => {
        venue.send(...execution(3, { order: { ...order, orderStatus: OPEN }, position }))
        venue.send(...execution(3, { position: { ...position, positionId: 8 } }))
        const answer = trader(request)
        if (answer !== undefined) venue.send(answer[0], answer[1] as never, venue.last(2121).clientMsgId)
      })
      return undefined
    }
    await account.snapshot()
    venue.answers[2111] = () =>
      execution(3, { position: { ...position, tradeData: { ...trade, volume: 0 } } })
    await account.closePosition(7 as PositionId)
    expect(venue.last(2111)).toMatchObject({ positionId: 7, volume: 100 })
    const reads = venue.types.filter(type => type === 2124).length
    await account.closePosition(8 as PositionId)
    expect(venue.types.filter(type => type === 2124)).toHaveLength(reads)
    await client.close()
  })
})

describe('findOrder', () => {
  const own = clientOrderId('run.7')
  const details = (venue: FakeVenue, found: ProtoOAOrder): void => {
    venue.answers[2181] = () => [2182, { ...ids, order: found, deal: [deal] }]
  }

  it('[row 25] finds an order that waits, one that is filled, and one that is over', async () => {
    const waiting = { ...pending, clientOrderId: 'run.7' }
    const venue = bookVenue({ order: [{ ...pending, orderId: 4 }, waiting] })
    details(venue, waiting)
    const { account, client } = await openAccount(venue)
    expect(await account.findOrder({ clientOrderId: own })).toMatchObject({
      order: { id: 1, status: 'accepted' },
    })

    const filled = { ...order, orderStatus: OPEN, clientOrderId: 'run.7', utcLastUpdateTimestamp: Date.now() }
    venue.answers[2124] = () => [
      2125,
      { ...ids, position: [{ ...position, tradeData: { ...trade, comment: 'run.7' } }] },
    ]
    venue.answers[2175] = () => [2176, { ...ids, order: [filled], hasMore: false }]
    expect(await account.findOrder({ clientOrderId: own })).toMatchObject({
      order: { status: 'filled' },
      position: { id: 7 },
      deals: [{ dealId: 3 }],
    })

    venue.answers[2124] = () => [2125, ids]
    expect((await account.findOrder({ clientOrderId: own }))?.position).toBeUndefined()
    await client.close()
  })

  it('[row 25] finds an order by its deal that its list does not have yet', async () => {
    const venue = bookVenue({})
    const filled = { ...order, orderStatus: OPEN, clientOrderId: 'run.7', utcLastUpdateTimestamp: Date.now() }
    venue.answers[2175] = () => [2176, { ...ids, order: [], hasMore: false }]
    venue.answers[2133] = () => [2134, { ...ids, deal: [deal], hasMore: false }]
    details(venue, filled)
    const { account, client } = await openAccount(venue)
    expect(await account.findOrder({ clientOrderId: own })).toMatchObject({ order: { status: 'filled' } })
    expect(await account.findOrder({ clientOrderId: clientOrderId('run.8') })).toBeUndefined()
    await client.close()
  })

  it.each([
    ['placed since', 0],
    ['placed ten days before it', 10 * 86_400_000],
  ])('finds an order %s that has changed long after the last quote', async (_when, ageMs) => {
    const venue = bookVenue({})
    const now = Date.now()
    const since = now - ageMs
    const changedAt = now + 12 * 3_600_000
    const expired = { ...order, orderStatus: OPEN, clientOrderId: 'run.7', utcLastUpdateTimestamp: changedAt }
    venue.answers[2175] = ({ fromTimestamp, toTimestamp }) => {
      const isIn = Number(fromTimestamp) <= changedAt && changedAt <= Number(toTimestamp)
      return [2176, { ...ids, order: isIn ? [expired] : [], hasMore: false }]
    }
    details(venue, expired)
    const { account, client } = await openAccount(venue)
    expect(await account.findOrder({ clientOrderId: own, since: since as UnixMs })).toBeDefined()
    await client.close()
  })

  it.each([
    ['in the list', true],
    ['by its deal alone', false],
  ])('[row 25] finds an entry that has only reduced a netted position %s', async (_where, isListed) => {
    const venue = bookVenue({})
    const reducing = {
      ...{ ...order, orderStatus: OPEN, clientOrderId: 'run.7', utcLastUpdateTimestamp: Date.now() },
      closingOrder: true,
    }
    const closePositionDetail = {
      ...{ entryPrice: 2630, grossProfit: 5, swap: 0, commission: 0, balance: 1_000_000 },
      closedVolume: 100,
      moneyDigits: 2,
    }
    venue.answers[2175] = () => [2176, { ...ids, order: isListed ? [reducing] : [], hasMore: false }]
    venue.answers[2133] = () => [2134, { ...ids, deal: [{ ...deal, closePositionDetail }], hasMore: false }]
    details(venue, reducing)
    const { account, client } = await openAccount(venue)
    expect(await account.findOrder({ clientOrderId: own })).toMatchObject({ order: { status: 'filled' } })
    expect(await account.findOrder({ clientOrderId: clientOrderId('run.8') })).toBeUndefined()
    await client.close()
  })

  it('[row 25] finds a position whose order is not listed, and nothing where there is nothing', async () => {
    const venue = bookVenue({
      position: [{ ...position, tradeData: { ...trade, comment: 'run.7', label: 'S03' } }],
    })
    venue.answers[2175] = () => [2176, { ...ids, order: [], hasMore: false }]
    venue.answers[2179] = () => [2180, { ...ids, deal: [deal], hasMore: false }]
    venue.answers[2133] = () => [2134, { ...ids, deal: [], hasMore: false }]
    const { account, client } = await openAccount(venue)
    expect(await account.findOrder({ clientOrderId: own, label: 'S03' })).toMatchObject({
      position: { id: 7 },
      deals: [{}],
    })
    expect(await account.findOrder({ clientOrderId: own, label: 'S04' })).toBeUndefined()
    await expect(account.findOrder({})).rejects.toMatchObject({ code: 'invalid-argument' })
    await client.close()
  })
})

describe('Turns', () => {
  it('runs the next also after one that failed', async () => {
    const turns = new Turns()
    const first = turns.take('a', () => Promise.reject(new Error('first')))
    const second = turns.take('a', () => Promise.resolve(2))
    await expect(first).rejects.toThrow('first')
    expect(await second).toBe(2)
  })
})
