import { lots, type PositionId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, SYNTHETIC_EURUSD } from '../data/instruments.ts'
import { isEngineError } from '../errors.ts'
import { createExchange } from './exchange.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { ExchangeEvent, ExchangeRequest, ExchangeState } from './exchange-types.ts'
import { type DepthLevel, MAX_DEPTH_LEVELS } from './venue-model.ts'

// One test for each rule of the section "Depth" of docs/concepts/fills.md.

const GOLD = REPLAY_XAUUSD.id
/** 1290.000 in points; a step of the last digit is 100, a lot 10,000 cents. */
const P = 129_000_000
const SPREAD = 30_000
const ASK = P + SPREAD
/** 0.03 lots at the quote, 0.02 five steps behind, 0.05 twenty steps behind. */
const LEVELS: readonly DepthLevel[] = [
  { distanceTicks: 0, volume: lots(0.03) },
  { distanceTicks: 5, volume: lots(0.02) },
  { distanceTicks: 20, volume: lots(0.05) },
]

function venue(options: Partial<ExchangeOptions<string>> = {}) {
  const events: ExchangeEvent<string>[] = []
  const exchange = createExchange<string>({
    instruments: [REPLAY_XAUUSD],
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0, depth: { levels: LEVELS } },
    onEvent: event => events.push(event),
    ...options,
  })
  return {
    exchange,
    quote(at: number, bid: number, spread = SPREAD) {
      while (exchange.nextDueAt < at) exchange.runDue()
      exchange.quote(GOLD, at, bid, bid + spread)
    },
    send(request: object, at: number) {
      exchange.submit({ symbolId: GOLD, ...request } as ExchangeRequest<string>, at)
      while (exchange.nextDueAt <= at) exchange.runDue()
    },
    /** Type, price and volume of each fill; type and filled volume of what else is told of orders. */
    told: () =>
      events.splice(0).map(event => {
        if ('deal' in event) return [event.type, event.deal.pricePoints, event.deal.volumeCents]
        return 'order' in event ? [event.type, event.order.filledCents] : [event.type]
      }),
    position: () => exchange.positions[0],
  }
}

const buy = (volumeCents: number, more: object = {}) => ({
  type: 'market',
  side: 'buy',
  volumeCents,
  ...more,
})
const waiting = (
  type: string,
  side: string,
  volumeCents: number,
  pricePoints: number,
  more: object = {},
) => ({
  type,
  side,
  volumeCents,
  pricePoints,
  timeInForce: 'gtc',
  ...more,
})

describe('what takes any price', () => {
  it('fills level by level, each at its own price, and what is above all levels is cancelled', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(1200), 1000)
    expect(made.told()).toEqual([
      ['order-accepted', 0],
      ['order-partially-filled', ASK, 300],
      ['order-partially-filled', ASK + 500, 200],
      ['order-partially-filled', ASK + 2000, 500],
      ['order-cancelled', 1000],
    ])
    // (300 × 0 + 200 × 500 + 500 × 2000) ÷ 1000 behind the ask.
    expect(made.position()).toMatchObject({ volumeCents: 1000, entryPoints: ASK + 1100 })
  })

  it('is filled whole by its last part, and pays slippage at each level', () => {
    const made = venue({ venue: { latencyMs: 0, slippageTicks: 2, depth: { levels: LEVELS } } })
    made.quote(1000, P)
    made.send({ ...buy(400), side: 'sell' }, 1000)
    expect(made.told().slice(1)).toEqual([
      ['order-partially-filled', P - 200, 300],
      ['order-filled', P - 700, 100],
    ])
  })

  it('measures distances from the average of what has filled', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(500, { stopDistancePoints: 50_000 }), 1000)
    expect(made.position()).toMatchObject({ entryPoints: ASK + 200, stopPoints: ASK + 200 - 50_000 })
  })

  it('pays the least commission for each of its parts', () => {
    const costs = {
      commission: { type: 'usd-per-lot', rate: 2.5 },
      minCommission: { amount: 0.1, currency: 'USD' },
    } as const
    const made = venue({ instruments: [{ ...REPLAY_XAUUSD, costs }] })
    made.quote(1000, P)
    made.send(buy(1000), 1000)
    // 0.03, 0.02 and 0.05 lots cost 7.5, 5 and 12.5 cents: 10, 10 and 13 with the least, rounded.
    expect(made.position()?.commissionMinor).toBe(-33)
  })

  it('is cancelled unfilled where others have taken everything', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(1000), 1000)
    made.told()
    made.send(buy(100), 1000)
    expect(made.told()).toEqual([
      ['order-accepted', 0],
      ['order-cancelled', 0],
    ])
  })

  it('of a close leaves the rest of the position open, under its levels', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(1000, { stopDistancePoints: 90_000 }), 1000)
    made.quote(2000, P)
    made.send(buy(400), 2000)
    made.quote(3000, P - 1000)
    made.told()
    made.send({ type: 'close', positionId: 1, volumeCents: 1000 }, 3000)
    made.send({ type: 'close', positionId: 2, volumeCents: 400 }, 3000)
    expect(made.told().filter(([type]) => type !== 'order-replaced')).toEqual([
      ['order-accepted', 0],
      ['order-partially-filled', P - 1000, 300],
      ['order-partially-filled', P - 1500, 200],
      ['order-filled', P - 3000, 500],
      ['order-cancelled', 0],
      ['order-accepted', 0],
      ['order-cancelled', 0],
    ])
    expect(made.exchange.positions.map(({ volumeCents }) => volumeCents)).toEqual([400])
  })

  it('of a triggered stop loses what the levels do not have', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('stop', 'buy', 1100, ASK + 10_000), 1000)
    made.quote(2000, P + 12_000)
    expect(made.told().slice(1)).toEqual([
      ['order-partially-filled', ASK + 12_000, 300],
      ['order-partially-filled', ASK + 12_500, 200],
      ['order-partially-filled', ASK + 14_000, 500],
      ['order-cancelled', 1000],
    ])
    expect(made.exchange.pendingOrders).toEqual([])
  })
})

describe('what takes prices to an end', () => {
  it('of a market range and a stop-limit takes the levels within its range, the rest is cancelled', () => {
    const made = venue()
    made.quote(1000, P)
    const range = { ...waiting('market-range', 'buy', 1000, ASK), timeInForce: 'ioc', rangeTicks: 5 }
    made.send(range, 1000)
    made.send(waiting('stop-limit', 'buy', 1000, ASK + 1000, { rangeTicks: 19 }), 1000)
    made.quote(2000, P + 1000)
    expect(made.told()).toEqual([
      ['order-accepted', 0],
      ['order-partially-filled', ASK, 300],
      ['order-partially-filled', ASK + 500, 200],
      ['order-cancelled', 500],
      ['order-accepted', 0],
      ['order-partially-filled', ASK + 1000, 300],
      ['order-partially-filled', ASK + 1500, 200],
      ['order-cancelled', 500],
    ])
  })

  it('of a limit reached on acceptance takes the levels that are no worse, and waits with the rest', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('limit', 'buy', 1000, ASK + 600, { stopDistancePoints: 50_000 }), 1000)
    expect(made.told()).toEqual([
      ['order-accepted', 0],
      ['order-partially-filled', ASK, 300],
      ['order-partially-filled', ASK + 500, 200],
      ['order-accepted', 0],
    ])
    const stopPoints = made.position()?.stopPoints
    // At its own price now: all that stands at it or better. The levels of its position stay where they are.
    made.quote(2000, P + 500)
    expect(made.told()).toEqual([
      ['order-partially-filled', ASK + 600, 300],
      ['order-replaced', 0],
    ])
    made.quote(3000, P - 500)
    expect(made.told()).toEqual([
      ['order-filled', ASK + 600, 200],
      ['order-replaced', 0],
    ])
    expect(made.position()).toMatchObject({ volumeCents: 1000, stopPoints })
  })

  it('lets the elder of two limits take first, and the younger wait without a word where nothing is left', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(waiting('limit', 'buy', 300, ASK - 1000), 1000)
    made.send(waiting('limit', 'buy', 100, ASK - 1000), 1000)
    made.told()
    made.quote(2000, P - 1000)
    expect(made.told()).toEqual([['order-filled', ASK - 1000, 300]])
    made.quote(3000, P - 1000)
    expect(made.told()).toEqual([['order-filled', ASK - 1000, 100]])
  })

  it('of an immediate limit is cancelled, and of fill-or-kill fills whole or takes nothing', () => {
    const made = venue()
    made.quote(1000, P)
    made.send({ ...waiting('limit', 'buy', 1000, ASK + 600), timeInForce: 'fok' }, 1000)
    made.send({ ...waiting('limit', 'buy', 400, ASK + 600), timeInForce: 'ioc' }, 1000)
    made.send({ ...waiting('limit', 'buy', 200, ASK + 600), timeInForce: 'ioc' }, 1000)
    made.quote(2000, P)
    made.send({ ...waiting('limit', 'buy', 500, ASK + 600), timeInForce: 'fok' }, 2000)
    expect(made.told().filter(([type]) => type !== 'order-accepted')).toEqual([
      ['order-cancelled', 0],
      ['order-partially-filled', ASK, 300],
      ['order-filled', ASK + 500, 100],
      ['order-partially-filled', ASK + 500, 100],
      ['order-cancelled', 100],
      ['order-partially-filled', ASK, 300],
      ['order-filled', ASK + 500, 200],
    ])
  })
})

describe('protection', () => {
  function long(more: object) {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(1000, more), 1000)
    made.quote(2000, P)
    made.send({ type: 'market', side: 'buy', positionId: 1, volumeCents: 500 }, 2000)
    made.told()
    return made
  }

  it('of a stop closes at any level, and goes on with the next quote that reaches it', () => {
    const made = long({ stopDistancePoints: 50_000 })
    const stop = made.position()?.stopPoints ?? 0
    made.quote(3000, stop - 1000)
    expect(made.told()).toEqual([
      ['order-partially-filled', stop - 1000, 300],
      ['order-partially-filled', stop - 1500, 200],
      ['order-partially-filled', stop - 3000, 500],
    ])
    expect(made.exchange.protectionOrders).toMatchObject([{ volumeCents: 1500, filledCents: 1000 }])
    made.quote(4000, stop + 1000)
    expect(made.told()).toEqual([])
    made.quote(5000, stop)
    expect(made.told()).toEqual([
      ['order-partially-filled', stop, 300],
      ['order-filled', stop - 500, 200],
    ])
    expect(made.exchange.positions).toEqual([])
  })

  it('of a target closes at levels that are no worse than it is', () => {
    const made = long({ targetDistancePoints: 50_000 })
    const target = made.position()?.targetPoints ?? 0
    made.quote(3000, target + 600)
    expect(made.told()).toEqual([
      ['order-partially-filled', target + 600, 300],
      ['order-partially-filled', target + 100, 200],
    ])
    made.quote(4000, target)
    expect(made.told()).toEqual([['order-partially-filled', target, 300]])
    expect(made.position()).toMatchObject({ volumeCents: 700, targetPoints: target })
  })

  it('of a target takes no worse level within a bar either, where a trailing stop has passed the target meanwhile', () => {
    const made = venue()
    made.quote(1000, P)
    const levels = { stopDistancePoints: 50_000, targetDistancePoints: 20_000, trailing: true }
    made.send(buy(1000, levels), 1000)
    for (const at of [2000, 3000]) {
      made.quote(at, P)
      made.send({ type: 'market', side: 'buy', positionId: 1, volumeCents: 1000 }, at)
    }
    made.told()
    const target = made.position()?.targetPoints ?? 0
    const high = target + 100_000
    made.exchange.bar(GOLD, 4000, high, P, high, SPREAD)
    expect(made.told()[0]).toEqual(['order-partially-filled', target, 300])
    expect(made.position()?.stopPoints ?? 0).toBeGreaterThan(target)
    made.exchange.quote(GOLD, 5000, high, high + SPREAD, true)
    expect(made.told()).toHaveLength(3)
    made.exchange.bar(GOLD, 6000, high, high - 100, high, SPREAD)
    expect(made.told()).toEqual([['order-partially-filled', target, 300]])
  })

  it('of a guaranteed stop closes whole at its price', () => {
    const made = venue({ instruments: [{ ...REPLAY_XAUUSD, guaranteedStops: true }] })
    made.quote(1000, P)
    made.send(buy(1000, { stopDistancePoints: 50_000, guaranteed: true }), 1000)
    const stop = made.position()?.stopPoints ?? 0
    made.told()
    made.quote(2000, stop - 7000)
    expect(made.told()).toEqual([['order-filled', stop, 1000]])
  })

  it('and a close of the same quote share what is there', () => {
    const made = long({ stopDistancePoints: 50_000 })
    made.send(buy(100), 2000)
    made.quote(2500, P)
    made.send(buy(100), 2500)
    const stop = made.position()?.stopPoints ?? 0
    made.quote(3000, stop)
    made.told()
    made.send({ type: 'close', positionId: 3, volumeCents: 100 }, 3000)
    expect(made.told()).toEqual([
      ['order-accepted', 0],
      ['order-cancelled', 0],
    ])
  })

  it('for lack of margin closes what is there, and goes on with the next quote', () => {
    const stopOut = { levelPercent: 50, closes: 'whole', first: 'most-losing' } as const
    const made = venue({ account: { ...REPLAY_ACCOUNT, balanceMinor: 10_000, leverage: 1000, stopOut } })
    made.quote(1000, P)
    made.send(buy(1000), 1000)
    made.quote(2000, P)
    made.send({ type: 'market', side: 'buy', positionId: 1, volumeCents: 1000 }, 2000)
    made.told()
    made.quote(3000, P - 700_000)
    expect(made.told().map(([type]) => type)).toEqual([
      'order-accepted',
      'order-partially-filled',
      'order-partially-filled',
      'order-partially-filled',
      'order-cancelled',
    ])
    expect(made.position()?.volumeCents).toBe(1000)
    made.quote(4000, P - 700_100)
    expect(made.exchange.positions).toEqual([])
  })
})

describe('levels', () => {
  it('come anew with each quote, also with one that says the same, on both sides', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(1000), 1000)
    made.quote(1000, P)
    made.send(buy(1000), 1000)
    made.send({ ...buy(1000), side: 'sell' }, 1000)
    expect(made.exchange.positions.map(({ volumeCents }) => volumeCents)).toEqual([1000, 1000, 1000])
  })

  it('of one symbol are untouched by quotes and orders of another', () => {
    const made = venue({ instruments: [REPLAY_XAUUSD, SYNTHETIC_EURUSD] })
    const euro = SYNTHETIC_EURUSD.id
    const noon = Date.UTC(2026, 0, 13, 12)
    made.quote(noon, P)
    made.exchange.quote(euro, noon, 110_000, 110_010)
    made.send(buy(1000), noon)
    made.exchange.quote(euro, noon + 1, 110_000, 110_010)
    made.send({ ...buy(100_000), symbolId: euro }, noon + 1)
    made.told()
    made.send(buy(100), noon + 2)
    expect(made.told()).toEqual([
      ['order-accepted', 0],
      ['order-cancelled', 0],
    ])
  })

  it('survive a restart with what has been taken of them, and with the parts of a protection order', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(1000, { stopDistancePoints: 50_000 }), 1000)
    made.quote(2000, P)
    made.send({ type: 'market', side: 'buy', positionId: 1, volumeCents: 500 }, 2000)
    made.quote(3000, (made.position()?.stopPoints ?? 0) - 1000)
    made.send(buy(400), 3000)
    const state = JSON.parse(JSON.stringify(made.exchange.state())) as ExchangeState<string>
    const again = venue({ state })
    for (const one of [made, again]) {
      one.told()
      one.send(buy(700), 3000)
      one.send({ type: 'close', positionId: 1 as PositionId, volumeCents: 100 }, 3000)
      one.quote(4000, (one.position()?.stopPoints ?? 0) - 1000)
      one.send(buy(100), 4000)
    }
    const told = made.told()
    expect(again.told()).toEqual(told)
    expect(told.filter(([type]) => type === 'order-partially-filled')).toHaveLength(3)
    expect(again.exchange.state()).toEqual(made.exchange.state())
  })

  it('of which a restart has less count as used up', () => {
    const made = venue()
    made.quote(1000, P)
    made.send(buy(300), 1000)
    const depth = { levels: [{ distanceTicks: 0, volume: lots(0.02) }, ...LEVELS.slice(1)] }
    const again = venue({ state: made.exchange.state(), venue: { latencyMs: 0, depth } })
    again.send(buy(200), 1000)
    expect(again.told()).toEqual([
      ['order-accepted', 0],
      ['order-filled', ASK + 500, 200],
    ])
  })

  it('leave alone what a script says of an order', () => {
    const script = [{ times: 1, outcome: { fill: [0.5, 0.5] } }]
    const made = venue({ venue: { latencyMs: 0, depth: { levels: LEVELS }, script } })
    made.quote(1000, P)
    made.send(buy(2000), 1000)
    expect(made.told().slice(1)).toEqual([
      ['order-partially-filled', ASK, 1000],
      ['order-filled', ASK, 1000],
    ])
  })

  it.each<[string, readonly DepthLevel[]]>([
    ['none', []],
    [
      'too many',
      Array.from({ length: MAX_DEPTH_LEVELS + 1 }, (_, at) => ({ distanceTicks: at, volume: lots(1) })),
    ],
    ['a first one behind the quote', [{ distanceTicks: 1, volume: lots(1) }]],
    ['two at one price', [LEVELS[0], LEVELS[0]] as DepthLevel[]],
    [
      'a part of a step',
      [
        { distanceTicks: 0, volume: lots(1) },
        { distanceTicks: 0.5, volume: lots(1) },
      ],
    ],
    ['one without volume', [{ distanceTicks: 0, volume: lots(0) }]],
    ['one below the volume step', [{ distanceTicks: 0, volume: lots(0.001) }]],
  ])('are refused: %s', (_name, levels) => {
    const refused = (() => {
      try {
        return venue({ venue: { latencyMs: 0, depth: { levels } } })
      } catch (error) {
        return error
      }
    })()
    expect(isEngineError(refused, 'invalid-options') && refused.message).toContain('venue.depth')
  })
})
