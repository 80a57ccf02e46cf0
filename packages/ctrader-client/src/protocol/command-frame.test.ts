import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { encodeCommandFrame } from './command-frame.ts'
import { encodeEnvelope } from './envelope.ts'
import { encodeFrame } from './frame.ts'
import { fields } from './generated/fields.js'
import { encodePayload } from './message.ts'
import { prepareFrame } from './plain-fields.ts'

const COMMANDS = {
  2106: 'ProtoOANewOrderReq',
  2108: 'ProtoOACancelOrderReq',
  2109: 'ProtoOAAmendOrderReq',
  2110: 'ProtoOAAmendPositionSLTPReq',
  2111: 'ProtoOAClosePositionReq',
} as const
type Command = keyof typeof COMMANDS
const numbers = Object.keys(COMMANDS).map(Number) as Command[]
const order = { ctidTraderAccountId: 5, symbolId: 41, orderType: 1, tradeSide: 2, volume: 100 }

const ascii = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0, max: 127 }).map(code => String.fromCharCode(code)), maxLength })
const int31 = fc.oneof(fc.nat(), fc.constantFrom(0, 127, 128, 2 ** 31 - 1))
const int53 = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(),
  fc.constantFrom(0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1),
)
const PLAIN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  int32: int31,
  int64: int53,
  double: fc.double(),
  bool: fc.boolean(),
  string: ascii(127),
}
const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, -1, 0.5, Number.NaN, 2 ** 53, 7n, '', '7', true, 'złoto', {}),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.double(),
)

const scalarOf = (type: string): string => (type.startsWith('#') ? 'int32' : type)

/** A request whose fields are what `arbitraryOf` says for their types; any may be absent but the required ones. */
function request(
  command: Command,
  arbitraryOf: (scalar: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  const types = Object.entries(fields[COMMANDS[command]] ?? {})
  const record = Object.fromEntries(types.map(([name, type]) => [name, arbitraryOf(scalarOf(type))]))
  return fc.record(record, { requiredKeys: Object.keys(order).filter(name => name in record) })
}

const call = (arbitraryOf: (scalar: string) => fc.Arbitrary<unknown>): fc.Arbitrary<[Command, object]> =>
  fc.constantFrom(...numbers).chain(command => fc.tuple(fc.constant(command), request(command, arbitraryOf)))

/** What the codec of every message makes of a request. */
function byCodec(command: Command, message: object, clientMsgId?: string): Uint8Array {
  const payload = encodePayload(command, message as never)
  return encodeFrame(
    encodeEnvelope({
      payloadType: command,
      payload,
      ...(clientMsgId === undefined ? {} : { clientMsgId }),
    }),
  )
}

const isComplete = (command: Command, message: object): boolean => {
  try {
    encodePayload(command, message as never)
    return true
  } catch {
    return false
  }
}

describe('encodeCommandFrame', () => {
  it('writes the bytes of the codec of every message', () => {
    const id = fc.option(ascii(127), { nil: undefined })
    fc.assert(
      fc.property(
        call(scalar => PLAIN[scalar] as fc.Arbitrary<unknown>).filter(([command, message]) =>
          isComplete(command, message),
        ),
        id,
        ([command, message], clientMsgId) => {
          const frame = encodeCommandFrame(command, message, clientMsgId)
          expect(frame).toBeDefined()
          expect(Buffer.compare(frame as Uint8Array, byCodec(command, message, clientMsgId))).toBe(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('writes them or leaves the request to the codec, whatever is in it', () => {
    fc.assert(
      fc.property(
        call(scalar => fc.oneof({ weight: 4, arbitrary: PLAIN[scalar] as fc.Arbitrary<unknown> }, anything)),
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        ([command, message], clientMsgId) => {
          const frame = encodeCommandFrame(command, message, clientMsgId)
          if (frame === undefined) return
          expect(Buffer.compare(frame, byCodec(command, message, clientMsgId))).toBe(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ['lacks a required field', { ...order, volume: undefined }],
    ['has a broken volume', { ...order, volume: 0.5 }],
    ['has a number above 2^53−1', { ...order, volume: 2 ** 53 }],
    ['has a number below 0', { ...order, relativeStopLoss: -1 }],
    ['has a big integer', { ...order, symbolId: 41n }],
    ['has text in place of a number', { ...order, orderType: '1' }],
    ['has a number in place of text', { ...order, label: 7 }],
    ['has text that is not ASCII', { ...order, label: 'złoto' }],
    ['has text of 128 characters', { ...order, label: 'x'.repeat(128) }],
  ])('leaves a request to the codec that %s', (_, message) => {
    expect(encodeCommandFrame(2106, message, 'id-1')).toBeUndefined()
  })

  it('leaves other messages to the codec, and ids that are long or not ASCII', () => {
    expect(encodeCommandFrame(2104, {}, 'id-1')).toBeUndefined()
    expect(encodeCommandFrame(2106, order, 'x'.repeat(128))).toBeUndefined()
    expect(encodeCommandFrame(2106, order, 'ü')).toBeUndefined()
  })

  it('passes on what a getter throws', () => {
    const failing = {
      ...order,
      get label(): string {
        throw new RangeError('no label')
      },
    }
    expect(() => encodeCommandFrame(2106, failing, 'id-1')).toThrow(RangeError)
  })

  it.each(numbers)('has room for the longest request %i, wherever it starts', command => {
    const longest: Readonly<Record<string, unknown>> = {
      int32: 2 ** 31 - 1,
      int64: 2 ** 53 - 1,
      double: Math.PI,
      bool: true,
      string: 'x'.repeat(127),
    }
    const types = Object.entries(fields[COMMANDS[command]] ?? {})
    const message = Object.fromEntries(types.map(([name, type]) => [name, longest[scalarOf(type)]]))
    const expected = byCodec(command, message, 'i'.repeat(127))
    for (let i = 0; i < 300; i++) {
      // Moves the start by the length of a short frame.
      encodeCommandFrame(2108, { ctidTraderAccountId: 5, orderId: i }, undefined)
      const frame = encodeCommandFrame(command, message, 'i'.repeat(127))
      expect(frame).toBeDefined()
      expect(Buffer.compare(frame as Uint8Array, expected)).toBe(0)
    }
  })
})

describe('prepareFrame', () => {
  it('changes no byte of what comes next, and no frame is written over', () => {
    const step = fc.record({
      message: request(2106, scalar => PLAIN[scalar] as fc.Arbitrary<unknown>).filter(message =>
        isComplete(2106, message),
      ),
      id: fc.constantFrom('a', 'bb', 'cc', 'd'.repeat(36), 'e'.repeat(36)),
      prepared: fc.option(fc.constantFrom('a', 'bb', 'cc', 'd'.repeat(36), 'e'.repeat(36))),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), steps => {
        const written = steps.map(({ message, id, prepared }) => {
          if (prepared !== null) prepareFrame(prepared)
          return { frame: encodeCommandFrame(2106, message, id), expected: byCodec(2106, message, id) }
        })
        for (const { frame, expected } of written)
          expect(Buffer.compare(frame as Uint8Array, expected)).toBe(0)
      }),
    )
  })

  it('offers a view of one piece of memory in no later one', async () => {
    vi.resetModules()
    const fresh = { ...(await import('./command-frame.ts')), ...(await import('./plain-fields.ts')) }
    const cancel = (orderId: number): { frame: Uint8Array | undefined; expected: Uint8Array } => {
      const message = { ctidTraderAccountId: 5, orderId }
      return { frame: fresh.encodeCommandFrame(2108, message, undefined), expected: byCodec(2108, message) }
    }
    // The view made ahead stays unused, and in the next piece of memory a frame of its length comes to its place.
    for (let i = 0; i < 10; i++) cancel(i)
    fresh.prepareFrame('a')
    cancel(1000)
    const written = Array.from({ length: 1000 }, (_, i) => cancel(i % 128))
    for (const { frame, expected } of written) expect(Buffer.compare(frame as Uint8Array, expected)).toBe(0)
  })
})
