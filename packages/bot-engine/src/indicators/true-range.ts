import type { PriceRange } from './indicator.ts'

/** Gives the true range of each bar: the span of high, low and the close before. The first bar's is high − low. */
export class TrueRange {
  private close = Number.NaN

  /** Takes the next bar and returns its true range. */
  push(bar: PriceRange): number {
    const range = trueRange(bar.high, bar.low, this.close)
    this.close = bar.close
    return range
  }
}

/** The span of high, low and the close before; NaN: there is none. */
export function trueRange(high: number, low: number, last: number): number {
  // NaN is neither above nor below.
  return (last > high ? last : high) - (last < low ? last : low)
}
