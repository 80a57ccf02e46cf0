import { type Instrument, isOpen, openUntil, type UnixMs } from '@openclaw-trading/trading-model'

/**
 * The trading hours of a market, asked by one order after the other: while it is open the answer holds for the rest of
 * the session. Each order asks while it is closed, and on days (UTC) near a holiday or with a change of the clocks.
 */
export class OpenHours {
  private readonly instrument: Pick<Instrument, 'hours'>
  // Open throughout: from the first instant until before the second.
  private from = 0
  private until = 0

  /** Creates it without an answer. */
  constructor(instrument: Pick<Instrument, 'hours'>) {
    this.instrument = instrument
  }

  /** Tells what {@link isOpen} does. */
  isOpen(at: number): boolean {
    return (at >= this.from && at < this.until) || this.ask(at)
  }

  private ask(at: number): boolean {
    if (!isOpen(this.instrument, at as UnixMs)) return false
    this.from = at
    this.until = openUntil(this.instrument, at as UnixMs)
    return true
  }
}
