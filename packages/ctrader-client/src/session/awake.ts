/** How long the process spins for the next message before it sleeps: it comes within 20 to 40 µs when both sides have a core. */
const AWAKE_MS = 0.15
/** A step of the spin that takes so long means that another process had our core; its turns last 3 ms and more. */
const PREEMPTED_MS = 2
/**
 * Spinning on a core that others want is worse than sleeping: the scheduler makes spinners wait. Measured with both
 * sides spinning on a machine with six processes a core: 2 k messages a second, against 22 k with both sleeping.
 */
const FIRST_REST_MS = 250
/** Each preemption soon after a rest doubles it, up to this. */
const LONGEST_REST_MS = 4000

/** Keeps the event loop from sleeping for a moment: waking it up again costs more than most messages. */
export class Awake {
  readonly #now: () => number
  #spinning = false
  #stopped = false
  #untilMs = 0
  #steppedMs = 0
  #restUntilMs = Number.NEGATIVE_INFINITY
  #restMs = FIRST_REST_MS

  /** Creates it asleep; `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Stays awake for a moment from now on, unless the core has turned out to be wanted by others. */
  extend(): void {
    if (this.#stopped) return
    const now = this.#now()
    if (now < this.#restUntilMs) return
    this.#untilMs = now + AWAKE_MS
    this.#steppedMs = now
    if (this.#spinning) return
    this.#spinning = true
    setImmediate(this.#spin)
  }

  /** Lets the process sleep, for good. */
  stop(): void {
    this.#stopped = true
    this.#untilMs = 0
  }

  readonly #spin = (): void => {
    const now = this.#now()
    if (now - this.#steppedMs > PREEMPTED_MS) this.#rest(now)
    this.#steppedMs = now
    this.#spinning = now < this.#untilMs && now >= this.#restUntilMs
    if (this.#spinning) setImmediate(this.#spin)
  }

  #rest(now: number): void {
    const soon = now - this.#restUntilMs < LONGEST_REST_MS
    this.#restMs = soon ? Math.min(this.#restMs * 2, LONGEST_REST_MS) : FIRST_REST_MS
    this.#restUntilMs = now + this.#restMs
  }
}
