import type { EquityColumns } from './equity-curve.ts'

const DAY_MS = 86_400_000

/** The first sample of a run and the last one of each UTC day: what Sharpe ratios and days are counted from. */
export function dailyEquity(equity: EquityColumns): EquityColumns {
  const { length, at, equityMinor } = equity
  const last = lastOfDays(equity)
  const rows = length > 0 && last[0] !== 0 ? [0, ...last] : last
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
export function returnsByDay(equity: EquityColumns): ReadonlyMap<number, number> {
  const { at, equityMinor } = equity
  const returns = new Map<number, number>()
  let before = equityMinor[0] ?? 0
  for (const row of lastOfDays(equity)) {
    const now = equityMinor[row] as number
    if (before > 0) returns.set(dayOf(at[row] as number), now / before - 1)
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

/** The last row of each UTC day. */
function lastOfDays({ length, at }: EquityColumns): readonly number[] {
  const rows: number[] = []
  // A comparison for each sample, a division for each day.
  let dayEnd = length > 0 ? (dayOf(at[0] as number) + 1) * DAY_MS : 0
  for (let row = 1; row < length; row++) {
    if ((at[row] as number) < dayEnd) continue
    rows.push(row - 1)
    dayEnd = (dayOf(at[row] as number) + 1) * DAY_MS
  }
  if (length > 0) rows.push(length - 1)
  return rows
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}
