import type { Frame } from './frame.ts'
import type { FaultTimer } from './timer.ts'

/** Most bytes that a lane holds back; then its connection is cut. */
export const MAX_HELD_BYTES = 16 * 1_048_576
/** Most messages that a lane holds back; then its connection is cut. */
export const MAX_HELD_FRAMES = 10_000
/** A window that does not fill is let go after so long. */
const WINDOW_MS = 100

/** What a {@link Lane} needs. */
export interface LaneOptions {
  readonly timer: FaultTimer
  readonly random: () => number
  /** Passes frames on. */
  readonly pass: (frames: readonly Frame[]) => void
  /** It holds too much. */
  readonly onFull: () => void
}

interface Held {
  readonly frame: Frame
  isReady: boolean
}

/** One direction of a connection, where messages can be held back. */
export class Lane {
  readonly #options: LaneOptions
  /** Those that keep their order. */
  readonly #queue: Held[] = []
  #window: Frame[] = []
  #windowNumber = 0
  #heldFrames = 0
  #heldBytes = 0
  #isClosed = false

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Frames that are held back keep what comes after them behind. */
  get isHolding(): boolean {
    return this.#queue.length > 0 || this.#window.length > 0
  }

  /** Passes a frame on behind those that are held in order. */
  put(frame: Frame): void {
    if (this.#queue.length === 0) this.#pass([frame])
    else if (this.#hold(frame)) this.#queue.push({ frame, isReady: true })
  }

  /** Holds a frame for a while; those behind it wait with it. */
  putLater(frame: Frame, ms: number): void {
    if (!this.#hold(frame)) return
    const held: Held = { frame, isReady: false }
    this.#queue.push(held)
    this.#options.timer.after(ms, () => {
      held.isReady = true
      this.#drain()
    })
  }

  /** Holds a frame for a while and lets others overtake it. */
  putAside(frame: Frame, ms: number): void {
    if (!this.#hold(frame)) return
    this.#options.timer.after(ms, () => this.#release([frame]))
  }

  /** Adds a frame to those that are mixed; a full window leaves in an order of its own. */
  mix(frame: Frame, size: number): void {
    if (!this.#hold(frame)) return
    this.#window.push(frame)
    if (this.#window.length >= size) this.#releaseWindow()
    else if (this.#window.length === 1) {
      const number = this.#windowNumber
      this.#options.timer.after(WINDOW_MS, () => {
        if (number === this.#windowNumber) this.#releaseWindow()
      })
    }
  }

  /** Lets everything that is held in order go. */
  flush(): void {
    for (const held of this.#queue) held.isReady = true
    this.#drain()
    if (this.#window.length > 0) this.#releaseWindow()
  }

  /** Drops what is held. */
  close(): void {
    this.#isClosed = true
    this.#queue.length = 0
    this.#window = []
  }

  #hold(frame: Frame): boolean {
    this.#heldFrames += 1
    this.#heldBytes += frame.bytes.length
    if (this.#heldFrames <= MAX_HELD_FRAMES && this.#heldBytes <= MAX_HELD_BYTES) return true
    this.#options.onFull()
    return false
  }

  #drain(): void {
    const ready: Frame[] = []
    for (let held = this.#queue[0]; held?.isReady === true; held = this.#queue[0]) {
      ready.push(held.frame)
      this.#queue.shift()
    }
    this.#release(ready)
  }

  #releaseWindow(): void {
    const frames = this.#window
    this.#window = []
    this.#windowNumber += 1
    for (let i = frames.length - 1; i > 0; i--) {
      const other = Math.floor(this.#options.random() * (i + 1))
      ;[frames[i], frames[other]] = [frames[other] as Frame, frames[i] as Frame]
    }
    this.#release(frames)
  }

  #release(frames: readonly Frame[]): void {
    this.#heldFrames -= frames.length
    for (const { bytes } of frames) this.#heldBytes -= bytes.length
    this.#pass(frames)
  }

  #pass(frames: readonly Frame[]): void {
    if (!this.#isClosed && frames.length > 0) this.#options.pass(frames)
  }
}
