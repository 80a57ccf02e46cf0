import { type Instrument, type StopTrigger, symbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { createExchange } from './exchange.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { Exchange, ExchangeDeal, ExchangeEvent, ExchangeRequest } from './exchange-types.ts'

// One test for each row of docs/concepts/fills.md, so that a rule that is lost has a name.

/** 1290.000 in points; a step of the last digit is 100. */
const P = 129_000_000
const SPREAD = 30_000

type Options = Partial<ExchangeOptions<string>> & { readonly instrument?: Instrument }

function venue({ instrument = REPLAY_XAUUSD, ...options }: Options = {}) {
  const events: ExchangeEvent<string>[] = []
  const exchange: Exchange<string> = createExchange<string>({
    instruments: [instrument],
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0 },
    onEvent: event => events.push(event),
    ...options,
  })
  const { id } = instrument
  return {
    exchange,
    events,
    quote(at: number, bid: number, spread = SPREAD) {
      while (exchange.nextDueAt < at) exchange.runDue()
      exchange.quote(id, at, bid, bid + spread)
    },
    send(request: object, at: number) {
      exchange.submit({ symbolId: id, ...request } as ExchangeRequest<string>, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    },
    deals: (): ExchangeDeal[] => events.flatMap(event => ('deal' in event ? [event.deal] : [])),
    told: () => events.map(event => (event.type === 'order-rejected' ? event.code : event.type)),
  }
}

const prices = (made: ReturnType<typeof venue>) => made.deals().map(deal => deal.pricePoints)
const buy = { type: 'market', side: 'buy', volumeCents: 1000 }
const waiting = (type: string, side: string, pricePoints: number, more: object = {}) => ({
  type,
  side,
  volumeCents: 1000,
  pricePoints,
  timeInForce: 'gtc',
  ...more,
})

describe('market order', () => {
  it('fills at the last quote with time ≤ decision + latency: buy at ask, sell at bid, plus slippage', () => {
    const made = venue({ venue: { latencyMs: 50, slippageTicks: 2 } })
    made.quote(1000, P)
    made.send(buy, 1000)
    made.send({ ...buy, side: 'sell' }, 1000)
    made.quote(1050, P + 5000)
    made.quote(1051, P + 90_000)
    expect(prices(made)).toEqual([P + 5000 + SPREAD + 200, P + 5000 - 200])
    expect(made.deals().map(deal => deal.executedAt)).toEqual([1050, 1050])
  })

  it('is refused with MARKET_CLOSED in closed hours and with NO_QUOTES before the first quote', () => {
    const early = venue()
    early.send(buy, 1000)
    expect(early.told()).toEqual(['NO_QUOTES'])
    const closed = venue({ instrument: SYNTHETIC_XAUUSD })
    const saturday = Date.UTC(2026, 0, 17, 12)
    closed.quote(saturday, P)
    closed.send(buy, saturday)
    expect(closed.told()).toEqual(['MARKET_CLOSED'])
  })
})

describe('limit', () => {
  it('waits for ask ≤ limit of a buy and bid ≥ limit of a sell, and fills at the limit', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('limit', 'buy', P - 10_000), 1000)
    made.send(waiting('limit', 'sell', P + 50_000), 1000)
    made.quote(2000, P - 39_900)
    expect(prices(made)).toEqual([])
    made.quote(3000, P - 41_000)
    made.quote(4000, P + 49_900)
    made.quote(5000, P + 50_100)
    expect(prices(made)).toEqual([P - 10_000, P + 50_000])
  })

  it('fills at a gapped open at the open', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('limit', 'buy', P - 10_000), 1000)
    made.exchange.quote(REPLAY_XAUUSD.id, 2000, P - 90_000, P - 60_000, true)
    expect(prices(made)).toEqual([P - 60_000])
  })
})

describe('stop and stop loss', () => {
  // A spread of 0.3: the first quote reaches the bid alone, the second the ask too, the third is the second such one.
  const quotes = [P - 100_000, P - 131_000, P - 140_000, P - 150_000]

  it.each<[StopTrigger, number]>([
    ['trade', P - 100_000],
    ['opposite', P - 131_000],
    ['double-trade', P - 131_000],
    ['double-opposite', P - 140_000],
  ])('a sell stop and the stop of a long by `%s` fill at the quote that triggers', (trigger, price) => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('stop', 'sell', P - 100_000, { trigger }), 1000)
    for (const [index, bid] of quotes.entries()) made.quote(2000 + index, bid)
    expect(prices(made)).toEqual([price])

    const long = venue()
    long.quote(1000, P)
    long.send(buy, 1000)
    const { id } = long.exchange.positions[0] ?? { id: 0 }
    long.send(
      { type: 'amend-protection', positionId: id, stopPoints: P - 100_000, stopTrigger: trigger },
      1000,
    )
    for (const [index, bid] of quotes.entries()) long.quote(2000 + index, bid)
    expect(prices(long)).toEqual([P + SPREAD, price])
  })

  it.each<[StopTrigger, number]>([
    ['trade', P + 100_000],
    ['opposite', P + 131_000],
    ['double-trade', P + 131_000],
    ['double-opposite', P + 140_000],
  ])('a buy stop by `%s` mirrors it', (trigger, ask) => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('stop', 'buy', P + 100_000, { trigger }), 1000)
    for (const [index, quoted] of [P + 100_000, P + 131_000, P + 140_000].entries())
      made.quote(2000 + index, quoted - SPREAD)
    expect(prices(made)).toEqual([ask])
  })

  it('by `opposite` are taken where only the side that they trade on has passed them, and wait for the other', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('stop', 'buy', P + 10_000, { trigger: 'opposite' }), 1000)
    made.quote(2000, P + 9_000)
    expect(prices(made)).toEqual([])
    made.quote(3000, P + 10_000)
    expect(prices(made)).toEqual([P + 10_000 + SPREAD])
    made.events.length = 0
    made.send(waiting('stop', 'buy', P + 10_000, { trigger: 'opposite' }), 3000)
    made.send(waiting('stop', 'buy', P + 20_000), 3000)
    expect(made.events).toMatchObject([
      { code: 'TRADING_BAD_PRICES', description: expect.stringMatching(/> current BID\. current: 1290\.1,/) },
      { code: 'TRADING_BAD_PRICES', description: expect.stringMatching(/> current ASK\. current: 1290\.4,/) },
    ])
  })

  it('through a gap both fill at the gap, never at their own price', () => {
    const made = venue()
    made.quote(1000, P)
    made.send({ ...buy, stopDistancePoints: 50_000 }, 1000)
    made.send(waiting('stop', 'sell', P - 50_000), 1000)
    made.quote(2000, P - 900_000)
    expect(prices(made).slice(1)).toEqual([P - 900_000, P - 900_000])
  })
})

describe('stop-limit and market range', () => {
  it('fill within the stated points, else are cancelled', () => {
    for (const [beyond, type] of [
      [200, 'order-filled'],
      [300, 'order-cancelled'],
    ] as const) {
      const made = venue()
      made.quote(1000, P)
      made.send(waiting('stop-limit', 'buy', P + 100_000, { rangeTicks: 2 }), 1000)
      made.quote(2000, P + 100_000 - SPREAD + beyond)
      expect(made.told()).toEqual(['order-accepted', type])
      const range = { ...waiting('market-range', 'buy', P + SPREAD, { rangeTicks: 2 }), timeInForce: 'ioc' }
      const moved = venue({ venue: { latencyMs: 50 } })
      moved.quote(1000, P)
      moved.send(range, 1000)
      moved.quote(1050, P + beyond)
      moved.quote(2000, P)
      expect(moved.told()).toEqual(['order-accepted', type])
    }
  })
})

it('take profit is reached as a limit is, on the side at which the position closes, by the quote that reaches it', () => {
  const made = venue()
  made.quote(1000, P)
  made.send({ ...buy, targetDistancePoints: 50_000 }, 1000)
  made.send({ ...buy, side: 'sell', targetDistancePoints: 50_000 }, 1000)
  made.quote(2000, P + 79_900)
  made.quote(3000, P + 80_100)
  made.quote(4000, P - 79_900)
  made.quote(5000, P - 80_100)
  expect(prices(made).slice(2)).toEqual([P + 80_100, P - 80_100 + SPREAD])
})

it('trailing stop moves on the favourable side and never back', () => {
  const made = venue()
  made.quote(1000, P)
  made.send({ ...buy, side: 'sell', stopDistancePoints: 60_000, trailing: true }, 1000)
  const stops = [P - 100_000, P - 50_000, P - 150_000].map((bid, index) => {
    made.quote(2000 + index, bid)
    return made.exchange.positions[0]?.stopPoints
  })
  expect(stops).toEqual([P - 10_000, P - 10_000, P - 60_000])
})

it('partial fills: volume caps where they are modelled, else whole', () => {
  const script = [{ match: { request: 'limit' as const }, outcome: { fill: [0.3, 0.3] } }]
  const made = venue({ venue: { latencyMs: 0, script } })
  made.quote(1000, P)
  made.send(buy, 1000)
  made.send(waiting('limit', 'buy', P - 10_000), 1000)
  made.quote(2000, P - 50_000)
  made.quote(3000, P - 60_000)
  expect(made.deals().map(deal => deal.volumeCents)).toEqual([1000, 300, 300, 400])
})

it('latency: fixed, or fixed plus a part drawn from seed and number of the order', () => {
  const dues = (latencySpreadMs: number, seed: number) => {
    const made = venue({ venue: { latencyMs: 50, latencySpreadMs, seed } })
    made.quote(1000, P)
    for (let order = 0; order < 6; order++) made.send(buy, 1000 + order * 1000)
    made.quote(90_000, P)
    return made.deals().map((deal, order) => deal.executedAt - 1000 - order * 1000)
  }
  expect(dues(0, 1)).toEqual(new Array(6).fill(50))
  const drawn = dues(100, 7)
  expect(new Set(drawn).size).toBeGreaterThan(2)
  for (const latency of drawn) expect(latency >= 50 && latency <= 150).toBe(true)
  expect(dues(100, 7)).toEqual(drawn)
  expect(dues(100, 8)).not.toEqual(drawn)
})

describe('time in force', () => {
  it.each([
    ['gtc', {}, ['order-accepted', 'order-filled']],
    ['gtd', { expiresAt: 2500 }, ['order-accepted', 'order-expired']],
    ['ioc', {}, ['order-accepted', 'order-cancelled']],
    ['fok', {}, ['order-accepted', 'order-cancelled']],
  ])('%s', (timeInForce, more, told) => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('limit', 'buy', P - 10_000, { timeInForce, ...more }), 1000)
    made.quote(2000, P)
    made.quote(3000, P - 50_000)
    expect(made.told()).toEqual(told)
  })

  it('ioc keeps what filled of it, fok fills whole or not at all', () => {
    for (const [timeInForce, filled] of [
      ['ioc', [300]],
      ['fok', []],
    ] as const) {
      const made = venue({ venue: { latencyMs: 0, script: [{ outcome: { fill: [0.3] } }] } })
      made.quote(1000, P)
      made.send(waiting('limit', 'buy', P + SPREAD, { timeInForce }), 1000)
      expect(made.deals().map(deal => deal.volumeCents)).toEqual(filled)
      expect(made.told().at(-1)).toBe('order-cancelled')
    }
  })
})

describe('stop-out', () => {
  const account = (closes: 'whole' | 'partial') => ({
    ...REPLAY_ACCOUNT,
    balanceMinor: 20_000,
    stopOut: { levelPercent: 50, closes, first: 'most-margin' as const },
  })
  // 10 units of 1290 at 1:100 hold 129 back; 50 % are 64.5 of equity, reached 13.55 below the entry.
  const closedBy = (closes: 'whole' | 'partial') => {
    const made = venue({
      account: account(closes),
      instrument: { ...REPLAY_XAUUSD, costs: { commission: { type: 'none' } } },
    })
    made.quote(1000, P, 0)
    made.send(buy, 1000)
    made.quote(2000, P - 1_354_900, 0)
    expect(made.exchange.positions).toHaveLength(1)
    made.quote(3000, P - 1_360_000, 0)
    return made.deals().slice(1)
  }

  it('fair: the whole position', () => {
    expect(closedBy('whole')).toMatchObject([{ volumeCents: 1000, pricePoints: P - 1_360_000 }])
  })

  it('partial: as many steps as bring the level above it', () => {
    expect(closedBy('partial')).toMatchObject([{ volumeCents: 100, pricePoints: P - 1_360_000 }])
  })
})

describe('hours', () => {
  const answer = (at: number, instrument: Instrument = SYNTHETIC_XAUUSD) => {
    const made = venue({ instrument })
    made.quote(at, P)
    made.send(buy, at)
    return made.told()[0]
  }

  it('follow the daylight saving of their zone: the daily break of New York is 22 h UTC in winter, 21 h in summer', () => {
    expect(answer(Date.UTC(2026, 0, 14, 21, 30))).toBe('order-accepted')
    expect(answer(Date.UTC(2026, 0, 14, 22, 30))).toBe('MARKET_CLOSED')
    expect(answer(Date.UTC(2026, 6, 15, 21, 30))).toBe('MARKET_CLOSED')
    expect(answer(Date.UTC(2026, 6, 15, 22, 30))).toBe('order-accepted')
  })

  it('have holidays, in the zone of the holiday, whole or in part', () => {
    const day = Date.UTC(2026, 0, 14) / 86_400_000
    const holidays = [{ day, recurring: false, timeZone: 'UTC', startSecond: 43_200 }]
    const instrument = { ...SYNTHETIC_XAUUSD, hours: { ...SYNTHETIC_XAUUSD.hours, holidays } }
    expect(answer(Date.UTC(2026, 0, 14, 11), instrument)).toBe('order-accepted')
    expect(answer(Date.UTC(2026, 0, 14, 13), instrument)).toBe('SYMBOL_HAS_HOLIDAY')
    // The daily break would close it without the holiday.
    expect(answer(Date.UTC(2026, 0, 14, 22, 30), instrument)).toBe('MARKET_CLOSED')
    expect(answer(Date.UTC(2026, 0, 15, 13), instrument)).toBe('order-accepted')
  })

  it('of a recorded symbol: EURUSD opens at 00:05 and closes at 23:55 of Moscow, Monday to Friday', () => {
    const sessions = [86_700, 173_100, 259_500, 345_900, 432_300].map(startSecond => ({
      startSecond,
      endSecond: startSecond + 85_800,
    }))
    const hours = { timeZone: 'Europe/Moscow', sessions, holidays: [] }
    const euro = { ...REPLAY_XAUUSD, id: symbolId(1), name: 'EURUSD', base: 'EUR', hours }
    expect(answer(Date.UTC(2026, 0, 12, 20, 54, 59), euro)).toBe('order-accepted')
    expect(answer(Date.UTC(2026, 0, 12, 20, 55), euro)).toBe('MARKET_CLOSED')
    expect(answer(Date.UTC(2026, 0, 12, 21, 4, 59), euro)).toBe('MARKET_CLOSED')
    expect(answer(Date.UTC(2026, 0, 12, 21, 5), euro)).toBe('order-accepted')
    expect(answer(Date.UTC(2026, 0, 16, 21, 5), euro)).toBe('MARKET_CLOSED')
  })
})

describe('recorded money', () => {
  it('of a partial close: gross −0.68, commission −0.56 of which −0.28 is this side, no fee, one version on', () => {
    const costs = { commission: { type: 'percent-of-value', rate: 0.0007 } } as const
    const made = venue({ instrument: { ...REPLAY_XAUUSD, costs } })
    made.quote(1000, 400_000_000, 0)
    made.send({ ...buy, volumeCents: 2000 }, 1000)
    const before = made.exchange.money.balanceVersion
    made.quote(2000, 399_993_200, 0)
    made.send({ type: 'close', positionId: made.exchange.positions[0]?.id, volumeCents: 1000 }, 2000)
    expect(made.deals().at(-1)).toMatchObject({
      commissionMinor: -28,
      closing: {
        grossMinor: -68,
        commissionMinor: -56,
        conversionFeeMinor: 0,
        balanceMinor: 1_000_000 - 124,
      },
    })
    expect(made.exchange.money.balanceVersion).toBe(before + 1)
  })

  it('of margin: the price over a leverage of 3.33, as of a coin', () => {
    const instrument = { ...REPLAY_XAUUSD, lotSize: 1, digits: 2 }
    const account = { ...REPLAY_ACCOUNT, balanceMinor: 1_000_000_000, leverage: 3.33 }
    const made = venue({ instrument, account })
    made.quote(1000, 8_528_721_000, 0)
    made.send({ ...buy, volumeCents: 100 }, 1000)
    // 85287.21 ÷ 3.33 = 25611.77…
    expect(made.exchange.money.marginMinor).toBe(2_561_177)
  })
})
