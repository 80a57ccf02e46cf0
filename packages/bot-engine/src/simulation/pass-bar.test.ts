import fc from 'fast-check'
import { expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { createExchange } from './exchange.ts'
import type { Exchange, ExchangeEvent } from './exchange-types.ts'

const GOLD = REPLAY_XAUUSD.id
/** 1290.000 in points, and a tick of it. */
const P = 129_000_000
const TICK = 1000
const SPREAD = 30 * TICK

/** A long position with a stop and a target 50 ticks away, and a buy limit 80 ticks below. */
function venue(events: ExchangeEvent[]): Exchange {
  const exchange = createExchange({
    instruments: [REPLAY_XAUUSD],
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 0 },
    onEvent: event => events.push(event),
  })
  const at = Date.UTC(2025, 0, 7, 10)
  exchange.quote(GOLD, at, P, P + SPREAD)
  const order = { symbolId: GOLD, side: 'buy', volumeCents: 1000 } as const
  const levels = { stopDistancePoints: 50 * TICK, targetDistancePoints: 50 * TICK }
  exchange.submit({ type: 'market', ...order, ...levels }, at)
  exchange.submit({ type: 'limit', ...order, pricePoints: P - 80 * TICK, timeInForce: 'gtc' }, at)
  while (exchange.nextDueAt <= at) exchange.runDue()
  return exchange
}

it('passes just the bars in which a whole look would change nothing', () => {
  let passed = 0
  let met = 0
  const ticks = fc.integer({ min: -120, max: 120 })
  fc.assert(
    fc.property(ticks, ticks, ticks, (one, other, last) => {
      const [low, high] = [Math.min(one, other, last), Math.max(one, other, last)]
      const bar = { high: P + high * TICK, low: P + low * TICK, close: P + last * TICK, spread: SPREAD }
      const lastAt = Date.UTC(2025, 0, 7, 10, 2) - 1
      const events: ExchangeEvent[] = []
      const looked = venue(events)
      const before = events.length
      looked.quote(GOLD, lastAt - 59_999, P + last * TICK, P + last * TICK + SPREAD, true)
      looked.bar(GOLD, lastAt, bar.high, bar.low, bar.close, bar.spread)
      const changed = events.length > before
      const quick = venue([])
      const state = quick.state()
      const isPassed = quick.passBar(GOLD, { ...bar, lastAt })
      expect(isPassed).toBe(!changed)
      expect(quick.state()).toEqual(isPassed ? looked.state() : state)
      if (isPassed) passed += 1
      else met += 1
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(passed).toBeGreaterThan(10)
  expect(met).toBeGreaterThan(10)
})

it('passes no bar before the end of which an order expires', () => {
  const exchange = venue([])
  const due = Date.UTC(2025, 0, 7, 11)
  const pricePoints = P - 90 * TICK
  const order = { type: 'limit', symbolId: GOLD, side: 'buy', volumeCents: 1000, pricePoints } as const
  exchange.submit({ ...order, timeInForce: 'gtd', expiresAt: due }, due - 3_000_000)
  exchange.runDue()
  expect(exchange.nextDueAt).toBe(due)
  const bar = { high: P + TICK, low: P, close: P, spread: SPREAD }
  expect(exchange.passBar(GOLD, { ...bar, lastAt: due - 1 })).toBe(true)
  expect(exchange.passBar(GOLD, { ...bar, lastAt: due })).toBe(false)
})
