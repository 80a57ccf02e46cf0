import type { EquityColumns } from '../backtest/equity-curve.ts'
import { highestRow, lowestRow } from './row-span.ts'
import type { TradeColumns } from './run-trade.ts'

/** A year of monthly results. */
export interface YearOfMonths {
  readonly year: number
  /** January first; net result of the trades that closed in the month, `null` without one. */
  readonly months: readonly (number | null)[]
  readonly total: number
}

/** What trades of one hour or weekday came to. */
export interface Group {
  /** Round trips. */
  readonly trades: number
  /** Of all closings. */
  readonly net: number
}

/** Costs of all trades; negative was charged. */
export interface CostSplit {
  readonly gross: number
  readonly commission: number
  readonly swap: number
  readonly conversionFee: number
  readonly net: number
}

/** Equity thinned for a chart: of each stretch its first, lowest, highest and last sample are kept. */
export interface EquityLine {
  readonly at: readonly number[]
  readonly equity: readonly number[]
  /** Below the highest before, in percent, 0 or less. */
  readonly drawdownPercent: readonly number[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** 1970-01-01, day 0, was a Thursday. */
const FIRST_WEEKDAY = 4

/** Results by the UTC month in which trades closed. */
export function monthlyOf({ closedAt, net }: TradeColumns): readonly YearOfMonths[] {
  const years = new Map<number, (number | null)[]>()
  let months: (number | null)[] = []
  // Trades are in order of their closing: most of them are of the month of the one before.
  let [month, from, to] = [0, 0, 0]
  for (let trade = 0; trade < closedAt.length; trade++) {
    const at = closedAt[trade] as number
    if (at < from || at >= to) {
      const date = new Date(at)
      const year = date.getUTCFullYear()
      month = date.getUTCMonth()
      from = Date.UTC(year, month, 1)
      to = Date.UTC(year, month + 1, 1)
      months = years.get(year) ?? Array.from<number | null>({ length: 12 }).fill(null)
      years.set(year, months)
    }
    months[month] = (months[month] ?? 0) + (net[trade] as number)
  }
  return [...years].map(([year, results]) => ({
    year,
    months: results,
    total: results.reduce<number>((sum, value) => sum + (value ?? 0), 0),
  }))
}

/** Results by the UTC hour (24) and by the weekday (7, Sunday first) in which trades opened. */
export function groupsOf(
  { openedAt, net }: TradeColumns,
  roundTrips: Pick<TradeColumns, 'openedAt'>,
): {
  readonly byHour: readonly Group[]
  readonly byWeekday: readonly Group[]
} {
  const byHour = Array.from({ length: 24 }, () => ({ trades: 0, net: 0 }))
  const byWeekday = Array.from({ length: 7 }, () => ({ trades: 0, net: 0 }))
  for (let trade = 0; trade < openedAt.length; trade++) {
    const at = openedAt[trade] as number
    ;(byHour[hourOf(at)] as Sums).net += net[trade] as number
    ;(byWeekday[weekdayOf(at)] as Sums).net += net[trade] as number
  }
  for (const at of roundTrips.openedAt) {
    ;(byHour[hourOf(at)] as Sums).trades += 1
    ;(byWeekday[weekdayOf(at)] as Sums).trades += 1
  }
  return { byHour, byWeekday }
}

type Sums = { -readonly [Field in keyof Group]: Group[Field] }

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) - Math.floor(at / DAY_MS) * 24
}

function weekdayOf(at: number): number {
  return (((Math.floor(at / DAY_MS) + FIRST_WEEKDAY) % 7) + 7) % 7
}

/** Costs of all trades, and what they earned before them. */
export function costsOf({ gross, commission, swap, conversionFee, net }: TradeColumns): CostSplit {
  return {
    gross: sumOf(gross),
    commission: sumOf(commission),
    swap: sumOf(swap),
    conversionFee: sumOf(conversionFee),
    net: sumOf(net),
  }
}

function sumOf(column: readonly number[]): number {
  let sum = 0
  for (const value of column) sum += value
  return sum
}

/** Thins a curve to about `most` samples without losing a peak or a trough. */
export function equityLineOf(
  { at, equityMinor, length }: EquityColumns,
  digits: number,
  most: number,
): EquityLine {
  const line = { at: [] as number[], equity: [] as number[], drawdownPercent: [] as number[] }
  const scale = 10 ** digits
  const stretch = Math.max(1, Math.ceil((length * 4) / most))
  let peak = 0
  for (let start = 0; start < length; start += stretch) {
    const end = Math.min(length, start + stretch)
    let next = start
    for (const index of keptOf(equityMinor, start, end)) {
      if (next <= index)
        peak = Math.max(peak, equityMinor[highestRow(equityMinor, next, index + 1)] as number)
      next = index + 1
      const equity = equityMinor[index] as number
      line.at.push(at[index] as number)
      line.equity.push(equity / scale)
      line.drawdownPercent.push(peak > 0 ? (equity / peak - 1) * 100 : 0)
    }
  }
  return line
}

function keptOf(values: Float64Array, start: number, end: number): readonly number[] {
  const rows = [start, lowestRow(values, start, end), highestRow(values, start, end), end - 1]
  return [...new Set(rows)].sort((a, b) => a - b)
}
