const CHECKS_PER_LIMIT = 10
/** A strategy that takes a minute for a message hangs. */
const DEFAULT_LIMIT_MS = 60_000

/**
 * Ends the wait for a bot that says nothing any more.
 *
 * It counts checks, not time: a machine that slept has not waited.
 */
export class StallWatch {
  readonly #onStall: (silence: string) => void
  readonly #limitMs: number
  #timer: NodeJS.Timeout | undefined
  #silentChecks = 0

  /** Creates it; it does not count yet. `limitMs` is wall time; `Infinity`: never. */
  constructor(limitMs: number = DEFAULT_LIMIT_MS, onStall: (silence: string) => void) {
    this.#limitMs = limitMs
    this.#onStall = onStall
  }

  /** Counts from now on. */
  start(): void {
    if (this.#limitMs === Number.POSITIVE_INFINITY) return
    this.#timer = setInterval(() => {
      this.#silentChecks += 1
      if (this.#silentChecks <= CHECKS_PER_LIMIT) return
      this.stop()
      this.#onStall(`The bot has sent nothing for ${this.#limitMs} ms`)
    }, this.#limitMs / CHECKS_PER_LIMIT)
    this.#timer.unref()
  }

  /** The bot has done something. */
  heard(): void {
    this.#silentChecks = 0
  }

  /** Counts no more. */
  stop(): void {
    clearInterval(this.#timer)
  }
}
