import { type SchemaField, schema } from './schema.ts'

/** A varint of a number from 0 to 2^64−1, by hand: the tests write what no encoder would. */
export function varint(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}

/** The tag of a field. */
export const tag = (fieldNumber: number, wireType: number): number[] => varint(fieldNumber * 8 + wireType)

/** A length-delimited field. */
export function delimited(fieldNumber: number, bytes: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([Buffer.from([...tag(fieldNumber, 2), ...varint(bytes.length)]), Buffer.from(bytes)])
}

/** An envelope around a payload. */
export function envelope(payloadType: number, payload: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([Buffer.from([0x08, ...varint(payloadType)]), delimited(2, payload)])
}

/** A body with its length in front. */
export function framed(body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(4 + body.length)
  frame.writeUInt32BE(body.length, 0)
  frame.set(body, 4)
  return frame
}

/** The wire type that the schema gives a field. */
export function wireTypeOf({ type, packed }: SchemaField): number {
  if (packed === true || type === 'string' || type === 'bytes') return 2
  if (type === 'double') return 1
  return schema.messages[type] === undefined ? 0 : 2
}
