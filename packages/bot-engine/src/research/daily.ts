import type { EquityColumns } from '../backtest/equity-curve.ts'

const DAY_MS = 86_400_000

/** The first sample of a run and the last one of each UTC day: what Sharpe ratios and days are counted from. */
export function dailyEquity({ length, at, equityMinor }: EquityColumns): EquityColumns {
  const rows: number[] = length > 0 ? [0] : []
  for (let row = 1; row < length; row++)
    if (row + 1 === length || dayOf(at, row) !== dayOf(at, row + 1)) rows.push(row)
  return {
    length: rows.length,
    at: Float64Array.from(rows, row => at[row] as number),
    equityMinor: Float64Array.from(rows, row => equityMinor[row] as number),
  }
}

/** Returns of successive days that have samples: equity at the last sample ÷ that of the day before − 1. */
export function dailyReturns(equity: EquityColumns): Float64Array {
  return Float64Array.from(returnsByDay(equity).values())
}

/** Return by the number of the UTC day since 1970. */
export function returnsByDay({ length, at, equityMinor }: EquityColumns): ReadonlyMap<number, number> {
  const returns = new Map<number, number>()
  let before = equityMinor[0] ?? 0
  for (let row = 0; row < length; row++) {
    const day = dayOf(at, row)
    if (row + 1 < length && dayOf(at, row + 1) === day) continue
    const now = equityMinor[row] as number
    if (before > 0) returns.set(day, now / before - 1)
    before = now
  }
  return returns
}

/** One column of daily returns for each run, over the days that any of them has; 0 where one has none. */
export function alignedReturns(runs: readonly EquityColumns[]): readonly Float64Array[] {
  const columns = runs.map(returnsByDay)
  const days = [...new Set(columns.flatMap(column => [...column.keys()]))].sort((one, other) => one - other)
  return columns.map(column => Float64Array.from(days, day => column.get(day) ?? 0))
}

function dayOf(at: Float64Array, row: number): number {
  return Math.floor((at[row] as number) / DAY_MS)
}
