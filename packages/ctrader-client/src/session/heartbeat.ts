import type { Clock } from '../clock.ts'

/** How a {@link Heartbeat} reaches its connection. */
export interface HeartbeatTarget {
  /** Sends a heartbeat. */
  send(): void
  /** Asks something cheap that the server has to answer. */
  probe(): void
  /** The probe was not answered. */
  onDead(silentMs: number): void
}

/** Outbound silence after which a heartbeat goes out. The broker asks for one every 10 s. */
export const SEND_AFTER_MS = 8000
/** Inbound silence after which the server is asked for a sign of life; its own beat comes only every 25–30 s. */
export const PROBE_AFTER_MS = 12_000
/**
 * Time to answer a probe. A dead link is noticed 17 s after its last message, which leaves a busy process 3 s of the
 * 20 that are promised.
 *
 * Silence alone proves nothing: limits below 60 s on it have cut healthy connections in quiet markets.
 */
export const ANSWER_WITHIN_MS = 5000
const CHECK_EVERY_MS = 1000
/** A check this late means that the process slept: what arrived meanwhile has not been read yet. */
const LATE_CHECK_MS = 5000

/** Keeps a connection alive and notices its death, on a timer of its own. */
export class Heartbeat {
  readonly #target: HeartbeatTarget
  readonly #clock: Clock
  #lastSentMs: number
  #lastHeardMs: number
  #lastCheckMs: number
  #probedMs: number | undefined
  #cancel: (() => void) | undefined

  /** Creates it stopped. */
  constructor(target: HeartbeatTarget, clock: Clock) {
    this.#target = target
    this.#clock = clock
    this.#lastSentMs = this.#lastHeardMs = this.#lastCheckMs = clock.elapsedMs()
  }

  /** Starts the timer. */
  start(): void {
    this.stop()
    this.#lastCheckMs = this.#clock.elapsedMs()
    this.#cancel = this.#clock.schedule(CHECK_EVERY_MS, this.#tick)
  }

  /** Stops the timer. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Something was sent. */
  noteSent(): void {
    this.#lastSentMs = this.#clock.elapsedMs()
  }

  /** Something arrived: the link lives, whatever was asked. */
  noteHeard(): void {
    this.#lastHeardMs = this.#clock.elapsedMs()
    this.#probedMs = undefined
  }

  readonly #tick = (): void => {
    this.#check()
    if (this.#cancel !== undefined) this.#cancel = this.#clock.schedule(this.#nextMs(), this.#tick)
  }

  /** Until the next check: at the latest a second, and to the millisecond when the question or its answer is due. */
  #nextMs(): number {
    const probedMs = this.#probedMs
    const dueMs = probedMs === undefined ? this.#lastHeardMs + PROBE_AFTER_MS : probedMs + ANSWER_WITHIN_MS
    return Math.min(CHECK_EVERY_MS, Math.max(1, Math.ceil(dueMs - this.#clock.elapsedMs())))
  }

  #check(): void {
    const now = this.#clock.elapsedMs()
    if (now - this.#lastCheckMs > LATE_CHECK_MS) this.#forgiveSleep(now)
    this.#lastCheckMs = now
    if (this.#probedMs !== undefined && now - this.#probedMs >= ANSWER_WITHIN_MS) {
      this.#target.onDead(now - this.#lastHeardMs)
      return
    }
    if (this.#probedMs === undefined && now - this.#lastHeardMs >= PROBE_AFTER_MS) {
      this.#probedMs = now
      this.#target.probe()
    } else if (now - this.#lastSentMs >= SEND_AFTER_MS) this.#target.send()
  }

  /** We did not listen: the server gets its full time again. */
  #forgiveSleep(now: number): void {
    if (this.#probedMs !== undefined) this.#probedMs = now
  }
}
