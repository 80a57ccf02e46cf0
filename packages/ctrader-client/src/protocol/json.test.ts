import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import schema from '../../schema/ctrader-schema.json' with { type: 'json' }
import { CTraderError } from '../errors.ts'
import { decodeEnvelope, encodeEnvelope } from './envelope.ts'
import { type PayloadType, registry } from './generated/registry.js'
import { decodeJson, encodeJson } from './json.ts'
import { decodeMessage, encodePayload, isPayloadType } from './message.ts'
import { unknownFields } from './unknown-fields.ts'

/** What a frame made of JSON says, and what was refused on the way. */
function read(json: unknown): {
  readonly payloadType: number
  readonly message: object
  readonly id?: string
} {
  const violations: CTraderError[] = []
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  const body = decodeJson(text, error => violations.push(error)).subarray(4)
  const { payload, payloadType, clientMsgId: id } = decodeEnvelope(body)
  expect(violations).toEqual([])
  const message = isPayloadType(payloadType)
    ? decodeMessage(payloadType, payload)
    : { raw: Buffer.from(payload).toString() }
  return { payloadType, message, ...(id === undefined ? {} : { id }) }
}

function refusal(json: unknown): { readonly error: CTraderError | undefined; readonly body: Uint8Array } {
  const violations: CTraderError[] = []
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  const body = decodeJson(text, error => violations.push(error)).subarray(4)
  expect(violations).toHaveLength(1)
  return { error: violations[0], body }
}

function write<P extends PayloadType>(payloadType: P, message: object, clientMsgId?: string): string {
  const payload = encodePayload(payloadType, message as never)
  return encodeJson(
    encodeEnvelope({ payloadType, payload, ...(clientMsgId === undefined ? {} : { clientMsgId }) }),
  )
}

describe('encodeJson', () => {
  it('writes enums and 64-bit fields as numbers, and leaves out what was not set', () => {
    expect(
      write(
        2106,
        { ctidTraderAccountId: 5, symbolId: 2 ** 53 - 1, orderType: 1, tradeSide: 2, volume: 100 },
        'a"b',
      ),
    ).toBe(
      '{"clientMsgId":"a\\"b","payloadType":2106,"payload":{"ctidTraderAccountId":5,"symbolId":9007199254740991,"orderType":1,"tradeSide":2,"volume":100}}',
    )
  })

  it('leaves an empty payload out', () => {
    expect(write(51, {})).toBe('{"payloadType":51}')
    expect(write(2101, {}, 'x')).toBe('{"clientMsgId":"x","payloadType":2101}')
  })

  it('refuses a price that JSON cannot say: it would arrive as no price at all', () => {
    const order = { ctidTraderAccountId: 5, positionId: 1, stopLoss: Number.NaN }
    expect(() => write(2110, order)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

describe('decodeJson', () => {
  it('takes enums as numbers or names, and numbers of 64 bits as numbers or text', () => {
    const payload = {
      ctidTraderAccountId: '5',
      symbolId: 41,
      orderType: 'MARKET',
      tradeSide: 'SELL',
      volume: 100,
    }
    const wanted = { ctidTraderAccountId: 5, symbolId: 41, orderType: 1, tradeSide: 2, volume: 100 }
    expect(read({ payloadType: 2106, payload, clientMsgId: 'ü' })).toMatchObject({ message: wanted, id: 'ü' })
    expect(read({ payloadType: 'PROTO_OA_NEW_ORDER_REQ', payload }).payloadType).toBe(2106)
  })

  it('keeps an enum value that the schema does not know as its number', () => {
    expect(read({ payloadType: 2106, payload: { orderType: 77 } }).message).toMatchObject({ orderType: 77 })
  })

  it('takes a message without payload, with null fields, and with missing required fields [row 53]', () => {
    expect(read({ payloadType: 2101 }).message).toEqual({})
    expect(read({ payloadType: 2101, payload: null, clientMsgId: null })).toEqual({
      payloadType: 2101,
      message: {},
    })
    expect(read({ payloadType: 2131, payload: { symbolId: 41, bid: null } }).message).toMatchObject({
      symbolId: 41,
    })
    expect('bid' in read({ payloadType: 2131, payload: { symbolId: 41, bid: null } }).message).toBe(false)
  })

  it('hands on the text of an unknown payload type as its payload', () => {
    expect(read('{"payloadType":9999,"clientMsgId":"q","payload":{"a":[1,{"b":"ü"}]}}')).toEqual({
      payloadType: 9999,
      message: { raw: '{"a":[1,{"b":"ü"}]}' },
      id: 'q',
    })
    expect(encodeJson(decodeJson('{"payloadType":9999,"payload":{"a":1}}').subarray(4))).toBe(
      '{"payloadType":9999,"payload":{"a":1}}',
    )
  })

  it('[row 9] keeps fields of unknown names, also in messages inside and through the codec', () => {
    const payload = { symbol: [{ symbolId: 1, gslScheduleId: 7, __proto__x: null }], extra: { deep: [1] } }
    const { message } = read({ payloadType: 2117, payload })
    expect(unknownFields(message)).toEqual([{ type: 'json', name: 'extra', value: { deep: [1] } }])
    const [symbol] = (message as { symbol: object[] }).symbol
    expect(unknownFields(symbol ?? {})).toEqual([
      { type: 'json', name: 'gslScheduleId', value: 7 },
      { type: 'json', name: '__proto__x', value: null },
    ])
  })

  it('takes a field named __proto__ as nothing but a name', () => {
    const { message } = read('{"payloadType":2117,"payload":{"__proto__":{"polluted":1}}}')
    expect('polluted' in message || 'polluted' in {}).toBe(false)
    expect(unknownFields(message)).toEqual([{ type: 'json', name: '__proto__', value: { polluted: 1 } }])
  })

  it.each([
    ['a whole number beyond 2^53', '{"symbolId":9007199254740993}', 'symbolId'],
    ['the same as text', '{"symbolId":"9007199254740993"}', 'symbolId'],
    ['a fraction where a whole number belongs', '{"symbolId":1.5}', 'symbolId'],
    ['a negative price', '{"bid":-1}', 'bid'],
    ['text where a number belongs', '{"bid":"high"}', 'bid'],
    ['a list where a number belongs', '{"bid":[1]}', 'bid'],
    ['an object where a list belongs', '{"trendbar":{}}', 'trendbar'],
    ['a number where a message belongs', '{"trendbar":[5]}', 'trendbar[0]'],
    ['an unknown name of an enum', '{"trendbar":[{"period":"M7"}]}', 'trendbar[0].period'],
    ['a list as payload', '[]', 'payload'],
  ])('refuses %s for that message alone, under its id', (_, payload, path) => {
    const { error, body } = refusal(`{"payloadType":2131,"clientMsgId":"id","payload":${payload}}`)
    expect(error).toMatchObject({ code: 'protocol-violation', details: { payloadType: 2131 } })
    expect(error?.message).toContain(`: ${path} is not`)
    const envelope = decodeEnvelope(body)
    expect(envelope).toMatchObject({ payloadType: 2131, clientMsgId: 'id' })
    expect(() => decodeMessage(2131, envelope.payload)).toThrow(CTraderError)
  })

  it.each([
    '{"payload":{}}',
    '{"payloadType":-1}',
    '{"payloadType":"NO"}',
    '{"payloadType":1.5}',
    '7',
    'null',
    '{"a":}',
    '',
  ])('makes no envelope of %s', text => {
    const { error, body } = refusal(text)
    expect(error?.code).toBe('protocol-violation')
    expect(() => decodeEnvelope(body)).toThrow(CTraderError)
  })

  it('survives objects nested deeper than any stack', () => {
    const deep = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`
    expect(refusal(`{"payloadType":2131,"payload":${deep}}`).error?.code).toBe('protocol-violation')
  })
})

const awkward = fc.string({ unit: fc.constantFrom(...'ab"\\{}[],:/ü€😀\n\0\u2028') })

interface Field {
  readonly name: string
  readonly type: string
  readonly label: string
}
const facts = schema.messages as unknown as Readonly<Record<string, { readonly fields: readonly Field[] }>>
const enums = schema.enums as unknown as Readonly<
  Record<string, { readonly values: readonly (readonly [string, number])[] }>
>

function scalarOf(type: string): fc.Arbitrary<unknown> {
  if (type in enums) return fc.constantFrom(...(enums[type]?.values ?? []).map(value => value[1]), 123)
  if (type in facts) return messageOf(type)
  if (type === 'string') return awkward
  if (type === 'bool') return fc.boolean()
  if (type === 'double') return fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
  if (type === 'int64') return fc.maxSafeInteger()
  if (type === 'uint64') return fc.maxSafeNat()
  return type === 'int32' ? fc.integer() : fc.nat()
}

function messageOf(name: string): fc.Arbitrary<object> {
  const fields = facts[name]?.fields ?? []
  return fc.record(
    Object.fromEntries(
      fields.map(({ name: field, type, label }) => [
        field,
        label === 'repeated' ? fc.array(scalarOf(type), { minLength: 1, maxLength: 2 }) : scalarOf(type),
      ]),
    ),
    { requiredKeys: [] },
  )
}

describe('JSON and protobuf', () => {
  const types = Object.values(registry).filter(({ payloadType }) => payloadType !== 5)
  it.each(types)('say the same of $name', ({ payloadType, name, codec }) => {
    fc.assert(
      fc.property(messageOf(name), message => {
        const payload = codec.encode(message as never).finish()
        const body = encodeEnvelope({ payloadType, payload, clientMsgId: 'x' })
        expect(Buffer.from(decodeJson(encodeJson(body)).subarray(4))).toEqual(Buffer.from(body))
      }),
      { numRuns: 20 },
    )
  })
})
