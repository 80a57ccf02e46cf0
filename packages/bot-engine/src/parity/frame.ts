import { crc32 } from 'node:zlib'

// A recording is "CLAWSES1" and frames: length of the payload, checksum of all behind it, kind, payload. Little-endian.

const MAGIC = Buffer.from('CLAWSES1', 'latin1')
/** Length, checksum, kind. */
const HEAD_BYTES = 9
/** A beginning with two full warm-ups has 4 MB. */
export const MAX_PAYLOAD_BYTES = 33_554_432

/** What a frame holds. */
export type FrameKind = 'note' | 'quotes'
const KINDS: readonly FrameKind[] = ['note', 'quotes']

/** The first bytes of every recording. */
export const RECORDING_START: Uint8Array = MAGIC

/** A payload with what tells where it ends and whether it is whole. */
export function encodeFrame(kind: FrameKind, payload: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + payload.length)
  frame.writeUInt32LE(payload.length, 0)
  frame[8] = KINDS.indexOf(kind)
  frame.set(payload, HEAD_BYTES)
  frame.writeUInt32LE(crc32(frame.subarray(8)), 4)
  return frame
}

/** A frame that was read. */
export interface Frame {
  readonly kind: FrameKind
  readonly payload: Buffer
  /** Where it begins. */
  readonly offset: number
}

/** Where a recording ceases to be readable, and why. */
export interface FrameEnd {
  readonly type: 'whole' | 'torn' | 'damaged'
  /** Bytes up to there. */
  readonly offset: number
}

/** Tells whether bytes begin as a recording does. */
export function isRecording(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC)
}

/** Reads frames one after the other, up to the first that is not whole. */
export function* readFrames(bytes: Buffer): Generator<Frame, FrameEnd, undefined> {
  let offset = MAGIC.length
  while (offset < bytes.length) {
    const start = offset + HEAD_BYTES
    if (start > bytes.length) return { type: 'torn', offset }
    const length = bytes.readUInt32LE(offset)
    if (length > MAX_PAYLOAD_BYTES) return { type: 'damaged', offset }
    if (start + length > bytes.length) return { type: 'torn', offset }
    const kind = KINDS[bytes[offset + 8] as number]
    if (
      kind === undefined ||
      crc32(bytes.subarray(offset + 8, start + length)) !== bytes.readUInt32LE(offset + 4)
    )
      return { type: start + length === bytes.length ? 'torn' : 'damaged', offset }
    yield { kind, payload: bytes.subarray(start, start + length), offset }
    offset = start + length
  }
  return { type: 'whole', offset }
}
