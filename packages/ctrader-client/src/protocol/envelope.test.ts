import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope } from './envelope.ts'
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
      fc.property(payloadType, fc.uint8Array(), fc.string(), (type, payload, clientMsgId) => {
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

  it('states an empty payload, because a client built on protobufjs 5 ends on an envelope without one', () => {
    expect([...encodeEnvelope({ payloadType: 51, payload: new Uint8Array(0) })]).toEqual([8, 51, 18, 0])
    expect([...encodeEnvelope({ payloadType: 51 })]).toEqual([8, 51])
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

  it.each([
    ['field number 0', [0x00, 0x00]],
    ['a group that ends as another', [0x2b, 0x34]],
    ['a length of six bytes', [0x12, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x41]],
  ])('refuses %s, as the generated codec does', (_name, bytes) => {
    const body = Uint8Array.from([0x08, 0x33, ...bytes])
    expect(() => ProtoMessage.decode(body)).toThrow()
    expect(() => decodeEnvelope(body)).toThrow('[protocol-violation]')
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
