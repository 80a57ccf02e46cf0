import {
  decodeEnvelope,
  encodeEnvelope,
  encodeFrame,
  type Envelope,
  isCTraderError,
} from '@openclaw-trading/ctrader-client/protocol'

/** Bytes of the length before a body. */
export const PREFIX_BYTES = 4

/** One whole frame, and what its envelope says. */
export interface Frame {
  /** With its length. */
  readonly bytes: Uint8Array
  readonly payloadType: number
  readonly payload: Uint8Array
  readonly clientMsgId: string | undefined
}

/** Reads a whole frame; one whose envelope cannot be read has payload type 0. */
export function frameOf(bytes: Uint8Array): Frame {
  let envelope: Envelope & { readonly payload?: Uint8Array }
  try {
    envelope = decodeEnvelope(bytes.subarray(PREFIX_BYTES))
  } catch (error) {
    if (!isCTraderError(error)) throw error
    envelope = { payloadType: 0 }
  }
  const { payloadType, payload = new Uint8Array(), clientMsgId } = envelope
  return { bytes, payloadType, payload, clientMsgId }
}

/** The same envelope around another payload. */
export function withPayload(frame: Frame, payload: Uint8Array, payloadType = frame.payloadType): Frame {
  const { clientMsgId } = frame
  const envelope = { payloadType, payload, ...(clientMsgId === undefined ? {} : { clientMsgId }) }
  return { bytes: encodeFrame(encodeEnvelope(envelope)), payloadType, payload, clientMsgId }
}

/** Cuts a stream of bytes into whole frames, and keeps what is not whole yet. */
export class FrameSplitter {
  readonly #maxBytes: number
  #rest: Uint8Array = new Uint8Array()
  #isBroken = false

  /** Lets streams through uncut once a length says more than `maxBytes`: refusing them is the reader's task. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The frames that are whole now, one after another in one piece of memory, as ranges. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#isBroken) return [chunk]
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Uint8Array[] = []
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let start = 0
    while (bytes.length - start >= PREFIX_BYTES) {
      const length = view.getUint32(start)
      if (length > this.#maxBytes) {
        this.#isBroken = true
        this.#rest = new Uint8Array()
        return [...frames, bytes.subarray(start)]
      }
      const end = start + PREFIX_BYTES + length
      if (end > bytes.length) break
      frames.push(bytes.subarray(start, end))
      start = end
    }
    // A copy: the chunk belongs to the socket.
    this.#rest = bytes.slice(start)
    return frames
  }
}
