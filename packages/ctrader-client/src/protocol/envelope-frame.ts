import { allocate } from './allocate.ts'
import { encodeEnvelope } from './envelope.ts'
import { encodeFrame, MAX_FRAME_BYTES } from './frame.ts'

const LENGTH_BYTES = 4
/** An id longer than this, or one that is not ASCII, is left to the encoder that knows every form. */
const MAX_PLAIN_ID = 127
const MAX_PLAIN_CODE = 127
/** Up to here a loop is faster than the call that copies memory. */
const SHORT_BYTES = 128

function varintBytes(value: number): number {
  if (value < 128) return 1
  if (value < 16_384) return 2
  if (value < 2_097_152) return 3
  return value < 268_435_456 ? 4 : 5
}

function writeVarint(into: Uint8Array, from: number, value: number): number {
  let at = from
  let rest = value
  while (rest > 127) {
    into[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  into[at++] = rest
  return at
}

function copy(from: Uint8Array, length: number, into: Uint8Array, at: number): void {
  if (length > SHORT_BYTES) into.set(from.subarray(0, length), at)
  else for (let i = 0; i < length; i++) into[at + i] = from[i] as number
}

/** Writes an id of ASCII. @returns `false` when it is none: what has been written is of no use then */
function writeId(into: Uint8Array, from: number, id: string): boolean {
  into[from] = 26
  into[from + 1] = id.length
  let seen = 0
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    seen |= code
    into[from + 2 + i] = code
  }
  return seen <= MAX_PLAIN_CODE
}

/**
 * Puts length and envelope around the first `length` bytes of `payload`, in one piece of memory: the bytes of
 * {@link encodeFrame} over {@link encodeEnvelope}, on the way of every order. Keeps nothing of `payload`.
 *
 * @throws {@link CTraderError} `invalid-argument` above the cap
 */
export function encodeEnvelopeFrame(
  payloadType: number,
  payload: Uint8Array,
  length: number,
  clientMsgId: string | undefined,
): Uint8Array {
  const idBytes = clientMsgId === undefined ? 0 : 2 + clientMsgId.length
  const bodyBytes = 2 + varintBytes(payloadType) + varintBytes(length) + length + idBytes
  if (bodyBytes > MAX_FRAME_BYTES || idBytes > 2 + MAX_PLAIN_ID)
    return encodeAny(payloadType, payload.subarray(0, length), clientMsgId)
  const frame = allocate(LENGTH_BYTES + bodyBytes)
  frame[0] = bodyBytes >>> 24
  frame[1] = bodyBytes >>> 16
  frame[2] = bodyBytes >>> 8
  frame[3] = bodyBytes
  frame[LENGTH_BYTES] = 8
  let at = writeVarint(frame, LENGTH_BYTES + 1, payloadType)
  frame[at] = 18
  at = writeVarint(frame, at + 1, length)
  copy(payload, length, frame, at)
  if (clientMsgId === undefined || writeId(frame, at + length, clientMsgId)) return frame
  return encodeAny(payloadType, payload.subarray(0, length), clientMsgId)
}

function encodeAny(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): Uint8Array {
  return encodeFrame(
    encodeEnvelope(
      clientMsgId === undefined ? { payloadType, payload } : { payloadType, payload, clientMsgId },
    ),
  )
}
