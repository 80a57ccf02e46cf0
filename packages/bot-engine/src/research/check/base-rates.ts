import { barSpan, type UnixMs } from '@openclaw-trading/trading-model'

const MINUTE_MS = 60_000
const MINUTES = 1440
/** Below so many days what came at a time of day says as little as one day does. */
const LEAST_DAYS = 20

/** Minutes of the day of each row: by UTC, and by New York, after which spreads widen and sessions open. */
export interface RowMinutes {
  readonly utc: Uint16Array
  readonly newYork: Uint16Array
}

/** Minutes of the day of rows in order of time. */
export function minutesOf(times: Float64Array, length: number): RowMinutes {
  const utc = new Uint16Array(length)
  const newYork = new Uint16Array(length)
  let day = { openedAt: 0, closesAt: 0 }
  for (let row = 0; row < length; row++) {
    const at = times[row] as number
    if (at >= day.closesAt) day = barSpan(at as UnixMs, 'd1')
    utc[row] = Math.floor(at / MINUTE_MS) % MINUTES
    newYork[row] = Math.floor((at - day.openedAt) / MINUTE_MS) % MINUTES
  }
  return { utc, newYork }
}

/**
 * How often a move up or down comes anyway: over all rows, and at one time of day where the data have it on 20 days.
 *
 * Who enters by the clock knows no more than that, and it can be much: bids fall when spreads widen at the end of the
 * day, and rise again, nearly every time.
 */
export class BaseRates {
  readonly #minutes: RowMinutes
  readonly #all = new Rates(1)
  readonly #utc = new Rates(MINUTES)
  readonly #newYork = new Rates(MINUTES)

  /** Takes the move of every row: above 0 up, below 0 down. */
  constructor(times: Float64Array, minutes: RowMinutes, rows: number, signOf: (row: number) => number) {
    this.#minutes = minutes
    for (let row = 0; row < rows; row++) {
      const moved = signOf(row)
      if (moved === 0) continue
      const day = Math.floor((times[row] as number) / (MINUTES * MINUTE_MS))
      this.#all.add(0, moved, day)
      this.#utc.add(minutes.utc[row] as number, moved, day)
      this.#newYork.add(minutes.newYork[row] as number, moved, day)
    }
  }

  /** Share of moves on this side, the highest of those that the clock tells. */
  shareOf(row: number, isUp: boolean): number {
    const shares = [
      this.#utc.shareOf(this.#minutes.utc[row] as number, isUp),
      this.#newYork.shareOf(this.#minutes.newYork[row] as number, isUp),
    ].filter(share => share !== undefined)
    return Math.max(this.#all.shareOf(0, isUp, 0) ?? 0, ...shares)
  }
}

class Rates {
  readonly #ups: Uint32Array
  readonly #downs: Uint32Array
  readonly #days: Uint32Array
  readonly #lastDay: Float64Array

  constructor(places: number) {
    this.#ups = new Uint32Array(places)
    this.#downs = new Uint32Array(places)
    this.#days = new Uint32Array(places)
    this.#lastDay = new Float64Array(places).fill(-1)
  }

  add(place: number, moved: number, day: number): void {
    const counts = moved > 0 ? this.#ups : this.#downs
    counts[place] = (counts[place] as number) + 1
    if (this.#lastDay[place] === day) return
    this.#lastDay[place] = day
    this.#days[place] = (this.#days[place] as number) + 1
  }

  shareOf(place: number, isUp: boolean, leastDays = LEAST_DAYS): number | undefined {
    const [ups, downs] = [this.#ups[place] as number, this.#downs[place] as number]
    if (ups + downs === 0 || (this.#days[place] as number) < leastDays) return undefined
    return (isUp ? ups : downs) / (ups + downs)
  }
}
