/**
 * How long a polling venue spins for a mark before it sleeps. A mark takes 20 to 40 µs when both sides have a core; on
 * a crowded machine the bot waits for the very core that endless spinning would occupy.
 */
const AWAKE_MS = 0.05

/** Keeps the event loop from sleeping for the time in which a mark normally comes. */
export class Awake {
  #spinning = false
  #stopped = false
  #untilMs = 0

  /** Stays awake for a moment from now on. */
  extend(): void {
    if (this.#stopped) return
    this.#untilMs = performance.now() + AWAKE_MS
    if (this.#spinning) return
    this.#spinning = true
    setImmediate(this.#spin)
  }

  /** Lets the process sleep, for good. */
  stop(): void {
    this.#stopped = true
  }

  readonly #spin = (): void => {
    this.#spinning = !this.#stopped && performance.now() < this.#untilMs
    if (this.#spinning) setImmediate(this.#spin)
  }
}
