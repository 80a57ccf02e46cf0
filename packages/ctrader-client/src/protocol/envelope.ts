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
  // An empty payload is sent as one: widespread clients end on an envelope without it.
  if (envelope.payload !== undefined) writer.uint32(18).bytes(envelope.payload)
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

/**
 * Decodes an envelope; unknown fields are skipped. `payload` is a view of `body`.
 *
 * @throws {@link CTraderError} `protocol-violation` when the bytes are no envelope or name no payload type
 */
export function decodeEnvelope(body: Uint8Array): Envelope & { readonly payload: Uint8Array } {
  const reader = protobuf.Reader.create(body)
  let payloadType: number | undefined
  let payload: Uint8Array = NO_BYTES
  let clientMsgId: string | undefined
  try {
    while (reader.pos < reader.len) {
      const tag = reader.tag()
      if (tag === 8) payloadType = reader.uint32()
      // A Uint8Array stays a view: the reader slices nothing.
      else if (tag === 18) payload = reader.bytes()
      else if (tag === 26) clientMsgId = reader.string()
      else reader.skipType(tag & 7, 0, tag >>> 3)
    }
  } catch (cause) {
    throw damaged(cause)
  }
  if (payloadType === undefined) throw damaged()
  return clientMsgId === undefined ? { payloadType, payload } : { payloadType, payload, clientMsgId }
}
