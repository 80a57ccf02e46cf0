import type { RunTrade, TradeColumns } from './run-trade.ts'

type Column = readonly (number | string | null)[]

/** Shares are quotients of volumes: their sum misses 1 by less than the smallest share there can be. */
const WHOLE = 1 - 1e-9

/**
 * Closings with the parts of a position made one: what statistics count as a trade. Results and volumes add up, the
 * exit is the last one at the mean price. What is still open in part is left out.
 *
 * @returns the same object where every closing closed a whole position
 */
export function roundTripColumns(trades: TradeColumns): TradeColumns {
  if (trades.share === undefined) return trades
  const rows = rowsOf(trades)
  const merged = Object.entries(trades).map(([name, column]) => {
    const merge = MERGED[name as keyof RunTrade]
    return [name, rows.map(own => cellOf(column, own, merge && (parts => merge(column, parts, trades))))]
  })
  return Object.fromEntries(merged) as TradeColumns
}

/** Rows of each finished round trip, in order of the last one. */
function rowsOf({ positionId = [], share = [], net }: TradeColumns): readonly (readonly number[])[] {
  const parts = new Map<number, { readonly rows: number[]; share: number }>()
  const trips: (readonly number[])[] = []
  for (let row = 0; row < net.length; row++) {
    const [id, part] = [positionId[row] ?? null, share[row] ?? null]
    if (id === null || part === null) {
      trips.push([row])
      continue
    }
    const known = parts.get(id) ?? { rows: [], share: 0 }
    parts.set(id, known)
    known.rows.push(row)
    known.share += part
    if (known.share > WHOLE) trips.push(known.rows)
  }
  return trips
}

function cellOf(
  column: Column,
  rows: readonly number[],
  merge: ((rows: readonly number[]) => number | null) | undefined,
): Column[number] {
  const last = column[rows.at(-1) as number] ?? null
  return rows.length === 1 || merge === undefined ? last : merge(rows)
}

type Merge = (column: Column, rows: readonly number[], trades: TradeColumns) => number | null

const numbers = (column: Column, rows: readonly number[]) =>
  rows.flatMap(row => (typeof column[row] === 'number' ? [column[row]] : []))
/** Eight digits: a gain and a loss that cancel each other leave no rest that looks like a win. */
const sum: Merge = (column, rows) => {
  const values = numbers(column, rows)
  return values.length === 0 ? null : Number(values.reduce((total, value) => total + value, 0).toFixed(8))
}
const most: Merge = (column, rows) => Math.max(...numbers(column, rows))
const mean: Merge = (column, rows, { lots }) => {
  const volume = rows.reduce((total, row) => total + (lots[row] as number), 0)
  return rows.reduce((total, row) => total + (column[row] as number) * (lots[row] as number), 0) / volume
}

const MERGED: Partial<Record<keyof RunTrade, Merge>> = {
  lots: sum,
  exitPrice: mean,
  gross: sum,
  commission: sum,
  swap: sum,
  conversionFee: sum,
  net: sum,
  r: sum,
  adverse: most,
  favourable: most,
  share: sum,
}
