import { MAX_FRAME_BYTES } from '@openclaw-trading/ctrader-client/protocol'
import { type SchemaField, schema } from './schema.ts'
import { delimited, envelope, tag, varint, wireTypeOf } from './wire-writer.ts'

/** Bytes that were made to do harm. */
export interface Bomb {
  readonly name: string
  /** What is inside a frame; for a length bomb the raw beginning of a stream. */
  readonly bytes: Uint8Array
  /**
   * What a sound codec makes of it.
   *
   * - `stream-refused`: the length is above the cap; nothing is allocated and the stream is over
   * - `waiting`: the length is allowed, so the decoder waits for the body
   * - `refused`, `decoded`: the message; the stream goes on behind it
   * - `any`: either of the two
   */
  readonly expects: 'stream-refused' | 'waiting' | 'refused' | 'decoded' | 'any'
}

const SPOT = 2131
const UNKNOWN_FIELD = 1000
const BIG = 15_000_000

function header(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

function lengthBombs(): Bomb[] {
  const lengths = [
    MAX_FRAME_BYTES + 1,
    2 ** 24,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 2,
    // −1 of whoever reads it as signed.
    2 ** 32 - 1,
  ]
  return [
    ...lengths.map(length => ({
      name: `length ${length}`,
      bytes: header(length),
      expects: 'stream-refused' as const,
    })),
    { name: 'length of exactly the cap', bytes: header(MAX_FRAME_BYTES), expects: 'waiting' },
    { name: 'length 1 and nothing more', bytes: header(1), expects: 'waiting' },
  ]
}

function groups(depth: number, fieldNumber = UNKNOWN_FIELD): Buffer {
  const start = Buffer.from(tag(fieldNumber, 3))
  const end = Buffer.from(tag(fieldNumber, 4))
  return Buffer.concat([...Array<Buffer>(depth).fill(start), ...Array<Buffer>(depth).fill(end)])
}

function groupBombs(): Bomb[] {
  const inside = (depth: number, expects: Bomb['expects']): Bomb[] => [
    { name: `groups ${depth} deep in a spot`, bytes: envelope(SPOT, groups(depth)), expects },
    { name: `groups ${depth} deep in a bar`, bytes: envelope(SPOT, delimited(6, groups(depth))), expects },
    {
      name: `groups ${depth} deep in an envelope`,
      bytes: Buffer.concat([groups(depth), envelope(51, [])]),
      expects,
    },
  ]
  const open = Buffer.concat(Array<Buffer>(50).fill(Buffer.from(tag(UNKNOWN_FIELD, 3))))
  return [
    ...[1, 50, 90].flatMap(depth => inside(depth, 'decoded')),
    ...[99, 100, 101, 102].flatMap(depth => inside(depth, 'any')),
    ...[200, 10_000, 200_000].flatMap(depth => inside(depth, 'refused')),
    { name: 'groups that do not end', bytes: envelope(SPOT, open), expects: 'refused' },
    { name: 'an end without a group', bytes: envelope(SPOT, tag(UNKNOWN_FIELD, 4)), expects: 'refused' },
    {
      name: 'a group that ends as another',
      bytes: envelope(SPOT, [...tag(UNKNOWN_FIELD, 3), ...tag(UNKNOWN_FIELD + 1, 4)]),
      expects: 'refused',
    },
  ]
}

function repeated(bytes: Uint8Array | readonly number[], total: number): Buffer {
  return Buffer.alloc(total - (total % bytes.length), Buffer.from(bytes))
}

/** One after the other: together they would be a bomb of our own. */
function* bulkBombs(): Generator<Bomb> {
  const half = BIG / 2
  yield { name: '15 MB of zeros', bytes: Buffer.alloc(BIG), expects: 'refused' }
  yield { name: '15 MB of ones', bytes: Buffer.alloc(BIG, 0xff), expects: 'refused' }
  yield {
    name: 'a text of 15 MB',
    bytes: envelope(2142, delimited(2, Buffer.alloc(BIG - 64, 65))),
    expects: 'decoded',
  }
  yield {
    name: 'a million empty bars',
    bytes: envelope(SPOT, repeated(delimited(6, []), 2_000_000)),
    expects: 'decoded',
  }
  yield {
    name: 'a packed list of millions',
    bytes: envelope(2155, delimited(5, repeated([1], half / 4))),
    expects: 'decoded',
  }
  yield {
    name: 'a list of a million numbers, one field each',
    bytes: envelope(2116, repeated([0x18, 1], 2_000_000)),
    expects: 'decoded',
  }
  yield {
    name: 'millions of unknown fields',
    bytes: envelope(SPOT, repeated([...tag(UNKNOWN_FIELD, 0), 1], half)),
    expects: 'decoded',
  }
  yield {
    name: 'the same number a million times',
    bytes: envelope(SPOT, repeated([0x20, 1], 2_000_000)),
    expects: 'decoded',
  }
}

function envelopeBombs(): Bomb[] {
  const bomb = (name: string, bytes: readonly number[], expects: Bomb['expects']): Bomb => ({
    name,
    bytes: Buffer.from(bytes),
    expects,
  })
  return [
    bomb('an empty body', [], 'refused'),
    bomb('no payload type', [0x12, 0], 'refused'),
    bomb('payload type 0', [0x08, 0], 'any'),
    bomb('payload type 4,294,967,295', [0x08, ...varint(2 ** 32 - 1)], 'any'),
    bomb('a negative payload type', [0x08, ...varint(-1n)], 'any'),
    bomb(
      'a payload type named like a property',
      [0x08, 51, ...delimited(3, Buffer.from('__proto__'))],
      'decoded',
    ),
    bomb('two payload types', [0x08, 51, 0x08, ...varint(SPOT)], 'decoded'),
    bomb('a payload longer than its body', [0x08, 51, 0x12, 5, 0], 'refused'),
    bomb('a payload of 2^31−1 bytes', [0x08, 51, 0x12, ...varint(2 ** 31 - 1)], 'refused'),
    bomb('a payload of 2^32−1 bytes', [0x08, 51, 0x12, ...varint(2 ** 32 - 1)], 'refused'),
    bomb('a payload of −1 bytes', [0x08, 51, 0x12, ...varint(-1n)], 'refused'),
    bomb('field number 0', [0x08, 51, 0x00, 0x00], 'refused'),
    bomb('wire type 6', [0x08, 51, ...tag(9, 6)], 'refused'),
    bomb('wire type 7', [0x08, 51, ...tag(9, 7)], 'refused'),
    bomb(
      'an id of broken UTF-8',
      [0x08, 51, ...delimited(3, [0xc0, 0x80, 0xed, 0xa0, 0x80, 0xff])],
      'decoded',
    ),
  ]
}

const BAD_TEXTS: readonly (readonly number[])[] = [
  [0xff],
  [0xc0, 0x80],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x98],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80, 0x80, 0x80],
]

const SAFE = 2n ** 53n - 1n

function numberBombs(
  field: SchemaField,
  put: (bytes: readonly number[], expects: Bomb['expects']) => void,
): void {
  const value = (number: bigint): number[] => [...tag(field.number, 0), ...varint(number)]
  const endless = (count: number): number[] => [...tag(field.number, 0), ...Array<number>(count).fill(0xff)]
  for (const count of [1, 9, 10, 11, 40]) put(endless(count), 'refused')
  if (field.type !== 'int64' && field.type !== 'uint64') return
  for (const number of [0n, 1n, SAFE]) put(value(number), 'decoded')
  for (const number of [SAFE + 1n, 2n ** 62n, 2n ** 63n]) put(value(number), 'refused')
  const negative = field.type === 'int64' ? 'decoded' : 'refused'
  for (const number of [-1n, -SAFE]) put(value(number), negative)
  put(value(-SAFE - 1n), 'refused')
}

function fieldBombs(payloadType: number, name: string, field: SchemaField): Bomb[] {
  const bombs: Bomb[] = []
  const put = (bytes: readonly number[], expects: Bomb['expects']): void => {
    const bomb = `${name}.${field.name} #${bombs.length}`
    bombs.push({ name: bomb, bytes: envelope(payloadType, bytes), expects })
  }
  for (let wireType = 0; wireType < 8; wireType++) put([...tag(field.number, wireType), 1, 2, 3], 'any')
  put(tag(field.number, wireTypeOf(field)), 'refused')
  if (wireTypeOf(field) === 0) numberBombs(field, put)
  if (wireTypeOf(field) === 2)
    for (const length of [4n, 2n ** 31n - 1n, 2n ** 32n - 1n, 2n ** 63n, -1n])
      put([...tag(field.number, 2), ...varint(length), 1, 2, 3], 'refused')
  if (field.type === 'string')
    for (const text of BAD_TEXTS) put([...delimited(field.number, text)], 'decoded')
  // A list that ends inside a number: the rest of it must not be taken from what follows.
  if (field.packed === true) put([...delimited(field.number, [0x80]), 0x01], 'refused')
  return bombs
}

/** Every bomb there is, the same in each run. */
export function* createBombs(): Generator<Bomb> {
  yield* lengthBombs()
  yield* groupBombs()
  yield* bulkBombs()
  yield* envelopeBombs()
  for (const [name, { payloadType, fields }] of Object.entries(schema.messages))
    if (payloadType !== null) for (const field of fields) yield* fieldBombs(payloadType, name, field)
}
