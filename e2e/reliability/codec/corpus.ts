import {
  encodeMessage,
  isPayloadType,
  type MessageByPayloadType,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Random } from '../random.ts'
import { type SchemaField, schema } from './schema.ts'

/** A valid message on the wire. */
export interface CorpusEntry {
  readonly payloadType: PayloadType
  /** Length prefix included. */
  readonly frame: Uint8Array
}

const SPOT = 2131
/** Spots are what a socket carries most, and two decoders read them: a fifth of the corpus. */
const SPOT_SHARE = 5
const VARIANTS = 6
const MAX_DEPTH = 6
const WIDE = [0, 1, 127, 128, 300_000, 2 ** 31, 2 ** 32, 2 ** 53 - 1]
const TEXTS = ['', 'a', 'XAUUSD', 'Zürich – 東京 🙂', 'x'.repeat(200)]

function scalar(type: string, random: Random): unknown {
  switch (type) {
    case 'bool':
      return random.below(2) === 1
    case 'string':
      return random.pick(TEXTS)
    case 'bytes':
      return Uint8Array.from({ length: random.below(20) }, () => random.below(256))
    case 'double':
      return random.pick([0, -1.5, 2345.67, Number.NaN, Number.POSITIVE_INFINITY])
    case 'int32':
      return random.uint32() | 0
    case 'uint32':
      return random.uint32()
    case 'int64':
      return random.pick(WIDE) * (random.below(4) === 0 ? -1 : 1)
    case 'uint64':
      return random.pick(WIDE)
    default:
      // An enum: mostly one of its numbers, now and then one that a newer server may have.
      return random.below(8) === 0
        ? 4000 + random.below(100)
        : (random.pick(schema.enums[type]?.values ?? [])?.[1] ?? 0)
  }
}

function fieldValue(field: SchemaField, random: Random, depth: number): unknown {
  return schema.messages[field.type] === undefined
    ? scalar(field.type, random)
    : randomMessage(field.type, random, depth + 1)
}

/** A message with every required field and some of the others. */
export function randomMessage(name: string, random: Random, depth = 0): Record<string, unknown> {
  const message: Record<string, unknown> = {}
  for (const field of schema.messages[name]?.fields ?? []) {
    const isRequired = field.label === 'required'
    if (!isRequired && (depth > MAX_DEPTH || random.below(3) === 0)) continue
    message[field.name] =
      field.label === 'repeated'
        ? Array.from({ length: random.below(4) }, () => fieldValue(field, random, depth))
        : fieldValue(field, random, depth)
  }
  return message
}

/** Valid frames of every message that has a payload type, several of each. */
export function createCorpus(random: Random): readonly CorpusEntry[] {
  const entries: CorpusEntry[] = []
  const add = (payloadType: PayloadType, name: string): void => {
    const message = randomMessage(name, random) as unknown as MessageByPayloadType[PayloadType]
    const id = random.below(3) === 0 ? undefined : `id-${random.uint32()}`
    entries.push({ payloadType, frame: encodeMessage(payloadType, message, id) })
  }
  for (const [name, { payloadType }] of Object.entries(schema.messages))
    if (payloadType !== null && isPayloadType(payloadType))
      for (let i = 0; i < VARIANTS; i++) add(payloadType, name)
  const others = entries.length
  while (entries.length < (others * SPOT_SHARE) / (SPOT_SHARE - 1)) add(SPOT, 'ProtoOASpotEvent')
  return entries
}
