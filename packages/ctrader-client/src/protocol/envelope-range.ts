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

/** Text between two places of bytes that Node has read; elsewhere the decoder of every form reads it. */
const textOf =
  typeof Buffer === 'undefined'
    ? (): undefined => undefined
    : (bytes: Uint8Array, start: number, end: number): string | undefined =>
        bytes instanceof Buffer ? bytes.toString('utf8', start, end) : undefined

/**
 * Reads the envelope in `bytes[start, end)` and writes its parts over `into`: without a view or an object a message.
 *
 * Takes the form that servers send – a payload type of at most two bytes, then a payload of less than 16 kB, then
 * nothing or a short id – and leaves every other one to {@link decodeEnvelope}.
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
  const payloadEnd = at + length
  // Up to the end, and with that nothing was read from behind it.
  if (bytes[start] !== 8 || tag !== 18 || payloadEnd > end) return readAny(bytes, start, end, into)
  let clientMsgId: string | undefined
  if (payloadEnd < end) {
    clientMsgId = shortId(bytes, payloadEnd, end)
    if (clientMsgId === undefined) return readAny(bytes, start, end, into)
  }
  into.payloadType = payloadType
  into.bytes = bytes
  into.payloadStart = at
  into.payloadEnd = payloadEnd
  into.clientMsgId = clientMsgId
}

/** The id that fills `bytes[start, end)` with its tag and one byte of length. */
function shortId(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = bytes[start + 1] as number
  if (bytes[start] !== 26 || length > 127 || start + 2 + length !== end) return undefined
  return textOf(bytes, start + 2, end)
}

function readAny(bytes: Uint8Array, start: number, end: number, into: EnvelopeRange): void {
  const { payloadType, payload, clientMsgId } = decodeEnvelope(bytes.subarray(start, end))
  into.payloadType = payloadType
  into.bytes = payload
  into.payloadStart = 0
  into.payloadEnd = payload.length
  into.clientMsgId = clientMsgId
}
