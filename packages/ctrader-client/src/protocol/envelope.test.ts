import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope, readEnvelope } from './envelope.ts'
import { ProtoMessage } from './generated/messages.js'

const payloadType = fc.nat({ max: 2 ** 32 - 1 })

describe('envelope', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(payloadType, fc.uint8Array({ minLength: 1 }), fc.string(), (type, payload, clientMsgId) => {
        const back = decodeEnvelope(encodeEnvelope({ payloadType: type, payload, clientMsgId }))
        expect(back).toEqual({ payloadType: type, payload: back.payload, clientMsgId })
        expect([...back.payload]).toEqual([...payload])
      }),
    )
  })

  it('is what the generated codec writes and reads', () => {
    fc.assert(
      fc.property(payloadType, fc.uint8Array({ minLength: 1 }), fc.string(), (type, payload, clientMsgId) => {
        const bytes = ProtoMessage.encode({ payloadType: type, payload, clientMsgId }).finish()
        expect([...encodeEnvelope({ payloadType: type, payload, clientMsgId })]).toEqual([...bytes])
        expect(decodeEnvelope(bytes)).toMatchObject({ payloadType: type, clientMsgId })
      }),
    )
  })

  it('leaves an id out that was not sent, and has an empty payload then', () => {
    expect(decodeEnvelope(encodeEnvelope({ payloadType: 51 }))).toEqual({
      payloadType: 51,
      payload: new Uint8Array(0),
    })
  })

  it('skips fields that it does not know', () => {
    const bytes = Buffer.concat([
      Buffer.from([0x20, 0x05, 0x2a, 0x01, 0x41]),
      encodeEnvelope({ payloadType: 51 }),
    ])
    expect(decodeEnvelope(bytes).payloadType).toBe(51)
  })

  it('refuses bytes that are cut off, and an envelope without a type', () => {
    expect(() => decodeEnvelope(Buffer.from([0x08, 0x33, 0x12, 0x05, 0x00]))).toThrow('[protocol-violation]')
    expect(() => decodeEnvelope(Buffer.from([0x12, 0x00]))).toThrow('[protocol-violation]')
    expect(() => decodeEnvelope(new Uint8Array(0))).toThrow('[protocol-violation]')
  })

  it('skips a group, and refuses one without an end', () => {
    const group = [(9 << 3) | 3, 0x08, 0x01, (9 << 3) | 4]
    expect(decodeEnvelope(Buffer.from([...group, 0x08, 0x33])).payloadType).toBe(51)
    expect(() => decodeEnvelope(Buffer.from([0x08, 0x33, (9 << 3) | 3, 0x08, 0x01]))).toThrow(
      '[protocol-violation]',
    )
  })

  it('is found inside other bytes and never read past its end', () => {
    const own = encodeEnvelope({ payloadType: 2131, payload: Uint8Array.of(7, 8), clientMsgId: 'a' })
    const bytes = Buffer.concat([Buffer.alloc(3, 0xff), own, Buffer.alloc(20, 0x08)])
    const range = { payloadType: 0, payloadStart: 0, payloadEnd: 0, clientMsgId: undefined }
    readEnvelope(bytes, 3, 3 + own.length, range)
    expect(range).toMatchObject({ payloadType: 2131, clientMsgId: 'a' })
    expect([...bytes.subarray(range.payloadStart, range.payloadEnd)]).toEqual([7, 8])
    for (let end = 4; end < 3 + own.length; end++) {
      // The bytes behind would complete it.
      const part = { ...range, payloadType: 0, payloadEnd: 0 }
      try {
        readEnvelope(bytes, 3, end, part)
        expect(part.payloadEnd).toBeLessThanOrEqual(end)
      } catch (error) {
        expect(error).toMatchObject({ code: 'protocol-violation' })
      }
    }
  })

  it('forgets the id and the payload of the envelope before', () => {
    const range = { payloadType: 1, payloadStart: 3, payloadEnd: 9, clientMsgId: 'before' }
    const bytes = encodeEnvelope({ payloadType: 51 })
    readEnvelope(bytes, 0, bytes.length, range)
    expect(range).toEqual({
      payloadType: 51,
      payloadStart: bytes.length,
      payloadEnd: bytes.length,
      clientMsgId: undefined,
    })
  })

  it('never ends in anything but a protocol violation, whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        try {
          decodeEnvelope(bytes)
        } catch (error) {
          expect(error).toMatchObject({ name: 'CTraderError', code: 'protocol-violation' })
        }
      }),
    )
  })
})
