import { type Instrument, isOpen, type UnixMs } from '@openclaw-trading/trading-model'

/** No session is shorter, and no break that counts: a look takes up to a microsecond. */
const STEP_MS = 1_800_000
const SECOND_MS = 1000

type Hours = Pick<Instrument, 'hours'>

/** The first instant of the trading hours within [from, to), to the second; `undefined`: they are closed throughout. */
export function firstOpen(instrument: Hours, from: number, to: number): number | undefined {
  for (let at = from; at < to; at += STEP_MS)
    if (isOpen(instrument, at as UnixMs))
      return at === from ? at : changeBetween(instrument, at - STEP_MS, at, true)
  return isOpen(instrument, (to - 1) as UnixMs)
    ? changeBetween(instrument, Math.max(from, to - STEP_MS), to - 1, true)
    : undefined
}

/** The last millisecond of the trading hours within [from, to), of which an instant is known to be open. */
function lastOpen(instrument: Hours, from: number, to: number): number {
  let after = to - 1
  if (isOpen(instrument, after as UnixMs)) return after
  let at = after
  do {
    after = at
    at = Math.max(from, after - STEP_MS)
  } while (at > from && !isOpen(instrument, at as UnixMs))
  return changeBetween(instrument, at, after, false) - 1
}

/** The first second after `from` at which the hours are as they are at `to`: open, or closed. Both count by seconds. */
function changeBetween(instrument: Hours, from: number, to: number, opens: boolean): number {
  let before = Math.floor(from / SECOND_MS)
  let after = Math.floor(to / SECOND_MS)
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (isOpen(instrument, (middle * SECOND_MS) as UnixMs) === opens) after = middle
    else before = middle
  }
  return after * SECOND_MS
}

/**
 * When the market is open within bars that begin or end in closed hours: days that begin with the daily break, the first
 * hour of a session that begins half past.
 *
 * Nothing can be traded at such a bar's nominal open: what is decided before it fills when the market opens. Rows that
 * lie outside the hours as a whole are not among them.
 */
export class TradedRows {
  private readonly rows: number[] = []
  private readonly opens: number[] = []
  private readonly lasts: number[] = []

  /** Notes a row of [from, to) if its bar begins or ends in closed hours; in ascending order. */
  look(row: number, instrument: Hours, from: number, to: number): void {
    if (isOpen(instrument, from as UnixMs) && isOpen(instrument, (to - 1) as UnixMs)) return
    const opensAt = firstOpen(instrument, from, to)
    if (opensAt === undefined) return
    this.rows.push(row)
    this.opens.push(opensAt)
    this.lasts.push(lastOpen(instrument, opensAt, to))
  }

  /** The first of its rows from `row` on; `Infinity` when there is none. */
  nextRow(row: number): number {
    return this.rows[this.placeOf(row)] ?? Number.POSITIVE_INFINITY
  }

  /** When the market opens within a row; `nominal`, its open, for most. */
  opensAt(row: number, nominal: number): number {
    const place = this.placeOf(row)
    return this.rows[place] === row ? (this.opens[place] as number) : nominal
  }

  /** The last millisecond within a row at which the market is open; `nominal`, its last, for most. */
  lastAt(row: number, nominal: number): number {
    const place = this.placeOf(row)
    return this.rows[place] === row ? (this.lasts[place] as number) : nominal
  }

  /** Place of the first entry whose row is not below `row`. */
  private placeOf(row: number): number {
    let [from, to] = [0, this.rows.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.rows[middle] as number) < row) from = middle + 1
      else to = middle
    }
    return from
  }
}
