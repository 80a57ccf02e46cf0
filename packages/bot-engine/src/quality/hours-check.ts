import { isOpen, type TradingHours, type UnixMs } from '@openclaw-trading/trading-model'
import { openHoursUntil } from './open-hours-until.ts'

const HOUR_MS = 3_600_000

/** Finds rows outside the trading hours; they come in order of time. */
export class HoursCheck {
  readonly #instrument: { readonly hours: TradingHours }
  /** Rows before it need no look: from the hour of the last one on, all hours are open throughout. */
  openUntil = Number.NEGATIVE_INFINITY
  #hour = Number.NaN
  /** Rows outside the hours, but within an hour of them. */
  outside = 0

  /** Creates a check that has seen no row. */
  constructor(instrument: { readonly hours: TradingHours }) {
    this.#instrument = instrument
  }

  /**
   * Looks at a row that covers [from, to); exact only in hours that begin or end outside, because a look takes a
   * microsecond. Where no holiday and no change of the clocks is near, the first row of a session is the only one that
   * needs it.
   *
   * @returns whether it lies more than an hour outside
   */
  isFarOutside(from: number, to: number): boolean {
    const hour = Math.floor(from / HOUR_MS)
    if (hour !== this.#hour) {
      this.#hour = hour
      const until = openHoursUntil(this.#instrument, hour * HOUR_MS)
      if (until > hour * HOUR_MS) this.openUntil = until
    }
    if (from < this.openUntil || this.#isOpenWithin(from, to)) return false
    if (!this.#isOpen(from - HOUR_MS) && !this.#isOpen(to - 1 + HOUR_MS)) return true
    this.outside += 1
    return false
  }

  /** In steps of half an hour: no session is shorter. */
  #isOpenWithin(from: number, to: number): boolean {
    for (let at = from; at < to; at += HOUR_MS / 2) if (this.#isOpen(at)) return true
    return this.#isOpen(to - 1)
  }

  #isOpen(at: number): boolean {
    return isOpen(this.#instrument, at as UnixMs)
  }
}
