import { type Account, connect, type CTraderClient, tlsTransport } from '@openclaw-trading/ctrader-client'
import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import {
  accountId,
  clientOrderId,
  type Instrument,
  offsetPrice,
  type Order,
  pips,
  type PositionId,
  type Quote,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

let venue: Simulator
let client: CTraderClient
let account: Account
let gold: Instrument

beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock', speed: 120 }, seed: 11 })
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  client = await connect({
    environment: 'demo',
    application: { clientId, clientSecret },
    transport: tlsTransport({ host: venue.host, port: venue.port, ca: venue.ca ?? '' }),
  })
  account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
  gold = await account.instrument('XAUUSD')
})
// What a failed try has left would be in the way of the next.
afterEach(async () => {
  for (const { id } of await account.pendingOrders()) await account.cancelOrder(id)
  await account.closePositions({})
})
afterAll(async () => {
  await client.close()
  await venue.close()
})

async function firstOf<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) if (found.push(item) >= count) break
  return found
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

async function quoteNow(): Promise<Quote> {
  const [quote] = await firstOf(account.quotes([gold.id]), 1)
  if (quote === undefined) throw new Error('no quote')
  return quote
}

const buy = (label: string): Promise<Order> =>
  account.placeOrder({
    type: 'market',
    symbolId: gold.id,
    side: 'buy',
    volume: gold.minVolume,
    label,
    clientOrderId: clientOrderId(`${label}.1`),
    stopLoss: { pips: pips(2000) },
    takeProfit: { pips: pips(2000) },
  })
/** Everything up to now, and a little of what is to come: the venue's clock runs fast. */
const untilNow = (from: number) => ({
  from: from as UnixMs,
  to: ((account.marketTime ?? 0) + 60_000) as UnixMs,
})

describe('the market of an account, against the simulated venue', () => {
  it('yields the newest quotes to a slow reader, and listeners hear the same', async () => {
    const heard: Quote[] = []
    const onQuote = (quote: Quote): void => void heard.push(quote)
    account.on('quote', onQuote)
    const quotes = account.quotes([gold.id])
    await quotes.next()
    while (heard.length < 20) await new Promise(resolve => setTimeout(resolve, 20))
    const { value } = await quotes.next()
    expect(heard.at(-1)).toEqual(value)
    account.off('quote', onQuote)
    await quotes.return?.()
  })

  it('[row 35] tells bars as they form and close, of two timeframes at once', async () => {
    const [m1, m2] = await Promise.all([
      firstOf(account.bars(gold.id, 'm1', { forming: true }), 30),
      firstOf(account.bars(gold.id, 'm2'), 1),
    ])
    expect(new Set(m1.map(told => told.type))).toContain('bar-updated')
    expect(m2).toMatchObject([{ type: 'bar-closed', bar: { timeframe: 'm2' } }])
    for (const told of m1) {
      if (told.type === 'resynced') throw new Error('no gap here')
      expect(told.bar.high).toBeGreaterThanOrEqual(Math.max(told.bar.open, told.bar.close))
      expect(told.bar.low).toBeLessThanOrEqual(Math.min(told.bar.open, told.bar.close))
    }
  })

  it('closes a live bar at what the history says of it', async () => {
    const [told] = await firstOf(account.bars(gold.id, 'm1'), 1)
    if (told?.type !== 'bar-closed') throw new Error('no closed bar')
    const [past] = await all(
      account.history.bars(gold.id, 'm1', { from: told.bar.openedAt, to: (told.bar.openedAt + 1) as UnixMs }),
    )
    // Quotes that leave the bid where it was come without the bar: the last of them may count in the history alone.
    expect(past).toEqual({ ...told.bar, tickVolume: expect.any(Number) })
    expect((past?.tickVolume ?? 0) - told.bar.tickVolume).toBeLessThanOrEqual(3)
  })

  it('keeps a book whose sides do not cross', async () => {
    const books = await firstOf(account.depth(gold.id), 5)
    for (const { bids, asks } of books) {
      expect(bids.length * asks.length).toBeGreaterThan(0)
      expect(bids[0]?.price).toBeLessThan(asks[0]?.price ?? 0)
      expect(bids.map(({ price }) => price)).toEqual(bids.map(({ price }) => price).toSorted((a, b) => b - a))
    }
  })

  it('tells ticks and quotes of the past as they were told live', async () => {
    const live = await firstOf(account.quotes([gold.id], { every: true }), 40)
    const [first, last] = [live[0], live.at(-1)]
    if (first === undefined || last === undefined) throw new Error('no quotes')
    const range = { from: first.at, to: (last.at + 1) as UnixMs }
    const bids = await all(account.history.ticks(gold.id, 'bid', range))
    expect(bids.length).toBeGreaterThan(5)
    expect(bids.map(({ at }) => at)).toEqual(bids.map(({ at }) => at).toSorted((a, b) => a - b))
    const quotes = await all(account.history.quotes(gold.id, range))
    expect(quotes.at(-1)).toMatchObject({ bid: last.bid, ask: last.ask })
  })

  it('lists symbols with their categories', async () => {
    const listed = await account.symbols()
    expect(listed.find(({ name }) => name === 'XAUUSD')).toMatchObject({
      id: gold.id,
      base: 'XAU',
      quote: 'USD',
      assetClass: expect.any(String),
      category: expect.any(String),
    })
  })
})

describe('orders of an account, against the simulated venue', () => {
  it('[row 20] moves the target and keeps the stop', async () => {
    const order = await buy('edit')
    const id = order.positionId as PositionId
    const [before] = await account.positions({ label: 'edit' })
    if (before?.takeProfit === undefined) throw new Error('no target')
    const takeProfit = offsetPrice(gold, before.takeProfit, pips(100))
    expect(await account.editProtection(id, { takeProfit })).toMatchObject({
      stopLoss: before.stopLoss,
      takeProfit,
    })
    expect((await account.editProtection(id, { stopLoss: null })).takeProfit).toBe(takeProfit)
    expect((await account.positions({ label: 'edit' }))[0]?.stopLoss).toBeUndefined()
    await account.closePosition(id)
  })

  it('[row 19] takes the levels of a market order as prices', async () => {
    const quote = await quoteNow()
    const order = await account.placeOrder({
      type: 'market',
      symbolId: gold.id,
      side: 'sell',
      volume: gold.minVolume,
      label: 'levels',
      stopLoss: offsetPrice(gold, quote.ask, pips(3000)),
      takeProfit: offsetPrice(gold, quote.bid, pips(-3000)),
    })
    const [position] = await account.positions({ label: 'levels' })
    expect(position?.stopLoss).toBeGreaterThan(position?.takeProfit ?? Number.POSITIVE_INFINITY)
    await account.closePosition(order.positionId as PositionId)
  })

  it('[row 12] answers a pending order with its acceptance, or with what becomes of it', async () => {
    const { ask } = await quoteNow()
    const limit = {
      type: 'limit',
      symbolId: gold.id,
      side: 'buy',
      volume: gold.minVolume,
      limitPrice: offsetPrice(gold, ask, pips(-5000)),
    } as const
    const resting = await account.placeOrder(limit)
    expect(resting.status).toBe('accepted')
    const filled = account.placeOrder(
      { ...limit, limitPrice: offsetPrice(gold, ask, pips(500)) },
      { until: 'filled' },
    )
    expect(await filled).toMatchObject({ status: 'filled' })
    await account.editOrder(resting.id, { stopLoss: { pips: pips(100) } })
    expect(await account.pendingOrders()).toMatchObject([
      { id: resting.id, terms: { stopLoss: { pips: 100 } } },
    ])
    expect((await account.cancelOrder(resting.id)).status).toBe('cancelled')
    await account.closePositions({})
  })

  it('[row 25] [row 31] finds what became of an order by our id, before and after it is closed', async () => {
    const since = (account.marketTime ?? 0) as UnixMs
    const order = await buy('find')
    const search = { clientOrderId: clientOrderId('find.1'), since }
    expect(await account.findOrder(search)).toMatchObject({
      order: { id: order.id, status: 'filled' },
      position: { id: order.positionId },
      deals: [{ orderId: order.id }],
    })
    const [outcome] = await account.closePositions({ label: 'find' })
    expect(outcome?.type).toBe('closed')
    const found = await account.findOrder(search)
    expect([found?.order?.id, found?.position]).toEqual([order.id, undefined])
    expect(await account.findOrder({ clientOrderId: clientOrderId('never.1') })).toBeUndefined()
  })

  it('[row 29] tells a closed trade in the history: its orders, its deals, and how they offset', async () => {
    const since = account.marketTime ?? 0
    const order = await buy('past')
    const id = order.positionId as PositionId
    const fill = await account.closePosition(id)
    const deals = await all(account.history.dealsOf(id))
    expect(deals.map(deal => deal.closing === undefined)).toEqual([true, false])
    expect(deals[1]).toMatchObject({ dealId: fill.dealId, closing: fill.closing, symbolId: gold.id })
    const told = (await all(account.history.deals(untilNow(since)))).filter(deal => deal.positionId === id)
    expect(told).toEqual(deals)
    const orders = await all(account.history.ordersOf(id))
    expect(orders.map(({ kind }) => kind)).toContain('market')
    expect((await account.history.order(order.id)).deals).toEqual([deals[0]])
    const offsets = await account.history.offsets(fill.dealId, gold.id)
    expect(offsets.closes.concat(offsets.closedBy)).toHaveLength(1)
  })
})

describe('money of an account, against the simulated venue', () => {
  it('reckons the profit of a position as the server does', async () => {
    const order = await buy('money')
    const [position] = await account.positions({ label: 'money' })
    if (position === undefined) throw new Error('no position')
    const local = await account.profit(position)
    expect(local.gross.currency).toBe('USD')
    const equity = await account.equity()
    expect(equity.balance.minor + (await account.unrealizedProfits()).length).toBeGreaterThan(0)
    expect(equity.freeMargin.minor).toBe(equity.equity.minor - equity.margin.minor)
    await account.closePosition(order.positionId as PositionId)
  })
})
