import { barSpan, type Timeframe, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarHistory, VenueBar } from '../past/bars.ts'

interface FollowedBar {
  openedAt: number
  open: number
  high: number
  low: number
  close: number
  tickVolume: number
  closesAt: number
}

/** The bars in progress of the timeframes that anybody follows: one step a quote, however long the bar is. */
export class LiveBars {
  readonly #history: BarHistory
  readonly #followed = new Map<Timeframe, FollowedBar | undefined>()

  /** Follows nothing yet; `history` is to take each quote before {@link take}. */
  constructor(history: BarHistory) {
    this.#history = history
  }

  /** The bar in progress; from the first call on it is kept up. `undefined` before the first quote. */
  current(timeframe: Timeframe): VenueBar | undefined {
    if (!this.#followed.has(timeframe)) this.#followed.set(timeframe, this.#fromHistory(timeframe))
    return this.#followed.get(timeframe)
  }

  /** Takes the bid of a quote. */
  take(at: number, bid: number): void {
    for (const [timeframe, bar] of this.#followed) {
      if (bar === undefined || at >= bar.closesAt)
        this.#followed.set(timeframe, this.#opened(timeframe, at, bid))
      else {
        if (bid > bar.high) bar.high = bid
        if (bid < bar.low) bar.low = bid
        bar.close = bid
        bar.tickVolume += 1
      }
    }
  }

  #opened(timeframe: Timeframe, at: number, bid: number): FollowedBar {
    const span = barSpan(at as UnixMs, timeframe)
    return { ...span, open: bid, high: bid, low: bid, close: bid, tickVolume: 1 }
  }

  #fromHistory(timeframe: Timeframe): FollowedBar | undefined {
    const { bars } = this.#history.query({ timeframe, to: Number.MAX_SAFE_INTEGER, count: 1 })
    const [bar] = bars
    return bar === undefined
      ? undefined
      : { ...bar, closesAt: barSpan(bar.openedAt as UnixMs, timeframe).closesAt }
  }
}
