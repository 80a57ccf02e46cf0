/**
 * The first of the rows `begin` to `end` whose time is not before `from`; `end` when there is none.
 *
 * @param times - Never falling, so that each look halves what is left.
 */
export function firstRow(times: Float64Array, from: number, begin = 0, end = times.length): number {
  let low = begin
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) < from) low = middle + 1
    else high = middle
  }
  return low
}

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
