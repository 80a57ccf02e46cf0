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
