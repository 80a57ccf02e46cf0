import type { OrderId, PositionId } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../../data/instruments.ts'
import { createExchange } from '../exchange.ts'
import type { ExchangeOptions } from '../exchange-options.ts'
import type { Exchange, ExchangeEvent, ExchangeRequest, PendingType } from '../exchange-types.ts'
import { MAX_PENDING_ORDERS } from './pending-desk.ts'

const GOLD = REPLAY_XAUUSD.id
/** 1290.000 in points. */
const P = 129_000_000
const SPREAD = 30_000
const first = 1 as OrderId

interface Venue {
  readonly exchange: Exchange<string>
  readonly events: ExchangeEvent<string>[]
  quote(at: number, bid: number, ask?: number): void
  send(request: ExchangeRequest<string>, at: number): void
}

function venue(options: Partial<ExchangeOptions<string>> = {}): Venue {
  const events: ExchangeEvent<string>[] = []
  const exchange = createExchange<string>({
    instruments: [REPLAY_XAUUSD],
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0 },
    onEvent: event => events.push(event),
    ...options,
  })
  return {
    exchange,
    events,
    quote(at, bid, ask = bid + SPREAD) {
      while (exchange.nextDueAt < at) exchange.runDue()
      exchange.quote(GOLD, at, bid, ask)
    },
    send(request, at) {
      exchange.submit(request, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    },
  }
}

type Place = Extract<ExchangeRequest<string>, { pricePoints: number }>

function place(type: PendingType, pricePoints: number, changes: Partial<Place> = {}): Place {
  const timeInForce = type === 'market-range' ? 'ioc' : 'gtc'
  return { type, symbolId: GOLD, side: 'buy', volumeCents: 1000, pricePoints, timeInForce, ...changes }
}

const told = (events: readonly ExchangeEvent<string>[]) =>
  events.map(event =>
    !('order' in event)
      ? event.type === 'order-rejected'
        ? event.code
        : event.type
      : `${event.type}${event.server ? ' (server)' : ''} ${event.order.type} ${event.position.status}`,
  )
const fillOf = (events: readonly ExchangeEvent<string>[]) =>
  events.flatMap(event => (event.type === 'order-filled' ? [event.deal.pricePoints] : []))

describe('an order that waits (sequence G)', () => {
  it('takes its position id on acceptance, is filled by a quote as the event of the venue, then protected', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(
      place('limit', P - 100_000, {
        tag: 't',
        clientOrderId: 's.1',
        label: 'bot',
        comment: 's.1',
        stopPoints: P - 300_000,
        targetDistancePoints: 200_000,
      }),
      1500,
    )
    expect(exchange.pendingOrders).toMatchObject([{ id: 1, positionId: 1, pricePoints: P - 100_000 }])
    quote(2000, P - 130_000)
    expect(told(events)).toEqual([
      'order-accepted limit created',
      'order-filled (server) limit open',
      'order-accepted (server) protection open',
    ])
    expect(events[0]).toMatchObject({ at: 1500, tag: 't', position: { id: 1, volumeCents: 0, label: 'bot' } })
    expect(events[1]).not.toHaveProperty('tag')
    expect(events[1]).toMatchObject({
      at: 2000,
      order: { id: 1, status: 'filled', clientOrderId: 's.1', updatedAt: 2000, fillPoints: P - 100_000 },
      position: { id: 1, openedAt: 2000, entryPoints: P - 100_000, label: 'bot', comment: 's.1' },
      deal: { createdAt: 1500, executedAt: 2000, pricePoints: P - 100_000, commissionMinor: -35 },
    })
    expect(events[1]).toHaveProperty('position.stopPoints', undefined)
    expect(events[2]).toMatchObject({
      order: { id: 2, positionId: 1, stopPoints: P - 300_000, targetPoints: P + 100_000 },
    })
    expect(exchange.pendingOrders).toEqual([])
  })

  it('is cancelled on request, and is then not found', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(place('stop', P + 100_000), 1000)
    send({ type: 'cancel', orderId: first, tag: 'c' }, 1100)
    send({ type: 'cancel', orderId: first }, 1200)
    quote(2000, P + 200_000)
    expect(told(events)).toEqual([
      'order-accepted stop created',
      'order-cancelled stop closed',
      'ORDER_NOT_FOUND',
    ])
    expect(events[1]).toMatchObject({ tag: 'c', order: { status: 'cancelled', updatedAt: 1100 } })
    expect(events[2]).toMatchObject({ orderId: 1, description: 'Order not found with id 1' })
  })

  it('expires at its own instant, after the quotes of that instant and before its requests', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(place('limit', P - 100_000, { timeInForce: 'gtd', expiresAt: 2000 }), 1000)
    send(place('limit', P - 200_000, { timeInForce: 'gtd', expiresAt: 2000 }), 1000)
    expect(exchange.nextDueAt).toBe(2000)
    exchange.submit({ type: 'cancel', orderId: 2 as OrderId }, 2000)
    // The quote of 2000 still fills the first.
    exchange.quote(GOLD, 2000, P - 130_000, P - 100_000)
    while (exchange.nextDueAt <= 2000) exchange.runDue()
    expect(told(events.slice(2))).toEqual([
      'order-filled (server) limit open',
      'order-expired (server) limit closed',
      'ORDER_NOT_FOUND',
    ])
    expect(events[3]).toMatchObject({ at: 2000, order: { id: 2, status: 'expired', updatedAt: 2000 } })
    expect(exchange.nextDueAt).toBe(Number.POSITIVE_INFINITY)
  })

  it('is replaced whole by an amendment: expiry and levels that are left out go, price and volume stay', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(
      place('limit', P - 100_000, {
        timeInForce: 'gtd',
        expiresAt: 9000,
        stopPoints: P - 300_000,
        clientOrderId: 's.1',
      }),
      1000,
    )
    send({ type: 'amend-order', orderId: first, targetDistancePoints: 50_000, tag: 'a' }, 1100)
    expect(told(events)).toEqual(['order-accepted limit created', 'order-replaced limit created'])
    const [order] = exchange.pendingOrders
    expect(order).toMatchObject({
      id: 1,
      positionId: 1,
      pricePoints: P - 100_000,
      volumeCents: 1000,
      timeInForce: 'gtc',
      targetDistancePoints: 50_000,
      clientOrderId: 's.1',
      updatedAt: 1100,
    })
    expect(order).not.toHaveProperty('stopPoints')
    expect(order).not.toHaveProperty('expiresAt')
    expect(exchange.nextDueAt).toBe(Number.POSITIVE_INFINITY)
  })

  it('fills at once when a limit is moved beyond the market', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(place('limit', P - 100_000), 1000)
    send({ type: 'amend-order', orderId: first, limitPoints: P + 100_000, tag: 'a' }, 1100)
    expect(told(events.slice(1))).toEqual(['order-replaced limit created', 'order-filled limit open'])
    expect(events[2]).toMatchObject({ tag: 'a', deal: { pricePoints: P + SPREAD } })
  })
})

describe('a fill', () => {
  it.each<[string, Place, number, number]>([
    ['a buy limit', place('limit', P - 100_000), P - 400_000, P - 100_000],
    ['a sell limit', place('limit', P + 100_000, { side: 'sell' }), P + 400_000, P + 100_000],
    ['a buy stop', place('stop', P + 100_000), P + 400_000, P + 400_000 + SPREAD],
    ['a sell stop', place('stop', P - 100_000, { side: 'sell' }), P - 400_000, P - 400_000],
    [
      'a stop-limit within its range',
      place('stop-limit', P + 100_000, { rangeTicks: 3300 }),
      P + 400_000,
      P + 400_000 + SPREAD,
    ],
  ])(
    'of %s is at the limit, or at the quote that triggers it, through a gap too',
    (_name, order, bid, price) => {
      const { events, quote, send } = venue()
      quote(1000, P)
      send(order, 1000)
      quote(2000, bid)
      expect(fillOf(events)).toEqual([price])
    },
  )

  it('looks at the ask for a buy and at the bid for a sell', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(place('limit', P - 50_000), 1000)
    send(place('stop', P - 50_000, { side: 'sell' }), 1000)
    quote(2000, P - 49_900, P - 49_900)
    expect(fillOf(events)).toEqual([])
    quote(3000, P - 60_000, P - 49_900)
    expect(fillOf(events)).toEqual([P - 60_000])
    quote(4000, P - 60_000, P - 50_000)
    expect(fillOf(events)).toEqual([P - 60_000, P - 50_000])
  })

  it('of a limit is at the open when the market opens beyond it: after closed hours or half an hour of silence', () => {
    const hours = { timeZone: 'UTC', sessions: [{ startSecond: 345_600, endSecond: 345_610 }], holidays: [] }
    const closing = venue({ instruments: [{ ...REPLAY_XAUUSD, hours }] })
    closing.quote(1000, P)
    closing.send(place('limit', P - 100_000), 1000)
    closing.quote(20_000, P - 300_000)
    expect(fillOf(closing.events)).toEqual([])
    const week = 604_800_000
    closing.quote(week + 1000, P - 400_000)
    expect(fillOf(closing.events)).toEqual([P - 400_000 + SPREAD])

    const silent = venue()
    silent.quote(1000, P)
    silent.send(place('limit', P - 100_000), 1000)
    silent.quote(1_801_000, P - 400_000)
    expect(fillOf(silent.events)).toEqual([P - 400_000 + SPREAD])
  })

  it('of a limit beyond the market is at the quote, of the caller', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(place('limit', P + 500_000, { tag: 'x', timeInForce: 'fok' }), 1000)
    expect(told(events)).toEqual(['order-accepted limit created', 'order-filled limit open'])
    expect(events[1]).toMatchObject({ tag: 'x', deal: { pricePoints: P + SPREAD } })
  })

  it('pays slippage unless it is a limit', () => {
    const { events, quote, send } = venue({ venue: { latencyMs: 0, slippageTicks: 3 } })
    quote(1000, P)
    send(place('limit', P + 500_000), 1000)
    send(place('stop', P + 100_000), 1000)
    send(place('market-range', P + SPREAD, { rangeTicks: 3 }), 1000)
    send(place('market-range', P + SPREAD, { rangeTicks: 2 }), 1000)
    quote(2000, P + 100_000)
    expect(fillOf(events)).toEqual([P + SPREAD, P + SPREAD + 300, P + 100_000 + SPREAD + 300])
    expect(told(events).filter(text => text.includes('cancelled'))).toEqual([
      'order-cancelled (server) market-range closed',
    ])
  })

  it.each<[string, Place]>([
    ['immediate or cancel', place('limit', P, { timeInForce: 'ioc', tag: 't' })],
    ['fill or kill', place('limit', P, { timeInForce: 'fok', tag: 't' })],
    ['in a market range that the market has left', place('market-range', P, { rangeTicks: 299, tag: 't' })],
  ])('that is not possible at once cancels an order %s', (_name, order) => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(order, 1000)
    expect(told(events)).toEqual([
      `order-accepted ${order.type} created`,
      `order-cancelled (server) ${order.type} closed`,
    ])
    expect(events[1]).toMatchObject({ tag: 't', order: { filledCents: 0 } })
    expect(exchange.pendingOrders).toEqual([])
  })

  it('outside the range of a stop-limit, or without the margin, cancels the order', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(place('stop-limit', P + 100_000, { rangeTicks: 100 }), 1000)
    send(place('stop', P + 100_000, { volumeCents: 80_000 }), 1000)
    quote(2000, P + 400_000)
    expect(told(events.slice(2))).toEqual([
      'order-cancelled (server) stop-limit closed',
      'order-cancelled (server) stop closed',
    ])
  })
})

describe('the order of events of one quote', () => {
  it('is protection by position id, then orders by order id, and a new position is protected from the next on', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    // Position 1 and 2 wait, position 3 opens first.
    send(place('limit', P - 200_000, { stopDistancePoints: 100 }), 1000)
    send(place('limit', P - 100_000, { stopDistancePoints: 900_000 }), 1000)
    send({ type: 'market', symbolId: GOLD, side: 'buy', volumeCents: 100, stopDistancePoints: 230_000 }, 1000)
    quote(2000, P - 130_000)
    events.length = 0
    quote(3000, P - 300_000)
    const seen = () => events.map(event => 'order' in event && `${event.type} ${event.position.id}`)
    expect(seen()).toEqual(['order-filled 3', 'order-filled 1', 'order-accepted 1'])
    quote(3000, P - 2_000_000)
    expect(seen().slice(3)).toEqual(['order-filled 1', 'order-filled 2'])
  })
})

describe('a pending order', () => {
  it.each<[string, string, Partial<Place> & { type: PendingType; pricePoints: number }]>([
    ['a buy stop at the ask', 'TRADING_BAD_PRICES', place('stop', P + SPREAD)],
    ['a sell stop above the bid', 'TRADING_BAD_PRICES', place('stop', P + 100, { side: 'sell' })],
    ['a price off the digits', 'TRADING_BAD_PRICES', place('limit', P - 50)],
    ['a price of 0', 'TRADING_BAD_PRICES', place('limit', 0)],
    ['a stop-limit without a range', 'TRADING_BAD_PRICES', place('stop-limit', P + 100_000)],
    [
      'an expiry that has passed',
      'TRADING_BAD_EXPIRATION_DATE',
      place('limit', P, { timeInForce: 'gtd', expiresAt: 1000 }),
    ],
    ['a date without an expiry', 'TRADING_BAD_EXPIRATION_DATE', place('limit', P, { timeInForce: 'gtd' })],
    ['an expiry until cancelled', 'TRADING_BAD_EXPIRATION_DATE', place('limit', P, { expiresAt: 9000 })],
    ['a stop at once', 'TRADING_BAD_EXPIRATION_DATE', place('stop', P + 100_000, { timeInForce: 'ioc' })],
    ['a stop loss above its price', 'TRADING_BAD_STOPS', place('limit', P - 100_000, { stopPoints: P })],
    [
      'a target at its price',
      'TRADING_BAD_STOPS',
      place('limit', P - 100_000, { targetPoints: P - 100_000 }),
    ],
    [
      'a level twice',
      'TRADING_BAD_STOPS',
      place('limit', P - 100_000, { stopPoints: P - 200_000, stopDistancePoints: 100_000 }),
    ],
    ['a volume off the step', 'TRADING_BAD_VOLUME', place('limit', P - 100_000, { volumeCents: 150 })],
    ['an unknown symbol', 'SYMBOL_NOT_FOUND', place('limit', P, { symbolId: 7 as typeof GOLD })],
  ])('with %s is refused with %s', (_name, code, request) => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send({ ...(request as Place), tag: 'x' }, 1000)
    expect(events).toEqual([expect.objectContaining({ type: 'order-rejected', code, tag: 'x' })])
    expect(exchange.pendingOrders).toEqual([])
  })

  it.each<[string, Partial<Place> & { type: PendingType; pricePoints: number }]>([
    [
      'Price of a BUY STOP order should be > current ASK. current: 1290.3, price: 1290.25',
      place('stop', P + 25_000),
    ],
    ['1289.9995 is not a price of the symbol', place('limit', P - 50)],
    ['The expiry lies 0.1 s in the past', place('limit', P, { timeInForce: 'gtd', expiresAt: 900 })],
    ['An order that is good till a date needs an expiry', place('limit', P, { timeInForce: 'gtd' })],
    ['Stop distance -1 is not above 0 in steps of 0.001', place('limit', P - 100_000, { stopPoints: P })],
  ])('is told in prices and seconds why it is refused: %s', (description, request) => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send({ ...(request as Place), tag: 'x' }, 1000)
    expect(events).toEqual([expect.objectContaining({ type: 'order-rejected', description })])
  })

  it.each<[string, string, ExchangeRequest<string>]>([
    ['of an unknown order', 'ORDER_NOT_FOUND', { type: 'amend-order', orderId: 9 as OrderId }],
    ['with a stop price', 'UNABLE_TO_AMEND_ORDER', { type: 'amend-order', orderId: first, triggerPoints: P }],
    ['with a range', 'UNABLE_TO_AMEND_ORDER', { type: 'amend-order', orderId: first, rangeTicks: 1 }],
    ['with a bad stop', 'TRADING_BAD_STOPS', { type: 'amend-order', orderId: first, stopPoints: P }],
  ])('keeps what it was when an amendment %s is refused with %s', (_name, code, request) => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(place('limit', P - 100_000, { stopPoints: P - 200_000 }), 1000)
    const before = exchange.pendingOrders
    send(request, 1100)
    expect(told(events).at(-1)).toBe(code)
    expect(exchange.pendingOrders).toEqual(before)
  })

  it('may be placed in closed hours, unless it must fill at once, but not before the first quote', () => {
    const hours = { timeZone: 'UTC', sessions: [{ startSecond: 0, endSecond: 10 }], holidays: [] }
    const { events, quote, send } = venue({ instruments: [{ ...REPLAY_XAUUSD, hours }] })
    send(place('limit', P + 500_000), 500)
    quote(1000, P)
    send(place('limit', P + 500_000), 1000)
    send(place('limit', P + 500_000, { timeInForce: 'ioc' }), 1000)
    send(place('market-range', P, { rangeTicks: 9000 }), 1000)
    expect(told(events)).toEqual([
      'NO_QUOTES',
      'order-accepted limit created',
      'MARKET_CLOSED',
      'MARKET_CLOSED',
    ])
  })

  it('is one of at most 1,000', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    for (let i = 0; i <= MAX_PENDING_ORDERS; i++) send(place('limit', P - 100_000), 1000)
    expect(told(events).at(-1)).toBe('TOO_MANY_POSITIONS')
    expect(exchange.pendingOrders).toHaveLength(MAX_PENDING_ORDERS)
  })
})

describe('a bar', () => {
  const bar = (exchange: Exchange<string>, high: number, low: number) =>
    exchange.bar(GOLD, 60_999, high, low, low, SPREAD)

  it('fills orders at their own price, and a limit that its open has passed at the open', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(place('limit', P - 100_000), 1000)
    send(place('stop', P + 100_000), 1000)
    send(place('limit', P - 150_000), 1000)
    exchange.quote(GOLD, 2000, P - 200_000, P - 170_000, true)
    bar(exchange, P + 300_000, P - 250_000)
    expect(fillOf(events)).toEqual([P - 170_000, P - 170_000, P + 100_000])
  })

  it('counts the stop of a position that it opens, and not the target', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    const levels = { stopDistancePoints: 100_000, targetDistancePoints: 100_000 }
    send(place('limit', P - 100_000, levels), 1000)
    send(place('stop', P + 100_000, { ...levels, stopDistancePoints: 900_000 }), 1000)
    bar(exchange, P + 300_000, P - 300_000)
    expect(fillOf(events)).toEqual([P - 100_000, P + 100_000, P - 200_000])
    expect(exchange.positions).toMatchObject([{ id: 2 }])
  })

  it('lets an order that expires within it work until its end', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(place('limit', P - 100_000, { timeInForce: 'gtd', expiresAt: 30_000 }), 1000)
    send(place('limit', P - 900_000, { timeInForce: 'gtd', expiresAt: 30_000 }), 1000)
    bar(exchange, P, P - 300_000)
    expect(told(events.slice(2))).toEqual([
      'order-filled (server) limit open',
      'order-expired (server) limit closed',
    ])
  })
})

describe('an exchange with pending orders', () => {
  const request = fc.oneof(
    fc.record({
      type: fc.constantFrom<PendingType>('limit', 'stop', 'stop-limit', 'market-range'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      offset: fc.integer({ min: -1500, max: 1500 }),
      life: fc.option(fc.integer({ min: -50, max: 900 }), { nil: undefined }),
      level: fc.integer({ min: 1, max: 1500 }),
    }),
    fc.record({ cancel: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ amend: fc.integer({ min: 1, max: 12 }), offset: fc.integer({ min: -1500, max: 1500 }) }),
    fc.record({ close: fc.integer({ min: 1, max: 12 }) }),
  )
  const step = fc.record({
    move: fc.integer({ min: -1500, max: 1500 }),
    request: fc.option(request, { nil: undefined }),
  })
  type Step = {
    move: number
    request: (typeof request extends fc.Arbitrary<infer R> ? R : never) | undefined
  }

  function toRequest(
    given: NonNullable<Step['request']>,
    price: number,
    at: number,
  ): ExchangeRequest<string> {
    if ('cancel' in given) return { type: 'cancel', orderId: given.cancel as OrderId }
    if ('close' in given) return { type: 'close', positionId: given.close as PositionId, volumeCents: 1000 }
    const pricePoints = price + given.offset * 100
    if ('amend' in given)
      return { type: 'amend-order', orderId: given.amend as OrderId, limitPoints: pricePoints }
    const { type, side, life, level } = given
    const isRanged = type === 'stop-limit' || type === 'market-range'
    const isDated = life !== undefined && type !== 'market-range'
    return place(type, pricePoints, {
      side,
      stopDistancePoints: level * 100,
      ...(isRanged && { rangeTicks: level }),
      ...(isDated && { timeInForce: 'gtd' as const, expiresAt: at + life }),
    })
  }

  function drive({ exchange, quote }: Venue, steps: readonly Step[], from: number, to: number): void {
    let price = P
    steps.forEach(({ move, request: given }, index) => {
      price += move * 100
      if (index < from || index >= to) return
      const at = 1000 + index * 50
      quote(at, price)
      if (given !== undefined) exchange.submit(toRequest(given, price, at), at)
    })
  }

  it('goes on exactly where its state was taken', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 60 }), fc.nat(60), (steps, cut) => {
        const model = { venue: { latencyMs: 70 } }
        const whole = venue(model)
        drive(whole, steps, 0, steps.length)
        const early = venue(model)
        drive(early, steps, 0, cut)
        const late = venue({ ...model, state: JSON.parse(JSON.stringify(early.exchange.state())) })
        drive(late, steps, cut, steps.length)
        expect([...early.events, ...late.events.slice(0)]).toEqual(whole.events)
        expect(late.exchange.state()).toEqual(whole.exchange.state())
      }),
      { numRuns: 200 },
    )
  })

  it('keeps every promise of an order: one end, no worse price than stated, no life after its end', () => {
    let fills = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), steps => {
        const made = venue({ venue: { latencyMs: 70 } })
        drive(made, steps, 0, steps.length)
        const working = new Set<number>()
        let balance = REPLAY_ACCOUNT.balanceMinor
        let last = 0
        for (const event of made.events) {
          if (!('order' in event)) continue
          const { order } = event
          expect(event.at).toBeGreaterThanOrEqual(last)
          last = event.at
          if (event.type === 'order-filled' && event.deal.closing !== undefined) {
            const { grossMinor, commissionMinor, balanceMinor } = event.deal.closing
            balance += grossMinor + commissionMinor
            expect(balanceMinor).toBe(balance)
          }
          if (order.pricePoints === undefined) continue
          expect(order.expiresAt ?? event.at).toBeGreaterThanOrEqual(event.at)
          expect(working.has(order.id)).toBe(event.type !== 'order-accepted')
          if (event.type === 'order-accepted' || event.type === 'order-replaced') working.add(order.id)
          else working.delete(order.id)
          if (event.type !== 'order-filled') continue
          fills += 1
          const beyond = (event.deal.pricePoints - order.pricePoints) * (order.side === 'buy' ? 1 : -1)
          if (order.type === 'limit') expect(beyond).toBeLessThanOrEqual(0)
          else if (order.type === 'stop') expect(beyond).toBeGreaterThanOrEqual(0)
          else expect(beyond).toBeLessThanOrEqual((order.rangeTicks ?? 0) * 100)
        }
        expect(made.exchange.balanceMinor).toBe(balance)
        expect(made.exchange.pendingOrders.map(({ id }) => id)).toEqual([...working])
        const ids = made.exchange.positions.map(({ id }) => id)
        expect(ids).toEqual([...ids].sort((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
    expect(fills).toBeGreaterThan(300)
  })
})
