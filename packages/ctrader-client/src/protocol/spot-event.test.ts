import fc from 'fast-check'
import protobuf from 'protobufjs/minimal.js'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope } from './envelope.ts'
import { FrameDecoder } from './frame.ts'
import { ProtoOASpotEvent } from './generated/messages.js'
import { encodeMessage } from './message.ts'
import { decodeSpotEvent, encodeSpotFrame } from './spot-event.ts'

const number = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 300_000_000 }),
  fc.constantFrom(0, 127, 128, 2 ** 53 - 1),
)
const optional = fc.option(number, { nil: undefined })
const bar = fc.record({ volume: number, low: number, utcTimestampInMinutes: fc.nat() })
const spot = fc.record(
  {
    ctidTraderAccountId: number,
    symbolId: number,
    bid: optional,
    ask: optional,
    sessionClose: optional,
    timestamp: optional,
    trendbar: fc.array(bar),
  },
  { requiredKeys: ['ctidTraderAccountId', 'symbolId'] },
)
type Spot = typeof spot extends fc.Arbitrary<infer T> ? T : never
const asMessage = (event: Spot): ProtoOASpotEvent => event as ProtoOASpotEvent

function attempt<T>(run: () => T): T | Error {
  try {
    return run()
  } catch (error) {
    return error as Error
  }
}

describe('decodeSpotEvent', () => {
  it('reads what the generated codec reads', () => {
    fc.assert(
      fc.property(spot, event => {
        const bytes = ProtoOASpotEvent.encode(asMessage(event)).finish()
        const { payloadType, trendbar, ...fields } = ProtoOASpotEvent.decode(bytes)
        const bars = (trendbar ?? []).length === 0 ? undefined : trendbar
        expect(payloadType).toBeUndefined()
        expect(decodeSpotEvent(bytes)).toEqual({
          bid: undefined,
          ask: undefined,
          sessionClose: undefined,
          timestamp: undefined,
          ...fields,
          trendbar: bars,
        })
      }),
    )
  })

  it('reads the same prices as the generated codec from damaged bytes, or refuses them', () => {
    fc.assert(
      fc.property(spot, fc.nat(), fc.integer({ min: 0, max: 255 }), (event, at, byte) => {
        const bytes = ProtoOASpotEvent.encode(asMessage({ ...event, trendbar: [] }))
          .finish()
          .slice()
        bytes[at % bytes.length] = byte
        const theirs = attempt(() => ProtoOASpotEvent.decode(bytes))
        const mine = attempt(() => decodeSpotEvent(bytes))
        expect(mine instanceof Error).toBe(theirs instanceof Error)
        if (mine instanceof Error) expect(mine).toMatchObject({ code: 'protocol-violation' })
        else if (!(theirs instanceof Error)) expect([mine.bid, mine.ask]).toEqual([theirs.bid, theirs.ask])
      }),
    )
  })

  it('reads an event inside other bytes, and never past its end', () => {
    const own = ProtoOASpotEvent.encode({ ctidTraderAccountId: 1, symbolId: 2, ask: 300_000_000 }).finish()
    const bytes = Buffer.concat([Buffer.alloc(5, 0xff), own, Buffer.from([0x20, 0x01])])
    expect(decodeSpotEvent(bytes, 5, 5 + own.length)).toMatchObject({ ask: 300_000_000, bid: undefined })
    expect(() => decodeSpotEvent(bytes, 5, 4 + own.length)).toThrow('[protocol-violation]')
  })

  it('skips unknown fields of every wire type', () => {
    const writer = protobuf.Writer.create()
    writer.uint32((20 << 3) | 0).uint32(300)
    writer.uint32((21 << 3) | 1).double(1.5)
    writer.uint32((22 << 3) | 2).string('new')
    writer.uint32((23 << 3) | 5).float(1)
    const bytes = Buffer.concat([
      writer.finish(),
      ProtoOASpotEvent.encode({ ctidTraderAccountId: 1, symbolId: 2, ask: 3 }).finish(),
    ])
    expect(decodeSpotEvent(bytes)).toMatchObject({ symbolId: 2, ask: 3 })
  })

  it.each([
    ['a group', [0xab, 0x01, 0x08, 0x05, 0xac, 0x01]],
    ['a group of a group', [0xab, 0x01, 0xb3, 0x01, 0xb4, 0x01, 0xac, 0x01]],
    ['an unknown number of twelve bytes', [0x50, ...Array<number>(11).fill(0x80), 0x01]],
    ['a negative account', [0x10, ...Array<number>(9).fill(0xff), 0x01]],
    ['a tag of more bytes than needed', [0x98, 0x80, 0x00, 0x07]],
  ])('reads %s as the generated codec does', (_name, bytes) => {
    const event = Uint8Array.from([...bytes, 0x20, 0x03])
    const { bid, symbolId = 0, ctidTraderAccountId = 0 } = ProtoOASpotEvent.decode(event)
    expect(decodeSpotEvent(event)).toMatchObject({ bid, symbolId, ctidTraderAccountId })
    expect(bid).toBe(3)
  })

  it.each([
    ['a group without an end', [0xab, 0x01]],
    ['an end without a group', [0xac, 0x01]],
    ['a tag of six bytes', [0xa0, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01]],
    ['field number 0', [0x00, 0x00]],
    ['a bar that is cut off', [0x32, 0x02, 0x18]],
  ])('refuses %s as the generated codec does', (_name, bytes) => {
    expect(() => ProtoOASpotEvent.decode(Uint8Array.from(bytes))).toThrow()
    expect(() => decodeSpotEvent(Uint8Array.from(bytes))).toThrow('[protocol-violation]')
  })

  it.each([
    ['a plain spot', [0x18, 0x02, 0x20, 0x03]],
    ['one with a group', [0xab, 0x01, 0xac, 0x01, 0x18, 0x02, 0x20, 0x03]],
  ])('reads %s that lies among other bytes', (_name, event) => {
    const bytes = Uint8Array.from([0xff, ...event, 0xff, 0xff])
    expect(decodeSpotEvent(bytes, 1, 1 + event.length)).toMatchObject({ symbolId: 2, bid: 3 })
  })

  it('refuses 2^53, one above the safe integers, and one that is cut off', () => {
    const bytes = Uint8Array.of(32, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)
    expect(() => decodeSpotEvent(bytes)).toThrow('[protocol-violation]')
    expect(() => decodeSpotEvent(Uint8Array.of(32, 0x80))).toThrow('[protocol-violation]')
  })
})

describe('encodeSpotFrame', () => {
  it('writes the bytes of the generated codec', () => {
    const fields = fc.record(
      { ctidTraderAccountId: number, symbolId: number, bid: number, ask: number, timestamp: number },
      { requiredKeys: ['ctidTraderAccountId', 'symbolId'] },
    )
    fc.assert(
      fc.property(fields, event => {
        const frame = encodeSpotFrame(event as Parameters<typeof encodeSpotFrame>[0])
        expect([...frame]).toEqual([...encodeMessage(2131, event as ProtoOASpotEvent)])
      }),
    )
  })

  it('has room for the largest numbers', () => {
    const max = 2 ** 53 - 1
    const seen: unknown[] = []
    const frame = encodeSpotFrame({
      ctidTraderAccountId: max,
      symbolId: max,
      bid: max,
      ask: max,
      timestamp: max,
    })
    new FrameDecoder().push(frame, body => seen.push(decodeSpotEvent(decodeEnvelope(body).payload).timestamp))
    expect(seen).toEqual([max])
  })

  it('refuses a price that is no whole number from 0', () => {
    expect(() => encodeSpotFrame({ ctidTraderAccountId: 1, symbolId: 1, bid: 1.5 })).toThrow(
      /invalid-argument.*bid/,
    )
    expect(() => encodeSpotFrame({ ctidTraderAccountId: 1, symbolId: 1, ask: -1 })).toThrow(
      /invalid-argument.*ask/,
    )
  })
})
