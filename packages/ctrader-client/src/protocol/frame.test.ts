import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCTraderError } from '../errors.ts'
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES } from './frame.ts'

function decodeAll(decoder: FrameDecoder, chunks: readonly Uint8Array[]): number[][] {
  const bodies: number[][] = []
  for (const chunk of chunks) decoder.push(chunk, body => bodies.push([...body]))
  return bodies
}

/** Cuts bytes at some positions. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map(c => c % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length))
}

describe('FrameDecoder', () => {
  it('finds every body, however the stream is split and joined', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })
    fc.assert(
      fc.property(bodies, fc.array(fc.nat()), (messages, cuts) => {
        const stream = Buffer.concat(messages.map(message => encodeFrame(message)))
        expect(decodeAll(new FrameDecoder(), cut(stream, cuts))).toEqual(
          messages.map(message => [...message]),
        )
      }),
    )
  })

  it('takes a stream one byte at a time', () => {
    const stream = Buffer.concat([encodeFrame(Uint8Array.of(1, 2, 3)), encodeFrame(new Uint8Array(0))])
    const bytes = [...stream].map(byte => Uint8Array.of(byte))
    expect(decodeAll(new FrameDecoder(), bytes)).toEqual([[1, 2, 3], []])
  })

  it('knows whether a frame has begun', () => {
    const decoder = new FrameDecoder()
    expect(decoder.partial).toBe(false)
    decoder.push(Uint8Array.of(0, 0), () => {})
    expect(decoder.partial).toBe(true)
    decoder.push(Uint8Array.of(0, 1), () => {})
    expect(decoder.partial).toBe(true)
    decoder.push(Uint8Array.of(7), () => {})
    expect(decoder.partial).toBe(false)
  })

  it.each([
    ['whole header', [Buffer.from([0x00, 0xe4, 0xe1, 0xc1])]],
    ['split header', [Buffer.from([0x00, 0xe4]), Buffer.from([0xe1, 0xc1])]],
  ])('refuses a length of one byte above the cap before it has any of the body (%s)', (_name, chunks) => {
    const decoder = new FrameDecoder()
    expect(() => decodeAll(decoder, chunks)).toThrow(/protocol-violation.*15000001 bytes.*15000000/)
    expect(decoder.partial).toBe(chunks.length > 1)
  })

  it('stays refused after that: what follows is not taken for a new frame', () => {
    const decoder = new FrameDecoder({ maxBytes: 3 })
    expect(() => decodeAll(decoder, [Buffer.from([0, 0, 0, 4])])).toThrow('protocol-violation')
    expect(() => decodeAll(decoder, [encodeFrame(Uint8Array.of(1))])).toThrow('above the limit of 3')
  })

  it('reads a length above 2^31 as what it is', () => {
    expect(() => decodeAll(new FrameDecoder(), [Buffer.from([0xff, 0xff, 0xff, 0xff])])).toThrow(
      '4294967295 bytes',
    )
  })

  it('takes a frame of exactly its own cap', () => {
    const decoder = new FrameDecoder({ maxBytes: 3 })
    expect(decodeAll(decoder, [encodeFrame(Uint8Array.of(1, 2, 3))])).toEqual([[1, 2, 3]])
    expect(() => decodeAll(decoder, [encodeFrame(Uint8Array.of(1, 2, 3, 4))])).toThrow('above the limit of 3')
  })

  it('tells where the bodies lie in a chunk, and gathers only those that span two', () => {
    const stream = Buffer.concat([encodeFrame(Uint8Array.of(1, 2)), encodeFrame(Uint8Array.of(3, 4, 5))])
    const [first, second] = [stream.subarray(0, 11), stream.subarray(11)]
    const seen: [boolean, number[]][] = []
    const decoder = new FrameDecoder()
    for (const chunk of [first, second])
      decoder.scan(chunk, (bytes, start, end) =>
        seen.push([bytes === chunk, [...bytes.subarray(start, end)]]),
      )
    expect(seen).toEqual([
      [true, [1, 2]],
      [false, [3, 4, 5]],
    ])
  })

  it('hands out views of the chunk without copying', () => {
    const chunk = encodeFrame(Uint8Array.of(9))
    let view = new Uint8Array(0)
    new FrameDecoder().push(chunk, body => {
      view = body as Uint8Array<ArrayBuffer>
    })
    chunk[4] = 8
    expect(view[0]).toBe(8)
  })
})

describe('encodeFrame', () => {
  it('writes the length big-endian in front of the body', () => {
    expect([...encodeFrame(new Uint8Array(258)).subarray(0, 4)]).toEqual([0, 0, 1, 2])
  })

  it('refuses a body above the cap', () => {
    try {
      encodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1))
      expect.unreachable()
    } catch (error) {
      expect(isCTraderError(error, 'invalid-argument')).toBe(true)
    }
  })
})
