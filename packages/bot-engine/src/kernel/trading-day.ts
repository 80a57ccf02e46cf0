const DAY_MS = 86_400_000

/** The UTC day of a run, and the equity that it began with. */
export class TradingDay {
  /** Market time; −∞ before the first message. */
  endsAt = Number.NEGATIVE_INFINITY
  /** Equity with which it began, in minor units. */
  startMinor = 0

  /** Whether an instant belongs to another day: a restored one may also lie ahead. */
  isOver(now: number): boolean {
    return now >= this.endsAt || now < this.endsAt - DAY_MS
  }

  /** What equity has lost since the day began, in minor units. */
  lossMinor(equityMinor: number): number {
    return this.startMinor - equityMinor
  }

  /** Begins the day of an instant; one that is not `isPriced` is begun again. */
  begin(now: number, equityMinor: number, isPriced = true): void {
    this.startMinor = equityMinor
    if (isPriced) this.endsAt = (Math.floor(now / DAY_MS) + 1) * DAY_MS
  }
}
