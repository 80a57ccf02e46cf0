import type {
  Instrument,
  Order,
  OrderAmendment,
  OrderId,
  OrderRequest,
  Position,
  PositionId,
  PositionProtection,
} from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CTraderError } from '../errors.ts'
import { fields } from '../protocol/generated/fields.js'
import { GOLD } from '../testing/open-account.ts'
import { type CommandBook, encodeCommand, type OrderCommand } from './submission.ts'

const gold = {
  id: GOLD,
  name: 'XAUUSD',
  digits: 2,
  pipPosition: 1,
  lotSize: 100,
  minVolume: 0.01,
  maxVolume: 10,
  volumeStep: 0.01,
} as unknown as Instrument
const working = { id: 1, symbolId: GOLD, volume: 0.01, terms: { type: 'limit', price: 2600 } }
const book: CommandBook = {
  accountId: 5,
  instrument: () => gold,
  position: () => ({ id: 7, symbolId: GOLD, volume: 0.01 }) as unknown as Position,
  order: () => working as unknown as Order,
}
const positionId = 7 as PositionId
const orderId = 1 as OrderId
const market = { type: 'market', symbolId: GOLD, side: 'buy', volume: 0.01 }
const range = { ...market, type: 'market-range', basePrice: 2600, slippage: 3 }
const limit = { ...market, type: 'limit', limitPrice: 2600 }

const MESSAGES = {
  newOrder: 'ProtoOANewOrderReq',
  cancelOrder: 'ProtoOACancelOrderReq',
  amendOrder: 'ProtoOAAmendOrderReq',
  amendPositionSLTP: 'ProtoOAAmendPositionSLTPReq',
  closePosition: 'ProtoOAClosePositionReq',
}

// Callers in plain JavaScript pass what the types forbid.
const place = (request: unknown): OrderCommand => ({ type: 'place', request: request as OrderRequest })
const amend = (amendment: unknown): OrderCommand => ({
  type: 'amend-order',
  orderId,
  amendment: amendment as OrderAmendment,
})
const protect = (protection: unknown): OrderCommand => ({
  type: 'set-protection',
  positionId,
  protection: protection as PositionProtection,
})

describe('encodeCommand', () => {
  it.each([
    ['a stop as a distance for a position', protect({ stopLoss: { pips: 50 } }), 'stopLoss'],
    ['a target as a distance for a position', protect({ takeProfit: { pips: 50 } }), 'takeProfit'],
    ['null for a stop of a position', protect({ stopLoss: null }), 'stopLoss'],
    ['null for a target of a position', protect({ stopLoss: 2600, takeProfit: null }), 'takeProfit'],
    ['null for the trigger of a position', protect({ stopLoss: 2600, stopTrigger: null }), 'trigger'],
    ['an unknown trigger', protect({ stopLoss: 2600, stopTrigger: 'toString' }), 'trigger'],
    ['null for the protection', protect(null), 'protection'],
    ['null for a stop of a market order', place({ ...market, stopLoss: null }), 'stopLoss'],
    ['null for a target of a market order', place({ ...market, takeProfit: null }), 'takeProfit'],
    ['null for a stop of a pending order', place({ ...limit, stopLoss: null }), 'stopLoss'],
    ['null for a target of a pending order', place({ ...limit, takeProfit: null }), 'takeProfit'],
    ['null for the time in force', place({ ...limit, timeInForce: null }), 'timeInForce'],
    ['null for the label', place({ ...market, label: null }), 'label'],
    ['null for the own id', place({ ...market, clientOrderId: null }), 'clientOrderId'],
    ['null for the position', place({ ...market, positionId: null }), 'positionId'],
    ['null for the side', place({ ...market, side: null }), 'side'],
    ['a side of another word', place({ ...market, side: 'BUY' }), 'side'],
    ['null for the slippage', place({ ...range, slippage: null }), 'slippage'],
    ['null for the order', place(null), 'request'],
    ['null for a stop of an amendment', amend({ stopLoss: null }), 'stopLoss'],
    ['null for a target of an amendment', amend({ takeProfit: null }), 'takeProfit'],
    ['null for the amendment', amend(null), 'amendment'],
  ])('refuses %s', (_name, command, path) => {
    expect(() => encodeCommand(command, book)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: expect.objectContaining({ path }) }),
    )
  })

  it('states no field that its message lacks, and each level that it is given, whatever its form', () => {
    const level = fc.constantFrom<unknown>(undefined, null, 0, 2600, '2600', {}, { pips: 50 }, { pips: null })
    const protection = fc.record(
      { stopLoss: level, takeProfit: level, trailing: fc.boolean() },
      { requiredKeys: [] },
    )
    const command = fc.oneof(
      protection.map(protect),
      protection.map(amend),
      protection.map(terms => place({ ...market, ...terms })),
      protection.map(terms => place({ ...limit, ...terms })),
    )
    fc.assert(
      fc.property(command, asked => {
        try {
          const encoded = encodeCommand(asked, book)
          if (encoded === undefined) return expect.unreachable('everything is known')
          const known = Object.keys(fields[MESSAGES[encoded.method]] ?? {})
          expect(known).toEqual(expect.arrayContaining(Object.keys(encoded.params)))
          const stated = JSON.stringify(asked).match(/"(stopLoss|takeProfit)":/g) ?? []
          expect(
            Object.keys(encoded.params).filter(name => /^(relative)?(stopLoss|takeProfit)$/i.test(name)),
          ).toHaveLength(stated.length)
        } catch (error) {
          if (!(error instanceof CTraderError)) throw error
          expect(error.code).toBe('invalid-argument')
        }
      }),
      { numRuns: 500 },
    )
  })
})
