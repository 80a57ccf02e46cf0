import {
  clientOrderId,
  type Instrument,
  lots,
  type OrderRequest,
  pips,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { encodeOrder, encodeOrderVolume } from './order.ts'
import { encodeLevels } from './protection.ts'

const gold = {
  id: 41,
  name: 'XAUUSD',
  digits: 3,
  pipPosition: 2,
  lotSize: 100,
  minVolume: 0.01,
  maxVolume: 10,
  volumeStep: 0.01,
  base: 'XAU',
  quote: 'USD',
  costs: { commission: { type: 'none' } },
  hours: { timeZone: 'UTC', sessions: [], holidays: [] },
} as unknown as Instrument

const base = {
  symbolId: gold.id,
  side: 'buy',
  volume: lots(0.02),
  label: 'S03',
  clientOrderId: clientOrderId('a.1'),
} as const
const encode = (terms: Record<string, unknown>) => encodeOrder({ ...base, ...terms } as OrderRequest, gold, 5)
const common = {
  ctidTraderAccountId: 5,
  symbolId: 41,
  tradeSide: 1,
  volume: 200,
  label: 'S03',
  clientOrderId: 'a.1',
  comment: 'a.1',
}

describe('encodeOrder', () => {
  it('[row 19] states protection of a market order as distances in 1/100000, rounded to the digits', () => {
    const order = encode({ type: 'market', stopLoss: { pips: pips(50.04) }, takeProfit: { pips: pips(100) } })
    expect(order).toEqual({ ...common, orderType: 1, relativeStopLoss: 50_000, relativeTakeProfit: 100_000 })
  })

  it('keeps the label as it is and puts our id where order and position keep it', () => {
    expect(encode({ type: 'market' })).toEqual({ ...common, orderType: 1 })
  })

  it('always states how long a pending order works', () => {
    expect(encode({ type: 'limit', limitPrice: 2630.1234 as Price })).toEqual({
      ...common,
      orderType: 2,
      limitPrice: 2630.123,
      timeInForce: 2,
    })
    const until = { type: 'gtd', expiresAt: 77 as UnixMs }
    expect(encode({ type: 'stop', stopPrice: 2640 as Price, timeInForce: until })).toMatchObject({
      orderType: 3,
      stopPrice: 2640,
      timeInForce: 1,
      expirationTimestamp: 77,
    })
    expect(encode({ type: 'limit', limitPrice: 2630 as Price, timeInForce: { type: 'fok' } })).toMatchObject({
      timeInForce: 4,
    })
  })

  it('states of a market order that it waits for the open, and of no other', () => {
    const timeInForce = { type: 'market-on-open' }
    expect(encode({ type: 'market', timeInForce, stopLoss: { pips: pips(50) } })).toEqual({
      ...common,
      orderType: 1,
      timeInForce: 5,
      relativeStopLoss: 50_000,
    })
    for (const terms of [
      { type: 'limit', limitPrice: 2630 as Price, timeInForce },
      { type: 'stop', stopPrice: 2640 as Price, timeInForce },
      { type: 'market', timeInForce: { type: 'gtc' } },
      { type: 'market', timeInForce: null },
    ])
      expect(() => encode(terms)).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ path: 'timeInForce' }) }),
      )
  })

  it('states slippage in steps of the last digit', () => {
    expect(encode({ type: 'market-range', basePrice: 2630 as Price, slippage: pips(3) })).toMatchObject({
      orderType: 5,
      baseSlippagePrice: 2630,
      slippageInPoints: 30,
    })
    expect(encode({ type: 'stop-limit', stopPrice: 2630 as Price, slippage: pips(3) })).toMatchObject({
      orderType: 6,
      slippageInPoints: 30,
    })
  })

  it('takes each level of a pending order as a price or as a distance', () => {
    const order = encode({
      type: 'limit',
      limitPrice: 2630 as Price,
      stopLoss: 2620 as Price,
      takeProfit: { pips: pips(100) },
      trailing: true,
    })
    expect(order).toMatchObject({ stopLoss: 2620, relativeTakeProfit: 100_000, trailingStopLoss: true })
  })

  it.each([
    ['a distance that rounds to nothing', { type: 'market', stopLoss: { pips: pips(0.04) } }, 'stopLoss'],
    ['a negative distance', { type: 'market', takeProfit: { pips: pips(-5) } }, 'takeProfit'],
    ['trailing without a stop', { type: 'market', trailing: true }, 'trailing'],
    ['a price of 0', { type: 'limit', limitPrice: 0 as Price }, 'limitPrice'],
    ['a label that is too long', { type: 'market', label: 'x'.repeat(101) }, 'label'],
  ])('refuses %s before sending', (_name, terms, path) => {
    expect(() => encode(terms)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: expect.objectContaining({ path }) }),
    )
  })
})

describe('encodeOrderVolume', () => {
  it.each([0.01, 0.29, 10])('takes %d lots', volume => {
    expect(encodeOrderVolume(gold, lots(volume))).toBe(Math.round(volume * 10_000))
  })

  it.each([0, 0.005, 0.013, 10.01])('refuses %d lots: not a step, too few or too many', volume => {
    expect(() => encodeOrderVolume(gold, lots(volume))).toThrow(/invalid-argument.*XAUUSD.*roundVolume/)
  })
})

describe('encodeLevels', () => {
  it('states the full set, rounded to the digits', () => {
    expect(encodeLevels(gold, { stopLoss: 2630.12345 as Price })).toEqual({ stopLoss: 2630.123 })
    expect(encodeLevels(gold, {})).toEqual({})
  })
})
