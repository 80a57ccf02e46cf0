import protobuf from 'protobufjs/minimal.js'
import { CTraderError } from '../errors.ts'

/** What every frame carries (ProtoMessage). */
export interface Envelope {
  /** Number of the message inside. */
  readonly payloadType: number
  /** Bytes of the message inside; absent means an empty message. */
  readonly payload?: Uint8Array
  /** Comes back on everything that answers the request. */
  readonly clientMsgId?: string
}

/** Encodes an envelope, without the length prefix. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const writer = protobuf.Writer.create().uint32(8).uint32(envelope.payloadType)
  if (envelope.payload !== undefined && envelope.payload.length > 0) writer.uint32(18).bytes(envelope.payload)
  if (envelope.clientMsgId !== undefined) writer.uint32(26).string(envelope.clientMsgId)
  return writer.finish()
}

function damaged(cause?: unknown): CTraderError<'protocol-violation'> {
  return new CTraderError(
    'protocol-violation',
    'A frame is not an envelope of this protocol. Check that the peer speaks protobuf on this port.',
    {},
    { cause },
  )
}

const NO_BYTES = new Uint8Array(0)

/** Where the parts of an envelope lie, as {@link readEnvelope} found them. */
export interface EnvelopeRange {
  payloadType: number
  /** The payload is from here up to `payloadEnd`; both are equal when there is none. */
  payloadStart: number
  payloadEnd: number
  clientMsgId: string | undefined
}

// Cursor of the reader: module state instead of an object per envelope, because this runs for every message.
let cursor = 0

/** Reads a varint and keeps its low 32 bits, as the protocol's own codecs do. */
function uint32(bytes: Uint8Array, end: number): number {
  let value = 0
  for (let shift = 0; shift < 70; shift += 7) {
    if (cursor >= end) throw damaged()
    const byte = bytes[cursor++] as number
    if (shift < 32) value |= (byte & 127) << shift
    if (byte < 128) return value >>> 0
  }
  throw damaged()
}

/** Reads a length and returns where its bytes end. */
function endOfBytes(bytes: Uint8Array, end: number): number {
  const length = uint32(bytes, end)
  if (length > end - cursor) throw damaged()
  return cursor + length
}

function skipUnknown(bytes: Uint8Array, end: number, wireType: number): void {
  const reader = protobuf.Reader.create(bytes.subarray(cursor, end))
  try {
    reader.skipType(wireType)
  } catch (cause) {
    throw damaged(cause)
  }
  cursor += reader.pos
}

/**
 * Finds the parts of the envelope in `bytes[start, end)` and writes them over `into`; unknown fields are skipped.
 *
 * @throws {@link CTraderError} `protocol-violation` when the bytes are no envelope or name no payload type
 */
export function readEnvelope(bytes: Uint8Array, start: number, end: number, into: EnvelopeRange): void {
  let payloadType = -1
  into.payloadStart = into.payloadEnd = end
  into.clientMsgId = undefined
  cursor = start
  while (cursor < end) {
    const tag = uint32(bytes, end)
    if (tag === 8) payloadType = uint32(bytes, end)
    else if (tag === 18) {
      into.payloadEnd = endOfBytes(bytes, end)
      into.payloadStart = cursor
      cursor = into.payloadEnd
    } else if (tag === 26) {
      const idEnd = endOfBytes(bytes, end)
      into.clientMsgId = protobuf.util.utf8.read(bytes, cursor, idEnd)
      cursor = idEnd
    } else skipUnknown(bytes, end, tag & 7)
  }
  if (payloadType === -1) throw damaged()
  into.payloadType = payloadType
}

/**
 * Decodes an envelope; unknown fields are skipped. `payload` is a view of `body`.
 *
 * @throws {@link CTraderError} `protocol-violation` when the bytes are no envelope or name no payload type
 */
export function decodeEnvelope(body: Uint8Array): Envelope & { readonly payload: Uint8Array } {
  const range: EnvelopeRange = { payloadType: 0, payloadStart: 0, payloadEnd: 0, clientMsgId: undefined }
  readEnvelope(body, 0, body.length, range)
  const { payloadType, payloadStart, payloadEnd, clientMsgId } = range
  const payload = payloadStart === payloadEnd ? NO_BYTES : body.subarray(payloadStart, payloadEnd)
  return clientMsgId === undefined ? { payloadType, payload } : { payloadType, payload, clientMsgId }
}
