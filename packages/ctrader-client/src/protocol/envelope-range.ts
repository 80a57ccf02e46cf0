import { decodeEnvelope } from './envelope.ts'

/** Where the parts of an envelope lie, as {@link readEnvelope} found them. */
export interface EnvelopeRange {
  payloadType: number
  /** What the positions count in. */
  bytes: Uint8Array
  /** The payload is from here up to `payloadEnd`; both are equal when there is none. */
  payloadStart: number
  payloadEnd: number
  clientMsgId: string | undefined
}

/** An empty range, to be written over. */
export function createEnvelopeRange(): EnvelopeRange {
  return {
    payloadType: 0,
    bytes: new Uint8Array(0),
    payloadStart: 0,
    payloadEnd: 0,
    clientMsgId: undefined,
  }
}

/**
 * Reads the envelope in `bytes[start, end)` and writes its parts over `into`: without a view or an object a message.
 *
 * Takes the form that servers send – a payload type of at most two bytes, then a payload of less than 16 kB, then
 * nothing – and leaves every other one to {@link decodeEnvelope}.
 *
 * @throws {@link CTraderError} `protocol-violation` when the bytes are no envelope or name no payload type
 */
export function readEnvelope(bytes: Uint8Array, start: number, end: number, into: EnvelopeRange): void {
  // Past the end of the array a read gives undefined, which no comparison below accepts.
  let at = start + 1
  const low = bytes[at++] as number
  let payloadType = low & 127
  if (low >= 128) {
    const high = bytes[at++] as number
    if (!(high < 128)) return readAny(bytes, start, end, into)
    payloadType |= high << 7
  }
  const tag = bytes[at++]
  const first = bytes[at++] as number
  let length = first & 127
  if (first >= 128) {
    const second = bytes[at++] as number
    if (!(second < 128)) return readAny(bytes, start, end, into)
    length |= second << 7
  }
  // Nothing may follow; and with that, nothing was read from behind the end.
  if (bytes[start] !== 8 || tag !== 18 || at + length !== end) return readAny(bytes, start, end, into)
  into.payloadType = payloadType
  into.bytes = bytes
  into.payloadStart = at
  into.payloadEnd = end
  into.clientMsgId = undefined
}

function readAny(bytes: Uint8Array, start: number, end: number, into: EnvelopeRange): void {
  const { payloadType, payload, clientMsgId } = decodeEnvelope(bytes.subarray(start, end))
  into.payloadType = payloadType
  into.bytes = payload
  into.payloadStart = 0
  into.payloadEnd = payload.length
  into.clientMsgId = clientMsgId
}
