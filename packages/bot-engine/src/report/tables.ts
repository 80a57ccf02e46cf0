import { type EquityColumns, timesOf } from '../backtest/equity-curve.ts'
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
const WEEK_HOURS = 168
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
  const hours = new Sums(24)
  const weekdays = new Sums(7)
  const add = (at: number, trades: number, money: number) => {
    const hour = hourOfWeek(at)
    hours.add(hour % 24, trades, money)
    weekdays.add(Math.floor(hour / 24), trades, money)
  }
  // Mostly each closing is a round trip: then one loop does both.
  const isAlike = roundTrips.openedAt === openedAt
  for (let row = 0; row < openedAt.length; row++)
    add(openedAt[row] as number, isAlike ? 1 : 0, net[row] as number)
  if (!isAlike) for (const at of roundTrips.openedAt) add(at, 1, 0)
  return { byHour: hours.groups(), byWeekday: weekdays.groups() }
}

/** Groups while they grow. */
class Sums {
  private readonly trades: Int32Array
  private readonly nets: Float64Array

  constructor(groups: number) {
    this.trades = new Int32Array(groups)
    this.nets = new Float64Array(groups)
  }

  add(group: number, trades: number, net: number): void {
    this.trades[group] = (this.trades[group] as number) + trades
    this.nets[group] = (this.nets[group] as number) + net
  }

  groups(): readonly Group[] {
    return Array.from(this.trades, (trades, group) => ({ trades, net: this.nets[group] as number }))
  }
}

/** Hours since Sunday 00:00 UTC. */
function hourOfWeek(at: number): number {
  const hour = Math.floor(at / HOUR_MS) + FIRST_WEEKDAY * 24
  return ((hour % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS
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
  // Not by its iterator, which takes twice as long while it is not compiled.
  for (let trade = 0; trade < column.length; trade++) sum += column[trade] as number
  return sum
}

/** Thins a curve to about `most` samples without losing a peak or a trough. */
export function equityLineOf(curve: EquityColumns, digits: number, most: number): EquityLine {
  const { equityMinor, length } = curve
  const times = timesOf(curve)
  const line = { at: [] as number[], equity: [] as number[], drawdownPercent: [] as number[] }
  const scale = 10 ** digits
  const stretch = Math.max(1, Math.ceil((length * 4) / most))
  let peak = 0
  for (let start = 0; start < length; start += stretch) {
    const kept = keptOf(equityMinor, start, Math.min(length, start + stretch))
    for (const [row, highest] of kept) {
      peak = Math.max(peak, highest)
      const equity = equityMinor[row] as number
      line.at.push(times.at(row))
      line.equity.push(equity / scale)
      line.drawdownPercent.push(peak > 0 ? (equity / peak - 1) * 100 : 0)
    }
  }
  return line
}

/** First, lowest, highest and last row of a stretch, ascending, each with the highest value of the stretch up to it. */
function keptOf(values: Float64Array, start: number, end: number): readonly (readonly [number, number])[] {
  const highest = highestRow(values, start, end)
  const lowest = lowestRow(values, start, end)
  const top = values[highest] as number
  const upToLowest = highest <= lowest ? highest : highestRow(values, start, lowest + 1)
  const kept = new Map([
    [end - 1, top],
    [highest, top],
    [lowest, values[upToLowest] as number],
    [start, values[start] as number],
  ])
  return [...kept].sort(([a], [b]) => a - b)
}
