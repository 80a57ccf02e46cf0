// All that a report asks of spans of rows is asked here: two short functions are compiled after the first hundred spans,
// a loop of its own in each place after thousands of rows.

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
