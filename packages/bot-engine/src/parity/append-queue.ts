import type { RecordingTarget } from '../ports/recording-target.ts'

/** Bytes that may wait for the disk: two minutes of the busiest market, or two seconds of a replay at full speed. */
export const MAX_WAITING_BYTES = 33_554_432

/** What an {@link AppendQueue} tells. */
export interface AppendQueueOptions {
  readonly target: RecordingTarget
  /** The target refused bytes; nothing is appended from then on. */
  readonly onFailed: (cause: unknown) => void
}

/** Carries bytes to a target in their order, one append at a time, without ever making anybody wait. */
export class AppendQueue {
  readonly #options: AppendQueueOptions
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #failed = false

  /** Creates an empty queue. */
  constructor(options: AppendQueueOptions) {
    this.#options = options
  }

  /** Takes bytes; what failed before swallows them. @returns false when too many wait: these were not taken */
  push(bytes: Uint8Array): boolean {
    if (this.#failed) return true
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) return false
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#writing ??= this.#write()
    return true
  }

  /** Closes the target once all is written, or cannot be. Never rejects. */
  async close(): Promise<void> {
    await this.#writing
    await this.#options.target.close().catch(cause => this.#fail(cause))
  }

  async #write(): Promise<void> {
    // What one message leads to goes out in one piece.
    await Promise.resolve()
    while (this.#waiting.length > 0 && !this.#failed) {
      const taken = this.#waiting
      const bytes = taken.length === 1 ? (taken[0] as Uint8Array) : Buffer.concat(taken)
      this.#waiting = []
      try {
        await this.#options.target.append(bytes)
        this.#waitingBytes -= bytes.length
      } catch (cause) {
        this.#fail(cause)
      }
    }
    this.#writing = undefined
  }

  #fail(cause: unknown): void {
    if (this.#failed) return
    this.#failed = true
    this.#waiting = []
    this.#options.onFailed(cause)
  }
}
