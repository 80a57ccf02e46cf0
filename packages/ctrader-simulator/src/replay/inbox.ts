/** A request of a replay: the `k`-th decided while message `n` was handled. */
export interface NumberedRequest<R> {
  readonly n: number
  readonly k: number
  readonly decidedAt: number
  readonly request: R
}

/**
 * Requests of messages that are not confirmed yet, in the order of deciding.
 *
 * A bot sends exits at once and entries after they were written down, so requests arrive out of order; once a message
 * is confirmed, all of its requests are here. None can be due before that: the gate does not pass `decidedAt` + latency
 * of an unconfirmed message, and what is due at that very instant comes from earlier messages.
 */
export class Inbox<R> {
  #held: NumberedRequest<R>[] = []

  /** Requests held. */
  get size(): number {
    return this.#held.length
  }

  /** Takes a request in. */
  add(numbered: NumberedRequest<R>): void {
    const { n, k } = numbered
    const later = this.#held.findIndex(other => other.n > n || (other.n === n && other.k > k))
    this.#held.splice(later < 0 ? this.#held.length : later, 0, numbered)
  }

  /** Takes out the requests of all messages up to `n`, in the order of deciding. */
  takeUpTo(n: number): readonly NumberedRequest<R>[] {
    const end = this.#held.findIndex(held => held.n > n)
    return this.#held.splice(0, end < 0 ? this.#held.length : end)
  }
}
