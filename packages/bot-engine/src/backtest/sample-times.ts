import { rowFrom } from '../data/first-row.ts'
import { NumberRows } from './number-rows.ts'

/** When the samples of an equity curve were taken: market time in milliseconds, never falling. */
export interface SampleTimes {
  /** Of one sample. */
  at(row: number): number
  /** The first row after an instant; it looks from `near` on. */
  after(instant: number, near: number): number
}

/** Of times in a column. */
export function columnTimes(at: Float64Array, length: number): SampleTimes {
  return { at: row => at[row] as number, after: (instant, near) => rowAfter(at, length, instant, near) }
}

/** Bars of which each has a sample, at its close. */
export interface SampledBars {
  readonly openedAt: Float64Array
  readonly lengthMs: number
}

/**
 * Times of a curve while it grows. Of samples at the closes of bars nothing is kept: the bars tell.
 *
 * A column of a million times is 8 MB, and the first touch of each of its pages takes longer than all else about it.
 */
export class CurveTimes implements SampleTimes {
  /** The row and the time of each sample that is no close of a bar. */
  private readonly others = new NumberRows(2)
  private bars: SampledBars | undefined
  private length = 0

  /** Samples from now on the closes of these bars, beside others. */
  follow(bars: SampledBars): void {
    this.bars = bars
  }

  /** Takes the time of a sample that is no close of a bar that is followed. */
  push(at: number): void {
    const first = this.others.begin()
    const { chunk } = this.others
    chunk[first] = this.length
    chunk[first + 1] = at
    this.length += 1
  }

  /** The next `count` bars have closed. */
  close(count: number): void {
    this.length += count
  }

  /** Begins anew, and keeps the room. */
  clear(): void {
    this.others.clear()
    this.bars = undefined
    this.length = 0
  }

  at(row: number): number {
    const before = this.othersUpTo(0, row)
    const other = before - 1
    return other >= 0 && this.others.at(other, 0) === row
      ? this.others.at(other, 1)
      : this.closeOf(row - before)
  }

  after(instant: number, near: number): number {
    const others = this.othersUpTo(1, instant)
    if (this.bars === undefined) return others
    const { openedAt, lengthMs } = this.bars
    const closes = this.length - this.others.count
    return others + rowAfter(openedAt, closes, instant - lengthMs, near - this.othersUpTo(0, near))
  }

  /** All of them, as a column. */
  column(): Float64Array {
    const column = new Float64Array(this.length)
    let bar = 0
    let row = 0
    for (let other = 0; other < this.others.count; other++) {
      for (const end = this.others.at(other, 0); row < end; row++) column[row] = this.closeOf(bar++)
      column[row++] = this.others.at(other, 1)
    }
    for (; row < column.length; row++) column[row] = this.closeOf(bar++)
    return column
  }

  private closeOf(bar: number): number {
    const { openedAt, lengthMs } = this.bars as SampledBars
    return (openedAt[bar] as number) + lengthMs
  }

  /** How many of the others have at most this number in a column. */
  private othersUpTo(column: 0 | 1, most: number): number {
    let low = 0
    let high = this.others.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.others.at(middle, column) <= most) low = middle + 1
      else high = middle
    }
    return low
  }
}

function rowAfter(times: Float64Array, length: number, instant: number, near: number): number {
  let row = rowFrom(times, length, instant, near)
  while (row < length && (times[row] as number) <= instant) row += 1
  return row
}
