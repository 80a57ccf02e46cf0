/** How a {@link Heartbeat} reaches its connection. */
export interface HeartbeatTarget {
  /** Sends a heartbeat. */
  send(): void
  /** Nothing was heard for {@link DEAD_AFTER_MS}. */
  onDead(silentMs: number): void
}

/** Outbound silence after which a heartbeat goes out. The broker asks for one every 10 s. */
export const SEND_AFTER_MS = 8000
/** Inbound silence that means the link is dead. The server's own beat comes every 25–30 s; shorter limits gave false alarms. */
export const DEAD_AFTER_MS = 60_000
const CHECK_EVERY_MS = 1000
/** A check this late means that the process slept: what arrived meanwhile has not been read yet. */
const LATE_CHECK_MS = 5000

/** Keeps a connection alive and notices its death, on a timer of its own. Times are monotonic milliseconds. */
export class Heartbeat {
  readonly #target: HeartbeatTarget
  readonly #now: () => number
  #lastSentMs: number
  #lastHeardMs: number
  #lastCheckMs: number
  #timer: NodeJS.Timeout | undefined

  /** Creates it stopped; `now` is a monotonic clock in milliseconds. */
  constructor(target: HeartbeatTarget, now: () => number = () => performance.now()) {
    this.#target = target
    this.#now = now
    this.#lastSentMs = this.#lastHeardMs = this.#lastCheckMs = now()
  }

  /** Starts the timer. */
  start(): void {
    this.#lastCheckMs = this.#now()
    this.#timer ??= setInterval(() => this.check(), CHECK_EVERY_MS)
  }

  /** Stops the timer. */
  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Something was sent. */
  noteSent(): void {
    this.#lastSentMs = this.#now()
  }

  /** Something arrived. */
  noteHeard(): void {
    this.#lastHeardMs = this.#now()
  }

  /** What the timer does. */
  check(): void {
    const now = this.#now()
    const late = now - this.#lastCheckMs > LATE_CHECK_MS
    this.#lastCheckMs = now
    if (late) this.#lastHeardMs = Math.max(this.#lastHeardMs, now - DEAD_AFTER_MS + LATE_CHECK_MS)
    const silentMs = now - this.#lastHeardMs
    if (silentMs >= DEAD_AFTER_MS) {
      this.#target.onDead(silentMs)
      return
    }
    if (now - this.#lastSentMs >= SEND_AFTER_MS) this.#target.send()
  }
}
