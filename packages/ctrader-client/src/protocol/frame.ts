import { CTraderError } from '../errors.ts'
import { allocate } from './allocate.ts'

/** Largest body of a frame, in bytes: the limit of the broker's own SDK. */
export const MAX_FRAME_BYTES = 15_000_000

const HEADER_BYTES = 4

/** Puts the 4-byte big-endian length in front of a body. @throws {@link CTraderError} `invalid-argument` above the cap */
export function encodeFrame(body: Uint8Array): Uint8Array {
  if (body.length > MAX_FRAME_BYTES)
    throw new CTraderError(
      'invalid-argument',
      `A message of ${body.length} bytes is above the frame limit of ${MAX_FRAME_BYTES}. Split the request.`,
      { path: 'body', expected: `at most ${MAX_FRAME_BYTES} bytes` },
    )
  const frame = allocate(HEADER_BYTES + body.length)
  const { length } = body
  frame[0] = length >>> 24
  frame[1] = length >>> 16
  frame[2] = length >>> 8
  frame[3] = length
  frame.set(body, HEADER_BYTES)
  return frame
}

/** Takes the body of a frame: the bytes from `start` up to `end`. Keep a copy to keep it. */
export type BodyRange = (bytes: Uint8Array, start: number, end: number) => void

/**
 * Cuts a byte stream into frame bodies, however the stream was split or joined on its way.
 *
 * A body that lies whole in one chunk is not copied out of it: keep a copy to keep it.
 */
export class FrameDecoder {
  readonly #maxBytes: number
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerFilled = 0
  #body: Uint8Array | undefined
  #bodyFilled = 0
  #violation: CTraderError | undefined

  /** Creates a decoder; `maxBytes` is the largest body it takes. */
  constructor(options?: { readonly maxBytes?: number }) {
    this.#maxBytes = options?.maxBytes ?? MAX_FRAME_BYTES
  }

  /** A frame has begun and is not complete. */
  get partial(): boolean {
    return this.#headerFilled > 0 || this.#body !== undefined
  }

  /**
   * Takes the next bytes and calls `onBody` for every frame they complete, in order, before it returns.
   *
   * @throws {@link CTraderError} `protocol-violation` when a length is above the cap, before anything is allocated
   *   for it; the stream cannot be followed any further, so that every later call throws the same
   */
  push(chunk: Uint8Array, onBody: (body: Uint8Array) => void): void {
    this.scan(chunk, (bytes, start, end) => onBody(bytes.subarray(start, end)))
  }

  /**
   * Does what {@link FrameDecoder.push} does without a view per frame: a view costs more than decoding a quote.
   *
   * @throws {@link CTraderError} `protocol-violation` as {@link FrameDecoder.push}
   */
  scan(chunk: Uint8Array, onBody: BodyRange): void {
    if (this.#violation !== undefined) throw this.#violation
    let at = 0
    while (at < chunk.length) {
      if (this.#body !== undefined) at = this.#fillBody(chunk, at, this.#body, onBody)
      else if (this.#headerFilled === 0 && chunk.length - at >= HEADER_BYTES) {
        const length = this.#checkLength(
          (chunk[at] as number) * 16_777_216 +
            (((chunk[at + 1] as number) << 16) |
              ((chunk[at + 2] as number) << 8) |
              (chunk[at + 3] as number)),
        )
        at += HEADER_BYTES
        if (chunk.length - at >= length) {
          const end = at + length
          onBody(chunk, at, end)
          at = end
        } else this.#startBody(length)
      } else at = this.#fillHeader(chunk, at, onBody)
    }
  }

  #checkLength(length: number): number {
    if (length <= this.#maxBytes) return length
    this.#violation = new CTraderError(
      'protocol-violation',
      `The peer announced a frame of ${length} bytes, above the limit of ${this.#maxBytes}. Close the connection.`,
      {},
    )
    throw this.#violation
  }

  #startBody(length: number): void {
    this.#body = new Uint8Array(length)
    this.#bodyFilled = 0
  }

  #fillHeader(chunk: Uint8Array, from: number, onBody: BodyRange): number {
    let at = from
    while (this.#headerFilled < HEADER_BYTES && at < chunk.length)
      this.#header[this.#headerFilled++] = chunk[at++] as number
    if (this.#headerFilled < HEADER_BYTES) return at
    const length = this.#checkLength(new DataView(this.#header.buffer).getUint32(0))
    this.#headerFilled = 0
    if (length === 0) onBody(this.#header, 0, 0)
    else this.#startBody(length)
    return at
  }

  #fillBody(chunk: Uint8Array, from: number, body: Uint8Array, onBody: BodyRange): number {
    const take = Math.min(body.length - this.#bodyFilled, chunk.length - from)
    body.set(chunk.subarray(from, from + take), this.#bodyFilled)
    this.#bodyFilled += take
    if (this.#bodyFilled === body.length) {
      this.#body = undefined
      onBody(body, 0, body.length)
    }
    return from + take
  }
}
