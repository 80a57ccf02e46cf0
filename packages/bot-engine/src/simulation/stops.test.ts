import type { OrderId, PositionId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { createExchange } from './exchange.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { Exchange, ExchangeEvent, ExchangeRequest } from './exchange-types.ts'

const GOLD = REPLAY_XAUUSD.id
/** 1290.000 in points; a step of the last digit is 100. */
const P = 129_000_000
const SPREAD = 30_000

interface Venue {
  readonly exchange: Exchange<string>
  readonly events: ExchangeEvent<string>[]
  quote(at: number, bid: number): void
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
    quote(at, bid) {
      while (exchange.nextDueAt < at) exchange.runDue()
      exchange.quote(GOLD, at, bid, bid + SPREAD)
    },
    send(request, at) {
      exchange.submit(request, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    },
  }
}

type Market = Extract<ExchangeRequest<string>, { type: 'market' }>
const buy = (changes: Partial<Market> = {}): ExchangeRequest<string> => ({
  type: 'market',
  symbolId: GOLD,
  side: 'buy',
  volumeCents: 1000,
  ...changes,
})

const types = ({ events }: Venue): readonly string[] =>
  events.splice(0).map(event => (event.type === 'order-rejected' ? event.code : event.type))

const closing = (events: readonly ExchangeEvent<string>[]) =>
  events.flatMap(event =>
    'deal' in event && event.deal.closing !== undefined ? [event.deal.pricePoints] : [],
  )

describe('a trailing stop', () => {
  function trailing(): Venue {
    const made = venue()
    made.quote(1000, P)
    made.send(buy({ stopDistancePoints: 100_000, trailing: true }), 1000)
    made.events.length = 0
    return made
  }

  it('keeps its distance from the best price and never goes back', () => {
    const { quote, exchange, events } = trailing()
    const entry = P + SPREAD
    quote(2000, entry + 50_000)
    quote(3000, entry + 20_000)
    quote(4000, entry + 50_100)
    expect(events.map(event => event.type)).toEqual(['trailing-moved', 'trailing-moved'])
    expect(exchange.positions[0]).toMatchObject({ stopPoints: entry - 49_900, updatedAt: 1000 })
    quote(5000, entry - 60_000)
    expect(closing(events)).toEqual([entry - 60_000])
  })

  it('moves by an amendment from the quote at which the position would close', () => {
    const { quote, send, exchange } = trailing()
    const positionId = 1 as PositionId
    send({ type: 'amend-protection', positionId, stopPoints: P - 40_000, trailing: true }, 2000)
    quote(3000, P + 10_000)
    expect(exchange.positions[0]?.stopPoints).toBe(P - 30_000)
  })

  it('is not hit within the bar that moves it', () => {
    const { exchange, events } = trailing()
    exchange.bar(GOLD, 60_000, P + 300_000, P - 50_000, P + 250_000, SPREAD)
    expect(events.map(event => event.type)).toEqual(['trailing-moved'])
    exchange.bar(GOLD, 120_000, P + 210_000, P + 150_000, P + 150_000, SPREAD)
    expect(closing(events)).toEqual([P + 200_000])
  })

  it('goes on from a saved state exactly as if it had never stopped', () => {
    const first = trailing()
    first.quote(2000, P + 90_000)
    const state = first.exchange.state()
    const second = venue({ state: JSON.parse(JSON.stringify(state)) })
    for (const { quote } of [first, second]) quote(3000, P + 95_000)
    expect(second.exchange.positions).toEqual(first.exchange.positions)
  })
})

describe('the trigger of a stop', () => {
  function stopped(stopTrigger: 'opposite' | 'double-trade' | 'double-opposite'): Venue {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(), 1000)
    made.send(
      { type: 'amend-protection', positionId: 1 as PositionId, stopPoints: P - 50_000, stopTrigger },
      1000,
    )
    made.events.length = 0
    return made
  }

  it('opposite waits for the ask of a long', () => {
    const { quote, events } = stopped('opposite')
    quote(2000, P - 70_000)
    expect(events).toEqual([])
    quote(3000, P - 80_000)
    expect(closing(events)).toEqual([P - 80_000])
  })

  it('double-trade waits for the second quote in a row, and tells of the first in the state', () => {
    const { quote, events, exchange } = stopped('double-trade')
    quote(2000, P - 50_000)
    expect(exchange.state().positions[0]?.stopTouched).toBe(true)
    quote(3000, P - 40_000)
    quote(4000, P - 50_000)
    expect(events).toEqual([])
    expect(exchange.silentChanges).toBe(3)
    quote(5000, P - 55_000)
    expect(closing(events)).toEqual([P - 55_000])
  })
})

describe('a guaranteed stop', () => {
  const gold = { ...REPLAY_XAUUSD, guaranteedStops: true }
  const account = { ...REPLAY_ACCOUNT, limitedRisk: true }

  it('fills at its level through a gap, and may not become worse on an account of limited risk', () => {
    const made = venue({ instruments: [gold], account })
    made.quote(1000, P)
    made.send(buy({ stopDistancePoints: 100_000 }), 1000)
    expect(types(made)).toEqual(['TRADING_BAD_STOPS'])
    made.send(buy({ stopDistancePoints: 100_000, guaranteed: true }), 1000)
    const positionId = 1 as PositionId
    made.send({ type: 'amend-protection', positionId, stopPoints: P - 200_000, guaranteed: true }, 1000)
    expect(types(made).at(-1)).toBe('WORSE_GSL_NOT_ALLOWED')
    made.quote(2000, P - 900_000)
    expect(closing(made.events)).toEqual([P + SPREAD - 100_000])
  })
})

describe('a netted account', () => {
  it('averages, reduces and turns its one position round', () => {
    const made = venue({ account: { ...REPLAY_ACCOUNT, hedged: false } })
    made.quote(1000, P)
    made.send(buy({ stopDistancePoints: 500_000 }), 1000)
    made.quote(2000, P + 100_000)
    made.send(buy(), 2000)
    expect(made.exchange.positions).toMatchObject([{ volumeCents: 2000, entryPoints: P + SPREAD + 50_000 }])
    made.events.length = 0
    made.send(buy({ side: 'sell', volumeCents: 3000 }), 2000)
    expect(types(made)).toEqual([
      'order-accepted',
      'order-partially-filled',
      'order-cancelled',
      'order-filled',
    ])
    expect(made.exchange.positions).toMatchObject([{ side: 'sell', volumeCents: 1000 }])
    expect(made.exchange.positions[0]?.id).not.toBe(1)
  })
})

describe('a script', () => {
  const scripted = (outcome: object, account = {}): Venue =>
    venue({
      venue: { latencyMs: 0, script: [{ times: 1, outcome }] },
      account: { ...REPLAY_ACCOUNT, ...account },
    })

  it('fills an order in parts and cancels the rest of one for at once', () => {
    const made = scripted({ fill: [0.3, 0.2] })
    made.quote(1000, P)
    made.send(buy({ stopDistancePoints: 100_000 }), 1000)
    expect(made.events.map(event => ('order' in event ? event.order.filledCents : 0))).toEqual([
      0, 300, 500, 500, 0,
    ])
    expect(types(made)).toEqual([
      'order-accepted',
      'order-partially-filled',
      'order-partially-filled',
      'order-cancelled',
      'order-accepted',
    ])
  })

  const limitNow = (pricePoints: number): ExchangeRequest<string> => ({
    ...{ type: 'limit', symbolId: GOLD, side: 'buy', volumeCents: 1000 },
    ...{ pricePoints, timeInForce: 'ioc' },
  })

  it('[row 21] lets the rest of a limit for at once go on working', () => {
    const made = scripted({ fill: [0.4], restStays: true })
    made.quote(1000, P)
    made.send(limitNow(P + SPREAD), 1000)
    expect(types(made)).toEqual(['order-accepted', 'order-partially-filled'])
    expect(made.exchange.pendingOrders).toMatchObject([
      { timeInForce: 'ioc', filledCents: 400, status: 'accepted' },
    ])
    made.quote(2000, P + 100_000)
    made.quote(3000, P)
    expect(types(made)).toEqual(['order-filled'])
    expect([made.exchange.pendingOrders, made.exchange.positions]).toMatchObject([
      [],
      [{ volumeCents: 1000 }],
    ])
  })

  it('[row 21] lets a limit for at once that nothing fills go on working, and be cancelled', () => {
    const made = scripted({ restStays: true })
    made.quote(1000, P)
    made.send(limitNow(P - 100_000), 1000)
    made.send({ type: 'cancel', orderId: made.exchange.pendingOrders[0]?.id ?? (0 as OrderId) }, 2000)
    expect(types(made)).toEqual(['order-accepted', 'order-cancelled'])
    expect(made.exchange.positions).toEqual([])
  })

  it('refuses an outcome that keeps a rest and puts its fill off', () => {
    expect(() => scripted({ restStays: true, fillDelayMs: 10 })).toThrow('one of the two')
  })

  it('refuses before and after the acceptance', () => {
    const early = scripted({ reject: 'MAX_EXPOSURE_REACHED' })
    early.quote(1000, P)
    early.send(buy(), 1000)
    expect(types(early)).toEqual(['MAX_EXPOSURE_REACHED'])
    const late = scripted({ rejectAfterAcceptance: 'NOT_ENOUGH_MONEY' })
    late.quote(1000, P)
    late.send(buy(), 1000)
    expect(types(late)).toEqual(['order-accepted', 'order-rejected-after-acceptance'])
  })

  it('lets a cancel meet a fill', () => {
    const made = scripted({ fillDelayMs: 100, followUpMs: 50 })
    made.quote(1000, P)
    made.send(buy({ stopDistancePoints: 100_000 }), 1000)
    const [accepted] = made.events
    if (accepted === undefined || !('order' in accepted)) throw new Error('not accepted')
    made.send({ type: 'cancel', orderId: accepted.order.id }, 1050)
    made.quote(2000, P)
    expect(made.events.map(({ type, at }) => `${at} ${type}`)).toEqual([
      '1000 order-accepted',
      '1050 cancel-rejected',
      '1100 order-filled',
      '1150 order-accepted',
    ])
  })

  it('refuses a delayed limit that the market has left, and gives a better price as it is', () => {
    for (const [bid, type, fillPoints] of [
      [P + 100, 'order-rejected-after-acceptance', undefined],
      [P - 100, 'order-filled', P + SPREAD - 100],
    ] as const) {
      const made = scripted({ fillDelayMs: 100 })
      made.quote(1000, P)
      const { symbolId, side, volumeCents } = buy() as Market
      const limit = { type: 'limit', symbolId, side, volumeCents, pricePoints: P + SPREAD } as const
      made.send({ ...limit, timeInForce: 'ioc' }, 1000)
      made.quote(1050, bid)
      made.quote(2000, P)
      const last = made.events.at(-1)
      expect(made.events.map(event => event.type)).toEqual(['order-accepted', type])
      expect(last !== undefined && 'order' in last && last.order?.fillPoints).toBe(fillPoints)
    }
  })

  it('protects what the rest of an order opens after its first part has only reduced', () => {
    const made = venue({ account: { ...REPLAY_ACCOUNT, hedged: false } })
    made.quote(1000, P)
    made.send(buy({ side: 'sell', volumeCents: 500 }), 1000)
    made.exchange.script([{ outcome: { fill: [0.5] } }])
    const limit = { type: 'limit', symbolId: GOLD, side: 'buy', timeInForce: 'gtc' } as const
    made.send({ ...limit, volumeCents: 1000, pricePoints: P - 100_000, stopPoints: P - 300_000 }, 1000)
    made.quote(2000, P - 130_000)
    expect(made.exchange.positions).toEqual([])
    made.quote(3000, P - 130_000)
    expect(made.exchange.positions).toMatchObject([
      { id: 3, side: 'buy', volumeCents: 500, stopPoints: P - 300_000 },
    ])
  })

  it('keeps its turn among orders of the same instant', () => {
    const made = venue()
    made.quote(1000, P)
    made.exchange.script([{ times: 1, outcome: { fill: [0.5] } }])
    const limit = { type: 'limit', symbolId: GOLD, side: 'buy', timeInForce: 'gtc' } as const
    made.send({ ...limit, volumeCents: 1000, pricePoints: P - 100_000 }, 1000)
    made.send({ ...limit, volumeCents: 300, pricePoints: P - 200_000 }, 1000)
    made.quote(2000, P - 130_000)
    made.events.length = 0
    made.quote(3000, P - 300_000)
    expect(made.events.flatMap(event => ('deal' in event ? [event.deal.volumeCents] : []))).toEqual([
      500, 300,
    ])
  })

  it('fills the rest of an order on a netted account also when its first part has gone', () => {
    const made = venue({ account: { ...REPLAY_ACCOUNT, hedged: false } })
    made.quote(1000, P)
    made.send(buy({ side: 'sell', volumeCents: 100 }), 1000)
    made.exchange.script([{ match: { request: 'limit' }, outcome: { fill: [0.5] } }])
    const limit = { type: 'limit', symbolId: GOLD, side: 'buy', timeInForce: 'gtc' } as const
    made.send({ ...limit, volumeCents: 400, pricePoints: P - 100_000, targetPoints: P - 90_000 }, 1000)
    made.quote(2000, P - 130_000)
    expect(made.exchange.positions).toMatchObject([{ side: 'buy', volumeCents: 100 }])
    made.quote(3000, P - 90_000)
    expect(made.exchange.positions).toEqual([])
    made.quote(4000, P - 140_000)
    expect(made.exchange.positions).toMatchObject([{ side: 'buy', volumeCents: 200 }])
  })

  it('refuses to make an order smaller than what has filled of it', () => {
    const made = scripted({ fill: [0.5] })
    made.quote(1000, P)
    const limit = { type: 'limit', symbolId: GOLD, side: 'buy', timeInForce: 'gtc' } as const
    made.send({ ...limit, volumeCents: 1000, pricePoints: P - 100_000 }, 1000)
    made.quote(2000, P - 130_000)
    types(made)
    for (const volumeCents of [300, 500])
      made.send({ type: 'amend-order', orderId: 1 as OrderId, volumeCents }, 2000)
    expect(types(made)).toEqual(['TRADING_BAD_VOLUME', 'TRADING_BAD_VOLUME'])
    made.quote(3000, P - 130_000)
    expect(made.exchange.positions).toMatchObject([{ volumeCents: 1000 }])
  })
})

describe('a close that fills late on a netted account', () => {
  const GONE = 1 as PositionId
  /** A position of 1000 that a close of 1000, due a second later, is on its way to. */
  const closingLate = (): Venue => {
    const made = venue({ account: { ...REPLAY_ACCOUNT, hedged: false } })
    made.quote(1000, P)
    made.send(buy(), 1000)
    made.exchange.script([{ times: 1, outcome: { fillDelayMs: 1000 } }])
    made.send({ type: 'close', positionId: GONE, volumeCents: 1000 }, 1000)
    return made
  }

  it('does not turn round a position that has shrunk meanwhile: the rest of it is cancelled', () => {
    const made = closingLate()
    made.send(buy({ side: 'sell', volumeCents: 400 }), 1500)
    made.events.length = 0
    made.quote(3000, P)
    expect(types(made)).toEqual(['order-partially-filled', 'order-cancelled'])
    expect(made.exchange.positions).toEqual([])
  })

  it('neither adds to nor closes another position that has taken the place of its own', () => {
    for (const side of ['sell', 'buy'] as const) {
      const made = closingLate()
      made.send(buy({ side: 'sell', volumeCents: 1000 }), 1500)
      made.send(buy({ side, volumeCents: 500 }), 1600)
      made.events.length = 0
      made.quote(3000, P)
      expect(types(made)).toEqual(['order-rejected-after-acceptance'])
      expect(made.exchange.positions).toMatchObject([{ side, volumeCents: 500 }])
    }
  })
})

describe('what may not be opened', () => {
  it.each([
    [{ accessRights: 'no-trading' } as const, {}, 'TRADING_NOT_ALLOWED'],
    [{ accessRights: 'close-only' } as const, {}, 'TRADING_NOT_ALLOWED'],
    [{ maxPositions: 1 }, {}, 'TOO_MANY_POSITIONS'],
    [{}, { tradingMode: 'disabled' } as const, 'TRADING_DISABLED'],
    [{}, { tradingMode: 'close-only' } as const, 'TRADING_DISABLED'],
  ])('is refused by account %o and symbol %o', (account, symbol, code) => {
    const made = venue({
      account: { ...REPLAY_ACCOUNT, ...account },
      instruments: [{ ...REPLAY_XAUUSD, ...symbol }],
    })
    made.quote(1000, P)
    for (let i = 0; i < 2; i++) made.send(buy(), 1000)
    expect(types(made).at(-1)).toBe(code)
  })
})
