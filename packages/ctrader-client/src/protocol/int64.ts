import type { Reader } from 'protobufjs/minimal.js'
import { CTraderError } from '../errors.ts'

const TWO_32 = 4_294_967_296

function truncated(): CTraderError<'protocol-violation'> {
  return new CTraderError(
    'protocol-violation',
    'A message ends inside a number. Report it with the message type.',
    {},
  )
}

function unsafe(value: number): CTraderError<'protocol-violation'> {
  return new CTraderError(
    'protocol-violation',
    `A 64-bit number near ${value} is outside ±(2^53−1). The message was dropped; report it with the message type.`,
    {},
  )
}

// High half of the last number read: two results without an object, because this runs for every price and time.
let high = 0

/** Reads the low half and leaves the high half in `high`, both unsigned. */
function readHalves(reader: Reader): number {
  const { buf, len } = reader
  let pos = reader.pos
  let low = 0
  high = 0
  for (let i = 0; i < 10; i++) {
    if (pos >= len) throw truncated()
    const byte = buf[pos++] as number
    const bits = byte & 127
    if (i < 4) low |= bits << (7 * i)
    else if (i === 4) {
      low |= (bits & 15) << 28
      high = bits >>> 4
    } else if (i < 9) high |= bits << (7 * i - 32)
    else high |= (bits & 1) << 31
    if (byte < 128) {
      reader.pos = pos
      high >>>= 0
      return low >>> 0
    }
  }
  throw new CTraderError(
    'protocol-violation',
    'A number on the wire is longer than 10 bytes. Report it with the message type.',
    {},
  )
}

/** Reads an int64 as a safe integer. @throws {@link CTraderError} `protocol-violation` outside ±(2^53−1) */
export function readInt64(reader: Reader): number {
  const low = readHalves(reader)
  const value = (high | 0) * TWO_32 + low
  if (!Number.isSafeInteger(value)) throw unsafe(value)
  return value
}

/** Reads a uint64 as a safe integer. @throws {@link CTraderError} `protocol-violation` above 2^53−1 */
export function readUint64(reader: Reader): number {
  const low = readHalves(reader)
  const value = high * TWO_32 + low
  if (!Number.isSafeInteger(value)) throw unsafe(value)
  return value
}

function readPacked(reader: Reader, into: number[], read: (reader: Reader) => number): void {
  const end = reader.uint32() + reader.pos
  if (end > reader.len) throw truncated()
  while (reader.pos < end) into.push(read(reader))
  // The last number ran over the end of the list, into the next field.
  if (reader.pos !== end) throw truncated()
}

/** Appends a packed list of int64. */
export function readInt64s(reader: Reader, into: number[]): void {
  readPacked(reader, into, readInt64)
}

/** Appends a packed list of uint64. */
export function readUint64s(reader: Reader, into: number[]): void {
  readPacked(reader, into, readUint64)
}

/** Passes a safe integer on to the encoder. @throws {@link CTraderError} `invalid-argument` for anything else */
export function checkInt64(value: number, field: string): number {
  if (!Number.isSafeInteger(value))
    throw new CTraderError(
      'invalid-argument',
      `${field} is ${value}. Pass a whole number within ±(2^53−1).`,
      {
        path: field,
        expected: 'a whole number within ±(2^53−1)',
      },
    )
  return value
}
