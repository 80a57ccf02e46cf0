/**
 * The first row at or after an instant, `length` when there is none.
 *
 * @param near - A row to begin at: what is looked for is mostly some rows behind what was found last.
 */
export function rowFrom(times: Float64Array, length: number, instant: number, near = 0): number {
  let low = near > 0 && (times[near - 1] as number) < instant ? near : 0
  let step = 1
  while (low + step <= length && (times[low + step - 1] as number) < instant) {
    low += step
    step *= 2
  }
  let high = Math.min(length, low + step - 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** The row with the highest value in [from, to), of several the first; `from` of none. */
export function highestRow(values: Float64Array, from: number, to: number): number {
  let row = from
  let highest = values[from] as number
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    if (value > highest) {
      highest = value
      row = i
    }
  }
  return row
}

/** The row with the lowest value in [from, to), of several the first; `from` of none. */
export function lowestRow(values: Float64Array, from: number, to: number): number {
  let row = from
  let lowest = values[from] as number
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    if (value < lowest) {
      lowest = value
      row = i
    }
  }
  return row
}
