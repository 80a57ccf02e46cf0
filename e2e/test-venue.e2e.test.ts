import { type Account, connect, type CTraderClient } from '@openclaw-trading/ctrader-client'
import { startTestVenue, type TestVenue } from '@openclaw-trading/ctrader-simulator/testing'
import { type Instrument, pips, type Price, unixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

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

const buy = () =>
  account.placeOrder({
    type: 'market',
    symbolId: gold.id,
    side: 'buy',
    volume: gold.minVolume,
    label: 'mine',
    // A pip of gold is 0.1 here.
    stopLoss: { pips: pips(102) },
    takeProfit: { pips: pips(298) },
  })

describe('a test venue', () => {
  it('fills at the stated price, without time passing', async () => {
    const before = venue.control.clock.now()
    await buy()
    expect(await venue.waitForOrder()).toMatchObject({
      symbol: 'XAUUSD',
      side: 'buy',
      volume: 0.01,
      label: 'mine',
    })
    expect(await venue.waitForFill()).toMatchObject({ price: 2000.2, volume: 0.01 })
    expect(venue.control.clock.now()).toBe(before)
  })

  it('trips a stop, and tells what it cost', async () => {
    await buy()
    expect(await venue.tripStop()).toMatchObject({ price: 1990, side: 'sell' })
    expect(venue.positions()).toEqual([])
  })

  it('reaches a target', async () => {
    await buy()
    const fill = await venue.reachTarget()
    expect(fill.price).toBe(2030)
    // 29.80 a contract on one ounce, and 3.5 US dollars a lot and side on a hundredth of a lot.
    expect(fill.netProfit).toBeCloseTo(29.8 - 0.08, 2)
  })

  it('says which of several levels is meant, or refuses', async () => {
    expect(() => venue.tripStop()).toThrow('0 positions have such a level')
    await buy()
    await buy()
    expect(() => venue.tripStop()).toThrow('2 positions have such a level')
    const [first] = venue.positions()
    await venue.tripStop(first?.id)
  })

  it('fills a waiting order when the price comes', async () => {
    await account.placeOrder({
      type: 'limit',
      symbolId: gold.id,
      side: 'buy',
      volume: gold.minVolume,
      limitPrice: 1995 as Price,
    })
    expect(venue.pendingOrders()).toMatchObject([{ type: 'limit', price: 1995 }])
    venue.moveTo('XAUUSD', 1994)
    expect((await venue.waitForFill()).price).toBe(1995)
  })

  it('moves time when told, to the same quotes each time', async () => {
    const run = async () => {
      const own = await startTestVenue({ moving: true, seed: 5 })
      own.advance(60_000)
      const seen = [own.control.clock.now(), own.control.price('XAUUSD')]
      await own.close()
      return seen
    }
    expect(await run()).toEqual(await run())
    const before = venue.control.clock.now()
    venue.advance(1000)
    expect(venue.control.clock.now()).toBe(before + 1000)
    expect(venue.control.price('XAUUSD').bid).toBe(2000)
  })

  it('goes into closed hours as it is told to, and refuses orders there', async () => {
    venue.control.clock.jump(unixMs(Date.UTC(2025, 0, 11, 12)))
    await expect(buy()).rejects.toMatchObject({ details: { serverCode: 'MARKET_CLOSED' } })
  })

  it('[row 45] refuses orders in the daily break, also while quotes come, and takes them an hour later', async () => {
    venue.control.clock.jump(unixMs(Date.UTC(2025, 0, 6, 22, 30)))
    const quotes = account.quotes([gold.id])[Symbol.asyncIterator]()
    await quotes.next()
    venue.moveTo('XAUUSD', 2001)
    expect((await quotes.next()).value).toMatchObject({ bid: 2001 })
    await expect(buy()).rejects.toMatchObject({ details: { serverCode: 'MARKET_CLOSED' } })
    venue.advance(3_600_000)
    venue.moveTo('XAUUSD', 2002)
    await buy()
    expect(await venue.waitForOrder()).toMatchObject({ symbol: 'XAUUSD', side: 'buy' })
    await quotes.return?.()
  })

  it('takes an order with an expiry of its own time, also before it has told any', async () => {
    const expiresAt = unixMs(venue.control.clock.now() + 3_600_000)
    expect(account.marketTime).toBeUndefined()
    const order = { type: 'limit', symbolId: gold.id, side: 'buy', volume: gold.minVolume } as const
    const timeInForce = { type: 'gtd', expiresAt } as const
    expect(await account.placeOrder({ ...order, limitPrice: 1990 as Price, timeInForce })).toMatchObject({
      status: 'accepted',
      terms: { timeInForce },
    })
    // The acceptance has told the time: now a past expiry is known for one.
    const past = { type: 'gtd', expiresAt: unixMs(venue.control.clock.now() - 1000) } as const
    await expect(
      account.placeOrder({ ...order, limitPrice: 1990 as Price, timeInForce: past }),
    ).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('says of a limit order that is ioc or fok that it is gone, or filled', async () => {
    const order = { type: 'limit', symbolId: gold.id, side: 'buy', volume: gold.minVolume } as const
    for (const type of ['ioc', 'fok'] as const) {
      const place = (limitPrice: number) =>
        account.placeOrder({ ...order, limitPrice: limitPrice as Price, timeInForce: { type } })
      expect(await place(1990)).toMatchObject({ status: 'cancelled' })
      expect(await place(2010)).toMatchObject({ status: 'filled' })
    }
  })

  it('says what did not come', async () => {
    await expect(venue.waitForFill(() => true, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'wait-timeout',
    })
  })

  it.each([
    [() => venue.moveTo('NOPE', 1), 'symbol is NOPE. Allowed: XAUUSD, EURUSD.'],
    [() => venue.moveTo('XAUUSD', 0), 'bid is 0'],
    [() => venue.moveTo('XAUUSD', 2000, 1999), 'ask is 1999'],
    [() => venue.advance(-1), 'ms is -1'],
    [() => venue.advance(32 * 86_400_000), 'Allowed: milliseconds from 0 to 2678400000'],
    [() => venue.control.clock.speed(0), 'factor is 0'],
  ])('refuses what makes no sense (%#)', (act, message) => {
    expect(act).toThrow(message)
  })

  it('lets a market that is resumed go on', async () => {
    venue.control.clock.speed(1000)
    const before = venue.control.clock.now()
    await expect.poll(() => venue.control.clock.now()).toBeGreaterThan(before)
    venue.control.clock.pause()
    const still = venue.control.clock.now()
    expect(venue.control.clock.now()).toBe(still)
  })
})
