import {
  clientOrderId,
  lots,
  money,
  type OrderId,
  pips,
  type PositionId,
  type Price,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { Command } from '../ports/broker.ts'
import { Gate, type GateView } from './gate.ts'
import type { RiskLimits } from './limits.ts'

const view: GateView = {
  now: 100_000,
  decidedAt: 100_000,
  quoteAt: 99_000,
  openPositions: 0,
  pendingEntries: 0,
  entriesInFlight: 0,
  dayLossMinor: 0,
  equityMinor: 0,
}

function entry(volume = 0.1, stopLoss = true): Command {
  return {
    type: 'place',
    request: {
      type: 'market',
      symbolId: REPLAY_XAUUSD.id,
      side: 'buy',
      volume: lots(volume),
      clientOrderId: clientOrderId('s.1'),
      ...(stopLoss && { stopLoss: { pips: pips(10) } }),
    },
  }
}

function levels(stopLoss?: number): Command {
  const protection = {
    takeProfit: 1300 as Price,
    ...(stopLoss !== undefined && { stopLoss: stopLoss as Price }),
  }
  return { type: 'set-protection', positionId: 7 as PositionId, protection }
}

describe('the gate, where stops are required', () => {
  const gate = new Gate({ stopLossRequired: true })

  it('blocks levels without a stop, because one may be on its way that nobody has told yet', () => {
    expect(gate.check(levels(), view)).toEqual({
      type: 'block',
      reason: 'a stop loss is required, and the new levels of position 7 have none: state all of them',
    })
  })

  it('lets levels pass that have a stop, and all where none is required', () => {
    expect(gate.check(levels(1280), view)).toEqual({ type: 'allow' })
    expect(new Gate({}).check(levels(), view)).toEqual({ type: 'allow' })
  })
})

describe('the gate, for an order that waits', () => {
  const change = (volume: number, stopLoss?: number): Command => ({
    type: 'amend-order',
    orderId: 7 as OrderId,
    orderType: 'limit',
    amendment: { volume: lots(volume), ...(stopLoss !== undefined && { stopLoss: stopLoss as Price }) },
  })

  it('blocks a change that would have it open a position without the stop that is required', () => {
    const gate = new Gate({ stopLossRequired: true })
    const reason = 'a stop loss is required, and order 7 would have none: state all of its levels'
    expect(gate.check(change(0.1), view)).toEqual({ type: 'block', reason })
    expect(gate.check(change(0.1, 1280), view)).toEqual({ type: 'allow' })
    expect(new Gate({}).check(change(0.1), view)).toEqual({ type: 'allow' })
  })

  it('blocks a change to a volume above the limit', () => {
    const gate = new Gate({ maxVolume: lots(0.5) })
    const reason = 'order 7 would have a volume of 0.6 lots, above the limit of 0.5'
    expect(gate.check(change(0.6), view)).toEqual({ type: 'block', reason })
    expect(gate.check(change(0.5), view)).toEqual({ type: 'allow' })
  })
})

describe('the gate', () => {
  it.each<[string, RiskLimits, Partial<GateView>, Command, RegExp]>([
    [
      'above the largest volume',
      { maxVolume: lots(0.05) },
      {},
      entry(),
      /0\.1 lots is above the limit of 0\.05/,
    ],
    [
      'beyond the positions allowed',
      { maxOpenPositions: 2 },
      { openPositions: 1, pendingEntries: 1 },
      entry(),
      /limit is 2/,
    ],
    [
      'without a stop where one is required',
      { stopLossRequired: true },
      {},
      entry(0.1, false),
      /stop loss is required/,
    ],
    [
      'after the day’s loss',
      { maxDailyLoss: money(5000, 2, 'USD') },
      { dayLossMinor: 5000 },
      entry(),
      /50\.00 USD were lost/,
    ],
    [
      'beyond a hundred that the broker has not answered',
      {},
      { pendingEntries: 200, entriesInFlight: 100 },
      entry(),
      /100 entries wait for an answer of the broker/,
    ],
    ['on an old quote', { maxQuoteAgeMs: 500 }, {}, entry(), /1000 ms old/],
    ['before the first quote', { maxQuoteAgeMs: 500 }, { quoteAt: -1 }, entry(), /no quote yet/],
  ])('blocks an entry %s', (_name, limits, changes, command, reason) => {
    const verdict = new Gate(limits).check(command, { ...view, ...changes })
    expect(verdict).toEqual({ type: 'block', reason: expect.stringMatching(reason) })
  })

  it('allows an entry within every limit', () => {
    const gate = new Gate({
      maxVolume: lots(0.1),
      maxOpenPositions: 1,
      maxDailyLoss: money(5000, 2, 'USD'),
      maxOrdersPerMinute: 1,
      maxQuoteAgeMs: 1000,
      stopLossRequired: true,
    })
    const waiting = { pendingEntries: 500, entriesInFlight: 99 }
    expect(gate.check(entry(), { ...view, dayLossMinor: 4999 })).toEqual({ type: 'allow' })
    expect(new Gate({}).check(entry(), { ...view, ...waiting })).toEqual({ type: 'allow' })
  })

  it('keeps to limits that a class or a prototype states', () => {
    class Limits implements RiskLimits {
      get maxOpenPositions(): number {
        return 0
      }
    }
    const inherited: RiskLimits = Object.create({ stopLossRequired: true })
    expect(new Gate(new Limits()).check(entry(), view).type).toBe('block')
    expect(new Gate(inherited).check(entry(0.1, false), view).type).toBe('block')
  })

  it('counts the allowed entries of the last minute of market time', () => {
    const gate = new Gate({ maxOrdersPerMinute: 2 })
    const at = (now: number) => gate.check(entry(), { ...view, now }).type
    expect([at(0), at(1000), at(2000), at(59_999), at(60_000), at(60_500), at(61_000)]).toEqual([
      'allow',
      'allow',
      'block',
      'block',
      'allow',
      'block',
      'allow',
    ])
  })

  it('never denies an exit', () => {
    const gate = new Gate({
      maxVolume: lots(0.01),
      maxOpenPositions: 0,
      maxOrdersPerMinute: 0,
      maxQuoteAgeMs: 0,
    })
    const positionId = 1 as PositionId
    expect(gate.check({ type: 'close', positionId, volume: lots(5) }, view)).toEqual({ type: 'allow' })
    expect(gate.check({ type: 'set-protection', positionId, protection: {} }, view)).toEqual({
      type: 'allow',
    })
  })
})
