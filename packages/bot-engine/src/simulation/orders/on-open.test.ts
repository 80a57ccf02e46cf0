import type {
  Instrument,
  OrderId,
  PositionId,
  SymbolId,
  TradingSession,
} from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../../data/instruments.ts'
import { createExchange } from '../exchange.ts'
import type { ExchangeOptions } from '../exchange-options.ts'
import type { Exchange, ExchangeEvent, ExchangeRequest } from '../exchange-types.ts'
import { MAX_PENDING_ORDERS } from './pending-desk.ts'

const GOLD = REPLAY_XAUUSD.id
/** 1290.000 in points. */
const P = 129_000_000
const SPREAD = 30_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Monday to Friday in UTC, closed each day from 21:00 to 22:00. */
const sessions: readonly TradingSession[] = [1, 2, 3, 4, 5].flatMap(day => [
  { startSecond: day * 86_400, endSecond: day * 86_400 + 75_600 },
  ...(day === 5 ? [] : [{ startSecond: day * 86_400 + 79_200, endSecond: (day + 1) * 86_400 }]),
])
const gold: Instrument = { ...REPLAY_XAUUSD, hours: { timeZone: 'UTC', sessions, holidays: [] } }
/** A Tuesday. */
const TUESDAY = Date.UTC(2026, 0, 13)
const FRIDAY = TUESDAY + 3 * DAY
const BREAK = TUESDAY + 21 * HOUR
const OPEN = TUESDAY + 22 * HOUR

type Request = ExchangeRequest<string>
type Market = Extract<Request, { type: 'market' }>

function venue(options: Partial<ExchangeOptions<string>> = {}) {
  const events: ExchangeEvent<string>[] = []
  const exchange: Exchange<string> = createExchange<string>({
    instruments: [gold],
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0 },
    onEvent: event => events.push(event),
    ...options,
  })
  return {
    exchange,
    events,
    quote(at: number, bid: number, opens = false) {
      while (exchange.nextDueAt < at) exchange.runDue()
      exchange.quote(GOLD, at, bid, bid + SPREAD, opens)
    },
    send(request: Request, at: number) {
      exchange.submit(request, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    },
    told: () =>
      events.map(event =>
        'order' in event
          ? `${event.type}${event.server ? ' (server)' : ''} ${event.order.type}`
          : event.type === 'order-rejected'
            ? event.code
            : event.type,
      ),
    fills: () => events.flatMap(event => ('deal' in event ? [[event.at, event.deal.pricePoints]] : [])),
  }
}

const onOpen = (more: Partial<Market> = {}): Market => ({
  type: 'market',
  symbolId: GOLD,
  side: 'buy',
  volumeCents: 1000,
  timeInForce: 'market-on-open',
  ...more,
})

describe('a market order for the open', () => {
  it('that comes in closed hours waits through the quotes of the break, and fills with the first one of the session', () => {
    const { quote, send, told, fills, events, exchange } = venue({
      venue: { latencyMs: 0, slippageTicks: 2 },
    })
    quote(BREAK - 1000, P)
    send(onOpen({ tag: 't', clientOrderId: 's.1', stopDistancePoints: 200_000 }), BREAK + 1000)
    expect(exchange.pendingOrders).toMatchObject([
      {
        id: 1,
        positionId: 1,
        type: 'market',
        status: 'accepted',
        timeInForce: 'market-on-open',
        opensAt: OPEN,
      },
    ])
    quote(BREAK + 2000, P - 900_000)
    quote(OPEN - 1, P - 900_000)
    expect(fills()).toEqual([])
    quote(OPEN + 3000, P + 400_000)
    expect(fills()).toEqual([[OPEN + 3000, P + 400_000 + SPREAD + 200]])
    expect(told()).toEqual([
      'order-accepted market',
      'order-filled (server) market',
      'order-accepted (server) protection',
    ])
    expect(events[0]).toMatchObject({ tag: 't', position: { id: 1, status: 'created', volumeCents: 0 } })
    expect(events[1]).not.toHaveProperty('tag')
    expect(events[1]).toMatchObject({
      order: { status: 'filled', clientOrderId: 's.1' },
      position: { id: 1, status: 'open' },
      deal: { createdAt: BREAK + 1000, executedAt: OPEN + 3000 },
    })
    expect(events[2]).toMatchObject({ order: { stopPoints: P + 400_000 + SPREAD + 200 - 200_000 } })
    expect(exchange.pendingOrders).toEqual([])
  })

  it('that comes in open hours waits for the next session, over the weekend too', () => {
    const { quote, send, fills } = venue()
    quote(FRIDAY + 20 * HOUR, P)
    send(onOpen({ side: 'sell' }), FRIDAY + 20 * HOUR)
    quote(FRIDAY + 20 * HOUR + 1, P + 10_000)
    quote(FRIDAY + 21 * HOUR - 1, P + 20_000)
    quote(FRIDAY + 3 * DAY + 5, P - 500_000)
    expect(fills()).toEqual([[FRIDAY + 3 * DAY + 5, P - 500_000]])
  })

  it('that comes after the first quote of a session waits for the one after it', () => {
    const { quote, send, fills } = venue()
    quote(OPEN, P)
    send(onOpen(), OPEN)
    quote(OPEN + MINUTE, P)
    expect(fills()).toEqual([])
    quote(OPEN + 2 * HOUR, P)
    expect(fills()).toEqual([])
    quote(OPEN + DAY, P)
    expect(fills()).toHaveLength(1)
  })

  it('is cancelled while it waits, cannot be amended, and does not fill then', () => {
    const { quote, send, told, fills } = venue()
    quote(BREAK - 1000, P)
    send(onOpen(), BREAK)
    send({ type: 'amend-order', orderId: 1 as OrderId, volumeCents: 2000 }, BREAK + 1)
    send({ type: 'amend-order', orderId: 1 as OrderId, limitPoints: P }, BREAK + 1)
    send({ type: 'cancel', orderId: 1 as OrderId, tag: 'c' }, BREAK + 2)
    quote(OPEN, P)
    expect(told()).toEqual([
      'order-accepted market',
      'UNABLE_TO_AMEND_ORDER',
      'UNABLE_TO_AMEND_ORDER',
      'order-cancelled market',
    ])
    expect(fills()).toEqual([])
  })

  it('is cancelled at the open without the margin, and what is looked at before is its terms', () => {
    const { quote, send, told } = venue()
    quote(BREAK - 1000, P)
    send(onOpen({ volumeCents: 900_000 }), BREAK)
    quote(OPEN, P)
    expect(told()).toEqual(['order-accepted market', 'order-cancelled (server) market'])
  })

  it('reduces the position of a netted account, and is lost with the position that it names', () => {
    const netted = venue({ account: { ...REPLAY_ACCOUNT, hedged: false } })
    netted.quote(BREAK - 1000, P)
    netted.send({ type: 'market', symbolId: GOLD, side: 'buy', volumeCents: 2000 }, BREAK - 1000)
    netted.send(onOpen({ side: 'sell' }), BREAK)
    netted.quote(OPEN, P)
    expect(netted.exchange.positions).toMatchObject([{ side: 'buy', volumeCents: 1000 }])

    const { quote, send, told } = venue()
    quote(BREAK - 1000, P)
    send({ type: 'market', symbolId: GOLD, side: 'buy', volumeCents: 1000 }, BREAK - 1000)
    send(onOpen({ side: 'sell', positionId: 1 as PositionId }), BREAK - 900)
    send({ type: 'close', positionId: 1 as PositionId, volumeCents: 1000 }, BREAK - 800)
    quote(OPEN, P)
    expect(told().at(-1)).toBe('order-cancelled (server) market')
  })

  it('keeps what a script fills of it and cancels the rest, as a market order', () => {
    const script = [{ outcome: { fill: [0.3], slippageTicks: 1 } }]
    const { quote, send, told, fills } = venue({ venue: { latencyMs: 0, script } })
    quote(BREAK - 1000, P)
    send(onOpen(), BREAK)
    quote(OPEN, P)
    expect(told().slice(1)).toEqual([
      'order-partially-filled (server) market',
      'order-cancelled (server) market',
    ])
    expect(fills()).toEqual([[OPEN, P + SPREAD + 100]])
  })

  it('fills with others of its kind in the order of acceptance', () => {
    const { quote, send, events } = venue()
    quote(BREAK - 1000, P)
    send(onOpen(), BREAK)
    send({ ...onOpen(), side: 'sell' }, BREAK)
    quote(OPEN, P)
    expect(events.flatMap(event => ('deal' in event ? [event.order.id] : []))).toEqual([1, 2])
  })

  it('does not fill while the account may not trade', () => {
    const { quote, send, exchange } = venue()
    quote(BREAK - 1000, P)
    send(onOpen(), BREAK)
    exchange.setAccessRights('no-trading')
    quote(OPEN, P)
    expect(exchange.pendingOrders).toHaveLength(1)
    exchange.setAccessRights('full-access')
    quote(OPEN + 1, P)
    expect(exchange.pendingOrders).toEqual([])
  })

  it.each<[string, string, Partial<Market>]>([
    ['a volume off the step', 'TRADING_BAD_VOLUME', { volumeCents: 150 }],
    ['a distance off the digits', 'TRADING_BAD_STOPS', { stopDistancePoints: 50 }],
    ['a trailing stop without a stop', 'TRADING_BAD_STOPS', { trailing: true }],
    ['a position that is not there', 'POSITION_NOT_FOUND', { positionId: 9 as PositionId }],
    ['an unknown symbol', 'SYMBOL_NOT_FOUND', { symbolId: 7 as SymbolId }],
  ])('with %s is refused with %s', (_name, code, more) => {
    const { quote, send, told } = venue()
    quote(BREAK - 1000, P)
    send(onOpen(more), BREAK)
    expect(told()).toEqual([code])
  })

  it('is refused before the first quote, and where the market never closes', () => {
    const early = venue()
    early.send(onOpen(), BREAK)
    expect(early.told()).toEqual(['NO_QUOTES'])
    const always = venue({ instruments: [REPLAY_XAUUSD] })
    always.quote(BREAK, P)
    always.send(onOpen(), BREAK)
    expect(always.told()).toEqual(['TRADING_BAD_EXPIRATION_DATE'])
  })

  it('is one of at most 1,000 orders that wait', () => {
    const { quote, send, told, exchange } = venue()
    quote(BREAK - 1000, P)
    for (let i = 0; i <= MAX_PENDING_ORDERS; i++) send(onOpen(), BREAK)
    expect(told().at(-1)).toBe('TOO_MANY_POSITIONS')
    expect(exchange.pendingOrders).toHaveLength(MAX_PENDING_ORDERS)
  })
})

describe('a market order for the open over bars', () => {
  it.each(['worst', 'path'] as const)(
    'fills at the open of the first bar of the session, never within a bar (%s)',
    intrabar => {
      const { quote, send, fills, exchange } = venue({ intrabar })
      quote(BREAK - HOUR, P, true)
      send(onOpen({ stopDistancePoints: 100_000 }), BREAK - HOUR)
      exchange.bar(GOLD, BREAK - 1, P + 900_000, P - 900_000, P, SPREAD)
      expect(fills()).toEqual([])
      quote(OPEN, P + 5000, true)
      exchange.bar(GOLD, OPEN + HOUR - 1, P + 10_000, P, P, SPREAD)
      expect(fills()).toEqual([[OPEN, P + 5000 + SPREAD]])
    },
  )

  it('lets no bar pass unseen while it waits', () => {
    const { quote, send, exchange } = venue()
    quote(BREAK - HOUR, P, true)
    send(onOpen(), BREAK - HOUR)
    const bar = { lastAt: BREAK - 1, high: P, low: P, close: P, spread: SPREAD }
    expect(exchange.passBar(GOLD, bar)).toBe(false)
    send({ type: 'cancel', orderId: 1 as OrderId }, BREAK - HOUR)
    expect(exchange.passBar(GOLD, bar)).toBe(true)
  })
})

describe('an exchange with orders for the open', () => {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 200 }),
    move: fc.integer({ min: -500, max: 500 }),
    does: fc.constantFrom('buy', 'sell', 'cancel', 'nothing'),
    pick: fc.integer({ min: 1, max: 8 }),
  })

  it('goes on exactly where its state was taken, and fills each once, at the first quote of the right session', () => {
    let filled = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), fc.nat(60), (steps, cut) => {
        const rows: { at: number; bid: number }[] = []
        for (const { minutes, move } of steps) {
          const before = rows.at(-1) ?? { at: TUESDAY + 18 * HOUR, bid: P }
          rows.push({ at: before.at + minutes * MINUTE, bid: before.bid + move * 100 })
        }
        const run = (made: ReturnType<typeof venue>, from: number, to: number) => {
          for (const [index, { at, bid }] of rows.entries()) {
            if (index < from || index >= to) continue
            made.quote(at, bid)
            const { does, pick } = steps[index] as (typeof steps)[number]
            if (does === 'cancel') made.exchange.submit({ type: 'cancel', orderId: pick as OrderId }, at)
            else if (does !== 'nothing')
              made.exchange.submit(onOpen({ side: does as 'buy', volumeCents: 100 }), at)
          }
        }
        const model = { venue: { latencyMs: 70 } }
        const whole = venue(model)
        run(whole, 0, rows.length)
        const early = venue(model)
        run(early, 0, cut)
        const late = venue({ ...model, state: JSON.parse(JSON.stringify(early.exchange.state())) })
        run(late, cut, rows.length)
        expect([...early.events, ...late.events]).toEqual(whole.events)
        for (const event of whole.events) {
          if (event.type !== 'order-filled') continue
          const { createdAt } = event.order
          const isBreak = (at: number) => at % DAY >= 21 * HOUR && at % DAY < 22 * HOUR
          const isWeekend = (at: number) => [6, 0].includes(new Date(at).getUTCDay())
          const isClosed = (at: number) =>
            isBreak(at) || isWeekend(at) || (new Date(at).getUTCDay() === 5 && at % DAY >= 21 * HOUR)
          // Minute by minute: closed once after its acceptance, and from the open after that no quote before its own.
          let t = createdAt
          while (!isClosed(t)) t += MINUTE - (t % MINUTE)
          while (isClosed(t)) t += MINUTE - (t % MINUTE)
          expect(event.at).toBe(rows.find(({ at }) => at >= t && !isClosed(at))?.at)
          filled++
        }
      }),
      { numRuns: 60, seed: 11 },
    )
    expect(filled).toBeGreaterThan(100)
  })
})
