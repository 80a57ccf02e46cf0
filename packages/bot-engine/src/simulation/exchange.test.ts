import type { Instrument, PositionId, SymbolId } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { createExchange, MAX_WAITING_REQUESTS } from './exchange.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { Exchange, ExchangeEvent, ExchangeRequest } from './exchange-types.ts'

const GOLD = REPLAY_XAUUSD.id
/** 1290.000 in points. */
const P = 129_000_000
/** 0.10 lots. */
const TENTH = 1000

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
    quote: (at, bid, ask = bid + 30_000) => exchange.quote(GOLD, at, bid, ask),
    send(request, at) {
      exchange.submit(request, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    },
  }
}

function buy(
  changes: Partial<Extract<ExchangeRequest<string>, { type: 'market' }>> = {},
): ExchangeRequest<string> {
  return { type: 'market', symbolId: GOLD, side: 'buy', volumeCents: TENTH, ...changes }
}

const told = (events: readonly ExchangeEvent<string>[]) =>
  events.map(event =>
    !('order' in event)
      ? event.type === 'order-rejected'
        ? event.code
        : event.type
      : `${event.type}${event.server ? ' (server)' : ''} ${event.order.type} ${event.position.status} ${event.position.volumeCents}`,
  )

describe('a market order', () => {
  it('is accepted and filled at the ask, without protection (sequence A)', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(buy({ tag: 't', clientOrderId: 's.1', label: 'bot', comment: 's.1' }), 1500)
    expect(told(events)).toEqual(['order-accepted market created 0', 'order-filled market open 1000'])
    expect(events[1]).toMatchObject({
      at: 1500,
      tag: 't',
      order: {
        id: 1,
        positionId: 1,
        status: 'filled',
        filledCents: 1000,
        fillPoints: P + 30_000,
        clientOrderId: 's.1',
      },
      position: {
        id: 1,
        entryPoints: P + 30_000,
        openedAt: 1500,
        commissionMinor: -35,
        label: 'bot',
        comment: 's.1',
      },
      deal: { id: 1, pricePoints: P + 30_000, commissionMinor: -35, executedAt: 1500 },
    })
    expect(exchange.balanceMinor).toBe(1_000_000)
  })

  it('gets its protection in a third event, with levels from the fill (sequence B)', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(buy({ side: 'sell', stopDistancePoints: 100_000, targetDistancePoints: 200_000 }), 1000)
    expect(told(events)).toEqual([
      'order-accepted market created 0',
      'order-filled market open 1000',
      'order-accepted (server) protection open 1000',
    ])
    expect(events[1]).toHaveProperty('position.stopPoints', undefined)
    expect(events[2]).toMatchObject({
      order: { id: 2, side: 'buy', closing: true, stopPoints: P + 100_000, targetPoints: P - 200_000 },
      position: { stopPoints: P + 100_000, targetPoints: P - 200_000, protectionOrderId: 2 },
    })
  })

  it('fills at the last quote not after its due instant, and not before it', () => {
    const { events, quote, exchange } = venue({ venue: { latencyMs: 50 } })
    quote(1000, P)
    exchange.submit(buy(), 1000)
    expect(exchange.nextDueAt).toBe(1050)
    quote(1050, P + 1000)
    exchange.runDue()
    expect(events[1]).toMatchObject({ at: 1050, deal: { pricePoints: P + 31_000 } })
    expect(exchange.nextDueAt).toBe(Number.POSITIVE_INFINITY)
  })

  it('never overtakes an order that came earlier', () => {
    const { exchange, quote } = venue({ venue: { latencyMs: 50 } })
    quote(1000, P)
    exchange.submit(buy(), 2000)
    exchange.submit(buy(), 1900)
    exchange.runDue()
    expect(exchange.nextDueAt).toBe(2050)
  })

  it('pays the slippage of the venue', () => {
    const { events, quote, send } = venue({ venue: { latencyMs: 0, slippageTicks: 3 } })
    quote(1000, P)
    send(buy(), 1000)
    send(buy({ side: 'sell' }), 1000)
    expect(events[1]).toMatchObject({ deal: { pricePoints: P + 30_300 } })
    expect(events[3]).toMatchObject({ deal: { pricePoints: P - 300 } })
  })

  const closedOnDayOne: Instrument = {
    ...REPLAY_XAUUSD,
    hours: { timeZone: 'UTC', sessions: [{ startSecond: 0, endSecond: 10 }], holidays: [] },
  }
  it.each<[string, string, Partial<ExchangeOptions<string>>, ExchangeRequest<string>]>([
    ['outside the hours [row 45]', 'MARKET_CLOSED', { instruments: [closedOnDayOne] }, buy()],
    ['below the minimum', 'TRADING_BAD_VOLUME', {}, buy({ volumeCents: 50 })],
    ['off the step', 'TRADING_BAD_VOLUME', {}, buy({ volumeCents: 150 })],
    ['above the maximum', 'TRADING_BAD_VOLUME', {}, buy({ volumeCents: 1_000_100 })],
    ['without the margin', 'NOT_ENOUGH_MONEY', {}, buy({ volumeCents: 80_000 })],
    ['with a stop off the digits', 'TRADING_BAD_STOPS', {}, buy({ stopDistancePoints: 150 })],
    [
      'with a target below zero',
      'TRADING_BAD_STOPS',
      {},
      buy({ side: 'sell', targetDistancePoints: P + 100 }),
    ],
    ['of an unknown symbol', 'SYMBOL_NOT_FOUND', {}, buy({ symbolId: 7 as SymbolId })],
  ])('%s is refused with %s', (_name, code, options, request) => {
    const { events, quote, send, exchange } = venue(options)
    quote(1000, P)
    send({ ...request, tag: 'x' }, 1000)
    expect(events).toEqual([expect.objectContaining({ type: 'order-rejected', code, tag: 'x', at: 1000 })])
    expect(exchange.positions).toEqual([])
  })

  it('before the first quote is refused with NO_QUOTES', () => {
    const { events, send } = venue()
    send(buy(), 1000)
    expect(told(events)).toEqual(['NO_QUOTES'])
  })

  it('is refused when open losses have used up the margin', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(buy({ volumeCents: 40_000 }), 1000)
    quote(2000, P - 1_000_000)
    send(buy({ volumeCents: 10_000 }), 2000)
    expect(told(events).at(-1)).toBe('NOT_ENOUGH_MONEY')
  })
})

describe('a close', () => {
  const first = 1 as PositionId

  it('of a bare position is accepted and filled, and moves the balance (sequence E)', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(buy(), 1000)
    quote(2000, P + 130_000)
    send({ type: 'close', positionId: first, volumeCents: TENTH, tag: 'c' }, 2000)
    expect(told(events.slice(2))).toEqual(['order-accepted market open 1000', 'order-filled market closed 0'])
    // 0.10 lots × 1.00 USD = 10.00, less 0.35 a side.
    expect(events[3]).toMatchObject({
      tag: 'c',
      order: { side: 'sell', closing: true },
      deal: {
        commissionMinor: -35,
        closing: { grossMinor: 1000, commissionMinor: -70, balanceMinor: 1_000_930 },
      },
    })
    expect(exchange.balanceMinor).toBe(1_000_930)
  })

  it('of a protected position leaves it created until its protection is cancelled (sequence E)', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(buy({ stopDistancePoints: 500_000 }), 1000)
    send({ type: 'close', positionId: first, volumeCents: TENTH }, 1000)
    expect(told(events.slice(3))).toEqual([
      'order-accepted market open 1000',
      'order-filled market created 0',
      'order-cancelled (server) protection closed 0',
    ])
    expect(events[4]).toMatchObject({ position: { stopPoints: P - 470_000 } })
  })

  it('of a part shrinks the protection and splits the opening commission without loss (sequence D)', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(buy({ volumeCents: 300, stopDistancePoints: 500_000 }), 1000)
    send({ type: 'close', positionId: first, volumeCents: 100 }, 1000)
    send({ type: 'close', positionId: first, volumeCents: 200 }, 1000)
    expect(told(events.slice(3, 6))).toEqual([
      'order-accepted market open 300',
      'order-filled market open 200',
      'order-replaced (server) protection open 200',
    ])
    const shares = events.flatMap(event =>
      event.type === 'order-filled' && event.deal.closing !== undefined
        ? [event.deal.closing.commissionMinor - event.deal.commissionMinor]
        : [],
    )
    // 3 × 3.5 cents = 11 (10.5 rounded away) is charged, in the parts 4 and 7.
    expect(shares).toEqual([-4, -7])
    expect(exchange.positions).toEqual([])
  })

  it('of a position that protection has just closed is refused with POSITION_NOT_FOUND', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(buy({ stopDistancePoints: 500_000 }), 1000)
    quote(2000, P - 500_000)
    send({ type: 'close', positionId: first, volumeCents: TENTH }, 2000)
    expect(events.at(-1)).toMatchObject({ code: 'POSITION_NOT_FOUND', positionId: 1 })
  })

  it('of more than is open is refused', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(buy(), 1000)
    send({ type: 'close', positionId: first, volumeCents: TENTH + 100 }, 1000)
    expect(told(events).at(-1)).toBe('TRADING_BAD_VOLUME')
  })
})

describe('protection', () => {
  it('closes with one single event at the price of the quote, through a gap (sequence F)', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(buy({ stopDistancePoints: 500_000, targetDistancePoints: 500_000 }), 1000)
    quote(2000, P - 900_000)
    expect(told(events.slice(3))).toEqual(['order-filled (server) protection closed 0'])
    expect(events[3]).toMatchObject({
      order: {
        id: 2,
        fillPoints: P - 900_000,
        stopPoints: P - 470_000,
        targetPoints: P + 530_000,
        filledCents: 1000,
      },
      deal: {
        side: 'sell',
        pricePoints: P - 900_000,
        closing: { entryPoints: P + 30_000, grossMinor: -9300 },
      },
    })
    expect(events[3]).not.toHaveProperty('tag')
    expect(exchange.positions).toEqual([])
  })

  it('watches the bid for a long and the ask for a short', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    send(buy({ targetDistancePoints: 100_000 }), 1000)
    send(buy({ side: 'sell', stopDistancePoints: 100_000 }), 1000)
    // The ask reaches the long's target, the bid the short's stop: neither counts.
    quote(2000, P + 99_900, P + 99_900)
    expect(events).toHaveLength(6)
    quote(3000, P + 99_900, P + 100_000)
    expect(events.at(-1)).toMatchObject({ position: { id: 2 }, deal: { pricePoints: P + 100_000 } })
    quote(4000, P + 130_000, P + 160_000)
    expect(events.at(-1)).toMatchObject({ position: { id: 1 }, deal: { pricePoints: P + 130_000 } })
  })

  it('is checked from the next quote on, in ascending position id', () => {
    const { events, quote, send } = venue()
    quote(1000, P)
    // The spread is wider than the stop: hit at once, but not by the quote it was filled on.
    send(buy({ stopDistancePoints: 10_000 }), 1000)
    send(buy({ stopDistancePoints: 20_000 }), 1000)
    expect(events).toHaveLength(6)
    quote(1000, P)
    expect(events.slice(6).map(event => 'order' in event && event.position.id)).toEqual([1, 2])
  })

  it('stays as it was when the money of its fill is beyond all whole numbers', () => {
    const account = { ...REPLAY_ACCOUNT, balanceMinor: Number.MAX_SAFE_INTEGER - 100 }
    const { exchange, quote, send } = venue({ account })
    quote(1000, P)
    send(buy({ targetDistancePoints: 1_000_000 }), 1000)
    const before = exchange.state()
    expect(() => quote(2000, P + 2_000_000)).toThrow('[invalid-options]')
    expect(exchange.state().protectionOrders).toEqual(before.protectionOrders)
  })
})

describe('an amendment', () => {
  const amend = (levels: { stopPoints?: number; targetPoints?: number }): ExchangeRequest<string> => ({
    type: 'amend-protection',
    positionId: 1 as PositionId,
    ...levels,
  })

  function withPosition(levels = {}): Venue {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(levels), 1000)
    made.events.length = 0
    return made
  }

  it('of a bare position makes a protection order, replaces it, and cancels it when both levels go (sequence C)', () => {
    const { events, send, exchange } = withPosition()
    send(amend({ stopPoints: P - 100_000 }), 1000)
    send(amend({ stopPoints: P - 50_000, targetPoints: P + 100_000 }), 1000)
    expect(exchange.protectionOrders).toMatchObject([
      { id: 2, stopPoints: P - 50_000, targetPoints: P + 100_000 },
    ])
    send(amend({}), 1000)
    expect(told(events)).toEqual([
      'order-accepted (server) protection open 1000',
      'order-replaced protection open 1000',
      'order-cancelled (server) protection open 1000',
    ])
    expect(events.map(event => 'order' in event && event.order.id)).toEqual([2, 2, 2])
    expect(exchange.protectionOrders).toEqual([])
  })

  it('removes a level that is left out', () => {
    const { events, send } = withPosition({ stopDistancePoints: 100_000, targetDistancePoints: 100_000 })
    send(amend({ targetPoints: P + 200_000 }), 1000)
    expect(events[0]).toHaveProperty('position.stopPoints', undefined)
  })

  it.each([
    ['a stop at the bid', { stopPoints: P }],
    ['a stop off the digits', { stopPoints: P - 50 }],
    ['a target below the bid', { targetPoints: P - 100 }],
    ['a good stop with a bad target', { stopPoints: P - 100_000, targetPoints: P - 100 }],
    ['nothing on a bare position', {}],
  ])('with %s is refused whole', (_name, levels) => {
    const { events, send, exchange } = withPosition()
    send(amend(levels), 1000)
    expect(told(events)).toEqual(['TRADING_BAD_STOPS'])
    expect(exchange.protectionOrders).toEqual([])
  })

  it('accepts a target at the bid', () => {
    const { events, send } = withPosition()
    send(amend({ targetPoints: P }), 1000)
    expect(told(events)).toEqual(['order-accepted (server) protection open 1000'])
  })

  it('keeps the least distances of the symbol', () => {
    const costs = { ...REPLAY_XAUUSD.costs, minStopDistance: 100 }
    const { events, quote, send } = venue({ instruments: [{ ...REPLAY_XAUUSD, costs }] })
    quote(1000, P)
    send(buy({ stopDistancePoints: 9900 }), 1000)
    send(buy({ stopDistancePoints: 10_000 }), 1000)
    send(amend({ stopPoints: P - 9900 }), 1000)
    expect(told(events).filter(text => text.startsWith('PROTECTION'))).toEqual([
      'PROTECTION_IS_TOO_CLOSE_TO_MARKET',
      'PROTECTION_IS_TOO_CLOSE_TO_MARKET',
    ])
  })
})

describe('an exchange', () => {
  it('goes on exactly where its state was taken', () => {
    const step = fc.record({
      move: fc.integer({ min: -3000, max: 3000 }),
      order: fc.option(
        fc.record({
          side: fc.constantFrom('buy' as const, 'sell' as const),
          stop: fc.integer({ min: 1, max: 3000 }),
        }),
        { nil: undefined },
      ),
      close: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 40 }), fc.nat(40), (steps, cut) => {
        const whole = venue({ venue: { latencyMs: 70 } })
        let halves = venue({ venue: { latencyMs: 70 } })
        let price = P
        for (const [index, { move, order, close }] of steps.entries()) {
          if (index === cut) {
            const state = JSON.parse(JSON.stringify(halves.exchange.state()))
            const { events } = halves
            halves = venue({ venue: { latencyMs: 70 }, state, onEvent: event => events.push(event) })
            Object.assign(halves, { events })
          }
          price += move * 100
          const at = 1000 + index * 50
          for (const { exchange, quote } of [whole, halves]) {
            while (exchange.nextDueAt < at) exchange.runDue()
            quote(at, price)
            if (order !== undefined)
              exchange.submit(buy({ side: order.side, stopDistancePoints: order.stop * 100 }), at)
            if (close !== undefined)
              exchange.submit({ type: 'close', positionId: close as PositionId, volumeCents: 500 }, at)
          }
        }
        expect(halves.events).toEqual(whole.events)
        expect(halves.exchange.state()).toEqual(whole.exchange.state())
      }),
    )
  })

  it('has a balance that is the start plus all that its deals realised, and no volume lost', () => {
    const move = fc.integer({ min: -2000, max: 2000 })
    fc.assert(
      fc.property(fc.array(move, { minLength: 5, maxLength: 60 }), moves => {
        const { exchange, events, quote, send } = venue()
        let price = P
        moves.forEach((change, index) => {
          price += change * 100
          quote(1000 + index, price)
          if (change > 500)
            send(buy({ side: change % 2 === 0 ? 'buy' : 'sell', stopDistancePoints: 60_000 }), 1000 + index)
          const [position] = exchange.positions
          if (change < -500 && position !== undefined)
            send({ type: 'close', positionId: position.id, volumeCents: 300 }, 1000 + index)
        })
        let balance = REPLAY_ACCOUNT.balanceMinor
        let opened = 0
        let closed = 0
        for (const event of events) {
          if (event.type !== 'order-filled') continue
          const { closing, volumeCents } = event.deal
          if (closing === undefined) opened += volumeCents
          else {
            closed += volumeCents
            balance +=
              closing.grossMinor + closing.commissionMinor + closing.swapMinor + closing.conversionFeeMinor
            expect(closing.balanceMinor).toBe(balance)
          }
        }
        expect(exchange.balanceMinor).toBe(balance)
        expect(opened - closed).toBe(
          exchange.positions.reduce((sum, position) => sum + position.volumeCents, 0),
        )
      }),
    )
  })

  it('takes no more than 10,000 waiting requests', () => {
    const { exchange } = venue()
    for (let i = 0; i < MAX_WAITING_REQUESTS; i++) exchange.submit(buy(), 1000)
    expect(() => exchange.submit(buy(), 1000)).toThrow(/10000 requests wait/)
  })

  it('refuses a venue model that is none, and quotes of a symbol it does not have', () => {
    expect(() => venue({ venue: { latencyMs: -1 } })).toThrow(/venue.latencyMs is -1/)
    expect(() => venue({ venue: { latencyMs: 0, slippageTicks: 0.5 } })).toThrow(/slippageTicks/)
    expect(() => venue().exchange.quote(9 as SymbolId, 1, 1, 2)).toThrow(/no symbol 9/)
  })

  it('lets an event handler submit a request that waits its turn', () => {
    const events: string[] = []
    const exchange: Exchange = createExchange({
      instruments: [REPLAY_XAUUSD],
      account: REPLAY_ACCOUNT,
      venue: { latencyMs: 0 },
      onEvent(event) {
        events.push(event.type)
        if (events.length === 1)
          exchange.submit({ type: 'close', positionId: 1 as PositionId, volumeCents: TENTH }, 1000)
      },
    })
    exchange.quote(GOLD, 1000, P, P)
    exchange.submit(buy(), 1000)
    while (exchange.nextDueAt <= 1000) exchange.runDue()
    expect(events).toEqual(['order-accepted', 'order-filled', 'order-accepted', 'order-filled'])
  })
})

describe('a bar', () => {
  it('hits the stop first, at its own level', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(buy({ stopDistancePoints: 200_000, targetDistancePoints: 200_000 }), 1000)
    send(buy({ side: 'sell', targetDistancePoints: 100_000 }), 1000)
    exchange.bar(GOLD, 60_999, P + 300_000, P - 300_000, P, 30_000)
    expect(events.slice(6)).toMatchObject([
      { at: 60_999, position: { id: 1 }, deal: { pricePoints: P - 170_000 } },
      { at: 60_999, position: { id: 2 }, deal: { pricePoints: P - 100_000 } },
    ])
  })

  it('adds the spread for a short', () => {
    const { events, quote, send, exchange } = venue()
    quote(1000, P)
    send(buy({ side: 'sell', stopDistancePoints: 100_000 }), 1000)
    exchange.bar(GOLD, 60_999, P + 60_000, P, P, 30_000)
    expect(events).toHaveLength(3)
    exchange.bar(GOLD, 120_999, P + 70_000, P, P, 30_000)
    expect(events.at(-1)).toMatchObject({ deal: { pricePoints: P + 100_000 } })
  })
})
