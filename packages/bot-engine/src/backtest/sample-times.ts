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
  /** What {@link CurveTimes.after} found last: where the next look begins. */
  private lookedRow = 0
  private lookedOthers = 0

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
    this.lookedRow = 0
    this.lookedOthers = 0
  }

  at(row: number): number {
    const before = this.othersBefore(row)
    const { others } = this
    return before < others.count && others.at(before, 0) === row
      ? others.at(before, 1)
      : this.closeOf(row - before)
  }

  after(instant: number, near: number): number {
    const before = this.othersBefore(near)
    const others = this.others.firstAbove(1, instant, before)
    let closes = 0
    if (this.bars !== undefined) {
      const { openedAt, lengthMs } = this.bars
      closes = barAfter(
        openedAt,
        this.length - this.others.count,
        instant - lengthMs,
        near - before,
        lengthMs,
      )
    }
    this.lookedRow = closes + others
    this.lookedOthers = others
    return closes + others
  }

  /** How many of the others come before a row; mostly the one that was found last. */
  private othersBefore(row: number): number {
    return row === this.lookedRow ? this.lookedOthers : this.othersUpTo(row - 1)
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

  /** How many of the others are of rows up to this one. */
  private othersUpTo(row: number): number {
    let low = 0
    let high = this.others.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.others.at(middle, 0) <= row) low = middle + 1
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

/** As {@link rowAfter}, of bars: if none is missing since the one to begin at, its place is known without a search. */
function barAfter(
  openedAt: Float64Array,
  length: number,
  instant: number,
  near: number,
  lengthMs: number,
): number {
  const row = near + Math.floor((instant - (openedAt[near] as number)) / lengthMs) + 1
  const isPlace =
    row > near &&
    row <= length &&
    (openedAt[row - 1] as number) <= instant &&
    (row === length || (openedAt[row] as number) > instant)
  return isPlace ? row : rowAfter(openedAt, length, instant, near)
}
