import type { PriceRange } from './indicator.ts'

/** Gives the true range of each bar: the span of high, low and the close before. The first bar's is high − low. */
export class TrueRange {
  #close = Number.NaN

  /** Takes the next bar and returns its true range. */
  push(bar: PriceRange): number {
    const last = this.#close
    const { high, low } = bar
    this.#close = bar.close
    if (Number.isNaN(last)) return high - low
    return (high > last ? high : last) - (low < last ? low : last)
  }
}
