import protobuf from 'protobufjs/minimal.js'
import { describe, expect, it } from 'vitest'
import { isCTraderError } from '../errors.ts'
import { decodeEnvelope } from './envelope.ts'
import { FrameDecoder } from './frame.ts'
import { ProtoOAOrderStatus } from './generated/messages.js'
import { decodeMessage, encodeMessage, encodePayload, isPayloadType, missingFields } from './message.ts'

const order = { ctidTraderAccountId: 5, symbolId: 41, orderType: 1, tradeSide: 2, volume: 100 }

describe('messages', () => {
  it('come back through frame and envelope', () => {
    const frame = encodeMessage(2106, { ...order, label: 'gold ✓' }, 'id-1')
    const seen: unknown[] = []
    new FrameDecoder().push(frame, body => {
      const { payloadType, payload, clientMsgId } = decodeEnvelope(body)
      seen.push(payloadType, { ...decodeMessage(2106, payload) }, clientMsgId)
    })
    expect(seen).toEqual([2106, { ...order, label: 'gold ✓' }, 'id-1'])
  })

  it('are whole after one that could not be written, and do not change with the next', () => {
    const first = encodeMessage(2106, order, 'id-1')
    const kept = Buffer.from(first)
    expect(() => encodeMessage(2106, { ...order, volume: 0.5 }, 'id-2')).toThrow('[invalid-argument]')
    expect(() => encodeMessage(2106, { ...order, label: 'x'.repeat(9000), volume: 0.5 })).toThrow()
    encodeMessage(2106, { ...order, label: 'x'.repeat(9000) }, 'id-3')
    expect(Buffer.compare(first, kept)).toBe(0)
    expect(Buffer.compare(encodeMessage(2106, order, 'id-1'), kept)).toBe(0)
  })

  it('read what was not sent as undefined, also where the protocol has a default', () => {
    const message = decodeMessage(2106, encodePayload(2106, order))
    expect(message.timeInForce).toBeUndefined()
    expect(message.payloadType).toBeUndefined()
    expect('limitPrice' in message).toBe(false)
  })

  it('keep a 0 that was sent apart from a value that was not', () => {
    expect(
      decodeMessage(2131, encodePayload(2131, { ctidTraderAccountId: 1, symbolId: 2, bid: 0 })).bid,
    ).toBe(0)
  })

  it('decode without required fields, which missingFields then names', () => {
    const message = decodeMessage(2106, new Uint8Array(0))
    expect(missingFields(2106, message)).toEqual([
      'ctidTraderAccountId',
      'symbolId',
      'orderType',
      'tradeSide',
      'volume',
    ])
  })

  it('name a missing field inside a nested list', () => {
    const bar = {} as { volume: number }
    const message = { ctidTraderAccountId: 1, period: 1, trendbar: [{ volume: 3 }, bar] }
    expect(missingFields(2138, message)).toEqual(['trendbar[1].volume'])
    expect(() => encodeMessage(2138, message)).toThrow(/invalid-argument.*trendbar\[1\]\.volume/)
  })

  it('keep an unknown enum value as its number', () => {
    const bytes = encodePayload(2106, { ...order, orderType: 99 })
    expect(decodeMessage(2106, bytes).orderType).toBe(99)
    expect(ProtoOAOrderStatus[99]).toBeUndefined()
    expect(ProtoOAOrderStatus[2]).toBe('ORDER_STATUS_FILLED')
  })

  it('[row 5] skip fields that the schema does not have', () => {
    // Live servers send field 41 (varint) on symbols and 19 (bytes) on deals.
    const extra = protobuf.Writer.create()
      .uint32((41 << 3) | 0)
      .uint32(7)
      .uint32((19 << 3) | 2)
      .bytes(Uint8Array.of(1))
      .finish()
    const bytes = Buffer.concat([extra, encodePayload(2106, order)])
    expect({ ...decodeMessage(2106, bytes) }).toEqual(order)
  })

  it('turn damaged bytes into a protocol violation that names the message', () => {
    try {
      decodeMessage(2106, Uint8Array.of(0x82, 0x01, 0x50))
      expect.unreachable()
    } catch (error) {
      expect(isCTraderError(error, 'protocol-violation') && error.details.payloadType).toBe(2106)
      expect(String(error)).toContain('ProtoOANewOrderReq')
    }
  })

  it('refuse to send a number that is no safe integer', () => {
    expect(() => encodeMessage(2106, { ...order, volume: 2 ** 53 })).toThrow(/invalid-argument.*volume/)
    expect(() => encodeMessage(2106, { ...order, volume: Number.NaN })).toThrow('[invalid-argument]')
  })

  it('know their numbers, also the legacy ones', () => {
    expect([isPayloadType(2131), isPayloadType(2190), isPayloadType(9999)]).toEqual([true, true, false])
  })
})
