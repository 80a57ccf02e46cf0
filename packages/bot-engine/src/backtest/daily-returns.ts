import { type EquityColumns, timesOf } from './equity-curve.ts'
import { tradingDays } from './trading-days.ts'

/** The first sample of a run and the last one of each trading day: what Sharpe ratios and days are counted from. */
export function dailyEquity(equity: EquityColumns): EquityColumns {
  const { length, equityMinor, dayEnd } = equity
  const times = timesOf(equity)
  const last = lastOfDays(equity).map(({ row }) => row)
  const rows = length > 0 && last[0] !== 0 ? [0, ...last] : last
  return {
    length: rows.length,
    at: Float64Array.from(rows, row => times.at(row)),
    equityMinor: Float64Array.from(rows, row => equityMinor[row] as number),
    dayEnd,
  }
}

/** Returns of successive trading days that have samples: equity at the last sample ÷ that of the day before − 1. */
export function dailyReturns(equity: EquityColumns): Float64Array {
  return Float64Array.from(returnsByDay(equity).values())
}

/** Return by the number of the trading day since 1970. */
export function returnsByDay(equity: EquityColumns): ReadonlyMap<number, number> {
  const { equityMinor } = equity
  const returns = new Map<number, number>()
  let before = equityMinor[0] ?? 0
  for (const { row, day } of lastOfDays(equity)) {
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

/** The last row of each trading day, with the number of the day. */
function lastOfDays(equity: EquityColumns): readonly { readonly row: number; readonly day: number }[] {
  const { length } = equity
  const times = timesOf(equity)
  const dayOf = tradingDays(equity.dayEnd)
  const last: { readonly row: number; readonly day: number }[] = []
  for (let row = 0; row < length; ) {
    const { day, endsAt } = dayOf(times.at(row))
    // A dozen looks for each day and not one for each sample: a curve has a thousand of them a day.
    const next = Math.max(row + 1, times.after(endsAt, row))
    last.push({ row: next - 1, day })
    row = next
  }
  return last
}
