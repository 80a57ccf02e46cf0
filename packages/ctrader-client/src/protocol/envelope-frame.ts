import { allocate } from './allocate.ts'
import { encodeEnvelope } from './envelope.ts'
import { encodeFrame, MAX_FRAME_BYTES } from './frame.ts'

const LENGTH_BYTES = 4
/** Tags, and varints of at most five bytes: what an envelope has around payload and id. */
const OVERHEAD_BYTES = LENGTH_BYTES + 3 * 6
/** An id longer than this, or one that is not ASCII, is left to the encoder that knows every form. */
const MAX_PLAIN_ID = 127

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

/** Writes a plain id with its tag and length; returns where it ends, or -1 when it is not plain. */
function writeId(into: Uint8Array, from: number, id: string): number {
  let at = from
  into[at++] = 26
  into[at++] = id.length
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    if (code > 127) return -1
    into[at++] = code
  }
  return at
}

/**
 * Puts length and envelope around a payload, in one piece of memory: the bytes of {@link encodeFrame} over
 * {@link encodeEnvelope}, on the way of every order.
 *
 * @throws {@link CTraderError} `invalid-argument` above the cap
 */
export function encodeEnvelopeFrame(
  payloadType: number,
  payload: Uint8Array,
  clientMsgId: string | undefined,
): Uint8Array {
  const idLength = clientMsgId === undefined ? 0 : clientMsgId.length
  const most = OVERHEAD_BYTES + payload.length + idLength
  if (idLength <= MAX_PLAIN_ID && most <= MAX_FRAME_BYTES) {
    const frame = allocate(most)
    frame[LENGTH_BYTES] = 8
    let end = writeVarint(frame, LENGTH_BYTES + 1, payloadType)
    frame[end++] = 18
    end = writeVarint(frame, end, payload.length)
    frame.set(payload, end)
    end += payload.length
    if (clientMsgId !== undefined) end = writeId(frame, end, clientMsgId)
    if (end > 0) {
      const length = end - LENGTH_BYTES
      frame[0] = length >>> 24
      frame[1] = length >>> 16
      frame[2] = length >>> 8
      frame[3] = length
      return frame.subarray(0, end)
    }
  }
  return encodeFrame(
    encodeEnvelope(
      clientMsgId === undefined ? { payloadType, payload } : { payloadType, payload, clientMsgId },
    ),
  )
}
