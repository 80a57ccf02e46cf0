/** Quotes in a row that follow each other. */
interface Row {
  at: number
  bid: number
  ask: number
  count: number
}

/** The last long step of time that passed: tells by the quotes behind it whether its date was wrong. */
export class TimeStep {
  readonly #agreeing: number
  #from = 0
  /** Good quotes that may still come before the date counts as right. */
  #left = 0
  #row: Row | undefined

  /** Creates one without a step; so many quotes prove its date, on whichever side of it they lie. */
  constructor(agreeing: number) {
    this.#agreeing = agreeing
  }

  /** Its date may still be the wrong one. */
  get isFresh(): boolean {
    return this.#left > 0
  }

  /** Takes a step from the time of the last good quote; the quote that makes it passes next, and is one of those. */
  begin(from: number): void {
    this.#from = from
    this.#left = this.#agreeing
  }

  /** Takes a good quote: those behind the step have to agree anew. */
  passed(): void {
    this.#left -= 1
    this.#row = undefined
  }

  /** Takes a quote from before the last good one. @returns whether enough of them in a row say that the date is wrong */
  isDisprovedBy(at: number, bid: number, ask: number, mostMove: number): boolean {
    // What lies before the step is old: a part of the feed told again, and not the market behind a wrong date.
    if (this.#left <= 0 || at < this.#from) return false
    const row = this.#row
    // The same quote again proves nothing.
    if (row !== undefined && at === row.at && bid === row.bid && ask === row.ask) return false
    const goesOn =
      row !== undefined &&
      at >= row.at &&
      Math.abs(bid - row.bid) <= mostMove &&
      Math.abs(ask - row.ask) <= mostMove
    const count = goesOn ? row.count + 1 : 1
    this.#row = { at, bid, ask, count }
    return count >= this.#agreeing
  }
}
