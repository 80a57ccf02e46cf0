import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope } from './envelope.ts'
import { createEnvelopeRange, readEnvelope } from './envelope-range.ts'

const before = fc.uint8Array({ maxLength: 5 })
const behind = fc.uint8Array({ maxLength: 40 })

/** Reads the middle of some bytes, as an envelope or as the code of the error. */
function read(bytes: Uint8Array, start: number, end: number): unknown {
  const range = { ...createEnvelopeRange(), clientMsgId: 'of the envelope before' }
  try {
    readEnvelope(bytes, start, end, range)
  } catch (error) {
    return (error as { code?: string }).code
  }
  const { payloadType, payloadStart, payloadEnd, clientMsgId } = range
  return { payloadType, payload: [...range.bytes.subarray(payloadStart, payloadEnd)], clientMsgId }
}

function decode(body: Uint8Array): unknown {
  try {
    const { payloadType, payload, clientMsgId } = decodeEnvelope(body)
    return { payloadType, payload: [...payload], clientMsgId }
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('readEnvelope', () => {
  it('finds what decodeEnvelope decodes, wherever it lies in a chunk', () => {
    const envelope = fc.record(
      {
        payloadType: fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: 2 ** 32 - 1 })),
        payload: fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 120, maxLength: 300 })),
        clientMsgId: fc.string(),
      },
      { requiredKeys: ['payloadType'] },
    )
    fc.assert(
      fc.property(envelope, before, behind, (message, head, tail) => {
        const body = encodeEnvelope(message)
        const bytes = Buffer.concat([head, body, tail])
        expect(read(bytes, head.length, head.length + body.length)).toEqual(decode(body))
      }),
    )
  })

  it('agrees with decodeEnvelope on cut and damaged bytes, and reads nothing behind them', () => {
    const payload = fc.uint8Array({ maxLength: 30 })
    const id = fc.record(
      { clientMsgId: fc.string({ unit: fc.constantFrom('a', '7', 'é', '😀') }) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        payload,
        id,
        before,
        behind,
        fc.nat(),
        fc.nat(),
        (inside, named, head, tail, cut, damage) => {
          const whole = encodeEnvelope({ payloadType: 2131, payload: inside, ...named })
          const body = whole.slice(0, cut % (whole.length + 1))
          if (body.length > 0) body[damage % body.length] = damage % 256
          const bytes = Buffer.concat([head, body, tail])
          expect(read(bytes, head.length, head.length + body.length)).toEqual(decode(body))
        },
      ),
    )
  })

  it('takes payloads of one, two and three bytes of length', () => {
    for (const length of [0, 1, 127, 128, 16_383, 16_384]) {
      const body = encodeEnvelope({ payloadType: 2131, payload: new Uint8Array(length).fill(1) })
      expect(read(body, 0, body.length)).toEqual(decode(body))
    }
  })

  it('makes no view of a usual message, with an id or without', () => {
    const message = { payloadType: 2131, payload: Uint8Array.of(7, 8) }
    for (const id of [undefined, 'a1b2-c3']) {
      const bytes = Buffer.from(encodeEnvelope(id === undefined ? message : { ...message, clientMsgId: id }))
      const range = createEnvelopeRange()
      readEnvelope(bytes, 0, bytes.length, range)
      expect(range.bytes).toBe(bytes)
      expect(range.clientMsgId).toBe(id)
    }
  })
})
