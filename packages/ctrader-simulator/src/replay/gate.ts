import { SentMessages } from './sent-messages.ts'

/** How far a replay may run ahead of the bot. */
export interface ReplayGate extends SentMessages {
  /** Tells whether an instant may be processed now. */
  allows(instant: number): boolean
}

/**
 * Runs ahead only as far as nothing can be undone by an order.
 *
 * Every counted message is numbered from 1 and has a market time. An order decided on message n is due at its time +
 * latency; so as long as message m is the first that the bot has not confirmed, nothing that it may still order is due
 * before time(m) + latency, and all up to that instant can be processed.
 */
export class LookaheadGate extends SentMessages implements ReplayGate {
  readonly #latencyMs: number
  readonly #isTooWide: boolean
  #overdrawn = false

  /** Creates a gate for a fixed latency between decision and fill; `isTooWide` plants a fault: one instant too many. */
  constructor(latencyMs: number, isTooWide = false) {
    super()
    this.#latencyMs = latencyMs
    this.#isTooWide = isTooWide
  }

  allows(instant: number): boolean {
    const isSafe =
      this.confirmed === this.sent || instant <= (this.timeOf(this.confirmed + 1) as number) + this.#latencyMs
    const isAllowed = isSafe || (this.#isTooWide && !this.#overdrawn)
    this.#overdrawn = !isSafe && (isAllowed || this.#overdrawn)
    return isAllowed
  }
}

/** Counted messages that may be unconfirmed before the next instant is processed. */
export const REWIND_WINDOW = 512

/**
 * Runs ahead by a number of messages, whatever the latency is: what an order proves wrong is undone.
 *
 * From the first order of a message on the gate is shut until the bot's barrier for it has been answered.
 */
export class RewindGate extends SentMessages implements ReplayGate {
  #orderedOn: number | undefined

  /** The message whose barrier is awaited, because an order was decided on it. */
  get orderedOn(): number | undefined {
    return this.#orderedOn
  }

  allows(): boolean {
    return this.#orderedOn === undefined && this.sent - this.confirmed < REWIND_WINDOW
  }

  /** An order decided on a message came. @returns `false` when another message's barrier is awaited */
  shut(number: number): boolean {
    if (this.#orderedOn !== undefined && this.#orderedOn !== number) return false
    this.#orderedOn = number
    return true
  }

  /** The bot's barrier came. @returns `false` when it is not the one that is awaited, or names no open message */
  open(number: number): boolean {
    const isAwaited = this.#orderedOn === undefined || this.#orderedOn === number
    if (!isAwaited || this.timeOf(number) === undefined) return false
    this.#orderedOn = undefined
    return true
  }

  /** A mark stays below the message whose barrier is awaited. */
  override confirm(number: number): boolean {
    if (this.#orderedOn !== undefined && number >= this.#orderedOn) return false
    return super.confirm(number)
  }
}
