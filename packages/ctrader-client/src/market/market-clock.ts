/** Further ahead of the last time a stated one must be confirmed by the message behind it. */
const FAR_AHEAD_MS = 60_000
/** So far behind, and no further, a message counts as of now: servers date what they send together apart by some ms. */
const FAR_BEHIND_MS = 10_000

/**
 * The time of a market, from what its messages state.
 *
 * It never runs back by jitter, and one wrong date does not move it: a time far away is the message's own, and becomes
 * the market's when the next message says so too. With no more than a running maximum, a single quote dated a day ahead
 * would date every later one, and every execution, a day ahead.
 */
export class MarketClock {
  #time = 0
  #last = 0
  #doubtful = Number.NaN

  /** The market's time in milliseconds; 0 before the first message. */
  get time(): number {
    return this.#time
  }

  /** Time of the last message: what came without one is of then. */
  get last(): number {
    return this.#last
  }

  /** Takes the time that a message states, if it does. @returns the time of the message */
  take(stated: number | undefined): number {
    if (this.#time === 0) return this.#set(stated ?? Date.now())
    if (stated === undefined) return this.#last
    const aheadMs = stated - this.#time
    if (aheadMs >= 0 && aheadMs <= FAR_AHEAD_MS) return this.#set(stated)
    if (aheadMs < 0 && aheadMs >= -FAR_BEHIND_MS) return this.#set(this.#time)
    const sinceDoubtfulMs = stated - this.#doubtful
    // Where messages are rare each is far from the one before: as far again is no contradiction.
    const mostMs = Math.max(FAR_AHEAD_MS, Math.abs(this.#doubtful - this.#time))
    if (sinceDoubtfulMs >= -FAR_BEHIND_MS && sinceDoubtfulMs <= mostMs)
      return this.#set(Math.max(stated, this.#doubtful))
    this.#doubtful = stated
    this.#last = stated
    return stated
  }

  #set(time: number): number {
    this.#time = time
    this.#last = time
    this.#doubtful = Number.NaN
    return time
  }
}
