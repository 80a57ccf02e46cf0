import { expect, it } from 'vitest'
import { ProtoOASymbol } from './generated/messages.js'
import { decodeMessage } from './message.ts'
import { unknownFields } from './unknown-fields.ts'

const bytesOf = (symbol: object): Uint8Array => ProtoOASymbol.encode(symbol as ProtoOASymbol).finish()

it('[row 9] [row 5] shows fields that servers send and the schema lacks, by number', () => {
  // Live servers send field 41 of a symbol; here 400 and 401: a varint and some bytes.
  const extra = [0x80, 0x19, 0x07, 0x8a, 0x19, 0x02, 0x68, 0x69]
  const symbol = Buffer.concat([bytesOf({ symbolId: 1, digits: 2 }), Uint8Array.from(extra)])
  const message = decodeMessage(
    2117,
    Buffer.concat([Uint8Array.of(26, symbol.length), symbol, Uint8Array.from(extra)]),
  )
  for (const each of [message, message.symbol?.[0] ?? {}]) {
    const found = unknownFields(each).map(field => ({
      ...field,
      bytes: field.type === 'protobuf' && [...field.bytes],
    }))
    expect(found).toEqual([
      { type: 'protobuf', number: 400, bytes: extra.slice(0, 3) },
      { type: 'protobuf', number: 401, bytes: extra.slice(3) },
    ])
  }
  expect(message.symbol?.[0]).toMatchObject({ symbolId: 1, digits: 2 })
})

it('shows none where there are none', () => {
  expect(unknownFields(decodeMessage(2117, new Uint8Array(0)))).toEqual([])
})
