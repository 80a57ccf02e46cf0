const FIRST_CAPACITY = 1024

/**
 * How far a replay may run ahead of the bot.
 *
 * Every counted message is numbered from 1 and has a market time. An order decided on message n is due at its time +
 * latency; so as long as message m is the first that the bot has not confirmed, nothing that it may still order is due
 * before time(m) + latency, and all up to that instant can be processed.
 */
export class LookaheadGate {
  readonly #latencyMs: number
  // Times of unconfirmed messages, a ring: message n lies at (n − 1) modulo its capacity.
  #times = new Float64Array(FIRST_CAPACITY)
  #sent = 0
  #confirmed = 0

  /** Creates a gate for a fixed latency between decision and fill. */
  constructor(latencyMs: number) {
    this.#latencyMs = latencyMs
  }

  /** Number of the last message sent. */
  get sent(): number {
    return this.#sent
  }

  /** Number of the last message confirmed. */
  get confirmed(): number {
    return this.#confirmed
  }

  /** Numbers a message that leaves now. */
  push(time: number): void {
    if (this.#sent - this.#confirmed === this.#times.length) this.#grow()
    this.#times[this.#sent % this.#times.length] = time
    this.#sent += 1
  }

  /** Takes a mark. @returns `false` when it is no number between the last mark and the last message */
  confirm(number: number): boolean {
    if (!Number.isSafeInteger(number) || number < this.#confirmed || number > this.#sent) return false
    this.#confirmed = number
    return true
  }

  /** Market time of an unconfirmed message, `undefined` for any other number. */
  timeOf(number: number): number | undefined {
    if (!Number.isSafeInteger(number) || number <= this.#confirmed || number > this.#sent) return undefined
    return this.#times[(number - 1) % this.#times.length]
  }

  /** Tells whether an instant may be processed now. */
  allows(instant: number): boolean {
    if (this.#confirmed === this.#sent) return true
    return instant <= (this.#times[this.#confirmed % this.#times.length] as number) + this.#latencyMs
  }

  #grow(): void {
    const larger = new Float64Array(this.#times.length * 2)
    for (let n = this.#confirmed; n < this.#sent; n++)
      larger[n % larger.length] = this.#times[n % this.#times.length] as number
    this.#times = larger
  }
}
