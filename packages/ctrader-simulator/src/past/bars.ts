import { barSpan, type Timeframe, type UnixMs } from '@openclaw-trading/trading-model'

/** A bid bar of the venue; prices × 100000. */
export interface VenueBar {
  readonly openedAt: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly tickVolume: number
}

/** Which bars a client asks for. */
export interface BarQuery {
  readonly timeframe: Timeframe
  /** Latest open of a bar, inclusive. */
  readonly to: number
  /** Earliest open of a bar, inclusive; a `count` overrules it. */
  readonly from?: number
  /** How many, counted back from `to`. */
  readonly count?: number
}

/** Bars of an answer, oldest first, and whether older ones exist that the question covered. */
export interface BarPage {
  readonly bars: readonly VenueBar[]
  readonly hasMore: boolean
}

/** Most bars of one answer; a wider question silently gets the newest. */
export const MAX_BARS_PER_ANSWER = 5000
/** m1 bars kept: six weeks of history and eight more of running, 5 MB a symbol; the oldest eighth goes at once. */
export const MAX_MINUTE_BARS = 100_000

const MINUTE_MS = 60_000

/** The m1 bid bars of a symbol, from which every longer timeframe is built. */
export class BarHistory {
  #closed: VenueBar[] = []
  #forming:
    | { openedAt: number; open: number; high: number; low: number; close: number; tickVolume: number }
    | undefined
  #dropped = 0

  /** Closed m1 bars held. */
  get length(): number {
    return this.#closed.length
  }

  /** Number of the next closed bar since the beginning; bars before {@link since}'s argument are not returned. */
  get nextNumber(): number {
    return this.#dropped + this.#closed.length
  }

  /** The bar in progress. */
  get forming(): VenueBar | undefined {
    return this.#forming
  }

  /** Closed bars from a number on. */
  since(number: number): readonly VenueBar[] {
    return this.#closed.slice(Math.max(0, number - this.#dropped))
  }

  /** Appends a closed bar. */
  append(bar: VenueBar): void {
    this.#closed.push(bar)
    if (this.#closed.length <= MAX_MINUTE_BARS) return
    const cut = MAX_MINUTE_BARS / 8
    this.#closed = this.#closed.slice(cut)
    this.#dropped += cut
  }

  /** Sets the bar in progress. */
  setForming(bar: VenueBar | undefined): void {
    this.#forming = bar === undefined ? undefined : { ...bar }
  }

  /** Takes the bid of a quote. */
  take(at: number, bid: number): void {
    const openedAt = Math.floor(at / MINUTE_MS) * MINUTE_MS
    const forming = this.#forming
    if (forming !== undefined && forming.openedAt === openedAt) {
      if (bid > forming.high) forming.high = bid
      if (bid < forming.low) forming.low = bid
      forming.close = bid
      forming.tickVolume += 1
      return
    }
    if (forming !== undefined) this.append(forming)
    this.#forming = { openedAt, open: bid, high: bid, low: bid, close: bid, tickVolume: 1 }
  }

  /** Answers a question; the bar in progress counts as one. */
  query({ timeframe, to, from, count }: BarQuery): BarPage {
    const limit = Math.min(count ?? MAX_BARS_PER_ANSWER, MAX_BARS_PER_ANSWER)
    const earliest = count === undefined ? (from ?? 0) : 0
    const newestFirst: VenueBar[] = []
    let hasMore = false
    for (const bar of this.#backwards(timeframe)) {
      if (bar.openedAt > to) continue
      if (bar.openedAt < earliest) break
      if (newestFirst.length === limit) {
        hasMore = true
        break
      }
      newestFirst.push(bar)
    }
    return { bars: newestFirst.reverse(), hasMore }
  }

  /** Bars of a timeframe, newest first; an oldest one whose beginning is not held is left out. */
  *#backwards(timeframe: Timeframe): Generator<VenueBar> {
    const minutes = this.#closed
    let end = minutes.length
    let newest = this.#forming
    while (newest !== undefined || end > 0) {
      const last = newest ?? (minutes[end - 1] as VenueBar)
      const { openedAt } = barSpan(last.openedAt as UnixMs, timeframe)
      let start = newest === undefined ? end - 1 : end
      while (start > 0 && (minutes[start - 1] as VenueBar).openedAt >= openedAt) start -= 1
      const parts = minutes.slice(start, end)
      if (newest !== undefined) parts.push(newest)
      const isCut = start === 0 && this.#dropped > 0 && parts[0]?.openedAt !== openedAt
      if (!isCut) yield merged(parts, openedAt)
      end = start
      newest = undefined
    }
  }
}

function merged(parts: readonly VenueBar[], openedAt: number): VenueBar {
  const first = parts[0] as VenueBar
  let { high, low } = first
  let tickVolume = 0
  for (const part of parts) {
    if (part.high > high) high = part.high
    if (part.low < low) low = part.low
    tickVolume += part.tickVolume
  }
  return {
    openedAt,
    open: first.open,
    high,
    low,
    close: (parts[parts.length - 1] as VenueBar).close,
    tickVolume,
  }
}
