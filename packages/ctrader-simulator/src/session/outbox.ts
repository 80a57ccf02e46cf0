import {
  MAX_SPOT_FRAME_BYTES,
  type SpotFields,
  writeSpotFrame,
} from '@openclaw-trading/ctrader-client/protocol'

const FIRST_CAPACITY = 16_384

/** Frames that wait to leave in one write; many small socket writes cost more than the messages in them. */
export class Outbox {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY)
  #length = 0

  /** Bytes waiting. */
  get length(): number {
    return this.#length
  }

  /** Appends a copy of a frame. */
  append(frame: Uint8Array): void {
    const end = this.#length + frame.length
    if (end > this.#bytes.length) this.#grow(end)
    this.#bytes.set(frame, this.#length)
    this.#length = end
  }

  /** Appends the frame of a spot event, written in its place. */
  appendSpot(fields: SpotFields): void {
    const least = this.#length + MAX_SPOT_FRAME_BYTES
    if (least > this.#bytes.length) this.#grow(least)
    this.#length = writeSpotFrame(this.#bytes, this.#length, fields)
  }

  /** Takes everything out, as a copy that the socket may keep. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
