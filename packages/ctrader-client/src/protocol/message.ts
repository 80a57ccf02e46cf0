import protobuf from 'protobufjs/minimal.js'
import { CTraderError, isCTraderError } from '../errors.ts'
import { encodeCommandFrame } from './command-frame.ts'
import { encodeEnvelope } from './envelope.ts'
import { encodeFrame } from './frame.ts'
import { type MessageByPayloadType, type PayloadType, registry, shapes } from './generated/registry.js'
import type { MessageCodec } from './generated/messages.js'

/** Tells whether the schema has a message of this number. */
export function isPayloadType(payloadType: number): payloadType is PayloadType {
  return Object.hasOwn(registry, payloadType)
}

const nestedFields = new Map<string, readonly (readonly [field: string, type: string])[]>()

/** The fields of a message that are messages themselves; listed once, because every request asks. */
function nestedOf(name: string): readonly (readonly [field: string, type: string])[] {
  let fields = nestedFields.get(name)
  if (fields === undefined) {
    fields = Object.entries(shapes[name]?.nested ?? {})
    nestedFields.set(name, fields)
  }
  return fields
}

type Fields = Readonly<Record<string, unknown>>

function collectMissing(name: string, message: Fields, path: string, into: string[]): void {
  for (const field of shapes[name]?.required ?? [])
    if (message[field] === undefined || message[field] === null) into.push(path + field)
  for (const [field, type] of nestedOf(name)) {
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

/**
 * Encodes the inside of an envelope.
 *
 * @throws {@link CTraderError} `invalid-argument` when a required field is missing or a 64-bit field is no safe integer
 */
export function encodePayload<P extends PayloadType>(
  payloadType: P,
  message: MessageByPayloadType[P],
): Uint8Array {
  const { name, codec } = registry[payloadType]
  const [missing] = missingFields(payloadType, message)
  if (missing !== undefined)
    throw new CTraderError('invalid-argument', `${name} lacks ${missing}. Set it.`, {
      path: missing,
      expected: 'a value',
    })
  return (codec as MessageCodec<MessageByPayloadType[P]>).encode(message).finish()
}

/** Encodes a message as one frame, ready for the wire. @throws {@link CTraderError} `invalid-argument` */
export function encodeMessage<P extends PayloadType>(
  payloadType: P,
  message: MessageByPayloadType[P],
  clientMsgId?: string,
): Uint8Array {
  return (
    encodeCommandFrame(payloadType, message, clientMsgId) ??
    encodeFrame(
      encodeEnvelope({
        payloadType,
        payload: encodePayload(payloadType, message),
        ...(clientMsgId === undefined ? {} : { clientMsgId }),
      }),
    )
  )
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
