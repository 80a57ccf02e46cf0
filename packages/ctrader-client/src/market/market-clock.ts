/**
 * Further apart than this, a stated time and the market's must be confirmed by another message.
 *
 * One bound for both ways: what is believed at once may be wrong by so much, and the quotes that are then behind count
 * as of now until they have caught up. Were the way back narrower, a reader that goes by the time would drop them all.
 */
const FAR_MS = 60_000
/** So much may two messages that say the same be apart backwards: servers date what they send together apart by some ms. */
const JITTER_MS = 10_000

/**
 * The time of a market, from what its messages state.
 *
 * It never runs back by jitter, and one wrong date does not move it: a time far away is the quote's own, and becomes the
 * market's when the next message says so too. With no more than a running maximum, a single quote dated a day ahead would
 * date every later one, and every execution, a day ahead.
 *
 * Two symbols whose stamps differ by up to a minute share the later time. Further apart, the later one's quotes are
 * doubted each time, and a filter of quotes has to tell them.
 */
export class MarketClock {
  #time = 0
  #last = 0
  /** As stated by the last message that was believed: a quote behind executions brings back what they may lead by. */
  #stated = 0
  #doubtful = Number.NaN
  #doubtsQuote = false

  /** The market's time in milliseconds; 0 before the first message. */
  get time(): number {
    return this.#time
  }

  /** Time of the last message: a refusal, which states none, is of then. */
  get last(): number {
    return this.#last
  }

  /** Takes the time that a quote states, if it does. @returns the time of the quote */
  take(stated: number | undefined): number {
    if (this.#time === 0) return this.#believe(stated ?? Date.now())
    if (stated === undefined) return this.#last
    const aheadMs = stated - this.#time
    if (aheadMs >= 0 && aheadMs <= FAR_MS) return this.#believe(stated)
    if (aheadMs < 0 && aheadMs >= -FAR_MS) {
      this.#stated = stated
      return this.#set(this.#time)
    }
    const sinceDoubtfulMs = stated - this.#doubtful
    if (sinceDoubtfulMs >= -JITTER_MS && sinceDoubtfulMs <= this.#mostMs(FAR_MS))
      return this.#believe(Math.max(stated, this.#doubtful))
    this.#doubt(stated, true)
    this.#last = stated
    return stated
  }

  /**
   * Takes the time that an execution states, if it does. It never leads the clock back, for executions are told late when
   * a snapshot or a record had to come first; and one far ahead of the quotes is of now as long as no quote says so too:
   * dated as it states, every quote until then would seem late.
   *
   * @param isExact - A venue that replays dates its executions exactly, also in an hour without quotes.
   * @returns the time of the execution, never before the market's; the wall's where nobody has stated one yet, which the
   *   market's is not known by
   */
  takeExecution(stated: number | undefined, isExact = false): number {
    if (stated === undefined) return this.#time === 0 ? Date.now() : this.#time
    if (this.#time === 0) return this.#believe(stated)
    if (stated <= this.#time) {
      if (stated >= this.#time - JITTER_MS) this.#doubtful = Number.NaN
      this.#last = this.#time
      return this.#time
    }
    if (isExact || stated - this.#stated <= FAR_MS) return this.#believe(stated)
    const sinceDoubtfulMs = stated - this.#doubtful
    // The executions of one order share one wrong date. Another one later, with no quote between, tells of a silent market.
    const [leastMs, mostMs] = this.#doubtsQuote ? [-JITTER_MS, FAR_MS] : [FAR_MS + 1, 2 * FAR_MS]
    if (sinceDoubtfulMs >= leastMs && sinceDoubtfulMs <= this.#mostMs(mostMs))
      return this.#believe(Math.max(stated, this.#doubtful))
    const isSame = !this.#doubtsQuote && sinceDoubtfulMs >= -JITTER_MS && sinceDoubtfulMs <= FAR_MS
    if (!isSame) this.#doubt(stated, false)
    this.#last = this.#time
    return this.#time
  }

  /** Where messages are rare each is far from the one before: as far again is no contradiction. */
  #mostMs(atLeastMs: number): number {
    return Math.max(atLeastMs, Math.abs(this.#doubtful - this.#time))
  }

  #doubt(stated: number, isQuote: boolean): void {
    this.#doubtful = stated
    this.#doubtsQuote = isQuote
  }

  #believe(time: number): number {
    this.#stated = time
    return this.#set(time)
  }

  #set(time: number): number {
    this.#time = time
    this.#last = time
    this.#doubtful = Number.NaN
    return time
  }
}
