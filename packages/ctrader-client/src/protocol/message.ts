import protobuf from 'protobufjs/minimal.js'
import { CTraderError, isCTraderError } from '../errors.ts'
import { encodeEnvelopeFrame } from './envelope-frame.ts'
import { type MessageByPayloadType, type PayloadType, registry, shapes } from './generated/registry.js'
import type { MessageCodec } from './generated/messages.js'

/** Tells whether the schema has a message of this number. */
export function isPayloadType(payloadType: number): payloadType is PayloadType {
  return Object.hasOwn(registry, payloadType)
}

/** What the schema asks of a message. */
interface Demands {
  readonly required: readonly string[]
  /** Its fields that are messages themselves. */
  readonly nested: readonly (readonly [field: string, type: string])[]
}

const demands = new Map<string, Demands>()

/** Listed once for each message, because every request asks. */
function demandsOf(name: string): Demands {
  let known = demands.get(name)
  if (known === undefined) {
    const { required = [], nested = {} } = shapes[name] ?? {}
    known = { required, nested: Object.entries(nested) }
    demands.set(name, known)
  }
  return known
}

type Fields = Readonly<Record<string, unknown>>

/** Whether nothing is missing, without a path for what might be: on the way of every order. */
function isComplete(name: string, message: Fields): boolean {
  const { required, nested } = demandsOf(name)
  for (let i = 0; i < required.length; i++) {
    const value = message[required[i] as string]
    if (value === undefined || value === null) return false
  }
  for (let i = 0; i < nested.length; i++) {
    const [field, type] = nested[i] as Demands['nested'][number]
    const value = message[field]
    if (value === undefined || value === null) continue
    if (!Array.isArray(value)) {
      if (!isComplete(type, value as Fields)) return false
    } else if (!value.every(item => isComplete(type, item))) return false
  }
  return true
}

function collectMissing(name: string, message: Fields, path: string, into: string[]): void {
  const { required, nested } = demandsOf(name)
  for (const field of required)
    if (message[field] === undefined || message[field] === null) into.push(path + field)
  for (const [field, type] of nested) {
    const value = message[field]
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) collectMissing(type, item, `${path}${field}[${i}].`, into)
    } else if (value !== undefined && value !== null)
      collectMissing(type, value as Fields, `${path}${field}.`, into)
  }
}

/** Paths of the fields that the schema requires and the message lacks; decoding never checks them. */
export function missingFields<P extends PayloadType>(
  payloadType: P,
  message: MessageByPayloadType[P],
): readonly string[] {
  const missing: string[] = []
  collectMissing(registry[payloadType].name, message as unknown as Fields, '', missing)
  return missing
}

function lacking(name: string, [path = 'a field']: readonly string[]): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', `${name} lacks ${path}. Set it.`, {
    path,
    expected: 'a value',
  })
}

function write<P extends PayloadType>(
  payloadType: P,
  message: MessageByPayloadType[P],
  writer: protobuf.Writer,
): protobuf.Writer {
  const { name, codec } = registry[payloadType]
  if (!isComplete(name, message as unknown as Fields))
    throw lacking(name, missingFields(payloadType, message))
  return (codec as MessageCodec<MessageByPayloadType[P]>).encode(message, writer)
}

/**
 * Encodes the inside of an envelope.
 *
 * @throws {@link CTraderError} `invalid-argument` when a required field is missing or a 64-bit field is no safe integer
 */
export function encodePayload<P extends PayloadType>(
  payloadType: P,
  message: MessageByPayloadType[P],
): Uint8Array {
  return write(payloadType, message, protobuf.Writer.create()).finish()
}

/** What the shared writer may keep between two messages. */
const KEPT_BYTES = 4096
let shared = protobuf.Writer.create()

/** A writer for one message at a time: what it held is overwritten. A new one per order costs more than the order. */
function sharedWriter(): protobuf.Writer {
  if (shared.buf.length > KEPT_BYTES) shared = protobuf.Writer.create()
  shared.pos = 0
  // A message that could not be written may have left some.
  shared.states = null
  return shared
}

/** Encodes a message as one frame, ready for the wire. @throws {@link CTraderError} `invalid-argument` */
export function encodeMessage<P extends PayloadType>(
  payloadType: P,
  message: MessageByPayloadType[P],
  clientMsgId?: string,
): Uint8Array {
  const { buf, pos } = write(payloadType, message, sharedWriter())
  return encodeEnvelopeFrame(payloadType, buf, pos, clientMsgId)
}

/**
 * Decodes the inside of an envelope; lenient: a field that was not sent reads as undefined, also a required one.
 *
 * @throws {@link CTraderError} `protocol-violation` when the bytes are damaged or the number is unknown
 */
export function decodeMessage<P extends PayloadType>(
  payloadType: P,
  payload: Uint8Array,
): MessageByPayloadType[P] {
  const entry = Object.hasOwn(registry, payloadType) ? registry[payloadType] : undefined
  if (entry === undefined)
    throw new CTraderError(
      'protocol-violation',
      `Payload type ${payloadType} is not in the schema. Handle it as raw bytes.`,
      { payloadType },
    )
  try {
    const reader = protobuf.Reader.create(payload)
    // Servers send unpublished fields: see unknownFields.
    reader.discardUnknown = false
    return (entry.codec as MessageCodec<MessageByPayloadType[P]>).decode(reader)
  } catch (cause) {
    const why = isCTraderError(cause) ? cause.message : 'the bytes are damaged'
    throw new CTraderError(
      'protocol-violation',
      `A ${entry.name} could not be read: ${why} The message was dropped.`,
      { payloadType },
      { cause },
    )
  }
}
