import { describe, expect, it } from 'vitest'
import { encodeEnvelopeFrame } from './envelope-frame.ts'
import { encodeEnvelope } from './envelope.ts'
import { encodeFrame, MAX_FRAME_BYTES } from './frame.ts'

function slow(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): Uint8Array {
  return encodeFrame(
    encodeEnvelope(
      clientMsgId === undefined ? { payloadType, payload } : { payloadType, payload, clientMsgId },
    ),
  )
}

describe('encodeEnvelopeFrame', () => {
  it('writes the bytes of the two encoders that it stands for', () => {
    const ids = [undefined, '', 'a1b2-c3', 'x'.repeat(127), 'x'.repeat(128), 'bot é', '\ud83d\ude00']
    for (const payloadType of [0, 127, 128, 2106, 2 ** 31 - 1])
      for (const length of [0, 1, 127, 128, 300, 16_383, 16_384])
        for (const id of ids) {
          const payload = new Uint8Array(length).fill(0xa5)
          const frame = encodeEnvelopeFrame(payloadType, payload, length, id)
          expect(Buffer.compare(frame, slow(payloadType, payload, id))).toBe(0)
        }
  })

  it('takes no more of the payload than it is told, and keeps nothing of it', () => {
    const held = new Uint8Array([1, 2, 3, 4])
    const frame = encodeEnvelopeFrame(2106, held, 2, 'a')
    held.fill(9)
    expect(Buffer.compare(frame, slow(2106, new Uint8Array([1, 2]), 'a'))).toBe(0)
  })

  it('takes what fills a frame to the last byte, and refuses one more', () => {
    const around = 1 + 2 + 1 + 4
    const full = new Uint8Array(MAX_FRAME_BYTES - around)
    expect(encodeEnvelopeFrame(2106, full, full.length, undefined)).toHaveLength(4 + MAX_FRAME_BYTES)
    const tooLong = new Uint8Array(full.length + 1)
    expect(() => encodeEnvelopeFrame(2106, tooLong, tooLong.length, undefined)).toThrow('[invalid-argument]')
  })
})
