import type { EquityColumns } from '../backtest/equity-curve.ts'
import type { Trade } from '../kernel/trade.ts'

/** A year of monthly results. */
export interface YearOfMonths {
  readonly year: number
  /** January first; net result of the trades that closed in the month, `null` without one. */
  readonly months: readonly (number | null)[]
  readonly total: number
}

/** What trades of one hour or weekday came to. */
export interface Group {
  readonly trades: number
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

const decimal = ({ minor, digits }: { readonly minor: number; readonly digits: number }) =>
  minor / 10 ** digits

/** Results by the UTC month in which trades closed. */
export function monthlyOf(trades: readonly Trade[]): readonly YearOfMonths[] {
  const years = new Map<number, (number | null)[]>()
  for (const { closedAt, net } of trades) {
    const date = new Date(closedAt)
    const year = date.getUTCFullYear()
    const months = years.get(year) ?? Array.from<number | null>({ length: 12 }).fill(null)
    const month = date.getUTCMonth()
    months[month] = (months[month] ?? 0) + decimal(net)
    years.set(year, months)
  }
  return [...years].map(([year, months]) => ({
    year,
    months,
    total: months.reduce<number>((sum, value) => sum + (value ?? 0), 0),
  }))
}

/** Results by the UTC hour (24) or weekday (7, Sunday first) in which trades opened. */
export function groupsOf(trades: readonly Trade[], by: 'hour' | 'weekday'): readonly Group[] {
  const groups = Array.from({ length: by === 'hour' ? 24 : 7 }, () => ({ trades: 0, net: 0 }))
  for (const { openedAt, net } of trades) {
    const date = new Date(openedAt)
    const group = groups[by === 'hour' ? date.getUTCHours() : date.getUTCDay()]
    if (group === undefined) continue
    group.trades += 1
    group.net += decimal(net)
  }
  return groups
}

/** What the trades earned before costs, and where it went. */
export function costsOf(trades: readonly Trade[]): CostSplit {
  const sum = (of: (trade: Trade) => Trade['net']) =>
    trades.reduce((total, trade) => total + decimal(of(trade)), 0)
  return {
    gross: sum(({ gross }) => gross),
    commission: sum(({ commission }) => commission),
    swap: sum(({ swap }) => swap),
    conversionFee: sum(({ conversionFee }) => conversionFee),
    net: sum(({ net }) => net),
  }
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
    for (const index of keptOf(equityMinor, start, end)) {
      for (let i = line.at.length === 0 ? 0 : start; i <= index; i++)
        peak = Math.max(peak, equityMinor[i] as number)
      const equity = equityMinor[index] as number
      line.at.push(at[index] as number)
      line.equity.push(equity / scale)
      line.drawdownPercent.push(peak > 0 ? (equity / peak - 1) * 100 : 0)
    }
  }
  return line
}

function keptOf(values: Float64Array, start: number, end: number): readonly number[] {
  let [lowest, highest] = [start, start]
  for (let i = start; i < end; i++) {
    if ((values[i] as number) < (values[lowest] as number)) lowest = i
    if ((values[i] as number) > (values[highest] as number)) highest = i
  }
  return [...new Set([start, lowest, highest, end - 1])].sort((a, b) => a - b)
}
