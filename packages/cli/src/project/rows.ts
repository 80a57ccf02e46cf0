import type { MarketData } from './market-data.ts'

type Columns = MarketData['columns']

/** A span of rows, in the same memory. */
export function rowsOf(columns: Columns, from: number, to: number): Columns {
  const cut = Object.entries(columns).map(([name, value]) => [
    name,
    value instanceof Float64Array ? value.subarray(from, to) : value,
  ])
  return { ...(Object.fromEntries(cut) as Columns), length: to - from } satisfies Columns
}
