import {
  barSpan,
  isTimeframe,
  type SymbolId,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import type { BarColumns, TickColumns } from '../columns.ts'

/** What a store keeps of a symbol: its quotes, or its bars of one timeframe. */
export type StoreSeries = 'ticks' | Timeframe

/** Rows of a series without their symbol; the first column is the time. */
export interface SeriesRows {
  readonly length: number
  /** In the order of {@link columnNamesOf}, each at least `length` long. */
  readonly columns: readonly Float64Array[]
}

const TICK_COLUMNS = ['at', 'bid', 'ask'] as const
const BAR_COLUMNS = ['openedAt', 'open', 'high', 'low', 'close', 'tickVolume'] as const
const DAY_MS = 86_400_000

/** Names of the columns of a series, the time first. */
export function columnNamesOf(series: StoreSeries): readonly string[] {
  return series === 'ticks' ? TICK_COLUMNS : BAR_COLUMNS
}

/** Tells whether a column holds prices (whole points). */
export function isPriceColumn(name: string): boolean {
  return name !== 'at' && name !== 'openedAt' && name !== 'tickVolume'
}

/** Tells whether a text names a {@link StoreSeries}. */
export function isStoreSeries(text: string): text is StoreSeries {
  return text === 'ticks' || isTimeframe(text)
}

/** The series that columns belong to. */
export function seriesOf(data: TickColumns | BarColumns): StoreSeries {
  return data.type === 'ticks' ? 'ticks' : data.timeframe
}

/** The rows of columns. */
export function rowsOf(data: TickColumns | BarColumns): SeriesRows {
  const columns =
    data.type === 'ticks'
      ? [data.at, data.bid, data.ask]
      : [data.openedAt, data.open, data.high, data.low, data.close, data.tickVolume]
  return { length: data.length, columns }
}

/** Rows as columns of a symbol. */
export function columnsOf(
  { length, columns }: SeriesRows,
  series: StoreSeries,
  symbolId: SymbolId,
): TickColumns | BarColumns {
  const [a, b, c, d, e, f] = columns as [Float64Array, Float64Array, Float64Array, ...Float64Array[]]
  if (series === 'ticks') return { type: 'ticks', symbolId, length, at: a, bid: b, ask: c }
  const [close, tickVolume] = [e as Float64Array, f as Float64Array]
  return {
    type: 'bars',
    symbolId,
    timeframe: series,
    length,
    openedAt: a,
    open: b,
    high: c,
    low: d as Float64Array,
    close,
    tickVolume,
  }
}

/**
 * Name of the file that holds an instant: quotes by day, bars below an hour by month, longer ones by year, so that a
 * file has 10,000 to 200,000 rows and a change writes little anew. All in UTC.
 */
export function chunkOf(at: number, series: StoreSeries): string {
  const date = new Date(at).toISOString()
  if (series === 'ticks') return date.slice(0, 10)
  return isLong(series) ? date.slice(0, 4) : date.slice(0, 7)
}

/** The span [from, to) of a file's name; `undefined` when it is none. */
export function chunkSpan(
  name: string,
  series: StoreSeries,
): { readonly from: number; readonly to: number } | undefined {
  const [, year = '', month = '01', day = '01'] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(name) ?? []
  const from = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (year === '' || Number.isNaN(from) || chunkOf(from, series) !== name) return undefined
  if (series === 'ticks') return { from, to: from + DAY_MS }
  return {
    from,
    to: isLong(series) ? Date.UTC(Number(year) + 1, 0, 1) : Date.UTC(Number(year), Number(month), 1),
  }
}

/** By its name, m1 to m30: to work out how long the longer ones are loads the time zones, 13 ms in a new process. */
function isLong(series: Timeframe): boolean {
  return !/^m\d/.test(series)
}

/** Usual length of a bar in milliseconds; a bar around a change of summer time may differ. 0 for ticks. */
export function lengthMsOf(series: StoreSeries): number {
  if (series === 'ticks') return 0
  // Of a week without a change of summer time: 2024-01-10.
  const { openedAt, closesAt } = barSpan(1_704_888_000_000 as UnixMs, series)
  return closesAt - openedAt
}

/**
 * Checks that rows may be stored: finite, times in order (bars: strictly rising), prices whole points above 0.
 *
 * @throws {@link EngineError} `data-out-of-order`, `data-invalid`, with the row
 */
export function checkRows({ length, columns }: SeriesRows, series: StoreSeries, what: string): void {
  const problem = problemOf({ length, columns }, series)
  if (problem === undefined) return
  throw new EngineError(problem.code, `${what}: row ${problem.row} ${problem.text}. Repair the data first.`, {
    details: { row: problem.row },
  })
}

/** The first row that may not be stored, and why. */
export function problemOf(
  rows: SeriesRows,
  series: StoreSeries,
):
  | { readonly code: 'data-out-of-order' | 'data-invalid'; readonly row: number; readonly text: string }
  | undefined {
  const [times] = rows.columns as [Float64Array]
  const least = series === 'ticks' ? 0 : 1
  let last = Number.NEGATIVE_INFINITY
  for (let row = 0; row < rows.length; row++) {
    const time = times[row] as number
    if (!Number.isSafeInteger(time)) return { code: 'data-invalid', row, text: `has the time ${time}` }
    if (time - last < least)
      return { code: 'data-out-of-order', row, text: `has the time ${time} after ${last}` }
    last = time
  }
  return series === 'ticks' ? badPrice(rows, series) : (badPrice(rows, series) ?? badBar(rows))
}

function badPrice({ length, columns }: SeriesRows, series: StoreSeries) {
  const names = columnNamesOf(series)
  for (const [place, column] of columns.entries()) {
    const name = names[place] as string
    if (!isPriceColumn(name)) continue
    for (let row = 0; row < length; row++) {
      const points = column[row] as number
      if (!(points > 0 && Number.isSafeInteger(points)))
        return {
          code: 'data-invalid',
          row,
          text: `has the ${name} ${points} points, not a whole number above 0`,
        } as const
    }
  }
  return undefined
}

function badBar({ length, columns }: SeriesRows) {
  const [, open, high, low, close] = columns as Float64Array[] as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let row = 0; row < length; row++) {
    const [o, h, l, c] = [open[row], high[row], low[row], close[row]] as [number, number, number, number]
    if (h < o || h < c || l > o || l > c)
      return {
        code: 'data-invalid',
        row,
        text: `has open ${o}, high ${h}, low ${l}, close ${c} points, which no bar can have`,
      } as const
  }
  return undefined
}
