import { existsSync } from 'node:fs'
import {
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  readTickFile,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { everyOrder } from '@openclaw-trading/bot-engine/testing'
import { type Account, connect, type CTraderClient } from '@openclaw-trading/ctrader-client'
import { startTestVenue, type TestVenue } from '@openclaw-trading/ctrader-simulator/testing'
import { type Instrument, lots, type OrderRequest, pips, unixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backtestOrders, type OrdersMarket, type Seen, tradeOrdersThroughVenue } from './orders-run.ts'
import { casesOf, skipWithout, XAUUSD_TICKS } from './requirements.ts'

const ONE_HOUR = 3_600_000
/** In winter the break of gold is from 22:00 to 23:00 UTC. */
const BREAK = unixMs(Date.UTC(2025, 0, 6, 22, 30))
const terms = { type: 'market', timeInForce: { type: 'market-on-open' } }

describe('a market order for the open, over TCP', () => {
  let venue: TestVenue
  let client: CTraderClient
  let account: Account
  let gold: Instrument

  beforeEach(async () => {
    venue = await startTestVenue({ prices: { XAUUSD: { bid: 2000, ask: 2000.2 } } })
    client = await connect(venue.connectOptions)
    account = await client.authorize(venue.accountId, venue.accessToken)
    gold = await account.instrument('XAUUSD')
  })
  afterEach(async () => {
    await client.close()
    await venue.close()
  })

  const onOpen = (): OrderRequest => ({
    type: 'market',
    symbolId: gold.id,
    side: 'buy',
    volume: gold.minVolume,
    timeInForce: { type: 'market-on-open' },
    stopLoss: { pips: pips(100) },
  })

  it('is accepted in the break, listed with its terms, and cancelled', async () => {
    venue.control.clock.jump(BREAK)
    const order = await account.placeOrder(onOpen())
    expect(order).toMatchObject({ status: 'accepted', terms: { ...terms, stopLoss: { pips: 100 } } })
    expect(await account.pendingOrders()).toEqual([order])
    expect(venue.pendingOrders()).toMatchObject([{ id: order.id, type: 'market' }])
    await expect(account.amendOrder(order.id, { volume: lots(0.02) })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(await account.cancelOrder(order.id)).toMatchObject({ status: 'cancelled' })
    venue.advance(ONE_HOUR)
    venue.moveTo('XAUUSD', 2010)
    expect(await account.pendingOrders()).toEqual([])
    expect(venue.positions()).toEqual([])
  })

  it('is filled by the first quote of the session, and its stop is measured from there', async () => {
    venue.control.clock.jump(BREAK)
    const filled = account.placeOrder(onOpen(), { until: 'filled', checkHours: true })
    await venue.waitForOrder()
    venue.moveTo('XAUUSD', 1950)
    expect(venue.positions()).toEqual([])
    venue.advance(ONE_HOUR)
    venue.moveTo('XAUUSD', 2010)
    expect(await filled).toMatchObject({ status: 'filled', terms })
    expect(await venue.waitForFill()).toMatchObject({ price: 2010.2 })
    // A pip of gold is 0.1 here.
    await expect.poll(() => venue.positions()).toMatchObject([{ entryPrice: 2010.2, stopLoss: 2000.2 }])
  })

  it('that is sent in open hours waits for the close, and for the open behind it', async () => {
    const order = await account.placeOrder(onOpen())
    expect(order).toMatchObject({ status: 'accepted' })
    venue.moveTo('XAUUSD', 2001)
    venue.control.clock.jump(BREAK)
    venue.moveTo('XAUUSD', 2002)
    expect(venue.positions()).toEqual([])
    venue.advance(ONE_HOUR)
    venue.moveTo('XAUUSD', 2003)
    expect(await venue.waitForFill()).toMatchObject({ orderId: order.id, price: 2003.2 })
  })
})

const ROWS = 30_000
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))
/** Closed for 5 of each 35 minutes, in which quotes go on. */
const OFTEN_CLOSED: OrdersMarket = {
  account: REPLAY_ACCOUNT,
  instrument: {
    ...REPLAY_XAUUSD,
    hours: {
      timeZone: 'UTC',
      sessions: Array.from({ length: 288 }, (_, nth) => ({
        startSecond: nth * 2100,
        endSecond: nth * 2100 + 1800,
      })),
      holidays: [],
    },
  },
}

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))('parity on real ticks of a market that closes', () => {
  const cases = casesOf(
    [50, 250].flatMap(latencyMs => (['lookahead', 'rewind'] as const).map(gate => ({ latencyMs, gate }))),
    ({ latencyMs, gate }) => (gate === 'lookahead') === (latencyMs === 50),
  )

  it.each(cases)(
    'holds for orders for the open at a latency of $latencyMs ms, by $gate',
    async ({ latencyMs, gate }) => {
      const day = await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL })
      const [at, bid, ask] = [day.at, day.bid, day.ask].map(column => column.subarray(0, ROWS))
      const ticks = { ...day, length: ROWS, at, bid, ask } as TickColumns
      const run = { strategy: everyOrder, venue: { latencyMs } }
      const expected = await backtestOrders(ticks, run, OFTEN_CLOSED)
      const live = await tradeOrdersThroughVenue(ticks, run, gate, OFTEN_CLOSED)
      expect(live.decisions).toEqual(expected.decisions)
      expect(live.seen.map(briefly)).toEqual(expected.seen.map(briefly))
      expect(live.trades).toEqual(expected.trades)
      const onOpen = (type: string) =>
        expected.seen.filter(
          ({ event }) => event.type === type && 'order' in event && event.order.terms?.type === 'market',
        )
      for (const type of ['order-accepted', 'order-filled', 'order-cancelled'])
        expect(onOpen(type).length).toBeGreaterThan(3)
    },
  )
})

/** An event with the time, the money and the orders that the strategy saw at it. */
function briefly({ now, event, orders, pendingEntries, equityMinor }: Seen): string {
  const ids = orders
    .map(({ id, terms: known }) => `${id} ${known?.type} ${known?.timeInForce.type}`)
    .join(',')
  return `${now} ${event.type} ${pendingEntries} ${equityMinor} [${ids}]`
}
